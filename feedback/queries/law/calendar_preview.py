"""What a change of the calendar would do to open cases, counted before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.domain.calendar import WorkingCalendar
from feedback.domain.calendar_change import CalendarChange
from feedback.domain.clocks import Clock
from feedback.queries.law.calendar_moves import MOVES, RUNNING, find_moves, many_rows
from feedback.queries.law_book import LawBook
from feedback.queries.night.overdue import CONCERNS, RUNGS, rung_values

REPLY = "reply"
"""Stands beside the clocks for the day by which a submitter replies to a request."""

# An open step is taken back when no row of the ladder with its code reaches the date that will count.
_COUNTS = text(
    f"""
    WITH {RUNNING}, {MOVES},
    open_cases AS MATERIALIZED (
        SELECT id, lead_agency_id, restricted_at, case_class, urgent,
               reachable_by = 'email' AND restricted_at IS NULL AS reached
        FROM cases WHERE closed_at IS NULL),
    touched AS MATERIALIZED (
        SELECT case_id, bool_or(promise) AS promise FROM (
            SELECT case_id, clock = 'citizen' AS promise FROM moves
            UNION ALL SELECT case_id, false FROM replies) AS either
        GROUP BY case_id),
    seen AS MATERIALIZED (
        SELECT t.case_id, t.promise, c.lead_agency_id,
               c.reached AND (t.promise OR t.case_id IN (SELECT case_id FROM replies)) AS told
        FROM touched t JOIN open_cases c ON c.id = t.case_id),
    rung AS MATERIALIZED (SELECT * FROM {RUNGS}),
    taken_back AS (
        SELECT count(*) AS number FROM escalation_steps s
        JOIN running d ON d.id = s.deadline_id
        JOIN open_cases c ON c.id = s.case_id
        LEFT JOIN moves m ON m.id = d.id
        WHERE s.settled_at IS NULL AND s.retracted_at IS NULL AND NOT EXISTS (
            SELECT FROM rung r
            WHERE r.code = s.step AND r.clock = d.clock AND r.restricted = (c.restricted_at IS NOT NULL)
              AND coalesce(m.new_due_at, d.due_at) > r.after
              AND coalesce(m.new_due_at, d.due_at) <= r.until AND {CONCERNS}))
    SELECT 'cases' AS what, '' AS key, count(*) AS number, 0 AS other FROM seen
    UNION ALL SELECT 'promises', '', count(*) FILTER (WHERE promise), count(*) FILTER (WHERE told) FROM seen
    UNION ALL SELECT 'steps', '', number, 0 FROM taken_back
    UNION ALL SELECT 'agency', coalesce(lead_agency_id, 0)::text, count(*), 0 FROM seen GROUP BY 2
    UNION ALL SELECT 'clock', clock, count(*) FILTER (WHERE new_due_on < due_on OR new_due_on = due_on),
                     count(*) FILTER (WHERE new_due_on > due_on) FROM moves GROUP BY 2
    UNION ALL SELECT 'clock', '{REPLY}', count(*) FILTER (WHERE new_due_on < due_on),
                     count(*) FILTER (WHERE new_due_on > due_on) FROM replies HAVING count(*) > 0
    """  # noqa: S608 - made of our own constants
)


@dataclass(frozen=True, slots=True)
class ClockMoves:
    """How many running dates of a clock move, by direction; `clock` may be REPLY."""

    clock: str
    earlier: int
    later: int


@dataclass(frozen=True, slots=True)
class AgencyMoves:
    """How many open cases of a lead agency move; None: no agency has them."""

    agency_id: int | None
    cases: int


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """The figures of a change.

    cases: open cases that get another date. promises: of these, those whose date to the submitter
    moves; told: submitters who get a notice by mail. steps: escalations that are taken back.
    """

    cases: int
    promises: int
    told: int
    steps: int
    clocks: tuple[ClockMoves, ...]
    agencies: tuple[AgencyMoves, ...]

    def to_json(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, stored: str) -> CalendarPreview:
        """The preview that `to_json` wrote."""
        data = json.loads(stored)
        clocks = tuple(ClockMoves(**row) for row in data.pop("clocks"))
        agencies = tuple(AgencyMoves(**row) for row in data.pop("agencies"))
        return cls(**data, clocks=clocks, agencies=agencies)


def book_after(book: LawBook, change: CalendarChange) -> LawBook:
    """Give the law with the change made."""
    days = change.after(book.calendar.days)
    return replace(book, calendar=WorkingCalendar.from_days(days, book.calendar.weekdays))


def preview(session: Session, change: CalendarChange, at: datetime, book: LawBook) -> CalendarPreview:
    """Count what a change would do to the cases open at `at` (aware), with two statements.

    For the worker's scope, which sees every case; `book` is the law in force now.
    """
    after = book_after(book, change)
    dates = change.dates
    moves = find_moves(session, after, dates[0], dates[-1])
    with many_rows(session):
        rows = session.execute(_COUNTS, {**moves.values(), **rung_values(at, after)}).all()
    return _read(rows)


def _read(rows: Iterable[Any]) -> CalendarPreview:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.what, []).append(row)
    order = [*map(str, Clock), REPLY]
    clocks = sorted(found.get("clock", ()), key=lambda row: order.index(row.key))
    agencies = sorted(found.get("agency", ()), key=lambda row: (-row.number, int(row.key)))
    return CalendarPreview(
        cases=found["cases"][0].number,
        promises=found["promises"][0].number,
        told=found["promises"][0].other,
        steps=found["steps"][0].number,
        clocks=tuple(ClockMoves(row.key, row.number, row.other) for row in clocks),
        agencies=tuple(AgencyMoves(int(row.key) or None, row.number) for row in agencies),
    )
