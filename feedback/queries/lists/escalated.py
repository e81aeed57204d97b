"""What the ladder brought to somebody's positions: not acknowledged first, then promised, then taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from feedback.models import Account, Agency, Case, Deadline, EscalationStep, Position
from feedback.queries.lists.inbox import capped

MOST = 100
SHOWN_AFTER_RETRACTION = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Reached:
    """A step that reached a position, with the case that it is about.

    raised_from: the position that left it unacknowledged, when it was raised from below.
    """

    step: EscalationStep
    clock: str
    due_on: date
    due_at: datetime
    state: str | None
    reference: str
    title: str
    case_state: str
    urgent: bool
    restricted: bool
    agency: Agency | None
    officer: str | None
    position: Position
    raised_from: Position | None
    acknowledged_by: str | None


def _mine(position_ids: Collection[int]) -> Any:
    officer, below, who = aliased(Account), aliased(Position), aliased(Account)
    raised = aliased(EscalationStep)
    return (
        select(
            EscalationStep, Deadline.clock, Deadline.due_on, Deadline.due_at, Deadline.state,
            Case.reference, Case.title, Case.state, Case.urgent, Case.restricted_at.is_not(None),
            Agency, officer.name, Position, below, who.name,
        )
        .join(Deadline, Deadline.id == EscalationStep.deadline_id)
        .join(Case, Case.id == EscalationStep.case_id)
        .join(Position, Position.id == EscalationStep.position_id)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .outerjoin(officer, officer.id == Case.officer_id)
        .outerjoin(raised, raised.id == EscalationStep.raised_from_id)
        .outerjoin(below, below.id == raised.position_id)
        .outerjoin(who, who.id == EscalationStep.acknowledged_by)
        .where(EscalationStep.position_id.in_(position_ids), EscalationStep.settled_at.is_(None))
    )  # fmt: skip


def unacknowledged(session: Session, position_ids: Collection[int], most: int = MOST) -> list[Reached]:
    """Give the steps that wait for an acknowledgement, the most overdue first."""
    query = (
        _mine(position_ids)
        .where(EscalationStep.acknowledged_at.is_(None), EscalationStep.retracted_at.is_(None))
        .order_by(Deadline.due_at, EscalationStep.id)
        .limit(most)
    )
    return [Reached(*row) for row in session.execute(query)]


def acknowledged(session: Session, position_ids: Collection[int], most: int = MOST) -> list[Reached]:
    """Give the steps that were acknowledged and still stand, the earliest promise first."""
    query = (
        _mine(position_ids)
        .where(EscalationStep.acknowledged_at.is_not(None), EscalationStep.retracted_at.is_(None))
        .order_by(EscalationStep.promised_on, EscalationStep.id)
        .limit(most)
    )
    return [Reached(*row) for row in session.execute(query)]


def retracted(
    session: Session, position_ids: Collection[int], now: datetime, most: int = MOST
) -> list[Reached]:
    """Give the steps that were taken back within the last two weeks, the newest first."""
    query = (
        _mine(position_ids)
        .where(EscalationStep.retracted_at > now - SHOWN_AFTER_RETRACTION)
        .order_by(EscalationStep.retracted_at.desc(), EscalationStep.id)
        .limit(most)
    )
    return [Reached(*row) for row in session.execute(query)]


def waiting_count(position_ids: Collection[int]) -> Any:
    """Give, as a column, about how many cases these positions are to acknowledge steps, to 1,001."""
    return capped(
        select(EscalationStep.case_id)
        .distinct()
        .where(
            EscalationStep.position_id.in_(position_ids),
            EscalationStep.acknowledged_at.is_(None),
            EscalationStep.retracted_at.is_(None),
            EscalationStep.settled_at.is_(None),
        )
    )


def of_case(session: Session, position_ids: Collection[int], case_id: UUID) -> list[UUID]:
    """Give the steps about one case that wait for an acknowledgement of these positions."""
    return list(
        session.scalars(
            select(EscalationStep.id).where(
                EscalationStep.case_id == case_id,
                EscalationStep.position_id.in_(position_ids),
                EscalationStep.acknowledged_at.is_(None),
                EscalationStep.retracted_at.is_(None),
                EscalationStep.settled_at.is_(None),
            )
        )
    )
