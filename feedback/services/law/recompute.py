"""The work on changes of the calendar: counting a draft, spreading what is in force, and settling.

A change is one work row at a time. Its lease is renewed with each chunk, so that the sweeper leaves a
running one alone and finds one whose worker died. What was done stays done: the dates themselves say
what is left, so a second run goes on where the first was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, sessionmaker

from feedback.domain.calendar_change import ChangeStatus
from feedback.models import CalendarChange, Work
from feedback.queries.law.calendar_moves import MOVES, RUNNING, find_moves, many_rows
from feedback.queries.law.calendar_preview import preview
from feedback.queries.law_book import KEPT_FOR, LawBook, read_law_book
from feedback.queries.night.open_steps import Ended, Ending, ended_steps
from feedback.services import chunks
from feedback.services.law import one_by_one
from feedback.services.law.calendar_changes import change_of
from feedback.services.law.one_by_one import LEASE, renew
from feedback.services.law.recount import Counted, Spread, spread
from feedback.services.night import steps
from feedback.services.work import WorkKind, claim, fail, finish

CHUNK = 1000
"""Cases that one transaction writes."""

SETTLES_AFTER = 2 * KEPT_FOR
"""After this time nobody counts with the calendar of before: it is kept for `KEPT_FOR`, and a transaction
that began with it has ended."""

_log = structlog.get_logger(__name__)
_MOVED_CASES = text(
    f"WITH {RUNNING}, {MOVES} SELECT case_id FROM moves UNION SELECT case_id FROM replies ORDER BY 1"  # noqa: S608 - made of our own constants
)
Now = Callable[[], datetime]
Sessions = sessionmaker[Session]


@dataclass(frozen=True, slots=True)
class _Job:
    """A change that this run holds: its work row, and what the change says."""

    work_id: UUID
    change_id: UUID
    status: ChangeStatus
    first: date
    last: date
    source: str


def work_through(sessions: Sessions, now: Now, *, longest: float, chunk: int = CHUNK) -> bool:
    """Do what waits for changes of the calendar; gives False when `longest` seconds were not enough."""
    return one_by_one.work_through(
        sessions, now, "recompute", longest=longest, take=_take, give_up=_give_up,
        do=lambda job: _do(sessions, job, now, chunk),
    )  # fmt: skip


def _take(session: Session, now: datetime) -> _Job | None:
    for work in claim(session, WorkKind.RECOMPUTE, now, 1):
        row = session.get_one(CalendarChange, work.subject)
        work.lease_until = now + LEASE
        if row.status == ChangeStatus.FAILED:
            row.status = str(ChangeStatus.APPLYING)
        change = change_of(row)
        sources = dict.fromkeys(day.source for day in change.put)
        return _Job(
            work.id, row.id, ChangeStatus(row.status), change.dates[0], change.dates[-1], "; ".join(sources)
        )
    return None


def _do(sessions: Sessions, job: _Job, now: Now, chunk: int) -> None:
    if job.status is ChangeStatus.DRAFT:
        chunks.write(sessions, partial(_count, job=job, now=now()))
        return
    if job.status is ChangeStatus.APPLIED:
        if not chunks.read(sessions, partial(_may_settle, job=job, now=now())):
            return
        _spread(sessions, job, now, chunk)
        chunks.write(sessions, partial(_settle, job=job, now=now()))
        return
    _spread(sessions, job, now, chunk)
    chunks.write(sessions, partial(_finish, job=job, now=now()))


def _count(session: Session, job: _Job, now: datetime) -> None:
    row = session.get_one(CalendarChange, job.change_id)
    row.preview = preview(session, change_of(row), now, read_law_book(session)).to_json()
    row.counted_at = now
    _done(session, job, now)


def _spread(sessions: Sessions, job: _Job, now: Now, chunk: int) -> None:
    book, ids = chunks.read(sessions, partial(_moved_cases, job=job))
    counted = Counted(book)
    for part in chunks.parts(ids, chunk):
        chunks.write(sessions, partial(_chunk, job=job, ids=part, counted=counted, at=now()))
    at = now()
    untrue = chunks.read(sessions, partial(_untrue_steps, at=at, book=book))
    for ended in chunks.parts(untrue, chunk):
        chunks.write(sessions, partial(_take_back, job=job, ended=ended, at=at))


def _moved_cases(session: Session, job: _Job) -> tuple[LawBook, Sequence[UUID]]:
    book = read_law_book(session)
    moves = find_moves(session, book, job.first, job.last)
    with many_rows(session):
        ids = session.scalars(_MOVED_CASES, moves.values()).all()
    session.execute(
        update(CalendarChange)
        .where(CalendarChange.id == job.change_id, CalendarChange.cases_total.is_(None))
        .values(cases_total=len(ids))
        .execution_options(synchronize_session=False)
    )
    return book, ids


def _chunk(session: Session, job: _Job, ids: Sequence[UUID], counted: Counted, at: datetime) -> None:
    came_to = spread(
        session, ids, change_id=job.change_id, source=job.source, first=job.first, last=job.last, at=at,
        counted=counted,
    )  # fmt: skip
    _progress(session, job, came_to, at)


def _untrue_steps(session: Session, at: datetime, book: LawBook) -> list[Ended]:
    """Give the open steps whose own date stands but is no longer reached: the days between were counted."""
    return [step for step in ended_steps(session, at, book) if step.ending is Ending.CALENDAR_CHANGED]


def _take_back(session: Session, job: _Job, ended: Sequence[Ended], at: datetime) -> None:
    _, taken_back = steps.close(session, ended, at)
    _progress(session, job, Spread(steps=taken_back), at)


def _progress(session: Session, job: _Job, more: Spread, at: datetime) -> None:
    session.execute(
        update(CalendarChange)
        .where(CalendarChange.id == job.change_id)
        .values(
            cases_done=CalendarChange.cases_done + more.cases,
            deadlines_moved=CalendarChange.deadlines_moved + more.deadlines,
            steps_retracted=CalendarChange.steps_retracted + more.steps,
            promises_moved=CalendarChange.promises_moved + more.promises,
        )
        .execution_options(synchronize_session=False)
    )
    renew(session, job.work_id, at)


def _finish(session: Session, job: _Job, now: datetime) -> None:
    """Say that the open cases follow; the row of work stays, for what comes in with the old calendar yet."""
    row = session.get_one(CalendarChange, job.change_id)
    row.status, row.finished_at = str(ChangeStatus.APPLIED), now
    if row.started_at is None:
        raise RuntimeError("a change that was applied had begun")
    _postpone(session, job, row.started_at + SETTLES_AFTER)
    _log.info(
        "calendar_changed", change=str(row.id), cases=row.cases_done, deadlines=row.deadlines_moved,
        steps=row.steps_retracted, promises=row.promises_moved,
    )  # fmt: skip


def _may_settle(session: Session, job: _Job, now: datetime) -> bool:
    """Whether no other change is being applied: else what it moves would be told as moved by this one."""
    at_work = session.scalar(
        select(CalendarChange.id).where(CalendarChange.status == str(ChangeStatus.APPLYING)).limit(1)
    )
    if at_work is not None:
        _postpone(session, job, now + KEPT_FOR)
    return at_work is None


def _settle(session: Session, job: _Job, now: datetime) -> None:
    session.get_one(CalendarChange, job.change_id).settled_at = now
    _done(session, job, now)


def _postpone(session: Session, job: _Job, until: datetime) -> None:
    work = session.get_one(Work, job.work_id)
    work.available_at, work.lease_until, work.attempts = until, None, 0


def _done(session: Session, job: _Job, now: datetime) -> None:
    finish(session, [session.get_one(Work, job.work_id)], now)


def _give_up(session: Session, job: _Job, error: str, now: datetime) -> None:
    """Count a failed attempt; after too many the change stands as failed until somebody tries it again."""
    _log.error("calendar_change_failed", change=str(job.change_id), error=error)
    work = session.get_one(Work, job.work_id)
    fail(session, work, error, now)
    if work.failed_at is not None and job.status is ChangeStatus.APPLYING:
        session.get_one(CalendarChange, job.change_id).status = str(ChangeStatus.FAILED)
