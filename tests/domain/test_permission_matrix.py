"""What is to be read, written a second time by hand; the printed matrix is what the permissions answer."""

from __future__ import annotations

import pytest

from feedback.domain.lifecycle import Action, State, actions_in
from feedback.domain.permission_matrix import UNSEEN, entry, matrix, relations_of, table_of
from feedback.domain.permissions import RULES, SET_APART, Reading, Relation
from feedback.domain.positions import LINE_KINDS, PROVINCE_KINDS, PositionKind

P, R, Rd = PositionKind, Relation, Reading
EVERYTHING = set(Reading)
WATCHED = {Rd.LISTS, Rd.CASE, Rd.EXPORT}
READABLE: dict[Relation, set[Reading]] = {
    R.LEAD: EVERYTHING,
    R.UNIT: EVERYTHING,
    R.CO_HANDLER: EVERYTHING,
    R.COORDINATOR: EVERYTHING,
    R.ESCALATED_TO: EVERYTHING,
    R.ACCESS_LIST: EVERYTHING,
    R.ONE_STOP: {Rd.LETTER},
    R.SUPERVISOR: WATCHED,
    R.FORMER: set(),
    R.OTHER: set(),
}


def expected(kind: PositionKind, relation: Relation, state: State) -> set[Reading]:
    apart = state in SET_APART
    if apart != (relation is R.ACCESS_LIST):
        # The province and the supervisors see the public track whether or not a list names them.
        over = kind in PROVINCE_KINDS or kind is P.SUPERVISOR
        if apart or not over:
            return set()
        return WATCHED if kind is P.SUPERVISOR else EVERYTHING
    if kind is P.SUPERVISOR:
        return WATCHED
    if kind is P.ADMINISTRATOR and relation is not R.ACCESS_LIST:
        return set()
    return READABLE[relation]


@pytest.mark.parametrize("kind", list(PositionKind))
def test_what_each_position_reads_in_each_relation_and_state(kind: PositionKind) -> None:
    for relation in relations_of(kind):
        for state in State:
            found = {what for what in Reading if entry(kind, relation, state, what).allowed}
            assert found == expected(kind, relation, state), (relation, state)


def test_nothing_is_done_to_a_case_that_is_not_seen() -> None:
    for each in matrix():
        if isinstance(each.what, Action) and each.allowed:
            seen = entry(each.kind, each.relation, each.state, Reading.CASE).allowed
            letter = entry(each.kind, each.relation, each.state, Reading.LETTER).allowed
            assert seen or letter, each


def test_supervisors_do_nothing_and_administrators_touch_no_case_of_the_public_track() -> None:
    for each in matrix():
        if isinstance(each.what, Action):
            assert not (each.allowed and each.kind is P.SUPERVISOR), each
            listed = each.relation is R.ACCESS_LIST
            assert not (each.allowed and each.kind is P.ADMINISTRATOR and not listed), each


def test_only_the_access_list_reaches_the_restricted_track() -> None:
    for each in matrix():
        if each.state in SET_APART and each.relation is not R.ACCESS_LIST:
            assert each.why == UNSEEN, each


def test_a_head_of_unit_gives_out_the_cases_of_their_own_unit() -> None:
    for relation, allowed in ((R.UNIT, True), (R.LEAD, False)):
        found = entry(P.HEAD_OF_UNIT, relation, State.IN_PROGRESS, Action.ASSIGN_OFFICER)
        assert found.allowed is allowed
        assert found.why == (None if allowed else "position")


def test_every_row_is_printed_for_every_kind_with_a_cell_for_each_relation() -> None:
    for kind in PositionKind:
        table = table_of(kind)
        assert [line.what for line in table] == list(RULES)
        for line in table:
            assert len(line.cells) == len(relations_of(kind))
            for relation, cell in zip(relations_of(kind), line.cells, strict=True):
                assert bool(cell.states) is (cell.why is None)
                for state in cell.states:
                    assert entry(kind, relation, state, line.what).allowed
                possible = [
                    state
                    for state in State
                    if isinstance(line.what, Reading) or line.what in actions_in(state)
                ]
                if cell.track == "all":
                    assert list(cell.states) == possible


def test_every_kind_stands_in_some_relation() -> None:
    assert {relation for kind in PositionKind for relation in relations_of(kind)} == set(Relation)
    assert set(LINE_KINDS) | {P.ADMINISTRATOR, P.SUPERVISOR} == set(PositionKind)
