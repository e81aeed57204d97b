"""Conflicts of interest: a table of who may not see a restricted case, and that no step ever reaches them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.conflicts import ConflictKind, Conflicts
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.domain.recipients import Directory, Holding, Position, Seal, resolve_position

ON = dt.date(2026, 11, 20)
ACCUSED, ELSEWHERE = 1, 2
NAMED, DECLARED, ANYBODY = 10, 11, 12
AGAINST = Conflicts(ACCUSED, frozenset({NAMED}), frozenset({DECLARED}))
K = ConflictKind


@pytest.mark.parametrize(
    ("conflicts", "account", "agencies", "found"),
    [
        (AGAINST, ANYBODY, {ELSEWHERE}, None),
        (AGAINST, ANYBODY, set(), None),
        (AGAINST, ANYBODY, {ACCUSED}, K.ACCUSED_AGENCY),
        (AGAINST, ANYBODY, {ELSEWHERE, ACCUSED}, K.ACCUSED_AGENCY),
        (AGAINST, NAMED, {ELSEWHERE}, K.NAMED),
        (AGAINST, NAMED, {ACCUSED}, K.NAMED),
        (AGAINST, NAMED, set(), K.NAMED),
        (AGAINST, DECLARED, {ELSEWHERE}, K.DECLARED),
        (AGAINST, DECLARED, {ACCUSED}, K.DECLARED),
        (Conflicts(), ANYBODY, {ACCUSED}, None),
        (Conflicts(named=frozenset({NAMED})), ANYBODY, {ACCUSED}, None),
        (Conflicts(declared=frozenset({DECLARED})), DECLARED, set(), K.DECLARED),
    ],
)
def test_who_may_not_see_a_case(conflicts, account, agencies, found) -> None:  # type: ignore[no-untyped-def]
    assert conflicts.of(account, agencies) is found


accounts = st.integers(1, 30)
agencies = st.sets(st.integers(1, 4))


@given(st.sets(accounts), st.sets(accounts), st.none() | st.integers(1, 4), accounts, agencies)
def test_a_conflict_never_ends_by_anything_that_is_added(named, declared, accused, account, held) -> None:  # type: ignore[no-untyped-def]
    before = Conflicts(accused, frozenset(named), frozenset(declared))
    more = Conflicts(accused, frozenset(named | {30}), frozenset(declared | {29}))
    assert (before.of(account, held) is None) or (more.of(account, held) is not None)
    assert (before.of(account, held) is None) == (account not in before.barred and accused not in held)


LEVELS = (
    PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT, PositionKind.HEAD_OF_AGENCY, PositionKind.DISPATCHER,
    PositionKind.COORDINATOR_HEAD, PositionKind.CHAIRMAN,
)  # fmt: skip


@st.composite
def provinces(draw: st.DrawFn) -> Directory:
    """Positions of four agencies in any hands: one account may hold several, in different agencies."""
    positions, holdings = [], []
    for number in range(1, draw(st.integers(3, 14))):
        kind = draw(st.sampled_from(LEVELS))
        positions.append(Position(number, kind, draw(st.integers(1, 4)), draw(st.none() | st.integers(1, 3))))
        for account in draw(st.lists(st.integers(1, 8), max_size=2, unique=True)):
            holdings.append(Holding(number, account, HoldingKind.HOLDER, ON))
    return Directory(positions, holdings)


@given(
    provinces(),
    st.sampled_from(LEVELS),
    st.sets(st.integers(1, 8)),
    st.none() | st.integers(1, 4),
    st.lists(st.integers(1, 8), unique=True),
)
def test_no_step_reaches_who_is_in_a_conflict(  # type: ignore[no-untyped-def]
    directory: Directory, kind: PositionKind, barred, accused, listed
) -> None:
    conflicts = Conflicts(accused, named=frozenset(barred))
    free = tuple(one for one in listed if conflicts.of(one, directory.agencies_of(one, ON)) is None)
    seal = Seal(
        agency_ids=frozenset() if accused is None else frozenset({accused}),
        account_ids=conflicts.barred,
        access_list=tuple(listed),
    )
    found = resolve_position(kind, None, None, directory, ON, seal=seal)
    if found is None or found.account_id is None:
        return
    assert conflicts.of(found.account_id, directory.agencies_of(found.account_id, ON)) is None
    assert found.account_id in free or found.joins
    assert found.position.agency_id != accused


def test_a_conflicted_chief_is_passed_over_and_the_step_goes_one_level_up() -> None:
    chief = Position(1, PositionKind.COORDINATOR_HEAD, ELSEWHERE)
    chairman = Position(2, PositionKind.CHAIRMAN, ELSEWHERE)
    directory = Directory(
        [chief, chairman],
        [Holding(1, DECLARED, HoldingKind.HOLDER, ON), Holding(2, ANYBODY, HoldingKind.HOLDER, ON)],
    )

    def reached(barred: frozenset[int]) -> int | None:
        seal = Seal(account_ids=barred, access_list=(DECLARED, ANYBODY))
        found = resolve_position(PositionKind.COORDINATOR_HEAD, None, None, directory, ON, seal=seal)
        return None if found is None else found.account_id

    assert reached(frozenset()) == DECLARED
    assert reached(frozenset({DECLARED})) == ANYBODY
