"""``feedback simulate``: let time pass over invented messages, through the real verbs."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache

import click
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.commands.preparing import DEMONSTRATION_PASSWORD, has_tables, migrate
from feedback.commands.stores import PROVINCE, command_settings, sessions_of
from feedback.db import WORKER, transaction
from feedback.domain.calendar import day_start
from feedback.queries.law_book import read_law_book
from feedback.queries.routing_data import RoutingBook, read_routing_book
from feedback.services.seeding.offices import seed_offices
from feedback.services.seeding.reference import is_empty, seed_reference
from feedback.services.seeding.staff import seed_staff
from feedback.services.simulation.examination import examine
from feedback.services.simulation.ground import NoGround, check_ground, has_staff, mark_ground
from feedback.services.simulation.simulator import Progress, Setting, Simulator, Tally
from feedback.services.staff.passwords import hash_password

_MOST_CASES = 1_000_000
_SINCE = date(2025, 7, 1)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("simulate")
@click.option("--from", "first", type=_DAY, required=True, help="The first day (Vietnamese date).")
@click.option("--to", "last", type=_DAY, required=True, help="The last day; it counts too.")
@click.option(
    "--cases", type=click.IntRange(1, _MOST_CASES), required=True, help="How many messages come in."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed plays the same days.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def command(first: datetime, last: datetime, cases: int, seed: int, as_json: bool) -> None:
    """Pass the days from --from to --to over invented messages, for drills, demonstrations and benches.

    Every message is received, routed and worked by the staff of the database through the real verbs; the
    ladder runs each night, and some heads acknowledge. Nothing is mailed. Refused beside cases that may be
    real. An empty database is filled with the demonstration's province and staff first. Exit code 1 when an
    invariant does not hold afterwards.
    """
    setting = Setting(first.date(), last.date(), cases, seed)
    began = time.monotonic()
    with _ground(setting) as sessions:
        with _bar(quiet=as_json) as progress:
            tally = simulate(sessions, setting, progress)
        with transaction(sessions, WORKER) as session:
            found = examine(session, setting.last)
    figures = {**tally.figures(), **found.figures(), "seconds": round(time.monotonic() - began, 1)}
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo(", ".join(f"{name} {count}" for name, count in figures.items()))
    for line in found.wrong:
        click.echo(line, err=True)
    if found.wrong:
        sys.exit(1)


@contextmanager
def _ground(setting: Setting) -> Iterator[sessionmaker[Session]]:
    """Give sessions on a database in which `setting` may be played. Raises ClickException."""
    with command_settings() as settings, sessions_of(settings) as sessions:
        invented = settings.environment != "production"
        if not has_tables(settings.worker_url):
            migrate(settings.migration_url)
        try:
            prepare(sessions, setting, invented=invented)
        except NoGround as error:
            raise click.ClickException(str(error)) from error
        yield sessions


def prepare(sessions: sessionmaker[Session], setting: Setting, *, invented: bool = True) -> None:
    """Fill an empty database with the province and its staff, and mark it as simulated. Raises NoGround."""
    start = day_start(setting.first)
    with transaction(sessions, WORKER) as session:
        if is_empty(session):
            seed_reference(session, PROVINCE, start)
        if not has_staff(session):
            seed_staff(session, hash_password(DEMONSTRATION_PASSWORD), start, min(_SINCE, setting.first))
            seed_offices(session, "demonstration/offices.csv")
        session.flush()
        check_ground(session, read_law_book(session), setting.first, setting.last, invented=invented)
        mark_ground(session, setting.first, setting.last, clock.now())


def simulate(sessions: sessionmaker[Session], setting: Setting, progress: Progress | None = None) -> Tally:
    """Play `setting` on a database that `prepare` made ready."""
    with transaction(sessions, WORKER) as session:
        book = read_law_book(session)

    @lru_cache(maxsize=1)
    def routing(on: date) -> RoutingBook:
        with transaction(sessions, WORKER) as session:
            return read_routing_book(session, on)

    # A long run makes millions of short-lived objects: looking for cycles after every 700 is a tenth of it.
    gc.set_threshold(100_000, 20, 100)
    return Simulator(sessions, setting, book, routing, _as_if_then).play(progress)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Progress]:
    """Show how many of the days are over."""
    with click.progressbar(length=1, label="simulated days", file=sys.stderr, hidden=quiet) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


def _as_if_then(at: datetime) -> datetime:
    """A night of the past is played as its own; one to come is a rehearsal, which silences no real one."""
    return min(at, clock.now())
