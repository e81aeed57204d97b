"""The product's vocabularies: no word is unused, none is out of reach, data speaks only known ones."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.data import read_rows
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.ladder import LadderStep, StateLimit, StateRole
from feedback.domain.lifecycle import CLOSED, HANDLING, OPEN, TRANSITIONS, Action, State
from feedback.domain.notices import NoticeKind
from feedback.domain.permission_matrix import CONDITIONS
from feedback.domain.permissions import RULES, Reading, Relation
from feedback.domain.positions import PositionKind, in_force
from feedback.domain.recipients import ONE_UP
from feedback.domain.terms import Term, term_in_force
from feedback.services import clocks
from feedback.services.casework import supplements
from feedback.services.work import BELLS, WorkKind
from feedback.web.admin.permission_words import ACTIONS, READINGS, RELATIONS
from feedback.web.errors import WHY
from tests.architecture.tree import ROOT, names_used

ON = date(2026, 11, 22)
OF_SUBMITTERS = {Action.LEAVE, Action.SUPPLY, Action.RATE, Action.REOPEN, Action.WITHDRAW}
OF_WORKERS = {
    Action.ROUTE_ASSIGN, Action.ROUTE_TRIAGE, Action.FOLLOW, Action.RELEASE_DUPLICATE, Action.REJOIN,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "home"),
    [
        (EventKind, "feedback/domain/events.py"),
        (NoticeKind, "feedback/domain/notices.py"),
        (Action, "feedback/domain/lifecycle.py"),
        (WorkKind, "feedback/services/work.py"),
    ],
)
def test_every_word_is_spoken_somewhere(kind: type, home: str) -> None:
    used = names_used(kind.__name__, "feedback", "workers", without=home)
    members = set(kind.__members__)  # type: ignore[attr-defined]
    assert members - used == set()
    assert {name for name in used if name.isupper()} <= members


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_has_its_texts_and_no_text_is_left_over(language: str) -> None:
    folder = ROOT / "templates" / "mail" / language
    for ending in (".txt", ".html"):
        there = {path.stem for path in folder.glob(f"*{ending}") if not path.stem.startswith("_")}
        assert there == {str(kind) for kind in NoticeKind}


def test_every_state_is_reached_from_the_first() -> None:
    reached = {State.RECEIVED}
    while more := {end for (start, _), end in TRANSITIONS.items() if start in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_every_open_state_leads_to_an_end() -> None:
    ending = set(CLOSED)
    while more := {start for (start, _), end in TRANSITIONS.items() if end in ending} - ending:
        ending |= more
    assert ending == set(State)
    assert set(State) == OPEN | CLOSED
    assert HANDLING < OPEN


def test_every_action_leads_somewhere_and_belongs_to_somebody() -> None:
    actions = {action for _, action in TRANSITIONS}
    assert actions == set(Action)
    assert set(RULES) | OF_SUBMITTERS | OF_WORKERS == set(Action) | set(Reading)
    assert not set(RULES) & (OF_SUBMITTERS | OF_WORKERS)
    for action, rules in RULES.items():
        assert rules, action
        assert all(kinds for _, kinds in rules), action


def test_every_row_of_the_permission_matrix_has_its_words() -> None:
    assert {what for what in RULES if what not in ACTIONS and what not in READINGS} == set()
    assert set(RELATIONS) == set(Relation)
    codes = {code for several in CONDITIONS.values() for code in several}
    assert codes <= set(WHY)


def test_every_bell_belongs_to_work() -> None:
    assert set(BELLS) == set(WorkKind)


def _ladder() -> list[LadderStep]:
    return [LadderStep.from_row(row) for row in read_rows("ladder.csv")]


def _limits() -> list[StateLimit]:
    return [StateLimit.from_row(row) for row in read_rows("state_limits.csv")]


def test_the_ladder_addresses_positions_and_every_clock_has_steps() -> None:
    steps = [step for step in _ladder() if in_force(step.valid_from, step.valid_to, ON)]
    # Nobody escalates over an interim update: the night itself tells it.
    assert {step.clock for step in steps} == set(Clock) - {Clock.STATUS_UPDATE}
    assert {step.clock for step in steps if step.restricted} == {Clock.STATE, Clock.URGENT}
    for step in steps:
        assert step.recipients, step.code
        if step.clock is not Clock.STATE:
            assert not set(step.recipients) & set(StateRole), step.code
        if step.restricted:
            agency_line = {PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT, PositionKind.HEAD_OF_AGENCY}
            assert not set(step.recipients) & agency_line, step.code
        assert step.basis, step.code
        assert step.name_vi, step.code
        assert step.name_en, step.code


def test_limits_are_of_open_states_and_go_up() -> None:
    limits = {limit.state: limit for limit in _limits()}
    assert set(limits) == {str(state) for state in OPEN - {State.IN_PROGRESS}} | {str(State.ANSWERED)}
    for state, limit in limits.items():
        above = [limit.owner]
        while (higher := ONE_UP[above[-1]]) is not None:
            above.append(higher)
        assert limit.next_up in above[1:], state


def test_everybody_in_the_line_but_the_chairman_has_somebody_above() -> None:
    assert set(ONE_UP) == set(PositionKind)
    assert {kind for kind, above in ONE_UP.items() if above is None} == {
        PositionKind.CHAIRMAN, PositionKind.SUPERVISOR,
    }  # fmt: skip


def test_the_terms_that_verbs_count_by_are_in_force() -> None:
    terms = [Term.from_row(row) for row in read_rows("terms.csv")]
    for key in (clocks.ANSWER, clocks.URGENT, supplements.FIRST_REQUEST, supplements.WAIT):
        assert term_in_force(terms, key, ON).key == key
