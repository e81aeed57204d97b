"""Whose hands a case is in: giving it to agencies, and all that ends when it is taken from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.notices import NoticeKind
from feedback.domain.permissions import TOP
from feedback.domain.positions import AgencyKind, PositionKind, in_force
from feedback.models import Agency, Answer, Assignment, Case, Extension, Supplement
from feedback.queries import people
from feedback.queries.law_book import LawBook
from feedback.queries.parts import open_parts
from feedback.queries.relays import open_relay
from feedback.services import clocks
from feedback.services.errors import InvalidInput
from feedback.services.post.notices import SUBMITTER, notify, to_account, to_agency, to_position


def existing_agency(session: Session, agency_id: int, on: date, field: str = "agency_id") -> Agency:
    """Give the agency that a case may be given to on the day `on`.

    Raises InvalidInput of `field`: ``unknown``, or ``not_in_force`` outside its dates.
    """
    agency = session.get(Agency, agency_id)
    if agency is None or agency.kind == AgencyKind.OVERSIGHT:
        raise InvalidInput(field, "unknown")
    if not in_force(agency.valid_from, agency.valid_to, on):
        raise InvalidInput(field, "not_in_force")
    return agency


def lead_of(session: Session, case_id: UUID) -> Assignment | None:
    """Give the running lead assignment of a case, if an agency has it."""
    return session.scalars(
        select(Assignment).where(
            Assignment.case_id == case_id, Assignment.role == "lead", Assignment.ended_at.is_(None)
        )
    ).one_or_none()


def give(
    session: Session,
    case: Case,
    agency: Agency,
    co_handlers: Iterable[int],
    now: datetime,
    *,
    by: int | None,
    final: bool = False,
    accepted: bool = False,
) -> None:
    """Give `case` to `agency` as its lead and to `co_handlers` (agency ids) beside it.

    by: the account that decided. final: it cannot be sent back. accepted: there is nothing left
    to accept (a reopened case). The liaison desk of an external body handles beside it, so that
    somebody here sees the case.
    """
    beside = dict.fromkeys(co_handlers)
    if agency.kind == AgencyKind.EXTERNAL:
        if agency.liaison_id is None:
            raise InvalidInput("agency_id", "no_liaison")
        beside[agency.liaison_id] = None
    beside.pop(agency.id, None)
    case.lead_agency_id = agency.id
    case.co_agency_ids = list(beside)
    rows = [(agency.id, "lead"), *((co_id, "co") for co_id in beside)]
    session.add_all(
        Assignment(
            id=new_id(), case_id=case.id, agency_id=agency_id, role=role, assigned_at=now, assigned_by=by,
            final=final and role == "lead", accepted_at=now if accepted else None,
        )
        for agency_id, role in rows
    )  # fmt: skip


def end_assignments(session: Session, case: Case, now: datetime) -> None:
    """End who has the case; the case still names its last lead, who keeps seeing it."""
    session.flush()
    session.execute(
        update(Assignment)
        .where(Assignment.case_id == case.id, Assignment.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


def end_requests(session: Session, case: Case, now: datetime) -> list[int]:
    """End what the agency was waiting for: an extension, a supplement, an approval, parts of others.

    Gives the agencies whose part ended, for `tell_ended`.
    """
    session.flush()
    session.execute(
        update(Extension)
        .where(Extension.case_id == case.id, Extension.decision == "pending")
        .values(decision="denied", decided_at=now)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        update(Supplement)
        .where(
            Supplement.case_id == case.id, Supplement.replied_at.is_(None), Supplement.expired_at.is_(None)
        )
        .values(expired_at=now)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        update(Answer)
        .where(Answer.case_id == case.id, Answer.status == "submitted")
        .values(status="returned", decided_at=now)
        .execution_options(synchronize_session="fetch")
    )
    parts = open_parts(session, case.id)
    for part in parts:
        part.ended_at = now
    relayed = open_relay(session, case.id)
    if relayed is not None:
        relayed.ended_at = now
    session.flush()
    return sorted(part.agency_id for part in parts)


def take_back(session: Session, case: Case, now: datetime) -> list[int]:
    """Take `case` from whoever has it: assignments, requests, the agency's clock, and sight of it.

    The actor may lose sight too: call within `sight.writing`. Gives the agencies whose part ended, for
    `tell_ended`.
    """
    end_assignments(session, case, now)
    ended = end_requests(session, case, now)
    case.lead_agency_id = None
    case.co_agency_ids = []
    case.unit_id = None
    case.officer_id = None
    clocks.stop_agency_clock(session, case, now)
    return ended


def start_urgency(session: Session, case: Case, now: datetime, book: LawBook) -> None:
    """Start the two hours of an urgent case, unless they run or its agency was contacted."""
    if not case.urgent or case.contacted_at is not None:
        return
    if clocks.active_deadline(session, case.id, Clock.URGENT) is None:
        clocks.start_urgent_clock(session, case, now, book)


def tell_agencies(
    session: Session,
    case: Case,
    cause: UUID,
    now: datetime,
    kind: NoticeKind,
    *,
    not_before: datetime | None = None,
) -> None:
    """Tell the lead (of an urgent case, urgently) and the co-handlers that a case is theirs.

    not_before: until when the notices wait, of a decision that can still be taken back.
    """
    if case.lead_agency_id is None:
        return
    to_lead = NoticeKind.URGENT_AGENCY if case.urgent and kind is NoticeKind.ASSIGNED_AGENCY else kind
    notify(
        session, cause=cause, kind=to_lead, recipient=to_agency(case.lead_agency_id), now=now,
        case_id=case.id, params={"role": "lead"}, not_before=not_before,
    )  # fmt: skip
    for agency_id in case.co_agency_ids:
        notify(
            session, cause=cause, kind=NoticeKind.ASSIGNED_AGENCY, recipient=to_agency(agency_id), now=now,
            case_id=case.id, params={"role": "co"}, not_before=not_before,
        )  # fmt: skip


def tell_ended(session: Session, case: Case, agency_ids: Iterable[int], cause: UUID, now: datetime) -> None:
    """Tell agencies that the part which they owed is not needed any more; each is told once."""
    for agency_id in agency_ids:
        notify(
            session, cause=cause, kind=NoticeKind.CONTRIBUTION_ENDED, recipient=to_agency(agency_id), now=now,
            case_id=case.id,
        )  # fmt: skip


def tell_handlers(
    session: Session, case: Case, cause: UUID, now: datetime, kind: NoticeKind, **params: object
) -> None:
    """Tell the officer who has the case, or its agency while nobody there has it.

    An officer who left, or works for another agency now, has it no more in fact: they read nothing of it.
    """
    if case.lead_agency_id is None:
        return
    recipient = to_agency(case.lead_agency_id)
    if case.officer_id is not None and people.works_for(
        session, case.officer_id, case.lead_agency_id, local_date(now)
    ):
        recipient = to_account(case.officer_id)
    notify(session, cause=cause, kind=kind, recipient=recipient, now=now, case_id=case.id, params=params)


def tell_heads(
    session: Session,
    case: Case,
    cause: UUID,
    now: datetime,
    kind: NoticeKind,
    kinds: Collection[PositionKind] = TOP,
    **params: object,
) -> None:
    """Tell the head of the agency that leads: the position, so that who acts in it gets the notice."""
    lead = session.get(Agency, case.lead_agency_id) if case.lead_agency_id is not None else None
    if lead is None:
        return
    agency_id = lead.liaison_id if lead.kind == AgencyKind.EXTERNAL and lead.liaison_id else lead.id
    for position_id in people.position_ids(session, agency_id, kinds, local_date(now)):
        notify(
            session, cause=cause, kind=kind, recipient=to_position(position_id), now=now, case_id=case.id,
            params=params,
        )  # fmt: skip


def tell_chief(
    session: Session, case: Case, cause: UUID, now: datetime, kind: NoticeKind, **params: object
) -> None:
    """Tell the head of the coordinating office, by position."""
    coordinator = session.scalars(
        select(Agency.id).where(Agency.kind == str(AgencyKind.COORDINATOR)).order_by(Agency.id).limit(1)
    ).one()
    chief = {PositionKind.COORDINATOR_HEAD}
    for position_id in people.position_ids(session, coordinator, chief, local_date(now)):
        notify(
            session, cause=cause, kind=kind, recipient=to_position(position_id), now=now, case_id=case.id,
            params=params,
        )  # fmt: skip


def tell_submitter(
    session: Session,
    case: Case,
    cause: UUID,
    now: datetime,
    kind: NoticeKind,
    *,
    not_before: datetime | None = None,
    **params: object,
) -> bool:
    """Write to the submitter by mail, in their language; gives False when they gave no address.

    not_before: until when the mail waits, of a decision that can still be taken back. Without an address
    the tracking page tells them, and a letter where a `Delivery` is due.
    """
    if case.reachable_by != "email":
        return False
    notify(
        session, cause=cause, kind=kind, recipient=SUBMITTER, now=now, case_id=case.id, locale=case.locale,
        params=params, not_before=not_before,
    )  # fmt: skip
    return True
