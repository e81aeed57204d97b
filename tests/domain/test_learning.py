"""Which labels are learned from, and when a new model may take over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.learning import Label, Mark, Pair, Why, different, judge, parted, shared_out, usable
from feedback.domain.learning.labels import LEAST_CAP
from feedback.domain.learning.verdict import loss

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
SPACE = UUID(int=7)


def label(
    number: int, text: str = "", decider: int | None = 1, desk: int | None = 5, hours: int | None = None
) -> Label:
    return Label(
        case_id=uuid5(SPACE, str(number)), subject="", text=text or f"chuyện số {number} ở xóm {number * 7}",
        agency="SXD", case_class="C", urgent=None, guess="SNV",
        decided_at=BEGIN + timedelta(hours=number if hours is None else hours), decider=decider, desk=desk,
    )  # fmt: skip


def test_what_says_the_same_counts_once_and_the_first_stays() -> None:
    text = "Đèn đường trước chợ tắt ba tuần nay ai đi ngang cũng sợ té, nhờ phường sửa giúp bà con"
    rows = [
        label(2, text.replace("ba tuần", "bốn tuần")),
        label(1, text),
        label(3, "chuyện khác hẳn về hồ bơi trẻ em"),
    ]
    assert [one.case_id for one in different(rows)] == [label(1).case_id, label(3).case_id]
    assert len(different([label(1, "den"), label(2, "den"), label(3, "")])) == 2


def test_nobody_speaks_for_more_than_a_third() -> None:
    rows = [label(number, decider=1 if number < 250 else 2 + number % 3, desk=None) for number in range(300)]
    kept = shared_out(rows)
    assert sum(one.decider == 1 for one in kept) == 100
    assert sum(one.decider != 1 for one in kept) == 50
    assert kept == shared_out(rows)


def test_no_agency_makes_up_more_than_a_third_and_a_small_province_still_learns() -> None:
    assert len(shared_out([label(number) for number in range(50)])) == 50
    assert len(shared_out([label(number) for number in range(150)])) == LEAST_CAP
    rows = [label(number, decider=None, desk=number % 2) for number in range(300)]
    assert len(shared_out(rows)) == 200


def test_the_newest_fifth_is_held_out_and_nothing_that_the_model_in_use_learned() -> None:
    rows = [label(number) for number in range(100)]
    parts = parted(rows)
    assert (len(parts.learned), len(parts.held_out)) == (80, 20)
    assert (
        parts.until
        == max(one.decided_at for one in parts.learned)
        < min(one.decided_at for one in parts.held_out)
    )
    later = parted(rows, after=BEGIN + timedelta(hours=90))
    assert (len(later.learned), len(later.held_out)) == (91, 9)
    assert not later.enough
    assert parted([]).until is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4), st.integers(0, 4)), max_size=80))
def test_the_parts_never_meet_and_nothing_is_invented(rows: list[tuple[int, int, int]]) -> None:
    labels = [
        label(number, decider=who or None, desk=desk, hours=hour)
        for number, (hour, who, desk) in enumerate(rows)
    ]
    parts = usable(labels)
    learned, held_out = {one.case_id for one in parts.learned}, {one.case_id for one in parts.held_out}
    assert not learned & held_out
    assert learned | held_out <= {one.case_id for one in labels}
    if parts.learned and parts.held_out:
        assert max(one.decided_at for one in parts.learned) < min(one.decided_at for one in parts.held_out)


# The verdict.

GOOD, BAD = Mark(right=True), Mark(right=False)


def pairs(lost: int = 0, won: int = 0, same: int = 300, decider: int | None = None) -> list[Pair]:
    return [
        *[Pair(GOOD, BAD, decider)] * lost,
        *[Pair(BAD, GOOD, decider)] * won,
        *[Pair(GOOD, GOOD, decider)] * same,
    ]


def test_models_that_agree_are_equal() -> None:
    assert judge(pairs(), pairs(same=40)).takes_over
    assert loss([], lambda mark: mark.right) == 0.0


@pytest.mark.parametrize(
    ("lost", "won", "passes"),
    [(0, 0, True), (3, 0, True), (4, 0, False), (5, 5, True), (9, 4, False), (20, 40, True), (12, 12, False)],
)
def test_on_the_shipped_messages_two_points_are_the_margin(lost: int, won: int, passes: bool) -> None:
    verdict = judge(pairs(lost, won, 317 - lost - won), pairs(won=5, same=60))
    assert (Why.SHIPPED_WORSE not in verdict.against) is passes


@pytest.mark.parametrize(
    ("lost", "won", "passes"), [(0, 4, True), (1, 0, False), (2, 9, True), (6, 6, False)]
)
def test_on_the_provinces_own_it_must_be_right_at_least_as_often(lost: int, won: int, passes: bool) -> None:
    verdict = judge(pairs(), pairs(lost, won, 60 - lost - won))
    assert (Why.OWN_WORSE not in verdict.against) is passes


def test_not_one_denunciation_and_not_one_urgent_message_may_be_lost() -> None:
    kept, let_go = Mark(right=True, apart=True), Mark(right=True, apart=False)
    seen, missed = Mark(right=True, urgent=True), Mark(right=True, urgent=False)
    own = pairs(won=3, same=60)
    assert judge([*pairs(), Pair(kept, let_go)], own).against == (Why.APART_WORSE,)
    assert judge([*pairs(), Pair(seen, missed)], own).against == (Why.URGENT_WORSE,)
    assert judge([*pairs(), Pair(let_go, kept), Pair(missed, seen)], own).takes_over


def test_wrong_automatic_decisions_count_for_themselves() -> None:
    misled = Pair(Mark(right=True), Mark(right=True, wrong_automatic=True, automatic=True))
    assert judge([*pairs(), *[misled] * 4], pairs(same=60)).against == (Why.SHIPPED_AUTOMATIC,)
    assert judge(pairs(), [*pairs(same=60), *[misled] * 3]).against == (Why.OWN_AUTOMATIC,)


def test_a_gain_that_one_person_alone_reports_is_none() -> None:
    crowd = [
        *pairs(won=15, same=5, decider=1),
        *pairs(lost=3, same=20, decider=2),
        *pairs(same=20, decider=3),
    ]
    assert judge(pairs(), crowd).against == (Why.ONE_VOICE,)
    shared = [*pairs(won=8, same=12, decider=1), *pairs(won=7, lost=1, same=20, decider=2)]
    assert judge(pairs(), shared).takes_over
