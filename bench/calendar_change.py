"""A swapped Saturday over 100,000 open cases: preview, application and reversal, timed and checked.

The day off of Friday 2026-01-02 for Saturday 2026-01-10 (CV 12729/VPCP-KGVX) is brought into a calendar that
lacks it. Every line is checked against dates counted one by one; the first that is wrong ends the run.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from bench.checks import Snapshot, check_applied, check_reversed, expected_moves, snapshot
from bench.installation import empty_installation
from bench.open_cases import lay_open_cases
from feedback import db
from feedback.domain.calendar import VIETNAM, CalendarDay, DayKind, DayStatus
from feedback.domain.calendar_change import ChangeOrigin
from feedback.models import CalendarChange
from feedback.queries.law.calendar_preview import CalendarPreview
from feedback.queries.law_book import LawBook, read_law_book
from feedback.services import audit
from feedback.services.law import calendar_changes
from feedback.services.law.recompute import work_through
from feedback.services.night.escalation import escalate
from feedback.services.seeding.reference import seed_reference
from feedback.services.seeding.staff import seed_staff

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=VIETNAM)
FIRST = date(2025, 10, 1)
SOURCE = "CV 12729/VPCP-KGVX (25/12/2025)"
SWAP = (
    CalendarDay(date(2026, 1, 2), DayKind.DAY_OFF, DayStatus.OFFICIAL, SOURCE, "nghỉ hoán đổi", "swap"),
    CalendarDay(date(2026, 1, 10), DayKind.WORKING_DAY, DayStatus.OFFICIAL, SOURCE, "làm bù", "swap"),
)
Sessions = sessionmaker[Session]


def lay(sessions: Sessions, connection: psycopg.Connection, number: int, *, now: datetime = NOW) -> LawBook:
    """Seed a staffed province without the swap, with `number` open cases and the steps of one night."""
    with db.transaction(sessions, db.WORKER) as session:
        seed_reference(session, "lam-dong", now)
        seed_staff(session, "no password", now, date(2025, 7, 1))
        session.execute(
            text("UPDATE calendar_days SET superseded_at = :now WHERE date IN ('2026-01-02', '2026-01-10')"),
            {"now": now},
        )
    with db.transaction(sessions, db.WORKER) as session:
        book = read_law_book(session)
        agencies = list(session.scalars(text("SELECT id FROM agencies WHERE kind <> 'external' ORDER BY id")))
        account_id = session.scalars(text("SELECT min(id) FROM accounts")).one()
    lay_open_cases(
        connection, number, book=book, now=now, first=FIRST, agencies=agencies, account_id=account_id
    )
    connection.autocommit = True
    connection.execute("ANALYZE")
    escalate(sessions, now, book, now=now)
    return book


def drafted(sessions: Sessions, write: Callable[[Session], CalendarChange], now: datetime) -> UUID:
    """Draft a change and have its preview counted."""
    with db.transaction(sessions, db.WORKER) as session:
        change_id = write(session).id
    work_through(sessions, lambda: now, longest=600)
    return change_id


def draft_swap(sessions: Sessions, now: datetime = NOW) -> UUID:
    """Draft the swap and have its preview counted."""

    def write(session: Session) -> CalendarChange:
        return calendar_changes.draft(
            session, put=[(None, day) for day in SWAP], origin=ChangeOrigin.FORM, account_id=None, now=now
        )

    return drafted(sessions, write, now)


def draft_reversal(sessions: Sessions, change_id: UUID, now: datetime = NOW) -> UUID:
    """Draft the reversal of a change and have its preview counted."""

    def write(session: Session) -> CalendarChange:
        return calendar_changes.draft_reversal(session, change_id, account_id=None, now=now)

    return drafted(sessions, write, now)


def apply(sessions: Sessions, change_id: UUID, now: datetime = NOW) -> None:
    """Put a change in force and spread it over the open cases."""
    with db.transaction(sessions, db.WORKER) as session:
        calendar_changes.start(session, change_id, actor=audit.COMMAND, account_id=None, now=now)
    work_through(sessions, lambda: now, longest=600)


def preview_of(sessions: Sessions, change_id: UUID) -> CalendarPreview:
    """Give the figures that were counted for a change."""
    with db.transaction(sessions, db.WORKER) as session:
        return CalendarPreview.from_json(session.get_one(CalendarChange, change_id).preview or "")


def taken(sessions: Sessions) -> Snapshot:
    """Give all dates of all cases as they stand."""
    with db.transaction(sessions, db.WORKER) as session:
        return snapshot(session)


def _timed(name: str, action: Callable[[], Any], most: float) -> Any:
    began = time.monotonic()
    result = action()
    seconds = time.monotonic() - began
    print(f"{name}: {seconds:.2f} s (at most {most:g} s)", flush=True)
    if seconds > most:
        raise SystemExit(f"{name} took too long")
    return result


def measure(sessions: Sessions, connection: psycopg.Connection, number: int) -> None:
    """Lay the cases, then preview, apply and reverse the swap."""
    began = time.monotonic()
    book = lay(sessions, connection, number)
    before = taken(sessions)
    print(
        f"{number} open cases, {len(before.deadlines)} running deadlines, {before.steps} open steps,"
        f" laid in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    expected = expected_moves(before, book, SWAP)
    change_id = _timed("preview", lambda: draft_swap(sessions), 2)
    figures = preview_of(sessions, change_id)
    print(
        f"{figures.cases} open cases move, {figures.promises} promises to submitters, {figures.told} told;"
        f" {figures.steps} escalations taken back; by clock:",
        {row.clock: (row.earlier, row.later) for row in figures.clocks},
    )
    _timed("application", lambda: apply(sessions, change_id), 60)
    after = taken(sessions)
    check_applied(before, after, expected, figures)
    with db.transaction(sessions, db.WORKER) as session:
        found = _timed("verification of the audit trail", lambda: audit.verify(session), 60)
    if not found.sound:
        raise SystemExit(f"the audit trail is broken: {found.breaks[:3]}")
    reversal_id = _timed("preview of the reversal", lambda: draft_reversal(sessions, change_id), 2)
    _timed("reversal", lambda: apply(sessions, reversal_id), 60)
    check_reversed(before, taken(sessions), expected)
    print("every line holds; most memory of this process:", end=" ")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def main() -> None:
    """Measure on stores of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000, help="how many open cases")
    arguments = parser.parse_args()
    with empty_installation() as place:
        measure(place.worker, place.superuser, arguments.cases)


if __name__ == "__main__":
    main()
