"""The set-based search of the night against the rule for one case, with rows for some cases alone."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from feedback.domain.clocks import Clock
from feedback.domain.escalation import steps_due
from feedback.domain.ladder import LadderStep
from feedback.domain.lifecycle import CaseClass
from feedback.domain.positions import AgencyKind
from feedback.models import Agency, Case, Deadline
from feedback.queries.night.open_steps import ended_steps
from feedback.queries.night.overdue import due_steps, running
from tests.factories import Factory
from tests.services.stage import Stage

CLASSES = [CaseClass.A, CaseClass.B, CaseClass.C, None]
KINDS = [AgencyKind.DEPARTMENT, AgencyKind.COMMUNE, AgencyKind.EXTERNAL, None]


@pytest.fixture
def stage(sessions: sessionmaker[Session], worker_session: Session, make: Factory) -> Stage:
    return Stage(sessions, worker_session, make)


def scatter(stage: Stage, chance: random.Random) -> None:
    """A case for each mixture of class, urgency and kind of agency, with dates around now."""
    agencies = {kind: stage.make.agency(kind=kind) for kind in KINDS if kind is not None}
    for case_class in CLASSES:
        for kind in KINDS:
            case_id = stage.in_progress()
            stage.worker.execute(
                update(Case)
                .where(Case.id == case_id)
                .values(
                    case_class=case_class, urgent=chance.random() < 0.5,
                    lead_agency_id=None if kind is None else agencies[kind].id,
                )
            )  # fmt: skip
            days = timedelta(days=chance.randint(-40, 5))
            stage.worker.execute(
                update(Deadline)
                .where(Deadline.case_id == case_id)
                .values(due_on=Deadline.due_on + days, due_at=Deadline.due_at + days)
            )
    stage.worker.commit()


def conditions(rung: LadderStep, chance: random.Random, number: int) -> LadderStep:
    """The row with conditions drawn at random, under a code of its own."""
    classes = [name for name in CLASSES if name is not None]
    kinds = [kind for kind in KINDS if kind is not None]
    return replace(
        rung,
        code=f"{rung.code}_{number}",
        case_classes=frozenset(chance.sample(classes, chance.randint(0, 2))),
        urgent=chance.choice([None, True, False]),
        agency_kinds=frozenset(chance.sample(kinds, chance.randint(0, 2))),
        valid_from=(begins := chance.choice([rung.valid_from, date(2026, 11, 1 + chance.randint(0, 29))])),
        valid_to=chance.choice([None, begins + timedelta(days=chance.randint(0, 20))]),
    )


def test_the_search_finds_what_the_rule_finds_for_each_case(stage: Stage) -> None:
    chance = random.Random(20261122)
    scatter(stage, chance)
    ids = list(stage.worker.scalars(select(Deadline.id)))
    seen = 0
    for _ in range(25):
        rungs = tuple(conditions(rung, chance, n) for rung in stage.book.ladder for n in range(3))
        book = replace(stage.book, ladder=rungs)
        at = stage.now + timedelta(days=chance.randint(0, 30))
        cases = running(stage.worker, ids, book)
        expected = {
            key: codes
            for key, row in cases.items()
            if (codes := frozenset(due.step_code for due in steps_due(row.facts, rungs, book.calendar, at)))
        }
        found = {due.deadline_id: due.codes for due in due_steps(stage.worker, at, book)}
        # A row for the state of a case whose owner nobody is has no recipient and is no step of the rule.
        assert {key: codes for key, codes in found.items() if key in expected} == expected
        assert all(cases[key].facts.clock is Clock.STATE for key in found.keys() - expected.keys())
        seen += len(expected)
    assert seen > 200


def test_a_row_that_begins_as_a_deadline_ends_takes_over_from_the_one_before(stage: Stage) -> None:
    case_id = stage.in_progress()  # due on 23 November, which ends as the 24th begins
    old = next(step for step in stage.book.ladder if step.code == "agency_overdue")
    at = stage.now + timedelta(days=30)
    for last in (date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)):
        new = replace(old, valid_from=last + timedelta(days=1))
        book = replace(stage.book, ladder=(replace(old, valid_to=last), new))
        (found,) = due_steps(stage.worker, at, book)
        assert found.codes == {"agency_overdue"}
    assert stage.due(case_id, Clock.AGENCY) == date(2026, 11, 23)


def test_a_row_for_communes_is_not_for_departments(stage: Stage) -> None:
    case_id = stage.in_progress()
    rung = next(step for step in stage.book.ladder if step.code == "agency_overdue")
    at = stage.now + timedelta(days=40)

    def found(**only: object) -> bool:
        book = replace(stage.book, ladder=(replace(rung, **only),))  # type: ignore[arg-type]
        return bool(due_steps(stage.worker, at, book))

    kind = AgencyKind(stage.worker.get_one(Agency, stage.look(case_id).lead_agency_id).kind)
    assert kind is AgencyKind.DEPARTMENT
    assert found()
    assert found(agency_kinds=frozenset({AgencyKind.DEPARTMENT, AgencyKind.COMMUNE}))
    assert not found(agency_kinds=frozenset({AgencyKind.COMMUNE}))
    assert found(case_classes=frozenset({CaseClass.C}))
    assert not found(case_classes=frozenset({CaseClass.A, CaseClass.B}))
    assert found(urgent=False)
    assert not found(urgent=True)
    assert ended_steps(stage.worker, at, stage.book) == []
