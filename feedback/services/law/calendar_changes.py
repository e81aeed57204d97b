"""Changing the working calendar: drafted, counted, then in force at once and spread over the open cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import CalendarDay
from feedback.domain.calendar_change import CalendarChange as Change
from feedback.domain.calendar_change import (
    ChangeOrigin,
    ChangeStatus,
    checked,
    dates_of,
    dates_text,
    rows_of,
    rows_text,
)
from feedback.domain.events import EventKind
from feedback.models import CalendarChange
from feedback.models import CalendarDay as CalendarDayRow
from feedback.queries.law_book import read_law_book
from feedback.services import audit
from feedback.services.work import WorkKind, enqueue

STREAM = "settings"


class ChangeRefused(Exception):
    """The change cannot start, or be taken back.

    `code`: ``not_counted`` (no preview yet), ``started`` (it began already), ``busy`` (another is
    being applied), ``stale`` (its dates were changed since it was drafted), ``not_applied`` (nothing to
    take back), ``reverted`` (it was taken back already).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def change_of(row: CalendarChange) -> Change:
    """Give a stored change as a value."""
    return Change(rows_of(row.put), dates_of(row.removed))


def current_days(session: Session) -> tuple[CalendarDay, ...]:
    """Give the rows of the calendar in force, in order."""
    return read_law_book(session).calendar.days


def draft(
    session: Session,
    *,
    put: Iterable[tuple[int | None, CalendarDay]],
    removed: Iterable[date] = (),
    origin: ChangeOrigin,
    account_id: int | None,
    now: datetime,
) -> CalendarChange:
    """Write a change that is not in force yet; a worker counts what it would do.

    put: rows, each with its line in a file, if any. account_id: who drafts; None for a command.
    Raises calendar_change.BadChange with everything that speaks against it.
    """
    days = current_days(session)
    return _write(session, checked(put, removed, days), days, origin, account_id, now)


def draft_reversal(
    session: Session, change_id: UUID, *, account_id: int | None, now: datetime
) -> CalendarChange:
    """Draft the change that takes an applied one back: what stood on its dates before stands again.

    Raises ChangeRefused: ``not_applied``, ``reverted``, or ``stale`` when its dates were changed since.
    """
    row = _locked(session, change_id)
    if row.status != ChangeStatus.APPLIED:
        raise ChangeRefused("not_applied")
    again = exists().where(
        CalendarChange.reverts_id == row.id, CalendarChange.status != str(ChangeStatus.DRAFT)
    )
    if session.scalar(select(again)):
        raise ChangeRefused("reverted")
    change, days = change_of(row), current_days(session)
    if set(change.put) - set(days) or set(change.removed) & {day.date for day in days}:
        raise ChangeRefused("stale")
    inverse = change.inverse(rows_of(row.before))
    return _write(session, inverse, days, ChangeOrigin.REVERSAL, account_id, now, reverts=row.id)


def _write(
    session: Session,
    change: Change,
    days: Iterable[CalendarDay],
    origin: ChangeOrigin,
    account_id: int | None,
    now: datetime,
    reverts: UUID | None = None,
) -> CalendarChange:
    touched = set(change.dates)
    row = CalendarChange(
        id=new_id(), status=str(ChangeStatus.DRAFT), origin=str(origin), put=rows_text(change.put),
        removed=dates_text(change.removed), before=rows_text(day for day in days if day.date in touched),
        reverts_id=reverts, created_at=now, created_by=account_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    enqueue(session, WorkKind.RECOMPUTE, row.id, now)
    return row


def start(
    session: Session, change_id: UUID, *, actor: str, account_id: int | None, now: datetime
) -> CalendarChange:
    """Put a counted change in force now, and have a worker spread it over the open cases.

    actor: the key of the audit trail. Raises ChangeRefused: ``started``, ``not_counted``, ``busy``,
    ``stale``.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("feedback.calendar", 0))))
    row = _locked(session, change_id)
    _check_start(session, row)
    change = change_of(row)
    session.execute(
        update(CalendarDayRow)
        .where(CalendarDayRow.date.in_(change.dates), CalendarDayRow.superseded_at.is_(None))
        .values(superseded_at=now)
        .execution_options(synchronize_session=False)
    )
    if change.put:
        rows = [_values(day, account_id, now) for day in change.put]
        session.execute(insert(CalendarDayRow).inline(), rows)
    row.status = str(ChangeStatus.APPLYING)
    row.started_at, row.started_by = now, account_id
    session.flush()
    audit.record(
        session, kind=EventKind.CALENDAR_CHANGED, actor=actor, at=now, stream=STREAM, change=str(row.id),
        origin=row.origin, put=len(change.put), removed=len(change.removed),
        first=change.dates[0].isoformat(), last=change.dates[-1].isoformat(),
    )  # fmt: skip
    enqueue(session, WorkKind.RECOMPUTE, row.id, now)
    return row


def _locked(session: Session, change_id: UUID) -> CalendarChange:
    return session.scalars(
        select(CalendarChange)
        .where(CalendarChange.id == change_id)
        .with_for_update(of=CalendarChange)
        .execution_options(populate_existing=True)
    ).one()


def _check_start(session: Session, row: CalendarChange) -> None:
    if row.status != ChangeStatus.DRAFT:
        raise ChangeRefused("started")
    if row.preview is None:
        raise ChangeRefused("not_counted")
    unfinished = [str(ChangeStatus.APPLYING), str(ChangeStatus.FAILED)]
    at_work = exists().where(CalendarChange.status.in_(unfinished))
    if session.scalar(select(at_work)):
        raise ChangeRefused("busy")
    touched = set(change_of(row).dates)
    if tuple(day for day in current_days(session) if day.date in touched) != rows_of(row.before):
        raise ChangeRefused("stale")


def _values(day: CalendarDay, account_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "date": day.date, "kind": str(day.kind), "status": str(day.status), "source": day.source,
        "name_vi": day.name_vi, "name_en": day.name_en, "recorded_at": now, "recorded_by": account_id,
    }  # fmt: skip
