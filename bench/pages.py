"""Pages of the inbox asked for over and over in the web role, with the time and the statements of each."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from bench.server import environment
from feedback import clock, db
from feedback.app import create_app
from feedback.embedded.stores import Stores
from feedback.settings import Settings

LIST, SEARCH, CASE = 150, 300, 100
"""Milliseconds that a page of each kind may take (95 of 100 times)."""
MOST_STATEMENTS = 8
_SILENT = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "RESET", "SELECT set_config")
_WORDS = ("từ49", "tu120 tu8", "giấy phép", "đường", "đường hẻm rác", '"ổ gà" đường', "từ777 -rác", "ngập")


@dataclass(frozen=True)
class Asked:
    """A page by name, with the addresses that are asked for in turn, and what it may take."""

    name: str
    addresses: tuple[str, ...]
    most: int


def measure(stores: Stores, folder: Path, rounds: int, only: str) -> list[str]:
    """Ask for every page as several people; print what each took; give what was too slow, in words."""
    settings = Settings.from_env(environment(stores, 8000, folder))
    app = create_app(settings, ring=lambda name: None)
    wrong: list[str] = []
    print(f"{'page':44}{'p50':>8}{'p95':>8}{'most':>8}{'statements':>12}")
    for who, account in _people(stores).items():
        browser = _browser(app, account)
        for page in _pages(stores, account["scope"]):
            name = f"{who}: {page.name}"
            if only not in name:
                continue
            times, statements = _ask(browser, page, rounds)
            p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1]
            print(f"{name:44}{p50:8.0f}{p95:8.0f}{page.most:8}{statements:12}", flush=True)
            if p95 > page.most:
                wrong.append(f"{name}: p95 {p95:.0f} ms, at most {page.most}")
            if statements > MOST_STATEMENTS:
                wrong.append(f"{name}: {statements} statements")
    return wrong


def _people(stores: Stores) -> dict[str, dict[str, Any]]:
    """Give an officer and a head of the agency with most open cases, a dispatcher and the chairman."""
    engine = db.make_engine(stores.worker_url)
    query = text(
        "SELECT a.fs_uniquifier, p.agency_id, a.id FROM accounts a"
        " JOIN holdings h ON h.account_id = a.id JOIN positions p ON p.id = h.position_id"
        " WHERE p.kind = :kind AND (:agency = 0 OR p.agency_id = :agency) ORDER BY p.id LIMIT 1"
    )
    found = {}
    with db.transaction(db.session_factory(engine), db.WORKER) as session:
        busiest = session.scalar(
            text(
                "SELECT lead_agency_id FROM cases WHERE closed_at IS NULL AND lead_agency_id IS NOT NULL"
                " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
            )
        )
        for who, kind, agency in (
            ("officer", "officer", busiest), ("head", "head_of_agency", busiest),
            ("dispatcher", "dispatcher", 0), ("chairman", "chairman", 0),
        ):  # fmt: skip
            row = session.execute(query, {"kind": kind, "agency": agency}).one()
            province = who in {"dispatcher", "chairman"}
            scope = db.Scope("staff", account_id=row.id, agency_ids=(row.agency_id,), province=province)
            found[who] = {"key": row.fs_uniquifier, "scope": scope}
    engine.dispose()
    return found


def _browser(app: Flask, account: dict[str, Any]) -> FlaskClient:
    browser = app.test_client()
    moment = int(clock.now().timestamp())
    with browser.session_transaction() as session:
        session.update(_user_id=account["key"], _fresh=True, since=moment, seen=moment, fs_paa=moment)
    return browser


def _pages(stores: Stores, scope: db.Scope) -> Iterator[Asked]:
    for view in (
        "open", "mine", "unit", "unassigned", "approval", "today", "overdue", "escalated", "waiting",
        "shared", "answered", "all",
    ):  # fmt: skip
        yield Asked(f"list {view}", (f"/staff/?view={view}",), LIST)
    yield Asked("list by reception", ("/staff/?view=open&sort=received",), LIST)
    yield Asked("list, pressing first", ("/staff/?view=open&sort=pressing",), LIST)
    yield Asked("list of a state and field", ("/staff/?state=assigned&field=2&view=open",), LIST)
    yield Asked("new since", (f"/staff/news?view=open&since={clock.now().isoformat()}",), LIST)
    for view in ("open", "all"):
        for words in _WORDS:
            yield Asked(f"search {view}: {words}", (f"/staff/?view={view}&q={words}",), SEARCH)
    engine = db.make_engine(stores.web_url)
    with db.transaction(db.session_factory(engine), scope) as session:
        references = session.scalars(
            text("SELECT reference FROM cases WHERE restricted_at IS NULL ORDER BY received_at DESC LIMIT 40")
        ).all()
    engine.dispose()
    yield Asked("case", tuple(f"/staff/cases/{reference}?list=view%3Dopen" for reference in references), CASE)


def _ask(browser: FlaskClient, page: Asked, rounds: int) -> tuple[list[float], int]:
    """Ask `rounds` times, after once for what is kept; gives milliseconds and the most statements of one."""
    browser.get(page.addresses[0])
    times, most = [], 0
    for number in range(rounds):
        with _counted() as said:
            began = time.perf_counter()
            answer = browser.get(page.addresses[number % len(page.addresses)])
            times.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{page.addresses[0]} answered {answer.status_code} {answer.location}")
        most = max(most, len(said))
    return times, most


@contextmanager
def _counted() -> Iterator[list[str]]:
    said: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(_SILENT):
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", remember)
