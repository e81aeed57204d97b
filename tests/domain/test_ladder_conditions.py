"""Rows of the ladder that are for some cases alone: by class, urgency, or the kind of the agency."""

from dataclasses import replace

import pytest

from feedback.domain.clocks import Clock
from feedback.domain.escalation import steps_due
from feedback.domain.ladder import LadderStep
from feedback.domain.positions import PositionKind
from tests.domain.reference import DATA, at, calendar, ladder, rows
from tests.domain.test_escalation import facts

WHEN = "Sat 2026-03-14 00:00"


def row(**changes: str) -> LadderStep:
    found = next(row for row in rows(DATA / "ladder.csv") if row["code"] == "agency_overdue")
    return LadderStep.from_row(found | changes)


# (condition of the row, class, urgent, kind of agency, whether it is reached)
TABLE = [
    ({}, None, False, None, True),
    ({"case_classes": "A;B"}, "A", False, "commune", True),
    ({"case_classes": "A;B"}, "C", False, "commune", False),
    ({"case_classes": "A;B"}, None, False, "commune", False),
    ({"urgent": "yes"}, "C", True, "commune", True),
    ({"urgent": "yes"}, "C", False, "commune", False),
    ({"urgent": "no"}, "C", True, "commune", False),
    ({"agency_kinds": "commune;authority"}, "C", False, "commune", True),
    ({"agency_kinds": "commune;authority"}, "C", False, "department", False),
    ({"agency_kinds": "commune"}, "C", False, None, False),
    ({"agency_kinds": "commune", "urgent": "yes", "case_classes": "C"}, "C", True, "commune", True),
    ({"agency_kinds": "commune", "urgent": "yes", "case_classes": "C"}, "C", True, "police", False),
]


@pytest.mark.parametrize(("condition", "case_class", "urgent", "kind", "reached"), TABLE)
def test_a_row_is_for_the_cases_that_it_names(
    condition: dict[str, str], case_class: str | None, urgent: bool, kind: str | None, reached: bool
) -> None:
    of = facts(Clock.AGENCY, "Fri 2026-03-13", case_class=case_class, urgent=urgent, agency_kind=kind)
    step = row(**condition)
    assert bool(steps_due(of, [step], calendar(), at(WHEN))) is reached
    assert step.concerns(case_class, urgent, kind) is reached


def test_the_shipped_rows_are_for_every_case() -> None:
    assert all(step.concerns(None, urgent, None) for step in ladder() for urgent in (True, False))


def test_communes_may_have_a_ladder_of_their_own() -> None:
    usual = replace(row(), agency_kinds=row(agency_kinds="department").agency_kinds)
    own = replace(row(recipients="head_of_agency", agency_kinds="commune"))
    for kind, to in (("department", PositionKind.HEAD_OF_UNIT), ("commune", PositionKind.HEAD_OF_AGENCY)):
        of = facts(Clock.AGENCY, "Fri 2026-03-13", agency_kind=kind)
        (due,) = steps_due(of, [usual, own], calendar(), at(WHEN))
        assert (due.step_code, due.recipient_kind) == ("agency_overdue", to)


@pytest.mark.parametrize(
    "change", [{"case_classes": "Z"}, {"urgent": "maybe"}, {"urgent": ""}, {"agency_kinds": "ministry"}]
)
def test_a_bad_condition_is_named(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"not a ladder step: \{'code': 'agency_overdue'"):
        row(**change)
