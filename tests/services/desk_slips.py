"""Decisions of the desk, taking them back, and what must be as it was then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from feedback.domain.lifecycle import CaseClass
from feedback.domain.permissions import Refused
from feedback.models import (
    Assignment,
    Case,
    Deadline,
)
from feedback.queries.administration.invariants import broken
from feedback.services import audit
from feedback.services.casework import partition, triage, undo
from feedback.services.casework.partition import Part
from tests.services.stage import Stage

WHY = "Lý do đủ dài để được chấp nhận."


def refuse(stage: Stage, case_id: UUID) -> None:
    stage.act(stage.province.dispatcher, triage.refuse, case_id, code="abusive", explanation=WHY)


def merge(stage: Stage, case_id: UUID, main: UUID) -> None:
    def into_main(session: Any, actor: Any, case: Case, **timed: Any) -> None:
        partition.merge(session, actor, case, into=session.get_one(Case, main), **timed)

    stage.act(stage.province.dispatcher, into_main, case_id, now=stage.now, book=stage.book)


def mark(stage: Stage, case_id: UUID, urgent: bool = True) -> None:
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=urgent, note=WHY)


def take_back(stage: Stage, case_id: UUID, **more: Any) -> None:
    stage.act(stage.province.dispatcher, undo.take_back, case_id, **more)


def marks(stage: Stage, case_id: UUID) -> dict[str, Any]:
    """All that must be as it was, and no version or count."""
    case = stage.look(case_id)
    names = (
        "state", "state_since", "case_class", "field_id", "urgent", "lead_agency_id", "co_agency_ids",
        "unit_id", "officer_id", "due_on", "citizen_due_on", "agency_due_on", "answered_at", "closed_at",
        "refusal_code", "merged_into_id", "send_backs", "period",
    )  # fmt: skip
    found = {name: getattr(case, name) for name in names}
    running = stage.rows(Deadline, case_id, Deadline.superseded_at.is_(None), Deadline.met_at.is_(None))
    found["clocks"] = {row.clock: (row.due_on, row.due_at, row.state) for row in running}
    found["leads"] = [row.agency_id for row in stage.rows(Assignment, case_id, Assignment.ended_at.is_(None))]
    return found


def sound(stage: Stage) -> None:
    assert audit.verify(stage.worker).sound
    assert broken(stage.worker) == []


def split(stage: Stage, case_id: UUID) -> list[UUID]:
    """Split into a part that is routed and one that is given away at once."""
    parts = [Part("Một", WHY), Part("Hai", WHY, stage.works.agency.id, case_class=CaseClass.C)]
    return [one.id for one in stage.act(stage.province.dispatcher, partition.split, case_id, parts=parts)]


def refused(stage: Stage, case_id: UUID, why: str) -> None:
    before = marks(stage, case_id)
    with pytest.raises(Refused) as error:
        take_back(stage, case_id)
    assert error.value.why == why
    assert marks(stage, case_id) == before
    assert stage.events(case_id)[-1] != "decision_taken_back"
