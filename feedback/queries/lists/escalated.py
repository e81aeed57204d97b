"""What the ladder brought to somebody's positions: not acknowledged first, then promised, then taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session, aliased

from feedback.models import Account, Agency, Case, Deadline, EscalationStep, Position
from feedback.queries.lists.inbox import capped

MOST, MOST_PROMISED, MOST_RETRACTED = 40, 20, 10
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


def _shown(chosen: Any) -> Any:
    """Ask for all that is shown of the steps `chosen`."""
    officer, below, who = aliased(Account), aliased(Position), aliased(Account)
    raised = aliased(EscalationStep)
    return (
        select(
            EscalationStep, Deadline.clock, Deadline.due_on, Deadline.due_at, Deadline.state,
            Case.reference, Case.title, Case.state, Case.urgent, Case.restricted_at.is_not(None),
            Agency, officer.name, Position, below, who.name,
        )
        .select_from(chosen)
        .join(EscalationStep, EscalationStep.id == chosen.c.id)
        .join(Deadline, Deadline.id == EscalationStep.deadline_id)
        .join(Case, Case.id == EscalationStep.case_id)
        .join(Position, Position.id == EscalationStep.position_id)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .outerjoin(officer, officer.id == Case.officer_id)
        .outerjoin(raised, raised.id == EscalationStep.raised_from_id)
        .outerjoin(below, below.id == raised.position_id)
        .outerjoin(who, who.id == EscalationStep.acknowledged_by)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ladder brought to some positions.

    waiting: not acknowledged, the most overdue first. promised: acknowledged and still standing, the earliest
    promise first. retracted: taken back within the last two weeks, the newest first.
    """

    waiting: list[Reached]
    promised: list[Reached]
    retracted: list[Reached]


def standing(session: Session, position_ids: Collection[int], now: datetime) -> Standing:
    """Give the steps that reached some positions and are not settled, in one query."""
    chosen = _chosen(position_ids, now).cte("chosen").prefix_with("MATERIALIZED", dialect="postgresql")
    rows = session.execute(_shown(chosen))
    found = [Reached(*row) for row in rows]
    back = [one for one in found if one.step.retracted_at is not None]
    up = [one for one in found if one.step.retracted_at is None]
    waiting = [one for one in up if one.step.acknowledged_at is None]
    promised = [one for one in up if one.step.acknowledged_at is not None]
    return Standing(
        sorted(waiting, key=lambda one: (one.due_at, one.step.id)),
        sorted(promised, key=lambda one: (one.step.promised_on or date.max, one.step.id)),
        sorted(back, key=lambda one: (one.step.retracted_at or now, one.step.id), reverse=True),
    )


def _chosen(position_ids: Collection[int], now: datetime) -> Any:
    """Ask for the steps that are shown: as many of each sort as a page holds."""
    step = EscalationStep
    mine = (step.position_id.in_(position_ids), step.settled_at.is_(None))
    stands = step.retracted_at.is_(None)
    waiting = (
        select(step.id)
        .join(Deadline, Deadline.id == step.deadline_id)
        .where(*mine, stands, step.acknowledged_at.is_(None))
        .order_by(Deadline.due_at, step.id)
        .limit(MOST)
    )
    promised = (
        select(step.id)
        .where(*mine, stands, step.acknowledged_at.is_not(None))
        .order_by(step.promised_on, step.id)
        .limit(MOST_PROMISED)
    )
    retracted = (
        select(step.id)
        .where(*mine, step.retracted_at > now - SHOWN_AFTER_RETRACTION)
        .order_by(step.retracted_at.desc(), step.id)
        .limit(MOST_RETRACTED)
    )
    return union_all(*[select(part.subquery().c.id) for part in (waiting, promised, retracted)])


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
