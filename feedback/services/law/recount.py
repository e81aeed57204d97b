"""A changed calendar, spread over the open cases: one chunk of cases in one transaction.

Each statement writes the whole chunk (rows come as columns). A case is compared with its stored dates, so
a chunk that is written twice changes nothing the second time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import VIETNAM, day_start, local_date
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.notices import NoticeKind
from feedback.domain.recount import recount
from feedback.domain.trace import Trace
from feedback.queries.law.calendar_moves import new_date, reply_date, span
from feedback.queries.law_book import LawBook
from feedback.queries.night.open_steps import Ending
from feedback.queries.night.overdue import rung_values
from feedback.services import audit
from feedback.services.law import recount_statements as sql
from feedback.services.post import notices
from feedback.services.work import ring

Columns = dict[str, Any]
_OF_THE_CASE = {str(Clock.CITIZEN), str(Clock.AGENCY)}
"""The clocks whose dates stand with the case itself; its version moves with them."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a chunk came to: cases changed, dates moved, steps taken back, promises to submitters moved."""

    cases: int = 0
    deadlines: int = 0
    steps: int = 0
    promises: int = 0


@dataclass(slots=True)
class Counted:
    """Dates and traces counted so far by one calendar, for all chunks of a run: few kinds, many rows."""

    book: LawBook
    due: dict[tuple[Any, ...], tuple[date, datetime]] = field(default_factory=dict)
    texts: dict[tuple[Any, ...], tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Chunk:
    """What is to be written for the cases that one transaction holds locked."""

    cases: dict[UUID, Any]
    deadlines: list[dict[str, Any]] = field(default_factory=list)
    moved: dict[UUID, dict[str, tuple[date, date]]] = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)
    taken: dict[UUID, list[str]] = field(default_factory=dict)

    def note(self, case_id: UUID, clock: str, old: date, new: date) -> None:
        self.moved.setdefault(case_id, {})[clock] = (old, new)


def spread(
    session: Session,
    case_ids: Sequence[UUID],
    *,
    change_id: UUID,
    source: str,
    first: date,
    last: date,
    at: datetime,
    counted: Counted,
) -> Spread:
    """Bring the running dates of these open cases to the calendar of `counted`, in the worker's scope.

    first, last: the first and last day that the change touches. source: the document, for the notices.
    Every case that gets another date gets one audit event; steps of the ladder that the new date does
    not justify are taken back with it, the others go with their date.
    """
    cases = {row.id: row for row in session.execute(sql.LOCK_CASES, {"ids": list(case_ids)})}
    chunk = _Chunk(cases)
    ids = {"ids": list(cases)}
    rows = session.execute(sql.RUNNING, {**ids, **span(first, last)}).all()
    _count_again(chunk, rows, counted)
    requests = session.execute(sql.OPEN_REQUESTS, ids).all()
    _count_requests(chunk, requests, counted.book)
    if not chunk.moved:
        return Spread()
    _write_deadlines(session, chunk, at)
    _write_cases(session, chunk)
    _close_steps(session, chunk, at, counted.book)
    _record(session, chunk, change_id, source, at)
    return Spread(
        cases=len(chunk.moved),
        deadlines=len(chunk.deadlines),
        steps=sum(map(len, chunk.taken.values())),
        promises=sum(str(Clock.CITIZEN) in dates for dates in chunk.moved.values()),
    )


def _count_again(chunk: _Chunk, rows: Sequence[Any], counted: Counted) -> None:
    for row in rows:
        office = row.agency_id if row.clock == Clock.AGENCY else None
        by_moment = row.duration.endswith("wh")
        start = row.started_at if by_moment else day_start(local_date(row.started_at))
        key = (start, row.duration, row.fixed_on, office)
        if key not in counted.due:
            counted.due[key] = new_date(counted.book, *key)
        new_due_on, new_due_at = counted.due[key]
        if new_due_at == row.due_at:
            continue
        duration, trace = _explained(row, start, office, counted)
        chunk.note(row.case_id, row.clock, row.due_on, new_due_on)
        chunk.deadlines.append(
            {
                "old": row.id, "new": new_id(), "case_id": row.case_id, "clock": row.clock,
                "duration": duration, "due_on": new_due_on, "due_at": new_due_at, "trace": trace,
                "sealed": chunk.cases[row.case_id].restricted_at is not None,
            }
        )  # fmt: skip


def _explained(row: Any, start: datetime, office: int | None, counted: Counted) -> tuple[str, str]:
    """Give the duration and the trace of a date counted again.

    Dates that begin on one day by one term have one trace but for the minute, which is put in.
    """
    old = json.loads(row.trace)
    pinned = (old["event"], old["term"], old["name_vi"], old["name_en"], old["basis"])
    key = (start, row.duration, row.fixed_on, office, pinned)
    if key not in counted.texts:
        on = local_date(row.started_at)
        again = recount(
            Trace.from_json(row.trace),
            counted.book.calendar_of(office, on),
            counted.book.office_of(office, on),
            start=start,
            fixed_on=row.fixed_on,
        )
        counted.texts[key] = (str(again.trace.duration), again.trace.to_json())
    duration, trace = counted.texts[key]
    begin = row.started_at.astimezone(VIETNAM).isoformat()
    return duration, trace.replace(start.astimezone(VIETNAM).isoformat(), begin, 1)


def _count_requests(chunk: _Chunk, rows: Sequence[Any], book: LawBook) -> None:
    for row in rows:
        new = reply_date(book, local_date(row.asked_at))
        if new != row.due_on:
            chunk.note(row.case_id, "reply", row.due_on, new)
            chunk.replies.append({"id": row.id, "due_on": new})


def _columns(rows: Sequence[dict[str, Any]], *json_texts: str) -> Columns:
    columns: Columns = {name: [row[name] for row in rows] for name in rows[0]}
    return columns | {name: sql.SEPARATOR.join(columns[name]) for name in json_texts}


def _write_deadlines(session: Session, chunk: _Chunk, at: datetime) -> None:
    if chunk.deadlines:
        columns = _columns(chunk.deadlines, "trace")
        session.execute(sql.SUPERSEDE, {"old": columns["old"], "at": at})
        session.execute(sql.NEW_VERSIONS, {**columns, "at": at})
    if chunk.replies:
        session.execute(sql.REPLY_DATES, _columns(chunk.replies))


def _write_cases(session: Session, chunk: _Chunk) -> None:
    rows = [
        {
            "id": case_id,
            "period": chunk.cases[case_id].period,
            "citizen": dates[Clock.CITIZEN][1] if Clock.CITIZEN in dates else None,
            "agency": dates[Clock.AGENCY][1] if Clock.AGENCY in dates else None,
        }
        for case_id, dates in chunk.moved.items()
        if dates.keys() & _OF_THE_CASE
    ]
    if rows:
        session.execute(sql.CASE_DATES, _columns(rows))
    promised = [row for row in rows if row["citizen"] is not None]
    if promised:
        session.execute(sql.PERIOD_DATES, _columns(promised))


def _close_steps(session: Session, chunk: _Chunk, at: datetime, book: LawBook) -> None:
    if not chunk.deadlines:
        return
    names = ("old", "new", "clock", "due_at", "sealed")
    columns = {name: [row[name] for row in chunk.deadlines] for name in names}
    session.execute(sql.KEEP_STEPS, {**columns, **rung_values(at, book)})
    values = {"old": columns["old"], "at": at, "reason": str(Ending.CALENDAR_CHANGED)}
    for case_id, step in session.execute(sql.TAKE_BACK_STEPS, values):
        chunk.taken.setdefault(case_id, []).append(step)


def _record(session: Session, chunk: _Chunk, change_id: UUID, source: str, at: datetime) -> None:
    events, letters = [], []
    for case_id, dates in chunk.moved.items():
        case = chunk.cases[case_id]
        payload = {"change": str(change_id)}
        for clock, (old, new) in dates.items():
            payload |= {f"{clock}_from": old.isoformat(), f"{clock}_to": new.isoformat()}
        if case_id in chunk.taken:
            payload["steps"] = ",".join(sorted(chunk.taken[case_id]))
        event = audit.event_values(
            kind=EventKind.DEADLINE_RECOMPUTED, actor=audit.WORKER, at=at, case_id=case_id,
            stream=None, version=case.version + bool(dates.keys() & _OF_THE_CASE), **payload,
        )  # fmt: skip
        events.append(event)
        if case.told and dates.keys() & {Clock.CITIZEN, "reply"}:
            letters.append(_letter(event["id"], case, dates, source, at))  # type: ignore[arg-type]
    session.execute(sql.EVENTS, _columns(events, "payload"))
    if letters:
        session.execute(sql.LETTERS, _columns(letters, "params"))
        ring(session, "messages")


def _letter(
    cause: UUID, case: Any, dates: dict[str, tuple[date, date]], source: str, at: datetime
) -> dict[str, Any]:
    params = {"source": source}
    for name, key in ((str(Clock.CITIZEN), "due"), ("reply", "reply")):
        if name in dates:
            old, new = dates[name]
            params |= {f"old_{key}_on": old.isoformat(), f"new_{key}_on": new.isoformat()}
    return notices.notice_values(
        cause=cause, kind=NoticeKind.DATE_MOVED, recipient=notices.SUBMITTER, now=at, case_id=case.id,
        locale=case.locale, params=params,
    )  # fmt: skip
