"""Rows of the ladder: what they may say, and that what they say is complete."""

import pytest

from feedback.domain.duration import Unit
from feedback.domain.ladder import LadderStep, Offset, StateLimit
from feedback.domain.lifecycle import OPEN, State
from feedback.domain.recipients import ONE_UP
from tests.domain.reference import DATA, ladder, limits, rows


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [("-3wd", -3, Unit.WORKING_DAYS), ("+0wd", 0, Unit.WORKING_DAYS), ("+2H", 2, Unit.WALL_HOURS)],
)
def test_offsets_are_read(text: str, amount: int, unit: Unit) -> None:
    assert Offset.parse(text) == Offset(amount, unit)
    assert str(Offset.parse(text)) == text.lower()


@pytest.mark.parametrize("text", ["", "3wd", "+3d", "+3wh", "+-3wd", "+10001wd", "+1.5h"])
def test_what_is_no_offset(text: str) -> None:
    with pytest.raises(ValueError, match="offset"):
        Offset.parse(text)


@pytest.mark.parametrize("step", ladder(), ids=lambda step: step.code)
def test_each_step_is_cited_and_named_in_both_languages(step: LadderStep) -> None:
    assert step.basis
    assert step.name_vi
    assert step.name_en
    assert step.name_vi != step.name_en
    assert step.recipients


@pytest.mark.parametrize("limit", limits(), ids=lambda limit: limit.state)
def test_each_limit_has_an_owner_and_somebody_above(limit: StateLimit) -> None:
    above = ONE_UP[limit.owner]
    while above not in (limit.next_up, None):
        above = ONE_UP[above]
    assert above is limit.next_up
    assert limit.basis


def test_every_open_state_but_work_in_hand_has_a_limit() -> None:
    assert {limit.state for limit in limits()} == {*OPEN, State.ANSWERED} - {State.IN_PROGRESS}


@pytest.mark.parametrize(
    "change",
    [{"clock": "wall"}, {"offset": "3wd"}, {"recipients": "officer;boss"}, {"recipients": ""},
     {"restricted": "maybe"}, {"valid_from": ""}],
    ids=lambda change: "-".join(change),
)  # fmt: skip
def test_a_bad_step_is_named(change: dict[str, str]) -> None:
    good = rows(DATA / "ladder.csv")[0]
    assert LadderStep.from_row(good).code == "agency_before_3"
    with pytest.raises(ValueError, match=r"not a ladder step: \{'code': 'agency_before_3'"):
        LadderStep.from_row(good | change)


@pytest.mark.parametrize(
    "change", [{"duration": "1"}, {"owner": "owner"}, {"next_up": ""}], ids=lambda c: "-".join(c)
)
def test_a_bad_limit_is_named(change: dict[str, str]) -> None:
    good = rows(DATA / "state_limits.csv")[0]
    with pytest.raises(ValueError, match=r"not a limit of a state: \{'state': 'received'"):
        StateLimit.from_row(good | change)
