"""Random acts of random people on random cases: whatever they do, a case stays in one piece."""

from __future__ import annotations

import contextlib
from collections import Counter
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.domain.lifecycle import CLOSED, HANDLING, OPEN_PUBLIC, Action, State, actions_in
from feedback.domain.permissions import allowed_actions
from feedback.models import (
    Account,
    Agency,
    Assignment,
    AuditEvent,
    Case,
    Deadline,
    Holding,
    Period,
    Position,
    RestrictedAccess,
)
from feedback.services.casework import (
    supplements,
)
from feedback.services.facts import case_facts
from tests.factories import Factory
from tests.rollback import keep_open, undone
from tests.services.desk_slips import marks, sound, take_back
from tests.services.moves import REFUSALS, SUBMITTER_MOVES, liaison, staff_moves
from tests.services.stage import MONDAY, Stage
from tests.services.test_following import route, send

RARE = {
    Action.WITHDRAW, Action.REFUSE, Action.SET_APART, Action.SPLIT, Action.CHANGE_URGENCY,
    Action.RECORD_DELIVERY, Action.REVEAL_IDENTITY, Action.FORWARD, Action.GUIDE, Action.RECALL,
}  # fmt: skip
"""Acts that end a case or change little: left to every draw, a case would never get anywhere."""
QUIET = {Action.READ_FOLLOWER}
"""Acts that change nothing when they are done again."""
SLIPS = (Action.SPLIT, Action.MERGE, Action.REFUSE, Action.DISPATCH, Action.CHANGE_URGENCY)
"""What the desk decides and may take back at once."""
BEGINNINGS = ("triaged", "dispatched", "in_progress", "awaiting_approval", "answered")
_RUNNING = (Deadline.superseded_at.is_(None), Deadline.met_at.is_(None))


class Cases(RuleBasedStateMachine):
    """People act; what must hold is checked after every act."""

    factory: ClassVar[sessionmaker[Session]]
    scenery: ClassVar[Stage]
    body: ClassVar[Agency]
    clerk: ClassVar[Account]
    done: ClassVar[Counter[Action]] = Counter()
    taken_back: ClassVar[Counter[Action]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        connection: Connection = self.factory.kw["bind"]
        connection.info.pop("speaker", None)
        self.savepoint = connection.begin_nested()
        self.worker = keep_open(self.factory, db.WORKER)
        self.stage = copy(self.scenery)
        self.stage.worker = self.worker
        province = self.stage.province
        self.people: list[Account] = [
            province.dispatcher, province.chief, self.stage.inspectorate.head,
            *self.stage.works.people.values(), *self.stage.home.people.values(), self.clerk,
        ]  # fmt: skip
        self.actors = [self.stage.actor(account) for account in self.people]
        self.met: list[UUID] = []
        self.citizen: dict[tuple[UUID, int], date] = {}
        self.results: dict[tuple[UUID, int], bool | None] = {}

    def teardown(self) -> None:
        try:
            sound(self.stage)
            payloads = " ".join(self.worker.scalars(select(AuditEvent.payload)))
            assert payloads.isascii(), "somebody's words are in the trail"
        finally:
            self.worker.close()
            self.savepoint.rollback()

    @property
    def cases(self) -> list[Case]:
        """All cases in the order in which they came: numbers made in one moment are in any order."""
        self.worker.expire_all()
        found = {case.id: case for case in self.worker.scalars(select(Case).order_by(Case.title))}
        self.met += [case_id for case_id in found if case_id not in self.met]
        return [found[case_id] for case_id in self.met]

    @initialize(first=st.sampled_from(BEGINNINGS), second=st.sampled_from(BEGINNINGS), follows=st.booleans())
    def two_cases(self, first: str, second: str, follows: bool) -> None:
        main = getattr(self.stage, first)()
        assert [case.id for case in self.cases] == [main]
        getattr(self.stage, second)(email="")
        assert len(self.cases) == 2
        if follows:
            send(self.stage, main)
            route(self.stage)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.stage.now += timedelta(days=days)
        with db.transaction(self.factory, db.WORKER) as session:
            supplements.expire(session, self.stage.now, self.stage.book)

    @rule(data=st.data())
    def somebody_who_may_acts(self, data: st.DataObject) -> None:
        self.act_rightly(data)

    @rule(data=st.data())
    def two_who_may_act(self, data: st.DataObject) -> None:
        self.act_rightly(data)
        self.act_rightly(data)

    def act_rightly(self, data: st.DataObject) -> None:
        case = data.draw(st.sampled_from(self.cases))
        able: dict[Action, list[Account]] = {
            action: [] for action in SUBMITTER_MOVES if action in actions_in(case.state)
        }
        facts = case_facts(self.worker, self.actors[0], case)
        listed = {row.account_id for row in self.access_list(case)}
        for account, actor in zip(self.people, self.actors, strict=True):
            for action in allowed_actions(actor, replace(facts, on_access_list=account.id in listed)):
                able.setdefault(action, []).append(account)
        if able:
            likely = [action for action in sorted(able) if action not in RARE]
            action = data.draw(st.sampled_from(likely * 4 + sorted(able)))
            self.attempt(data, case.id, action, able[action])

    @rule(data=st.data(), action=st.sampled_from(SLIPS))
    def the_desk_takes_back_a_slip(self, data: st.DataObject, action: Action) -> None:
        """What was just decided of a case in triage is taken back, and all is as it was."""
        desk = self.stage.province.dispatcher
        able = [case.id for case in self.cases if action in actions_in(case.state)]
        if not able:
            return
        case_id = data.draw(st.sampled_from(able))
        before, decided = marks(self.stage, case_id), self.done[action]
        self.attempt(data, case_id, action, [desk])
        if self.done[action] == decided:
            return
        with contextlib.suppress(*REFUSALS):
            take_back(self.stage, case_id)
            assert marks(self.stage, case_id) == before
            self.taken_back[action] += 1

    @rule(data=st.data(), action=st.sampled_from(Action))
    def somebody_tries_anything(self, data: st.DataObject, action: Action) -> None:
        self.attempt(data, data.draw(st.sampled_from(self.cases)).id, action, self.people)

    def attempt(self, data: st.DataObject, case_id: UUID, action: Action, people: list[Account]) -> None:
        before = self.fingerprint()
        with contextlib.suppress(*REFUSALS):
            if action in SUBMITTER_MOVES:
                verb, arguments = SUBMITTER_MOVES[action]
                self.stage.submitter(verb, case_id, **arguments)
            else:
                other = data.draw(st.sampled_from([case.id for case in self.cases]))
                choices = staff_moves(self.stage, other, self.body).get(action)
                if choices is None:
                    return
                verb, arguments = data.draw(st.sampled_from(choices))
                self.stage.act(data.draw(st.sampled_from(people)), verb, case_id, **arguments)
            after = self.fingerprint()
            assert after[0] > before[0] or (action in QUIET and after == before), f"{action} left no event"
            self.done[action] += 1
            return
        assert self.fingerprint() == before, f"{action} was refused and yet changed something"

    def fingerprint(self) -> tuple[int, list[tuple[Any, ...]]]:
        return self.stage.count(AuditEvent), [(case.id, case.state, case.version) for case in self.cases]

    def rows(self, model: type[Any], *conditions: Any) -> list[Any]:
        return list(self.worker.scalars(select(model).where(*conditions)))

    @invariant()
    def each_case_is_in_one_piece(self) -> None:
        for case in self.cases:
            state = State(case.state)
            assert (case.closed_at is not None) is (state in CLOSED), state
            running = self.rows(Assignment, Assignment.case_id == case.id, Assignment.ended_at.is_(None))
            leads = [row for row in running if row.role == "lead"]
            assert len(leads) == (1 if state in HANDLING else 0), state
            if leads:
                assert leads[0].agency_id == case.lead_agency_id
                assert {row.agency_id for row in running if row.role == "co"} == set(case.co_agency_ids)
            else:
                assert running == []
            self.clocks_agree(case, state)
            if state is State.RESTRICTED:
                self.list_is_sound(case)
            if state is State.MERGED:
                assert case.merged_into_id is not None
            if state is State.REJOINED:
                self.nothing_is_left_of(case)
            assert (case.restricted_at is not None) is (
                state in {State.RESTRICTED, State.FORWARDED, State.GUIDED}
            )

    def clocks_agree(self, case: Case, state: State) -> None:
        active = self.rows(Deadline, Deadline.case_id == case.id, *_RUNNING)
        by_clock = {row.clock: row for row in active}
        assert len(by_clock) == len(active)
        assert ("agency" in by_clock) is (state in HANDLING)
        if state in HANDLING:
            assert case.due_on == case.agency_due_on == by_clock["agency"].due_on
            assert by_clock["agency"].agency_id == case.lead_agency_id
        if state in OPEN_PUBLIC:
            assert by_clock["citizen"].due_on == case.citizen_due_on
        if state in CLOSED - {State.ANSWERED}:
            assert by_clock == {}
        paused = by_clock["agency"].paused_at if "agency" in by_clock else None
        assert paused is None or state is State.AWAITING_SUBMITTER

    def nothing_is_left_of(self, part: Case) -> None:
        """A part of a split that was taken back holds no word, and its whole is there."""
        whole = self.worker.get_one(Case, part.split_from_id)
        assert (part.title, part.body, part.place_text) == (whole.reference, whole.reference, "")
        assert self.rows(Deadline, Deadline.case_id == part.id, *_RUNNING) == []

    def access_list(self, case: Case) -> list[RestrictedAccess]:
        return self.rows(
            RestrictedAccess, RestrictedAccess.case_id == case.id, RestrictedAccess.ended_at.is_(None)
        )

    def list_is_sound(self, case: Case) -> None:
        listed = self.access_list(case)
        assert listed
        accused = select(Holding.account_id).join(Position, Position.id == Holding.position_id)
        conflicted = set(self.worker.scalars(accused.where(Position.agency_id == case.accused_agency_id)))
        assert not conflicted & {row.account_id for row in listed}

    @invariant()
    def a_promise_to_a_citizen_never_moves(self) -> None:
        for case in self.cases:
            promised = self.citizen.setdefault((case.id, case.period), case.citizen_due_on)
            assert case.citizen_due_on == promised
            periods = self.rows(Period, Period.case_id == case.id)
            assert {row.number for row in periods} == set(range(1, case.period + 1))
            for row in periods:
                assert row.citizen_due_on == self.citizen[case.id, row.number]
                if row.ended_at is not None:
                    assert self.results.setdefault((case.id, row.number), row.on_time) is row.on_time


@pytest.mark.hypothesis
@pytest.mark.slow
def test_random_acts_leave_every_case_in_one_piece(engine_superuser: Engine) -> None:
    with undone(engine_superuser) as factory:
        worker = keep_open(factory, db.WORKER)
        Cases.factory = factory
        Cases.scenery = Stage(factory, worker, Factory(worker, MONDAY))
        Cases.body, Cases.clerk = liaison(Cases.scenery)
        run_state_machine_as_test(
            Cases,
            settings=settings(
                max_examples=50, stateful_step_count=8, deadline=None,
                suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
            ),
        )  # fmt: skip
    assert len(Cases.done) >= 15, f"too little was done to tell anything: {Cases.done}"
