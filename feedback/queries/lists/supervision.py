"""What a supervisor looks at over the province: how many cases are open and late, and what escalated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from feedback.models import Agency, Case, Deadline, EscalationStep, Position

MOST = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Open cases of the public track today: all, those past their date, those not yet given to an agency."""

    open: int
    overdue: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class Escalated:
    """A case with the highest step of the ladder that is open; the position is told, not who is in it."""

    id: UUID
    reference: str
    title: str
    state: str
    step: str
    reached_on: date
    due_on: date
    position: Position
    agency: Agency | None
    acknowledged: bool
    promised_on: date | None


def standing(session: Session, today: date) -> Standing:
    """Count the open cases that the actor sees."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(Case.due_on < today),
            func.count().filter(Case.lead_agency_id.is_(None)),
        ).where(Case.closed_at.is_(None), Case.restricted_at.is_(None))
    ).one()
    return Standing(*row)


def escalated(session: Session, most: int = MOST) -> list[Escalated]:
    """Give the cases with open steps, each with its latest one, the longest overdue first."""
    latest = (
        select(EscalationStep.id)
        .join(Case, Case.id == EscalationStep.case_id)
        .where(
            EscalationStep.retracted_at.is_(None),
            EscalationStep.settled_at.is_(None),
            Case.restricted_at.is_(None),
        )
        .ext(distinct_on(EscalationStep.case_id))
        .order_by(EscalationStep.case_id, EscalationStep.reached_on.desc(), EscalationStep.id.desc())
        .subquery()
    )
    rows = session.execute(
        select(
            Case.id, Case.reference, Case.title, Case.state,
            EscalationStep.step, EscalationStep.reached_on, Deadline.due_on, Position, Agency,
            EscalationStep.acknowledged_at.is_not(None), EscalationStep.promised_on,
        )
        .join(Deadline, Deadline.id == EscalationStep.deadline_id)
        .join(Case, Case.id == EscalationStep.case_id)
        .join(Position, Position.id == EscalationStep.position_id)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .where(EscalationStep.id.in_(select(latest.c.id)))
        .order_by(Deadline.due_on, EscalationStep.reached_on, EscalationStep.id)
        .limit(most)
    )  # fmt: skip
    return [Escalated(*row) for row in rows]
