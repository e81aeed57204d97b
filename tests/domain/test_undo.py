"""What can be taken back, by whom and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedback.domain.events import EventKind
from feedback.domain.lifecycle import TRANSITIONS, Action, State
from feedback.domain.undo import UNDO_WINDOW, UNDONE_BY, LastAct, notices_from, undo_objection

AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", list(EventKind))
def test_only_a_decision_of_ones_own_that_nothing_followed_is_taken_back(kind: EventKind) -> None:
    known = kind in UNDONE_BY
    assert undo_objection(LastAct(kind, AT, 7), 7, AT) == (None if known else "moved_on")
    assert undo_objection(LastAct(kind, AT, 8), 7, AT) == ("not_yours" if known else "moved_on")
    assert undo_objection(LastAct(kind, AT, None), 7, AT) == ("not_yours" if known else "moved_on")


def test_the_window_ends_to_the_second() -> None:
    last = LastAct(EventKind.CASE_DISPATCHED, AT, 7)
    assert undo_objection(last, 7, AT + UNDO_WINDOW) is None
    assert undo_objection(last, 7, AT + UNDO_WINDOW + timedelta(microseconds=1)) == "too_late"


def test_notices_wait_as_long_as_the_decision_can_be_taken_back() -> None:
    assert notices_from(AT, urgent=False) == AT + UNDO_WINDOW
    assert notices_from(AT, urgent=True) == AT


def test_what_is_taken_back_is_in_triage_again() -> None:
    found = {state: to for (state, action), to in TRANSITIONS.items() if action is Action.TAKE_BACK}
    assert found == dict.fromkeys((State.ASSIGNED, State.REFUSED, State.MERGED, State.SPLIT), State.TRIAGE)
    stays = {(state, to) for (state, action), to in TRANSITIONS.items() if action is Action.TAKE_BACK_URGENCY}
    assert all(state is to for state, to in stays)
    changed = {state for (state, action) in TRANSITIONS if action is Action.CHANGE_URGENCY}
    assert {state for state, _ in stays} == changed
