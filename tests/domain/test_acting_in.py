"""In which position somebody stands in for its holder when they do something to a case."""

from __future__ import annotations

import pytest

from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import CaseFacts, acting_in
from feedback.domain.positions import Actor, HeldPosition, PositionKind

K = PositionKind
LEAD, OTHER = 10, 20
OFFICER = HeldPosition(1, K.OFFICER, LEAD, 11)
HEAD = HeldPosition(2, K.HEAD_OF_AGENCY, LEAD, None, acting=True)
UNIT_HEAD = HeldPosition(3, K.HEAD_OF_UNIT, LEAD, 11, acting=True)
ELSEWHERE = HeldPosition(4, K.HEAD_OF_AGENCY, OTHER, None, acting=True)
OWN_HEAD = HeldPosition(5, K.HEAD_OF_AGENCY, LEAD, None)
FACTS = CaseFacts(State.AWAITING_APPROVAL, lead_agency_id=LEAD, officer_id=7)
AT_WORK = CaseFacts(State.IN_PROGRESS, lead_agency_id=LEAD, officer_id=7, unit_id=11)


@pytest.mark.parametrize(
    ("positions", "action", "facts", "found"),
    [
        ((OFFICER, HEAD), Action.APPROVE, FACTS, HEAD),
        ((HEAD, OFFICER), Action.APPROVE, FACTS, HEAD),
        ((OFFICER, HEAD), Action.SAVE_DRAFT, AT_WORK, None),
        ((OFFICER, ELSEWHERE, HEAD), Action.APPROVE, FACTS, HEAD),
        ((OWN_HEAD, HEAD), Action.APPROVE, FACTS, None),
        ((OFFICER, UNIT_HEAD), Action.ASSIGN_OFFICER, AT_WORK, UNIT_HEAD),
        ((OFFICER, HEAD, UNIT_HEAD), Action.TRANSFER, AT_WORK, HEAD),
        ((OFFICER,), Action.SAVE_DRAFT, AT_WORK, None),
        ((HEAD,), Action.RETURN_DRAFT, FACTS, HEAD),
    ],
)
def test_the_post_without_which_it_could_not_be_done(
    positions: tuple[HeldPosition, ...], action: Action, facts: CaseFacts, found: HeldPosition | None
) -> None:
    assert acting_in(Actor(7, "Lê Thị Lựu", positions), action, facts) == found
