"""Handing a post over for some days: what stands against it, as tables, and what no sequence breaks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.delegation import (
    MOST_DAYS,
    STANDS_IN,
    Delegation,
    Objection,
    Posts,
    called_off,
    objection,
    powers,
)
from feedback.domain.lifecycle import Action
from feedback.domain.permission_table import LEADERS
from feedback.domain.positions import LINE_KINDS, HoldingKind, PositionKind, in_force
from feedback.domain.recipients import Directory, Holding, Position

K = PositionKind
TODAY = dt.date(2026, 11, 23)
AGENCY, OTHER, OFFICE = 1, 2, 8
UNIT, SECOND, CONTROL = 11, 12, 81

POSITIONS = {
    position.id: position
    for position in (
        Position(101, K.OFFICER, AGENCY, UNIT),
        Position(102, K.OFFICER, AGENCY, SECOND),
        Position(103, K.RECEPTION, AGENCY, UNIT),
        Position(110, K.HEAD_OF_UNIT, AGENCY, UNIT),
        Position(111, K.HEAD_OF_UNIT, AGENCY, SECOND),
        Position(120, K.HEAD_OF_AGENCY, AGENCY),
        Position(220, K.HEAD_OF_AGENCY, OTHER),
        Position(801, K.OFFICER, OFFICE, CONTROL),
        Position(802, K.DISPATCHER, OFFICE, CONTROL),
        Position(803, K.HEAD_OF_UNIT, OFFICE, CONTROL),
        Position(804, K.COORDINATOR_HEAD, OFFICE),
        Position(805, K.CHAIRMAN, OFFICE),
        Position(806, K.ADMINISTRATOR, OFFICE),
    )
}


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def holder(position: int, since: int = -500, until: int | None = None, account: int | None = None) -> Holding:
    """Account 1000 + n holds position n."""
    last = None if until is None else day(until)
    return Holding(position, account or 1000 + position, HoldingKind.HOLDER, day(since), last)


def acting(position: int, account: int, since: int, until: int | None) -> Holding:
    last = None if until is None else day(until)
    return Holding(position, account, HoldingKind.ACTING, day(since), last)


EVERYBODY = tuple(holder(number) for number in POSITIONS)


def wanted(position: int, taker: int, first: int = 1, last: int = 5, giver: int | None = None) -> Delegation:
    return Delegation(POSITIONS[position], giver or 1000 + position, taker, day(first), day(last))


def against(asked: Delegation, *more: Holding, holdings: tuple[Holding, ...] = EVERYBODY) -> Objection | None:
    return objection(asked, Posts(POSITIONS.values(), (*holdings, *more)), TODAY)


@pytest.mark.parametrize(
    ("position", "may"),
    [
        (101, set()),
        (103, set()),
        (110, {101}),
        (111, {102}),
        (120, {101, 102, 110, 111}),
        (803, {801, 802}),
        (804, {803}),
        (805, {804}),
        (806, set()),
    ],
)
def test_who_may_be_named_for_which_post(position: int, may: set[int]) -> None:
    free = {
        other for other in POSITIONS if other != position and against(wanted(position, 1000 + other)) is None
    }
    assert free == may
    posts = Posts(POSITIONS.values(), EVERYBODY)
    assert {number - 1000 for number in posts.candidates(POSITIONS[position], 1000 + position, TODAY)} == may


def test_every_head_and_nobody_else_has_a_post_to_hand_over() -> None:
    assert set(STANDS_IN) == LEADERS
    assert all(kinds <= LINE_KINDS for kinds in STANDS_IN.values())


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (0, 0, None),
        (0, MOST_DAYS - 1, None),
        (365, 365, None),
        (-1, 5, Objection("first_day", "past")),
        (366, 367, Objection("first_day", "too_far")),
        (3, 2, Objection("last_day", "before_start")),
        (0, MOST_DAYS, Objection("last_day", "too_many_days")),
    ],
)
def test_bounds_of_the_days(first: int, last: int, found: Objection | None) -> None:
    assert against(wanted(110, 1101, first, last)) == found


@pytest.mark.parametrize(
    ("asked", "more", "found"),
    [
        (wanted(101, 1110), (), Objection("position", "not_delegable")),
        (wanted(110, 1101, giver=1111), (), Objection("position", "not_holder")),
        # Who acts in a post cannot pass it on: there is no chain.
        (wanted(120, 1110, giver=1111), (acting(120, 1111, -3, 9),), Objection("position", "not_holder")),
        (wanted(110, 1110), (), Objection("account", "self")),
        (wanted(110, 1102), (), Objection("account", "outside")),
        (wanted(110, 1103), (), Objection("account", "outside")),
        (wanted(120, 1220), (), Objection("account", "outside")),
        (wanted(120, 9999), (), Objection("account", "outside")),
        # Somebody acts already: before, on the first and on the last day, after.
        (wanted(110, 1101, 3, 5), (acting(110, 1120, 0, 2),), None),
        (wanted(110, 1101, 3, 5), (acting(110, 1120, 0, 3),), Objection("position", "occupied")),
        (wanted(110, 1101, 3, 5), (acting(110, 1120, 5, 9),), Objection("position", "occupied")),
        (wanted(110, 1101, 3, 5), (acting(110, 1120, 0, None),), Objection("position", "occupied")),
        (wanted(110, 1101, 3, 5), (acting(110, 1120, 6, 9),), None),
        # One that was called off never counts.
        (wanted(110, 1101, 3, 5), (acting(110, 1120, 4, 3),), None),
        # The giver acts for the director on one of the days.
        (wanted(110, 1101, 3, 5), (acting(120, 1110, 5, 8),), Objection("position", "stands_in")),
        (wanted(110, 1101, 3, 5), (acting(120, 1110, 6, 8),), None),
        # The person named is away on one of the days: somebody acts in a post of theirs.
        (wanted(120, 1110, 3, 5), (acting(110, 1101, 0, 3),), Objection("account", "away")),
        (wanted(120, 1110, 3, 5), (acting(110, 1101, 0, 2),), None),
    ],
)
def test_what_stands_against_it(
    asked: Delegation, more: tuple[Holding, ...], found: Objection | None
) -> None:
    assert against(asked, *more) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (holder(110, until=4), Objection("position", "not_holder")),
        (holder(110, since=2), Objection("position", "not_holder")),
        (holder(110, until=5), None),
        (holder(101, until=4), Objection("account", "outside")),
        (holder(101, since=2), Objection("account", "outside")),
        (holder(101, since=1, until=5), None),
    ],
)
def test_both_have_their_posts_on_every_day(change: Holding, found: Objection | None) -> None:
    rest = tuple(held for held in EVERYBODY if held.position_id != change.position_id)
    assert against(wanted(110, 1101, 1, 5), change, holdings=rest) == found


def test_who_only_acts_somewhere_comes_not_into_question() -> None:
    rest = tuple(held for held in EVERYBODY if held.position_id != 101)
    found = against(wanted(110, 5000), acting(101, 5000, -9, 9), holdings=rest)
    assert found == Objection("account", "outside")


PEOPLE = sorted({held.account_id for held in EVERYBODY})
ASKED = st.builds(
    lambda position, giver, taker, first, length: Delegation(
        POSITIONS[position], giver, taker, day(first), day(first + length)
    ),
    st.sampled_from(sorted(POSITIONS)), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE),
    st.integers(-2, 12), st.integers(-1, 6),
)  # fmt: skip
LIKELY = st.builds(
    lambda pair, first, length: Delegation(
        POSITIONS[pair[0]], 1000 + pair[0], 1000 + pair[1], day(first), day(first + length)
    ),
    st.sampled_from([(110, 101), (111, 102), (120, 110), (120, 111), (120, 101), (803, 801), (804, 803),
                     (805, 804)]),
    st.integers(0, 12), st.integers(0, 6),
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(ASKED | LIKELY, max_size=14))
def test_whatever_is_let_through_leaves_no_chain_and_no_overlap(asked: list[Delegation]) -> None:
    holdings = list(EVERYBODY)
    for one in asked:
        if objection(one, Posts(POSITIONS.values(), holdings), TODAY) is None:
            holdings.append(
                Holding(one.position.id, one.taker_id, HoldingKind.ACTING, one.first_day, one.last_day)
            )
    directory = Directory(POSITIONS.values(), holdings)
    stood_in = [held for held in holdings if held.kind is HoldingKind.ACTING]
    for number in range(20):
        on = day(number)
        current = [held for held in stood_in if in_force(held.valid_from, held.valid_to, on)]
        seats = [held.position_id for held in current]
        assert len(seats) == len(set(seats)), "two act in one post"
        away = {1000 + held.position_id for held in current}
        assert away.isdisjoint(held.account_id for held in current), "who is away acts for somebody"
        for held in current:
            answering = directory.answering(held.position_id, on)
            assert answering is not None
            assert answering.account_id == held.account_id, "letters do not follow"
            post, own = POSITIONS[held.position_id], POSITIONS[held.account_id - 1000]
            assert own.agency_id == post.agency_id
            assert own.kind in STANDS_IN[post.kind]
    for held in stood_in:
        assert held.valid_to is not None
        assert TODAY <= held.valid_from <= held.valid_to < held.valid_from + dt.timedelta(days=MOST_DAYS)


def test_called_off_is_a_last_day_before_the_first() -> None:
    held = acting(110, 1101, 3, 5)
    assert not called_off(held.valid_from, held.valid_to)
    assert not called_off(held.valid_from, None)
    off = replace(held, valid_to=day(2))
    assert called_off(off.valid_from, off.valid_to)
    assert not any(in_force(off.valid_from, off.valid_to, day(number)) for number in range(10))


@pytest.mark.parametrize(
    ("kind", "some", "none"),
    [
        (K.HEAD_OF_UNIT, {Action.TRANSFER, Action.ASSIGN_OFFICER, Action.DECIDE_EXTENSION}, {Action.APPROVE}),
        (K.HEAD_OF_AGENCY, {Action.APPROVE, Action.RETURN_DRAFT, Action.SET_APART}, {Action.DISPATCH}),
        (K.COORDINATOR_HEAD, {Action.DISPATCH, Action.APPROVE, Action.MERGE}, {Action.ACCEPT}),
        (K.CHAIRMAN, set(), {Action.APPROVE, Action.TRANSFER}),
    ],
)
def test_what_comes_with_a_post(kind: PositionKind, some: set[Action], none: set[Action]) -> None:
    found = powers(kind)
    assert found[0] is Action.ACKNOWLEDGE
    assert some <= set(found)
    assert none.isdisjoint(found)
    assert Action.GRANT_ACCESS not in found
    assert len(found) == len(set(found))
