"""The agency at work: accepting a case, sending it back, passing it on, giving it to an officer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import CAPS, Action
from feedback.domain.notices import NoticeKind
from feedback.domain.permissions import HANDLERS
from feedback.domain.positions import Actor, PositionKind
from feedback.domain.terms import StartEvent
from feedback.models import Agency, Case, Holding, Move, Position, Unit
from feedback.queries.law_book import LawBook
from feedback.queries.people import holding_on
from feedback.services import clocks
from feedback.services.casework import hands
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin, case_facts
from feedback.services.post import notices
from feedback.services.sight import writing
from feedback.services.trail import record


def accept(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Take a case on for the agency; an officer who accepts a case that nobody has, has it from now on."""
    state = begin(session, actor, case, Action.ACCEPT, expected_version)
    lead = hands.lead_of(session, case.id)
    if lead is not None:
        lead.accepted_at = now
    desk = case_facts(session, actor, case).lead_agency_id
    if case.officer_id is None and actor.holds({PositionKind.OFFICER}, desk):
        case.officer_id = actor.account_id
        case.unit_id = next((held.unit_id for held in actor.positions if held.agency_id == desk), None)
    clocks.enter_state(session, case, state, now, book)
    record(session, case, EventKind.CASE_ACCEPTED, actor, now, officer=case.officer_id)


def send_back(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    proposed_agency_id: int | None = None,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Send a case back to the coordinator as not ours, with a reason and, if known, whose it is.

    After the second time the coordinator's next decision is final. The actor loses sight of the
    case. Raises InvalidInput of ``reason`` or ``proposed_agency_id``.
    """
    state = begin(session, actor, case, Action.SEND_BACK, expected_version)
    words = checked_text(reason, "reason")
    proposed: Agency | None = None
    if proposed_agency_id is not None:
        proposed = hands.existing_agency(session, proposed_agency_id, local_date(now), "proposed_agency_id")
        if proposed.id == case.lead_agency_id:
            raise InvalidInput("proposed_agency_id", "same")
    with writing(session, case.id):
        _move(session, case, actor, "send_back", words, proposed, now)
        case.send_backs += 1
        ended = hands.take_back(session, case, now)
        clocks.enter_state(session, case, state, now, book)
        cause = record(
            session, case, EventKind.CASE_SENT_BACK, actor, now, times=case.send_backs,
            proposed=None if proposed is None else proposed.code,
            final_next=case.send_backs >= CAPS.send_backs,
        )  # fmt: skip
        notices.notify(
            session, cause=cause, kind=NoticeKind.TRIAGE_DESK, recipient=notices.DESK, now=now,
            case_id=case.id, params={"reason": words, "send_backs": case.send_backs},
        )  # fmt: skip
        hands.tell_ended(session, case, ended, cause, now)


def transfer(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    to_agency_id: int,
    reason: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Pass a case on to another agency, whose clock of 15 working days begins now (766/QĐ-TTg).

    The citizen's date stays, and the submitter is told so and who has the case now. The actor loses
    sight of the case unless they see the province. Raises InvalidInput of ``to_agency_id`` or ``reason``.
    """
    state = begin(session, actor, case, Action.TRANSFER, expected_version)
    words = checked_text(reason, "reason")
    agency = hands.existing_agency(session, to_agency_id, local_date(now), "to_agency_id")
    if agency.id == case.lead_agency_id:
        raise InvalidInput("to_agency_id", "same")
    with writing(session, case.id):
        _move(session, case, actor, "transfer", words, agency, now)
        case.transfers += 1
        beside = [co_id for co_id in case.co_agency_ids if co_id != agency.id]
        ended = hands.take_back(session, case, now)
        hands.give(session, case, agency, beside, now, by=actor.account_id)
        clocks.start_agency_clock(session, case, agency.id, now, book, StartEvent.TRANSFER)
        hands.start_urgency(session, case, now, book)
        clocks.enter_state(session, case, state, now, book)
        cause = record(
            session, case, EventKind.CASE_TRANSFERRED, actor, now, to=agency.code, times=case.transfers
        )
        hands.tell_agencies(session, case, cause, now, NoticeKind.TRANSFERRED)
        hands.tell_ended(session, case, ended, cause, now)
        hands.tell_submitter(session, case, cause, now, NoticeKind.HANDLER_CHANGED)


def recall(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Let the coordinator take a case back from its agency, to decide anew in triage whose it is.

    What an agency cannot pass on any more (`CAPS`) is moved in this way alone. No clock begins anew: the
    citizen's date stays, and an agency that gets the case back goes on with the time it had (see
    `triage.dispatch`). The agencies lose sight of it and are told why; the submitter is told that the
    date stands. Raises InvalidInput of ``reason``.
    """
    state = begin(session, actor, case, Action.RECALL, expected_version)
    words = checked_text(reason, "reason")
    with writing(session, case.id):
        _move(session, case, actor, "recall", words, None, now)
        lead = session.get_one(Agency, case.lead_agency_id)
        had = (lead.id, *case.co_agency_ids)
        hands.take_back(session, case, now)
        clocks.enter_state(session, case, state, now, book)
        cause = record(session, case, EventKind.CASE_RECALLED, actor, now, agency=lead.code)
        # Whoever owed a part is among them, and reads in this letter that nothing is left to do.
        for agency_id in had:
            notices.notify(
                session, cause=cause, kind=NoticeKind.RECALLED_AGENCY, now=now, case_id=case.id,
                recipient=notices.to_agency(agency_id), params={"reason": words},
            )  # fmt: skip
        hands.tell_submitter(session, case, cause, now, NoticeKind.HANDLER_CHANGED)


def _move(
    session: Session, case: Case, actor: Actor, kind: str, reason: str, to: Agency | None, now: datetime
) -> None:
    session.add(
        Move(
            id=new_id(), case_id=case.id, kind=kind, moved_at=now, moved_by=actor.account_id,
            from_agency_id=case.lead_agency_id, to_agency_id=None if to is None else to.id, reason=reason,
        )
    )  # fmt: skip
    session.flush()


def assign_officer(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    officer_id: int | None = None,
    unit_id: int | None = None,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Give a case to an officer, or to a unit that gives it on, within the agency that has it.

    officer_id: an account that holds or acts in a position there today; its unit counts when no
    `unit_id` is named. Raises InvalidInput of ``officer_id`` or ``unit_id``.
    """
    begin(session, actor, case, Action.ASSIGN_OFFICER, expected_version)
    desk = case_facts(session, actor, case).lead_agency_id
    if officer_id is None and unit_id is None:
        raise InvalidInput("officer_id", "required")
    if unit_id is not None:
        unit = session.get(Unit, unit_id)
        if unit is None or unit.agency_id != desk:
            raise InvalidInput("unit_id", "other_agency")
    if officer_id is not None:
        own_unit = _unit_of_officer(session, officer_id, desk, now)
        unit_id = unit_id if unit_id is not None else own_unit
    case.officer_id = officer_id
    case.unit_id = unit_id
    cause = record(session, case, EventKind.OFFICER_ASSIGNED, actor, now, officer=officer_id, unit=unit_id)
    if officer_id is not None and officer_id != actor.account_id:
        hands.tell_handlers(session, case, cause, now, NoticeKind.ASSIGNED_OFFICER)
    elif officer_id is None and unit_id is not None:
        notices.notify(
            session, cause=cause, kind=NoticeKind.UNIT_CASE, recipient=notices.to_unit(unit_id), now=now,
            case_id=case.id,
        )  # fmt: skip


def _unit_of_officer(session: Session, officer_id: int, agency_id: int | None, now: datetime) -> int | None:
    rows = session.execute(
        select(Position.unit_id)
        .join(Holding, Holding.position_id == Position.id)
        .where(
            Holding.account_id == officer_id,
            Position.agency_id == agency_id,
            Position.kind.in_([str(kind) for kind in HANDLERS]),
            holding_on(local_date(now)),
        )
        .order_by(Position.id)
    ).all()
    if not rows:
        raise InvalidInput("officer_id", "other_agency")
    return next((unit_id for (unit_id,) in rows if unit_id is not None), None)


def log_contact(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    note: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record that those who must act on an urgent case were contacted, and what was said.

    The first contact meets the two hours. Raises InvalidInput of ``note``.
    """
    begin(session, actor, case, Action.LOG_CONTACT, expected_version)
    words = checked_text(note, "note")
    if case.contacted_at is None:
        case.contacted_at = now
        clocks.meet(session, case.id, [Clock.URGENT], now)
    record(session, case, EventKind.CONTACT_LOGGED, actor, now, note=words)
