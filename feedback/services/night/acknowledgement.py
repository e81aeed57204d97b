"""A head acknowledges escalation steps with a promise: a new date and the reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Relation, kinds_for
from feedback.domain.positions import Actor
from feedback.models import EscalationStep
from feedback.queries.case_file import NotFound
from feedback.services import audit, capacity
from feedback.services.errors import InvalidInput, checked_text

LONGEST_REASON = 1_000
_ACKNOWLEDGE = kinds_for(Action.ACKNOWLEDGE, Relation.ESCALATED_TO)


def acknowledge(
    session: Session,
    actor: Actor,
    *,
    step_ids: Collection[UUID],
    promised_on: date,
    reason: str,
    now: datetime,
) -> int:
    """Acknowledge the steps `step_ids`, promising an answer by `promised_on` (Vietnamese date).

    Only who holds or acts in the position that a step reached today may do so. Steps acknowledged,
    settled or taken back meanwhile are passed over. Gives how many were acknowledged. Raises InvalidInput of
    ``promised_on`` (``past``) or ``reason``, NotFound when a step is not the actor's.
    """
    words = checked_text(reason, "reason", most=LONGEST_REASON)
    if promised_on < local_date(now):
        raise InvalidInput("promised_on", "past")
    wanted = set(step_ids)
    steps = session.scalars(
        select(EscalationStep)
        .where(
            EscalationStep.id.in_(wanted),
            EscalationStep.position_id.in_(
                [held.position_id for held in actor.positions if held.kind in _ACKNOWLEDGE]
            ),
        )
        .order_by(EscalationStep.case_id, EscalationStep.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if {step.id for step in steps} != wanted:
        raise NotFound("escalation step")
    open_steps = [
        step
        for step in steps
        if step.acknowledged_at is None and step.retracted_at is None and step.settled_at is None
    ]
    for step in open_steps:
        step.acknowledged_at = now
        step.acknowledged_by = actor.account_id
        step.promised_on = promised_on
        step.promise_reason = words
    session.flush()
    for case_id, group in groupby(open_steps, key=lambda step: step.case_id):
        of_case = list(group)
        audit.record(
            session, kind=EventKind.STEP_ACKNOWLEDGED, actor=audit.actor_key(actor), at=now, case_id=case_id,
            stream=None,
            steps=",".join(step.step for step in of_case), promised_on=promised_on.isoformat(),
            **capacity.stood_in(actor, {step.position_id for step in of_case}),
        )  # fmt: skip
    return len(open_steps)
