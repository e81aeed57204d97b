"""More time for the agency: asked for with a reason, decided by the head, told to the submitter."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import WorkingCalendar, day_start, local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_due
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.notices import NoticeKind
from feedback.domain.permissions import TOP
from feedback.domain.positions import Actor, PositionKind
from feedback.domain.recount import fixed_deadline
from feedback.domain.terms import Term
from feedback.domain.trace import Trace
from feedback.models import Case, Deadline, Extension
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import hands
from feedback.services.errors import InvalidInput, checked_text, finished_text
from feedback.services.facts import begin
from feedback.services.trail import record


def ask(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    new_due_on: date,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> Extension:
    """Ask the head of the agency for a later date (Vietnamese, a working day) of the agency's clock.

    Raises InvalidInput of ``reason`` or ``new_due_on``: ``not_later`` than the current date or than
    today, ``not_working_day``, ``no_clock``, ``too_far`` for more than the term may be extended by;
    Refused when nobody may extend it (``not_extendable``).
    """
    begin(session, actor, case, Action.ASK_EXTENSION, expected_version)
    words = finished_text(reason, "reason")
    _check_date(session, case, new_due_on, now, book)
    extension = Extension(
        id=new_id(), case_id=case.id, asked_at=now, asked_by=actor.account_id, reason=words,
        new_due_on=new_due_on, decision="pending", remarks="",
    )  # fmt: skip
    session.add(extension)
    cause = record(session, case, EventKind.EXTENSION_ASKED, actor, now, new_due_on=new_due_on.isoformat())
    _tell_approvers(session, case, cause, now, book, reason=words, new_due_on=new_due_on.isoformat())
    return extension


def _tell_approvers(
    session: Session, case: Case, cause: UUID, now: datetime, book: LawBook, **told: object
) -> None:
    """Tell those whom the term lets decide: the head, or a head of unit or the chief by its row."""
    running = clocks.active_deadline(session, case.id, Clock.AGENCY)
    kinds = frozenset[PositionKind]() if running is None else frozenset(_term(running, book).extend_by)
    own = TOP if PositionKind.HEAD_OF_AGENCY in kinds else kinds & {PositionKind.HEAD_OF_UNIT}
    if own:
        hands.tell_heads(session, case, cause, now, NoticeKind.EXTENSION_ASKED, own, **told)
    else:
        hands.tell_chief(session, case, cause, now, NoticeKind.EXTENSION_ASKED, **told)


def latest_day(session: Session, case: Case, book: LawBook) -> date | None:
    """Give the last day to which the agency's clock may be extended; None without a clock or a limit.

    It is counted from the date that the term itself gave, so that a second extension adds nothing to it.
    """
    running = clocks.active_deadline(session, case.id, Clock.AGENCY)
    if running is None:
        return None
    most = _term(running, book).extend_at_most
    if most is None:
        return None
    by_term = session.scalars(
        select(Deadline.due_on)
        .where(
            Deadline.case_id == case.id,
            Deadline.period == case.period,
            Deadline.clock == str(Clock.AGENCY),
            Deadline.agency_id == running.agency_id,
            Deadline.fixed_on.is_(None),
        )
        .order_by(Deadline.version.desc())
        .limit(1)
    ).one_or_none()
    end_of_term = day_start(by_term or running.due_on)
    return compute_due(end_of_term, most, _calendar(running, book))[0]


def _term(running: Deadline, book: LawBook) -> Term:
    return book.term(running.term_key or clocks.ANSWER, running.started_at)


def _check_date(session: Session, case: Case, new_due_on: date, now: datetime, book: LawBook) -> Deadline:
    running = clocks.active_deadline(session, case.id, Clock.AGENCY)
    if running is None:
        raise InvalidInput("new_due_on", "no_clock")
    if new_due_on <= max(running.due_on, local_date(now)):
        raise InvalidInput("new_due_on", "not_later")
    if not _calendar(running, book).is_working(new_due_on):
        raise InvalidInput("new_due_on", "not_working_day")
    latest = latest_day(session, case, book)
    if latest is not None and new_due_on > latest:
        raise InvalidInput("new_due_on", "too_far")
    return running


def _calendar(running: Deadline, book: LawBook) -> WorkingCalendar:
    return book.calendar_of(running.agency_id, local_date(running.started_at))


def decide(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    granted: bool,
    remarks: str = "",
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Grant the extension that is asked for, or deny it with remarks.

    Granted, the agency's clock gets a new version and the submitter is told the new date and the
    reason; the citizen's date stays as it was promised. Raises InvalidInput of ``remarks`` for a
    denial without any, of ``new_due_on`` when the date has lost its sense meanwhile.
    """
    begin(session, actor, case, Action.DECIDE_EXTENSION, expected_version)
    words = checked_text(remarks, "remarks", least=0 if granted else 1)
    extension = session.scalars(
        select(Extension).where(Extension.case_id == case.id, Extension.decision == "pending")
    ).one()
    if granted:
        _prolong(session, case, extension, now, book)
    extension.decision = "granted" if granted else "denied"
    extension.decided_at = now
    extension.decided_by = actor.account_id
    extension.remarks = words
    kind = EventKind.EXTENSION_GRANTED if granted else EventKind.EXTENSION_DENIED
    cause = record(
        session, case, kind, actor, now, new_due_on=extension.new_due_on.isoformat(),
        self_approved=extension.asked_by == actor.account_id,
    )  # fmt: skip
    told: dict[str, Any] = {"reason": extension.reason, "new_due_on": extension.new_due_on.isoformat()}
    if granted:
        hands.tell_submitter(session, case, cause, now, NoticeKind.EXTENSION_GRANTED, **told)
    hands.tell_handlers(
        session, case, cause, now, NoticeKind.EXTENSION_DECIDED, granted=granted, remarks=words, **told
    )


def _prolong(session: Session, case: Case, extension: Extension, now: datetime, book: LawBook) -> None:
    """Give the agency's clock the new date, which is pinned as promised."""
    running = _check_date(session, case, extension.new_due_on, now, book)
    before = Trace.from_json(running.trace)
    due = fixed_deadline(
        running.started_at,
        extension.new_due_on,
        _calendar(running, book),
        term=book.term(clocks.ANSWER, running.started_at),
        event=before.event,
    )
    row = clocks.set_deadline(session, case, Clock.AGENCY, due, now, agency_id=running.agency_id)
    row.paused_at = running.paused_at
