"""Interim word to the submitter: where their case stands, after 20 days and then every 7.

QĐ 574/QĐ-TTg of 2017 asked for it; the decision was replaced, so it is the province's choice (the setting
`status_updates`). A run finds what is due by its date: missed, repeated or killed, it ends as if it had
run once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_deadline
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import OPEN, State
from feedback.domain.notices import NoticeKind
from feedback.domain.terms import StartEvent
from feedback.models import Case, Deadline, Period, ProvinceSetting
from feedback.queries.law_book import LawBook
from feedback.services import audit, clocks
from feedback.services.post import notices
from feedback.services.trail import record

SETTING = "status_updates"
FIRST = "status_update_first"
NEXT = "status_update_next"
_TOLD = [str(state) for state in OPEN - {State.RESTRICTED}]
_log = structlog.get_logger(__name__)


def is_on(session: Session) -> bool:
    """Tell whether the province chose to send interim updates; not so unless it said so."""
    return session.scalar(select(ProvinceSetting.value).where(ProvinceSetting.key == SETTING)) == "on"


def switch(session: Session, on: bool, *, actor: str, now: datetime) -> None:
    """Turn the updates on or off; the next night begins, or ends, their clocks."""
    value = "on" if on else "off"
    session.execute(
        insert(ProvinceSetting)
        .values(key=SETTING, value=value)
        .on_conflict_do_update(index_elements=[ProvinceSetting.key], set_={"value": value})
    )
    audit.record(
        session,
        kind=EventKind.SETTING_CHANGED,
        actor=actor,
        at=now,
        stream="settings",
        key=SETTING,
        value=value,
    )


def begin(session: Session, now: datetime, book: LawBook, limit: int = 500) -> int:
    """Start the clock of up to `limit` open cases that have none; gives how many.

    The first update is due 20 days after the submission or the reopening, by the term of that day.
    """
    running = exists().where(
        Deadline.case_id == Case.id,
        Deadline.clock == str(Clock.STATUS_UPDATE),
        Deadline.superseded_at.is_(None),
        Deadline.met_at.is_(None),
    )
    found = session.execute(
        select(Case, Period.opened_at)
        .join(Period, (Period.case_id == Case.id) & (Period.number == Case.period))
        .where(Case.state.in_(_TOLD), Case.restricted_at.is_(None), ~running)
        .order_by(Case.id)
        .limit(limit)
        .with_for_update(of=Case, skip_locked=True)
    ).all()
    for case, opened_at in found:
        event = StartEvent.SUBMISSION if case.period == 1 else StartEvent.REOPENING
        _start(session, case, FIRST, opened_at, event, now, book)
    return len(found)


def _start(
    session: Session, case: Case, key: str, start: datetime, event: StartEvent, now: datetime, book: LawBook
) -> None:
    term = book.term(key, start)
    due = compute_deadline(start, term.duration, book.calendar, term=term, event=event)
    clocks.set_deadline(session, case, Clock.STATUS_UPDATE, due, now)


def tell(
    session: Session, now: datetime, book: LawBook, limit: int = 100, *, failed: set[UUID] | None = None
) -> int:
    """Tell up to `limit` submitters whose update is due today or overdue; gives how many were told.

    Who has no e-mail finds it on the tracking page. Cases that somebody else holds locked are left to the
    next run; one that cannot be told stops no other (`failed` holds those passed over).
    """
    passed_over = set() if failed is None else failed
    due = session.scalars(
        select(Case)
        .join(Deadline, Deadline.case_id == Case.id)
        .where(
            Deadline.clock == str(Clock.STATUS_UPDATE),
            Deadline.superseded_at.is_(None),
            Deadline.met_at.is_(None),
            Deadline.due_on <= local_date(now),
            Case.id.not_in(passed_over),
            Case.state.in_(_TOLD),
        )
        .order_by(Deadline.due_at, Case.id)
        .limit(limit)
        # The clock is locked too: of a case that another run told meanwhile, it is met by now.
        .with_for_update(of=[Case, Deadline], skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    told = 0
    for case in due:
        case_id = case.id
        try:
            with session.begin_nested():
                _tell_one(session, case, now, book)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            _log.error("status_update_failed", case=str(case_id), error=type(error).__name__)
            passed_over.add(case_id)
        else:
            told += 1
    return told


def _tell_one(session: Session, case: Case, now: datetime, book: LawBook) -> None:
    clocks.meet(session, case.id, [Clock.STATUS_UPDATE], now)
    _start(session, case, NEXT, now, StartEvent.STATUS_UPDATE, now, book)
    cause = record(
        session, case, EventKind.STATUS_UPDATED, audit.WORKER, now, moves_version=False, state=case.state
    )
    if case.reachable_by == "email":
        notices.notify(
            session,
            cause=cause,
            kind=NoticeKind.STATUS_UPDATE,
            recipient=notices.SUBMITTER,
            now=now,
            case_id=case.id,
            locale=case.locale,
            params={"state": case.state},
            not_before=book.calendar.office_moment(now, book.office_of(None, local_date(now))),
        )


def end_all(session: Session, now: datetime) -> int:
    """Stop the clocks that still run in a province that no longer sends updates; gives how many."""
    ended = session.scalars(
        update(Deadline)
        .where(
            Deadline.clock == str(Clock.STATUS_UPDATE),
            Deadline.superseded_at.is_(None),
            Deadline.met_at.is_(None),
        )
        .values(superseded_at=now)
        .returning(Deadline.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
