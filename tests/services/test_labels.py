"""What each decision of the desk leaves for learning: what the machine had proposed and what was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from feedback.db import new_id
from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceMatch, PlaceStatus
from feedback.domain.routing import Candidate, Decision, Outcome
from feedback.domain.routing.correction import Act, Correction
from feedback.models import Case, RoutingDecision
from feedback.services.casework import partition, triage
from feedback.services.casework.partition import Part
from feedback.services.restricted_track import restricted
from tests.services.stage import Stage

WHY = "Lý do đủ dài để được chấp nhận."


def proposed(stage: Stage) -> UUID:
    """A case in triage of which the worker said: class C, SNV 45 percent, SXD 30 percent."""
    case_id = stage.triaged()
    decision = Decision(
        outcome=Outcome.TRIAGE, case_class=CaseClass.C, agency_code=None, commune_code="24769",
        place=PlaceMatch(PlaceStatus.FOUND, "24769"), urgent=False, urgent_reasons=(), confidence=0.45,
        top3=(Candidate("SNV", 0.45, "classifier"), Candidate("SXD", 0.3, "rule")), reasons=(),
    )  # fmt: skip
    stage.worker.get_one(Case, case_id).case_class = "C"
    stage.worker.add(
        RoutingDecision(
            id=new_id(), case_id=case_id, decided_at=stage.now, outcome="triage", case_class="C",
            confidence=0.45, trace=decision.to_trace(),
        )
    )  # fmt: skip
    stage.worker.commit()
    return case_id


def dispatch(stage: Stage, case_id: UUID) -> None:
    field = stage.make.field("chieu-sang")
    stage.worker.commit()
    stage.dispatch(case_id, case_class="A", field_id=field.id)


def refuse(stage: Stage, case_id: UUID) -> None:
    stage.act(stage.province.dispatcher, triage.refuse, case_id, code="abusive", explanation=WHY)


def split(stage: Stage, case_id: UUID) -> None:
    parts = [Part("Một", WHY), Part("Hai", WHY, stage.home.agency.id, CaseClass.C)]
    stage.act(stage.province.dispatcher, partition.split, case_id, parts=parts)


def merge(stage: Stage, case_id: UUID) -> None:
    main = stage.in_progress()

    def into_main(session: Any, actor: Any, case: Case, **timed: Any) -> None:
        partition.merge(session, actor, case, into=session.get_one(Case, main), **timed)

    stage.act(stage.province.dispatcher, into_main, case_id, now=stage.now, book=stage.book)


def set_apart(stage: Stage, case_id: UUID) -> None:
    stage.act(stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason=WHY)


def mark_urgent(stage: Stage, case_id: UUID) -> None:
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note=WHY)


@pytest.mark.parametrize(
    ("act", "verb", "decided", "more"),
    [
        (Act.DISPATCH, dispatch, ("A", "chieu-sang", False, "SXD"), {}),
        (Act.REFUSE, refuse, ("C", None, False, None), {"code": "abusive"}),
        (Act.SPLIT, split, ("C", None, False, None), {"parts": 2}),
        (Act.MERGE, merge, ("C", None, False, None), {"main": "a case"}),
        (Act.SET_APART, set_apart, ("E", None, False, None), {"kind": "denunciation"}),
        (Act.URGENCY, mark_urgent, ("C", None, True, None), {}),
    ],
)
def test_each_decision_is_kept_beside_what_was_proposed(
    stage: Stage,
    act: Act,
    verb: Callable[[Stage, UUID], None],
    decided: tuple[str, str | None, bool, str | None],
    more: dict[str, str | int],
) -> None:
    case_id = proposed(stage)
    verb(stage, case_id)
    (row,) = stage.rows(RoutingDecision, case_id, RoutingDecision.decided_by.is_not(None))
    kept = Correction.from_trace(row.trace)
    assert (kept.act, kept.by, row.decided_by) == (act, "dispatcher", stage.province.dispatcher.id)
    assert kept.proposed is not None
    assert (kept.proposed.agency, kept.proposed.case_class, kept.proposed.confidence) == ("SNV", "C", 0.45)
    assert kept.proposed.top3 == (("SNV", 0.45), ("SXD", 0.3))
    assert (kept.before.case_class, kept.before.field, kept.before.urgent) == ("C", None, False)
    marks = kept.decided
    assert (marks.case_class, marks.field, marks.urgent, marks.agency) == decided
    known = {key: "a case" if key == "main" else value for key, value in kept.more.items()}
    assert (known, row.superseded_at) == (more, None)
    assert WHY not in row.trace


def test_a_part_given_away_at_once_was_proposed_by_nobody(stage: Stage) -> None:
    case_id = proposed(stage)
    split(stage, case_id)
    rows = stage.worker.query(RoutingDecision).where(RoutingDecision.case_id != case_id).all()
    (kept,) = [Correction.from_trace(row.trace) for row in rows]
    assert (kept.act, kept.proposed, kept.decided.agency) == (Act.DISPATCH, None, "SNV")


def test_the_head_of_an_agency_decides_as_the_agency(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.works.head, restricted.set_apart, case_id, kind="crime", reason=WHY)
    rows = stage.rows(RoutingDecision, case_id)
    assert [Correction.from_trace(row.trace).by for row in rows] == ["dispatcher", "agency"]
