"""Parts of a case that other agencies give: the lead asks, the agency beside it answers, the lead reads."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.contributions import due_objection
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.notices import NoticeKind
from feedback.domain.permissions import HANDLERS
from feedback.domain.positions import Actor, AgencyKind
from feedback.models import Assignment, Case, Contribution
from feedback.queries.law_book import LawBook
from feedback.queries.parts import open_parts
from feedback.services.casework import hands
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.post import notices
from feedback.services.trail import record

REMIND_AT = time(7, 30)
"""When an agency is reminded on the day on which its part is due (Vietnamese time)."""


def ask(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    agency_id: int,
    request: str,
    due_on: date,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> Contribution:
    """Ask an agency for its part until `due_on`; from now on it handles beside the lead and sees the case.

    The day is counted with the calendar of the agency that leads and is not later than its own date. The
    agency is told at once, and again on the day itself when it has not answered. Raises InvalidInput of
    ``agency_id`` (``same``, ``asked`` while a part of it is open, ``outside`` for a body that has no staff
    here, ``unknown``, ``not_in_force``), ``request`` or ``due_on`` (see `due_objection`).
    """
    begin(session, actor, case, Action.ASK_CONTRIBUTION, expected_version)
    words = checked_text(request, "request")
    today = local_date(now)
    agency = hands.existing_agency(session, agency_id, today)
    if agency.id == case.lead_agency_id:
        raise InvalidInput("agency_id", "same")
    if agency.kind == AgencyKind.EXTERNAL:
        raise InvalidInput("agency_id", "outside")
    if _open_part(session, case, agency.id) is not None:
        raise InvalidInput("agency_id", "asked")
    calendar = book.calendar_of(case.lead_agency_id, today)
    why = due_objection(due_on, today, case.agency_due_on, calendar)
    if why is not None:
        raise InvalidInput("due_on", why)
    part = Contribution(
        id=new_id(), case_id=case.id, agency_id=agency.id, asked_at=now, asked_by=actor.account_id,
        request=words, due_on=due_on, answer="",
    )  # fmt: skip
    session.add(part)
    if agency.id not in case.co_agency_ids:
        case.co_agency_ids = [*case.co_agency_ids, agency.id]
        session.add(
            Assignment(
                id=new_id(), case_id=case.id, agency_id=agency.id, role="co", assigned_at=now,
                assigned_by=actor.account_id, final=False,
            )
        )  # fmt: skip
    cause = record(
        session, case, EventKind.CONTRIBUTION_ASKED, actor, now, agency=agency.code, due_on=due_on.isoformat()
    )
    told = {"request": words, "due_on": due_on.isoformat()}
    to = notices.to_agency(agency.id)
    notices.notify(
        session, cause=cause, kind=NoticeKind.CONTRIBUTION_ASKED, recipient=to, now=now, case_id=case.id,
        params=told,
    )  # fmt: skip
    notices.notify(
        session, cause=cause, kind=NoticeKind.CONTRIBUTION_DUE, recipient=to, now=now, case_id=case.id,
        params=told, not_before=datetime.combine(due_on, REMIND_AT, VIETNAM),
    )  # fmt: skip
    return part


def answer(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    text: str,
    part_id: UUID | None = None,
    now: datetime,
    expected_version: int | None = None,
) -> Contribution:
    """Give the part that the actor's agency was asked for; who handles the case is told.

    part_id: which one; only who handles for one asked agency alone may leave it out. Raises InvalidInput of
    ``text``, ``part_id`` (``required``, ``unknown`` when it is not open or another agency's).
    """
    begin(session, actor, case, Action.ANSWER_CONTRIBUTION, expected_version)
    words = checked_text(text, "text")
    own = [part for part in open_parts(session, case.id) if actor.holds(HANDLERS, part.agency_id)]
    if part_id is None and len(own) > 1:
        raise InvalidInput("part_id", "required")
    part = next((part for part in own if part_id in (None, part.id)), None)
    if part is None:
        raise InvalidInput("part_id", "unknown")
    part.answer = words
    part.answered_at = now
    part.answered_by = actor.account_id
    cause = record(
        session, case, EventKind.CONTRIBUTION_ANSWERED, actor, now, late=local_date(now) > part.due_on
    )
    hands.tell_handlers(session, case, cause, now, NoticeKind.CONTRIBUTION_ANSWERED, text=words)
    return part


def _open_part(session: Session, case: Case, agency_id: int) -> Contribution | None:
    return next((part for part in open_parts(session, case.id) if part.agency_id == agency_id), None)
