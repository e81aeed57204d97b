"""What waits beside the inbox: publications to check, letters to hand over, restricted cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import State
from feedback.domain.permission_table import AREAS, HANDLERS, HEADS, Area
from feedback.domain.positions import Actor, PositionKind
from feedback.domain.undo import UNDO_WINDOW
from feedback.models import (
    Account,
    Agency,
    Answer,
    Case,
    Delivery,
    Publication,
    RestrictedAccess,
)
from feedback.queries import relays
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.escalated import waiting_count
from feedback.queries.lists.extensions import extensions_count
from feedback.queries.lists.inbox import capped
from feedback.queries.lists.inbox_filters import View, counted
from feedback.queries.lists.restricted import open_count
from feedback.queries.notifications import unread_count

MOST = 50
DESK_KINDS = AREAS[Area.TRIAGE]
CHECKERS = HEADS | DESK_KINDS
LEADERS = AREAS[Area.HEAD]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A publication that waits for a second person."""

    publication: Publication
    case: Case
    agency: Agency | None
    written_by: str


@dataclass(frozen=True, slots=True)
class Letter:
    """An answer that waits to be handed over, posted or told by telephone."""

    delivery: Delivery
    case: Case
    agency: Agency | None


def proposed(session: Session, most: int = MOST) -> list[Proposed]:
    """Give the publications that await their check, of the cases the actor sees, the oldest first."""
    rows = session.execute(
        select(Publication, Case, Agency, Account.name)
        .join(Case, Case.id == Publication.case_id)
        .join(Account, Account.id == Publication.written_by)
        .outerjoin(Agency, Agency.id == Publication.agency_id)
        .where(Publication.status == "awaiting_check")
        .order_by(Publication.written_at, Publication.id)
        .limit(most)
    )
    return [Proposed(*row) for row in rows]


def returned(session: Session, actor: Actor, most: int = MOST) -> list[Proposed]:
    """Give the publications that the actor wrote and that came back with remarks."""
    rows = session.execute(
        select(Publication, Case, Agency, Account.name)
        .join(Case, Case.id == Publication.case_id)
        .join(Account, Account.id == Publication.written_by)
        .outerjoin(Agency, Agency.id == Publication.agency_id)
        .where(Publication.status == "returned", Publication.written_by == actor.account_id)
        .order_by(Publication.checked_at.desc())
        .limit(most)
    )
    return [Proposed(*row) for row in rows]


def publishable(session: Session, desk: Desk, since: datetime, most: int = MOST) -> list[Case]:
    """Give the answered cases that could be published and for which nobody has proposed it, newest first.

    since: answered cases that came in before this moment are left out.
    """
    of_case = aliased(Publication)
    query = (
        select(Case)
        .outerjoin(of_case, (of_case.case_id == Case.id) & (of_case.period == Case.period))
        .where(
            Case.lead_agency_id.in_(desk.handles),
            Case.received_at > since,
            Case.state == str(State.ANSWERED),
            Case.restricted_at.is_(None),
            Case.state_before_restriction.is_(None),
            Case.consent_publish,
            Case.confidential.is_(False),
            of_case.id.is_(None),
        )
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def _to_hand_over(now: datetime) -> Any:
    """Say which letters wait: none of a refusal that can still be taken back."""
    told = or_(Case.state != str(State.REFUSED), Case.state_since < now - UNDO_WINDOW)
    return and_(Delivery.delivered_at.is_(None), Delivery.cancelled_at.is_(None), told)


def _pending(now: datetime) -> Any:
    return (
        select(Delivery, Case, Agency)
        .join(Case, Case.id == Delivery.case_id)
        .join(Answer, Answer.id == Delivery.answer_id)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .where(_to_hand_over(now))
    )


def letters(session: Session, now: datetime, most: int = MOST) -> list[Letter]:
    """Give the answers that wait at `now` to be brought to a person without e-mail, the oldest first."""
    query = _pending(now).order_by(Delivery.created_at, Delivery.id).limit(most)
    return [Letter(*row) for row in session.execute(query)]


def _listed_count(account_id: int) -> Any:
    """Count by the access list alone, which names open and closed cases alike; 0 hides the page."""
    return capped(
        select(literal(1)).where(
            RestrictedAccess.account_id == account_id, RestrictedAccess.ended_at.is_(None)
        )
    )


def waiting(session: Session, actor: Actor, desk: Desk, now: datetime) -> dict[str, int]:
    """Give the numbers of the navigation that concern the actor at `now`, in one query, counted to 1,001.

    Keys: ``restricted`` (open and closed), ``restricted_open``, ``unread`` (notifications, counted to 100),
    and for those whom they concern ``relays``, ``mine``, ``triage``, ``steps``, ``approvals``,
    ``extensions``, ``publication``, ``deliveries``.
    """
    columns: dict[str, Any] = {
        "restricted": _listed_count(actor.account_id),
        "restricted_open": open_count(actor.account_id),
        "unread": unread_count(actor.account_id),
    }
    if desk.speaks_for:
        columns["relays"] = capped(relays.pressing(desk.speaks_for, local_date(now)))
    if actor.holds(HANDLERS):
        columns["mine"] = capped(counted(View.MINE, desk))
    if actor.holds(DESK_KINDS):
        columns["triage"] = capped(
            select(literal(1)).where(
                Case.state == str(State.TRIAGE), Case.closed_at.is_(None), Case.restricted_at.is_(None)
            )
        )
    if actor.holds(LEADERS):
        positions = [held.position_id for held in actor.positions]
        columns["steps"] = waiting_count(positions)
        columns["approvals"] = capped(counted(View.APPROVAL, desk))
        columns["extensions"] = extensions_count(desk)
    if actor.holds(CHECKERS):
        columns["publication"] = capped(
            select(literal(1)).where(
                Publication.status == "awaiting_check", Publication.written_by != actor.account_id
            )
        )
    if actor.holds({PositionKind.RECEPTION}):
        columns["deliveries"] = capped(
            select(literal(1))
            .select_from(Delivery)
            .join(Case, Case.id == Delivery.case_id)
            .where(_to_hand_over(now))
        )
    row = session.execute(select(*[column.label(name) for name, column in columns.items()])).one()
    return dict(row._mapping)
