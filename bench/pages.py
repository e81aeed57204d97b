"""Pages of the inbox asked for over and over in the web role, with the time and the statements of each.

Two times are taken: by the clock, and of the processor (of this process and of its connection's process
of PostgreSQL together, as Linux counts them). On a machine that others use too, the second is what the
page takes. The statements are those of most rounds: what a process keeps for a minute is read anew in one.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from bench.server import environment
from feedback import clock, db
from feedback.app import create_app
from feedback.embedded import gunicorn_conf
from feedback.embedded.stores import Stores
from feedback.settings import Settings

LIST, SEARCH, CASE = 150, 300, 100
"""Milliseconds that a page of each kind may take (95 of 100 times)."""
MOST_STATEMENTS = 8
_SILENT = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "RESET", "SELECT set_config")
_WORDS = (
    "từ49",
    "tu120 tu8",
    "giấy phép",
    "đường",
    "đường hẻm rác",
    '"ổ gà" đường',
    "từ777 -rác",
    "ngập",
    "ghi-chu:thau777",
    "ghi-chu:dien",
    'note:"hen ra" đường',
)


@dataclass(frozen=True)
class Asked:
    """A page by name, with the addresses that are asked for in turn, and what it may take."""

    name: str
    addresses: tuple[str, ...]
    most: int


def measure(stores: Stores, folder: Path, rounds: int, only: str, *, shared: bool) -> list[str]:
    """Ask for every page as several people; print what each took; give what was too slow, in words.

    shared: others use the machine too, so what counts is the time of the processor.
    """
    settings = Settings.from_env(environment(stores, 8000, folder))
    app = create_app(settings, ring=lambda name: None)
    gunicorn_conf.post_worker_init(None)
    wrong: list[str] = []
    print(f"{'page':44}{'p50':>8}{'p95':>8}{'cpu p50':>9}{'cpu p95':>9}{'most':>6}{'statements':>12}")
    for who, account in _people(stores).items():
        browser = _browser(app, account)
        for page in (*_pages(stores, account["scope"]), *_desk_pages(who)):
            name = f"{who}: {page.name}"
            if only not in name:
                continue
            clock_times, processor, statements = _ask(browser, page, rounds)
            (p50, p95), (cpu50, cpu95) = _both(clock_times), _both(processor)
            print(
                f"{name:44}{p50:8.0f}{p95:8.0f}{cpu50:9.0f}{cpu95:9.0f}{page.most:6}{statements:12}",
                flush=True,
            )
            counts = cpu95 if shared else p95
            if counts > page.most:
                wrong.append(f"{name}: p95 {counts:.0f} ms, at most {page.most}")
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
    found = {"view": "all", "q": '"ổ gà" đường'}
    for name, asked, most in (("case", {"view": "open"}, CASE), ("case of a search", found, SEARCH)):
        context = urlencode({"list": urlencode(asked)})
        yield Asked(name, tuple(f"/staff/cases/{reference}?{context}" for reference in references), most)


def _desk_pages(who: str) -> Iterator[Asked]:
    """Give the pages that only some people have, each a list or a few."""
    of = {
        "officer": ("/publication", "/notifications"),
        "head": ("/head", "/publication", "/notifications"),
        "dispatcher": ("/triage", "/followers", "/deliveries", "/liaison", "/notifications"),
        "chairman": ("/head", "/restricted", "/notifications"),
    }
    for path in of[who]:
        yield Asked(f"page {path}", (f"/staff{path}",), LIST)


def _both(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def _ask(browser: FlaskClient, page: Asked, rounds: int) -> tuple[list[float], list[float], int]:
    """Ask `rounds` times, after each once for what is kept; gives milliseconds by the clock and of the
    processor, and the usual number of statements."""
    for address in page.addresses:
        browser.get(address)
    times, processor, statements = [], [], []
    for number in range(rounds):
        with _watched() as seen:
            began, busy = time.perf_counter(), time.process_time()
            answer = browser.get(page.addresses[number % len(page.addresses)])
            times.append((time.perf_counter() - began) * 1000)
            processor.append((time.process_time() - busy) * 1000 + seen.busy)
        if answer.status_code != 200:
            raise SystemExit(f"{page.addresses[0]} answered {answer.status_code} {answer.location}")
        statements.append(len(seen.said))
    return times, processor, statistics.mode(statements)


@dataclass
class _Seen:
    """The statements of a page, and how long PostgreSQL's process was busy with them (milliseconds)."""

    said: list[str] = field(default_factory=list)
    busy: float = 0.0
    before: float = 0.0


def _busy(cursor: Any) -> float:
    """Give how long the process behind a connection has run (Linux; 0 elsewhere), in milliseconds."""
    path = Path(f"/proc/{cursor.connection.info.backend_pid}/schedstat")
    return int(path.read_text().split()[0]) / 1e6 if path.exists() else 0.0


@contextmanager
def _watched() -> Iterator[_Seen]:
    seen = _Seen()

    def begin(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.before = _busy(cursor)
        if not statement.startswith(_SILENT):
            seen.said.append(statement)

    def end(connection: Any, cursor: Any, *rest: Any) -> None:
        seen.busy += _busy(cursor) - seen.before

    event.listen(Engine, "before_cursor_execute", begin)
    event.listen(Engine, "after_cursor_execute", end)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", begin)
        event.remove(Engine, "after_cursor_execute", end)
