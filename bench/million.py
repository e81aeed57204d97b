"""The inbox over a million cases: every list, count, search and case page, timed as the pages are served.

    .venv/bin/python -m bench.million [--cases 1000000] [--rounds 30] [--folder DIR] [--shared]

The cases are made by SQL in stores of its own (kept in DIR, if one is named); the pages are then asked for in
the web role under row security, by an officer, a head, a dispatcher and the chairman. Ends with an error when
one of them is slower than it may be, or asks the database too often.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.pages import measure
from feedback import clock, db
from feedback.commands.preparing import migrate
from feedback.domain.calendar import VIETNAM
from feedback.domain.deadline import compute_deadline
from feedback.embedded.stores import Stores
from feedback.queries.law_book import read_law_book
from feedback.services.seeding.reference import seed_reference
from feedback.services.seeding.staff import seed_staff

SCRIPT = Path(__file__).with_name("million_cases.sql")


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def _address(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def lay(stores: Stores, number: int) -> None:
    """Seed a staffed province and write `number` cases."""
    now = clock.now()
    engine = db.make_engine(stores.worker_url)
    sessions = db.session_factory(engine)
    with db.transaction(sessions, db.WORKER) as session:
        seed_reference(session, "lam-dong", now)
        seed_staff(session, "no password", now, date(2023, 7, 1))
    with db.transaction(sessions, db.WORKER) as session:
        trace = _trace(read_law_book(session), now)
    engine.dispose()
    with psycopg.connect(_address(stores.superuser_url), autocommit=True) as connection:
        with connection.transaction(), _indexes_last(connection):
            for statement in _statements(number, trace):
                connection.execute(statement)
        _say("indexed")
        connection.execute("VACUUM ANALYZE")


def _trace(book: Any, now: datetime) -> str:
    started = now.astimezone(VIETNAM) - timedelta(days=30)
    term = book.term("answer", started)
    trace: str = compute_deadline(started, term.duration, book.calendar, term=term).trace.to_json()
    return trace


def _statements(number: int, trace: str) -> Iterator[str]:
    text = "\n".join(line for line in SCRIPT.read_text().splitlines() if not line.startswith("--"))
    quoted = "'" + trace.replace("'", "''") + "'"
    for statement in text.replace(":cases", str(number)).replace(":'trace'", quoted).split(";\n"):
        if statement.strip():
            _say(" ".join(statement.split())[:60])
            yield statement


@contextlib.contextmanager
def _indexes_last(connection: psycopg.Connection) -> Iterator[None]:
    """Take the indexes that hold no constraint away while the block writes, and build them afterwards."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid IN ('cases'::regclass, 'deadlines'::regclass, 'assignments'::regclass,"
        " 'audit_events'::regclass, 'escalation_steps'::regclass, 'note_words'::regclass) AND NOT indisunique"
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    yield
    _say("written")
    connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _, definition in found:
        connection.execute(definition)


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="hoi-am-bench-") as folder:
        yield Path(folder)


def _laid(stores: Stores) -> int:
    with psycopg.connect(_address(stores.superuser_url)) as connection:
        row = connection.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = 'cases'").fetchone()
    return int(row[0]) if row else 0


def main() -> None:
    """Lay the cases unless they are there, then measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30, help="how often each page is asked for")
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use them when they are there")
    parser.add_argument("--only", default="", help="measure the pages whose name holds this")
    parser.add_argument("--shared", action="store_true", help="hold the processor's time against the limits")
    arguments = parser.parse_args()
    with _folder(arguments.folder) as folder, Stores(folder / "var", durable=False) as stores:
        os.environ["FEEDBACK_MIGRATION_STATEMENT_TIMEOUT"] = "1h"
        migrate(stores.owner_url)
        if _laid(stores) <= 0:
            began = time.monotonic()
            lay(stores, arguments.cases)
            _say(f"{arguments.cases} cases laid in {time.monotonic() - began:.0f} s")
        wrong = measure(stores, folder, arguments.rounds, arguments.only, shared=arguments.shared)
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
