"""The permission matrix and the lifecycle as tables written a second time, by hand, from design.md §4."""

from __future__ import annotations

import itertools

import pytest

from feedback.domain.lifecycle import (
    CLOSED,
    HANDLING,
    TRANSITIONS,
    Action,
    State,
    TransitionRefused,
    actions_in,
    step,
)
from feedback.domain.permissions import CaseFacts, Refused, allowed_actions, refusal, require
from feedback.domain.positions import Actor, AgencyKind, HeldPosition, PositionKind

LEAD, OTHER = 10, 20
A, S, P = Action, State, PositionKind

PEOPLE = {P.OFFICER, P.HEAD_OF_UNIT, P.HEAD_OF_AGENCY, P.COORDINATOR_HEAD}
HEADS = PEOPLE - {P.OFFICER}
TOP = {P.HEAD_OF_AGENCY, P.COORDINATOR_HEAD}
DESK = {P.DISPATCHER, P.COORDINATOR_HEAD}
NOBODY: set[PositionKind] = set()

MATRIX: dict[Action, tuple[set[PositionKind], set[PositionKind], bool]] = {
    # action: (in the lead agency, anywhere in the province, on the access list)
    A.DISPATCH: (NOBODY, DESK, False),
    A.REFUSE: (NOBODY, DESK, False),
    A.SPLIT: (NOBODY, DESK, False),
    A.MERGE: (NOBODY, DESK, False),
    A.READ_FOLLOWER: (NOBODY, DESK, False),
    A.SEPARATE: (NOBODY, DESK, False),
    A.CHANGE_URGENCY: (HEADS, DESK, False),
    A.TAKE_BACK: (NOBODY, DESK, False),
    A.TAKE_BACK_URGENCY: (NOBODY, DESK, False),
    A.ACCEPT: (PEOPLE, NOBODY, False),
    A.SEND_BACK: (PEOPLE, NOBODY, False),
    A.ASSIGN_OFFICER: (HEADS, NOBODY, False),
    A.ASK_SUPPLEMENT: (PEOPLE, NOBODY, False),
    A.END_SUPPLEMENT_WAIT: (PEOPLE, NOBODY, False),
    A.TRANSFER: (HEADS, NOBODY, False),
    A.RECALL: (NOBODY, DESK, False),
    A.ASK_EXTENSION: (PEOPLE, NOBODY, False),
    A.DECIDE_EXTENSION: (TOP, NOBODY, False),
    A.LOG_CONTACT: (PEOPLE, NOBODY, False),
    A.ADD_NOTE: (PEOPLE, DESK, True),
    A.LOG_EXCHANGE: (PEOPLE, DESK, True),
    A.ASK_CONTRIBUTION: (PEOPLE, NOBODY, False),
    A.ANSWER_CONTRIBUTION: (NOBODY, NOBODY, False),
    A.RELAY: (PEOPLE | {P.DISPATCHER}, NOBODY, False),
    A.REMIND_RELAY: (PEOPLE | {P.DISPATCHER}, NOBODY, False),
    A.RECORD_RELAY_REPLY: (PEOPLE | {P.DISPATCHER}, NOBODY, False),
    A.SAVE_DRAFT: (PEOPLE | {P.DISPATCHER}, NOBODY, False),
    A.SUBMIT_DRAFT: (PEOPLE | {P.DISPATCHER}, NOBODY, False),
    A.APPROVE: (TOP, NOBODY, False),
    A.RETURN_DRAFT: (TOP, NOBODY, False),
    A.RECORD_DELIVERY: (PEOPLE | {P.RECEPTION}, DESK, True),
    A.PROPOSE_PUBLICATION: (PEOPLE, NOBODY, False),
    A.CHECK_PUBLICATION: (HEADS, DESK, False),
    A.WITHDRAW_PUBLICATION: (HEADS, DESK, False),
    A.ACKNOWLEDGE: (NOBODY, NOBODY, False),
    A.SET_APART: (TOP, DESK, False),
    A.FORWARD: (NOBODY, NOBODY, True),
    A.GUIDE: (NOBODY, NOBODY, True),
    A.RETURN_TO_TRIAGE: (NOBODY, NOBODY, True),
    A.GRANT_ACCESS: (NOBODY, NOBODY, True),
    A.PROLONG_CHECK: (NOBODY, NOBODY, True),
    A.RECORD_CONFLICT: (NOBODY, NOBODY, True),
    A.NAME_ACCUSED: (NOBODY, NOBODY, True),
    A.CONFIRM_FORWARDING: (NOBODY, NOBODY, True),
    A.SEAL_IDENTITY: (NOBODY, NOBODY, True),
    A.REVEAL_IDENTITY: (PEOPLE | {P.RECEPTION}, DESK, True),
}
UNATTENDED = {
    A.ROUTE_ASSIGN, A.ROUTE_TRIAGE, A.RELEASE_DUPLICATE, A.FOLLOW, A.LEAVE, A.SUPPLY, A.RATE, A.REOPEN,
    A.WITHDRAW, A.REJOIN,
}  # fmt: skip
ONE_STOP = {A.RECORD_DELIVERY, A.REVEAL_IDENTITY}
"""What the reception of the coordinator does to any case whose letter waits."""
ALONE = {S.RESTRICTED, S.FORWARDED, S.GUIDED}


def actor(kind: PositionKind, agency_id: int, agency_kind: AgencyKind | None = None) -> Actor:
    return Actor(1, "Người thử", (HeldPosition(1, kind, agency_id, None, agency_kind=agency_kind),))


def facts(state: State, action: Action, **more: object) -> CaseFacts:
    """Facts under which nothing but position and state could stand against `action`."""
    return CaseFacts(
        **{
            "state": state, "lead_agency_id": LEAD, "officer_id": None, "urgent": True,
            "publication_author_id": 99, "external": True, "extension_pending": action is A.DECIDE_EXTENSION,
            "extend_by": frozenset(P if action is A.PROLONG_CHECK else {P.HEAD_OF_AGENCY}),
        } | more
    )  # type: ignore[arg-type]  # fmt: skip


def expected(action: Action, kind: PositionKind, where: str, state: State) -> bool:
    in_lead, anywhere, listed = MATRIX[action]
    if action not in actions_in(state):
        return False
    if state in ALONE:
        return listed and where == "listed" and kind is not P.SUPERVISOR
    if where == "one_stop" and kind is P.RECEPTION:
        return action in ONE_STOP
    return kind in anywhere or (where == "lead" and kind in in_lead)


@pytest.mark.parametrize("action", list(MATRIX))
@pytest.mark.parametrize("kind", list(PositionKind))
def test_the_matrix_of_action_position_relation_and_state(action: Action, kind: PositionKind) -> None:
    for where, state in itertools.product(("lead", "other", "one_stop", "listed"), State):
        of_kind = AgencyKind.COORDINATOR if where == "one_stop" else AgencyKind.DEPARTMENT
        person = actor(kind, LEAD if where == "lead" else OTHER, of_kind)
        case = facts(state, action, on_access_list=where == "listed")
        found = refusal(person, action, case)
        assert (found is None) is expected(action, kind, where, state), (where, state, found)
        assert (action in allowed_actions(person, case)) is (found is None)


def test_every_action_is_in_the_matrix_or_nobody_of_the_staff_may_do_it() -> None:
    assert set(MATRIX) | UNATTENDED == set(Action)
    for action, kind, state in itertools.product(UNATTENDED, PositionKind, State):
        assert refusal(actor(kind, LEAD), action, facts(state, action, on_access_list=True)) is not None


@pytest.mark.parametrize(
    ("action", "state", "more", "why"),
    [
        (A.SEND_BACK, S.ASSIGNED, {"final": True}, "final"),
        (A.SEND_BACK, S.ASSIGNED, {"send_backs": 2}, "final"),
        (A.TRANSFER, S.IN_PROGRESS, {"transfers": 2}, "transfer_cap"),
        (A.ASK_EXTENSION, S.IN_PROGRESS, {"extension_pending": True}, "extension_pending"),
        (A.DECIDE_EXTENSION, S.IN_PROGRESS, {"extension_pending": False}, "no_extension"),
        (A.ASK_EXTENSION, S.IN_PROGRESS, {"extend_by": frozenset()}, "not_extendable"),
        (A.LOG_CONTACT, S.ASSIGNED, {"urgent": False}, "not_urgent"),
        (A.CHECK_PUBLICATION, S.ANSWERED, {"publication_author_id": None}, "no_publication"),
        (A.CHECK_PUBLICATION, S.ANSWERED, {"publication_author_id": 1}, "second_person"),
        (A.ACCEPT, S.ANSWERED, {}, "state"),
        (A.APPROVE, S.AWAITING_APPROVAL, {"lead_agency_id": None}, "position"),
    ],
)
def test_what_stands_against_an_action_is_named(
    action: Action, state: State, more: dict[str, object], why: str
) -> None:
    with pytest.raises(Refused) as refused:
        require(actor(P.HEAD_OF_AGENCY, LEAD), action, facts(state, action, **more))
    assert (refused.value.action, refused.value.why) == (action, why)


MOVES = """
received           route_assign=assigned route_triage=triage follow=merged rejoin=rejoined
triage             dispatch=assigned refuse=refused split=split merge=merged
merged             release_duplicate=triage leave=triage reopen=triage take_back=triage separate=triage
refused            take_back=triage
split              take_back=triage
assigned           rejoin=rejoined
assigned           accept=in_progress relay=in_progress send_back=triage recall=triage take_back=triage
in_progress        ask_supplement=awaiting_submitter transfer=assigned submit_draft=awaiting_approval
in_progress        recall=triage
awaiting_submitter supply=in_progress end_supplement_wait=in_progress
awaiting_approval  approve=answered return_draft=in_progress
answered           reopen=in_progress
restricted         forward=forwarded guide=guided return_to_triage=triage
"""
LETTERS = {S.ANSWERED, S.REFUSED, S.MERGED, S.GUIDED, S.FORWARDED}
STAYS = {
    A.CHANGE_URGENCY: {S.TRIAGE, *HANDLING},
    A.TAKE_BACK_URGENCY: {S.TRIAGE, *HANDLING},
    A.ASSIGN_OFFICER: {S.ASSIGNED, S.IN_PROGRESS, S.AWAITING_SUBMITTER},
    A.SAVE_DRAFT: {S.IN_PROGRESS, S.AWAITING_SUBMITTER},
    A.ASK_EXTENSION: {S.IN_PROGRESS},
    A.DECIDE_EXTENSION: {S.IN_PROGRESS, S.AWAITING_SUBMITTER, S.AWAITING_APPROVAL},
    A.LOG_CONTACT: {S.ASSIGNED, S.IN_PROGRESS},
    A.ADD_NOTE: {S.TRIAGE, *HANDLING, S.ANSWERED, S.RESTRICTED},
    A.LOG_EXCHANGE: {S.TRIAGE, *HANDLING, S.ANSWERED, S.RESTRICTED},
    A.ASK_CONTRIBUTION: {S.IN_PROGRESS, S.AWAITING_SUBMITTER},
    A.ANSWER_CONTRIBUTION: set(HANDLING),
    A.RELAY: {S.IN_PROGRESS},
    A.REMIND_RELAY: {S.IN_PROGRESS, S.AWAITING_SUBMITTER},
    A.RECORD_RELAY_REPLY: {S.IN_PROGRESS, S.AWAITING_SUBMITTER},
    A.RECORD_DELIVERY: LETTERS,
    A.PROPOSE_PUBLICATION: {S.ANSWERED},
    A.CHECK_PUBLICATION: {S.ANSWERED},
    A.WITHDRAW_PUBLICATION: {S.TRIAGE, *HANDLING, S.ANSWERED},
    A.ACKNOWLEDGE: set(S),
    A.RATE: {S.ANSWERED, S.MERGED},
    A.READ_FOLLOWER: {S.MERGED},
    A.GRANT_ACCESS: {S.RESTRICTED},
    A.PROLONG_CHECK: {S.RESTRICTED},
    A.RECORD_CONFLICT: ALONE,
    A.NAME_ACCUSED: {S.RESTRICTED},
    A.CONFIRM_FORWARDING: {S.FORWARDED},
    A.SEAL_IDENTITY: ALONE,
    A.REVEAL_IDENTITY: {S.TRIAGE, *HANDLING, S.RESTRICTED, *LETTERS},
}


def test_the_lifecycle_holds_exactly_these_steps() -> None:
    steps = {
        (State(line.split()[0]), Action(action)): State(target)
        for line in MOVES.strip().splitlines()
        for action, target in (move.split("=") for move in line.split()[1:])
    }
    steps |= {(state, action): state for action, states in STAYS.items() for state in states}
    steps |= {(state, A.WITHDRAW): S.WITHDRAWN for state in {S.RECEIVED, S.TRIAGE, *HANDLING}}
    steps |= {(state, A.SET_APART): S.RESTRICTED for state in set(State) - ALONE - {S.REJOINED}}
    assert dict(TRANSITIONS) == steps
    for state, action in itertools.product(State, Action):
        if (state, action) in steps:
            assert step(state, action) is steps[state, action]
        else:
            with pytest.raises(TransitionRefused):
                step(state, action)


def test_one_agency_leads_in_the_handling_states_and_in_no_closed_one() -> None:
    assert {S.ASSIGNED, S.IN_PROGRESS, S.AWAITING_SUBMITTER, S.AWAITING_APPROVAL} == HANDLING
    assert not HANDLING & CLOSED
