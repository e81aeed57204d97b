"""Making a database ready: the newest tables, and in a demonstration the province with its cases."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, make_engine, transaction
from feedback.domain.calendar import local_date
from feedback.models import ProvinceSetting
from feedback.queries.law_book import read_law_book
from feedback.queries.routing_data import read_routing_book
from feedback.services.seeding.demonstration import Demonstration
from feedback.services.seeding.offices import seed_offices
from feedback.services.seeding.reference import SeedCounts, UnknownProvince, is_empty, seed_reference
from feedback.services.seeding.staff import demonstration_logins, seed_staff
from feedback.services.staff.passwords import hash_password

DEMONSTRATION_PASSWORD = "hoi-am-dung-thu"  # noqa: S105 - the published password of a demonstration
_SINCE = date(2025, 7, 1)
_PLAYED, _NO, _YES = "demonstration_played", "no", "yes"
_ROOT = Path(__file__).resolve().parents[2]


def migrate(owner_url: str, to: str = "head") -> None:
    """Bring the tables to the migration `to`, as their owner; safe to repeat.

    Raises ClickException with the cause; a migration that failed was undone.
    """
    config = Config(_ROOT / "alembic.ini")
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes["url"] = owner_url
    try:
        alembic.upgrade(config, to)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip()
        raise click.ClickException(f"the migration was undone: {cause}") from error


def has_tables(worker_url: str) -> bool:
    """Tell whether the database was ever migrated."""
    engine = make_engine(worker_url, pool_size=1)
    try:
        return inspect(engine).has_table("province_settings")
    finally:
        engine.dispose()


def seed(
    sessions: sessionmaker[Session],
    province: str,
    now: datetime,
    *,
    if_empty: bool,
    demonstration: bool,
    logins: Path | None,
) -> None:
    """Fill an empty database with `province`, in a demonstration also with staff and cases.

    logins: where the demonstration's logins are written as JSON, also when it was there already.
    Raises ClickException when a province is there and not `if_empty`.
    """
    with transaction(sessions, WORKER) as session:
        seeded = not is_empty(session)
    if not seeded:
        _seed(sessions, province, demonstration, now)
    elif not if_empty:
        raise click.ClickException("a province was seeded already; nothing was changed")
    else:
        _tell_if_cut_short(sessions)
    if demonstration:
        _write_logins(sessions, logins)
        if not seeded:
            _play(sessions, now)


def _seed(sessions: sessionmaker[Session], province: str, demonstration: bool, now: datetime) -> None:
    with transaction(sessions, WORKER) as session:
        counts = _reference(session, province, now)
        accounts = 0
        if demonstration:
            accounts = seed_staff(session, hash_password(DEMONSTRATION_PASSWORD), now, _SINCE)
            seed_offices(session, "demonstration/offices.csv")
            session.add(ProvinceSetting(key=_PLAYED, value=_NO))
    click.echo(
        f"{counts.communes} communes, {counts.agencies} agencies, {counts.fields} fields,"
        f" {counts.rules} routing rules, {accounts} staff accounts",
        err=True,
    )


def _tell_if_cut_short(sessions: sessionmaker[Session]) -> None:
    with transaction(sessions, WORKER) as session:
        played = session.get(ProvinceSetting, _PLAYED)
    if played is not None and played.value == _NO:
        click.echo(
            "The demonstration's cases were cut short by an earlier stop; those that came in are there."
            " For the whole of it, start with an empty var/ (make clean-var).",
            err=True,
        )


def _reference(session: Session, province: str, now: datetime) -> SeedCounts:
    try:
        return seed_reference(session, province, now)
    except UnknownProvince as error:
        raise click.ClickException(f"no data of a province {province!r}; there is: lam-dong") from error


def _play(sessions: sessionmaker[Session], now: datetime) -> None:
    with transaction(sessions, WORKER) as session:
        book = read_law_book(session)
        routing = read_routing_book(session, local_date(now))
    with click.progressbar(length=100, label="demonstration cases", file=sys.stderr) as bar:
        shown = 0

        def progress(done: int, total: int) -> None:
            nonlocal shown
            percent = 100 * done // total
            bar.update(percent - shown)
            shown = percent

        received = Demonstration(sessions, now, book, routing, progress).play()
    with transaction(sessions, WORKER) as session:
        session.get_one(ProvinceSetting, _PLAYED).value = _YES
    click.echo(f"{received} demonstration cases", err=True)


def _write_logins(sessions: sessionmaker[Session], place: Path | None) -> None:
    if place is None:
        return
    with transaction(sessions, WORKER) as session:
        people = demonstration_logins(session)
    entries = [
        {
            "role_vi": role_vi,
            "role_en": role_en,
            "name": name,
            "email": email,
            "password": DEMONSTRATION_PASSWORD,
        }
        for role_vi, role_en, name, email in people
    ]
    place.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
