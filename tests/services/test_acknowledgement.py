"""A head acknowledges escalation steps with a promise."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.positions import PositionKind
from feedback.models import Account, Deadline, EscalationStep, Position
from feedback.queries.case_file import NotFound
from feedback.queries.people import scope_for
from feedback.services.errors import InvalidInput
from feedback.services.night.acknowledgement import acknowledge
from tests.services.stage import Stage

PROMISED = date(2026, 11, 30)


def step(stage: Stage, case_id: UUID, seat: Position, code: str = "agency_overdue_2", **more: Any) -> UUID:
    row = EscalationStep(
        id=db.new_id(), case_id=case_id, step=code, position_id=seat.id, reached_on=date(2026, 11, 2),
        recorded_at=stage.now,
        deadline_id=stage.worker.scalars(
            select(Deadline.id).where(Deadline.case_id == case_id, Deadline.clock == "agency")
        ).one(),
        **more,
    )  # fmt: skip
    stage.worker.add(row)
    stage.worker.commit()
    return row.id


def promise(stage: Stage, account: Account, *steps: UUID, **changes: Any) -> int:
    actor = stage.actor(account)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        done: int = acknowledge(
            session, actor, step_ids=steps, now=stage.now,
            **{"promised_on": PROMISED, "reason": "Chờ vật tư."} | changes,
        )  # fmt: skip
    return done


@pytest.fixture
def seat(stage: Stage) -> Position:
    return stage.works.seats[PositionKind.HEAD_OF_AGENCY]


def test_a_head_promises_a_date_for_several_steps(stage: Stage, seat: Position) -> None:
    one, two = stage.dispatched(), stage.dispatched()
    ids = [step(stage, one, seat), step(stage, one, seat, "state_passed"), step(stage, two, seat)]
    assert promise(stage, stage.works.head, *ids) == 3
    for case_id in (one, two):
        for row in stage.rows(EscalationStep, case_id):
            assert (row.acknowledged_at, row.acknowledged_by, row.promised_on, row.promise_reason) == (
                stage.now, stage.works.head.id, PROMISED, "Chờ vật tư.",
            )  # fmt: skip
        assert stage.events(case_id)[-1] == "step_acknowledged"
        assert stage.events(case_id).count("step_acknowledged") == 1
    assert promise(stage, stage.works.head, *ids) == 0


def test_who_acts_in_the_position_promises_for_it(stage: Stage, seat: Position) -> None:
    deputy = stage.make.account()
    stage.make.holding(deputy, seat, acting=True, valid_from=date(2026, 11, 2), valid_to=date(2026, 11, 2))
    found = step(stage, stage.dispatched(), seat)
    assert promise(stage, deputy, found) == 1
    stage.wait(days=1)
    with pytest.raises(NotFound):
        promise(stage, deputy, found)


def test_nobody_promises_for_another_position(stage: Stage, seat: Position) -> None:
    case_id = stage.dispatched()
    found = step(stage, case_id, seat)
    for account in (stage.works.officer, stage.home.head, stage.province.chairman):
        with pytest.raises(NotFound):
            promise(stage, account, found)
    with pytest.raises(NotFound):
        promise(stage, stage.works.head, found, db.new_id())
    assert stage.rows(EscalationStep, case_id)[0].acknowledged_at is None


def test_steps_that_ask_for_nothing_any_more_are_passed_over(stage: Stage, seat: Position) -> None:
    case_id = stage.dispatched()
    taken_back = step(stage, case_id, seat, retracted_at=stage.now, retraction_reason="calendar")
    settled = step(stage, case_id, seat, "state_passed", settled_at=stage.now)
    assert promise(stage, stage.works.head, taken_back, settled) == 0
    assert "step_acknowledged" not in stage.events(case_id)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [({"promised_on": date(2026, 11, 1)}, "promised_on", "past"), ({"reason": " "}, "reason", "required")],
)
def test_a_promise_has_a_date_to_come_and_a_reason(
    stage: Stage, seat: Position, changes: dict[str, Any], field: str, code: str
) -> None:
    found = step(stage, stage.dispatched(), seat)
    with pytest.raises(InvalidInput) as refused:
        promise(stage, stage.works.head, found, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert promise(stage, stage.works.head, found, promised_on=date(2026, 11, 2)) == 1
