"""Every act on a case in every situation: who may does it, and the case stays in one piece.

`test_verbs_at_random.py` goes far and meets each pair of act and situation now and then; this goes one step
from each situation and leaves no pair out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, select

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import Action, actions_in
from feedback.domain.permissions import allowed_actions
from feedback.domain.positions import Actor
from feedback.models import Account, AuditEvent, Case, RestrictedAccess
from feedback.queries.administration.invariants import broken
from feedback.queries.people import scope_for
from feedback.services import audit
from feedback.services.casework import (
    answers,
    contributions,
    extensions,
    handling,
    publication,
    relays,
    submitter,
    supplements,
)
from feedback.services.facts import case_facts
from feedback.services.restricted_track import forwarding, restricted
from tests.factories import Factory
from tests.rollback import keep_open, undone
from tests.services.desk_slips import merge, refuse, split
from tests.services.moves import REFUSALS, SUBMITTER_MOVES, WHY, liaison, staff_moves
from tests.services.stage import ANSWER, MONDAY, Stage
from tests.services.test_following import route, send


class StillStage(Stage):
    """Nobody comes or goes and no day passes: what positions somebody has is read once."""

    def actor(self, account: Account) -> Actor:
        found = self.__dict__.setdefault("actors", {})
        if account.id not in found:
            found[account.id] = super().actor(account)
        actor: Actor = found[account.id]
        return actor


class Scene:
    """A stage with a body outside the province, and situations that a case gets into."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.body, self.clerk = liaison(stage)
        people = [*stage.works.people.values(), *stage.home.people.values()]
        province = stage.province
        self.people: list[Account] = [
            province.dispatcher, province.chief, stage.inspectorate.head, *people, self.clerk,
            province.reception,
        ]  # fmt: skip
        self.actors = [stage.actor(account) for account in self.people]

    def soon(self, days: int = 3) -> date:
        return self.stage.book.calendar.add_working_days(local_date(self.stage.now), days)

    def begun(self) -> UUID:
        return self.stage.in_progress()

    def extension_asked(self) -> UUID:
        case_id = self.begun()
        self.stage.act(
            self.stage.works.officer, extensions.ask, case_id, reason=WHY, new_due_on=self.soon(20)
        )
        return case_id

    def part_asked(self) -> UUID:
        case_id = self.begun()
        self.stage.act(
            self.stage.works.officer, contributions.ask, case_id, agency_id=self.stage.home.agency.id,
            request=WHY, due_on=self.soon(),
        )  # fmt: skip
        return case_id

    def question_asked(self) -> UUID:
        case_id = self.part_asked()
        self.stage.act(self.stage.works.officer, supplements.ask, case_id, question=WHY)
        return case_id

    def relayed(self) -> UUID:
        case_id = self.stage.triaged()
        self.stage.dispatch(case_id, agency_id=self.body.id)
        self.stage.act(self.clerk, handling.accept, case_id)
        self.stage.act(
            self.clerk, relays.relay, case_id, document_number="12/VP", request=WHY, due_on=self.soon()
        )
        return case_id

    def approval_and_extension(self) -> UUID:
        case_id = self.extension_asked()
        self.stage.act(self.stage.works.officer, answers.submit, case_id, text=ANSWER)
        return case_id

    def published(self) -> UUID:
        case_id = self.stage.answered()
        self.stage.act(self.stage.works.officer, publication.propose, case_id, title="Đèn", summary="Đã sửa.")
        self.stage.act(self.stage.works.head, publication.check, case_id, approved=True)
        return case_id

    def set_apart(self, before: str) -> UUID:
        case_id: UUID = getattr(self.stage, before)()
        self.stage.act(
            self.stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason=WHY
        )
        return case_id

    def follower(self) -> UUID:
        """Somebody's later word on a case that waits for approval."""
        main = self.stage.awaiting_approval()
        send(self.stage, main)
        route(self.stage)
        query = select(Case.id).where(Case.merged_into_id == main)
        return self.stage.worker.scalars(query).one()


    def letter_waits(self) -> UUID:
        """Answered, to be handed over, with a proposal for the board that waits too."""
        case_id = self.stage.answered(email="", phone="")
        self.stage.act(
            self.stage.works.officer, publication.propose, case_id, title="Đèn", summary="Đã sửa."
        )
        return case_id

    def opened_again(self) -> UUID:
        """In its second period, with the first answer on the board and the second before the head."""
        case_id = self.published()
        self.stage.submitter(submitter.reopen, case_id, reason=WHY)
        self.stage.act(self.stage.works.officer, answers.submit, case_id, text=ANSWER)
        return case_id

    def others_in_it(self, before: str) -> UUID:
        """Merged into by the desk, of somebody whom no mail reaches, and followed by somebody else."""
        main: UUID = getattr(self.stage, before)()
        merge(self.stage, self.stage.triaged(title="Cùng một việc", email="", phone=""), main)
        if before != "triaged":
            send(self.stage, main)
            route(self.stage)
        return main

    def refused_with_another(self) -> UUID:
        main = self.others_in_it("triaged")
        refuse(self.stage, main)
        return main

    def merged_and_answered(self) -> UUID:
        own = self.stage.triaged(title="Cùng một việc", email="", phone="")
        merge(self.stage, own, self.stage.answered())
        return own

    def split(self, *, part: bool) -> UUID:
        whole = self.stage.triaged()
        parts = split(self.stage, whole)
        return parts[1] if part else whole

    def closed_apart(self, verb: Callable[..., Any], **arguments: Any) -> UUID:
        """Forwarded or guided, with a letter that waits, and the one of the answer before it."""
        case_id = self.stage.answered(email="", phone="")
        for account, act, more in (
            (self.stage.province.dispatcher, restricted.set_apart, {"kind": "denunciation", "reason": WHY}),
            (self.stage.inspectorate.head, verb, arguments),
        ):
            self.stage.act(account, act, case_id, **more)
        return case_id


TO_POLICE = {
    "to_body": "Viện kiểm sát", "note": WHY, "document_number": "12/VP", "document_date": MONDAY.date(),
}  # fmt: skip
SITUATIONS: dict[str, Callable[[Scene], UUID]] = {
    "received": lambda scene: scene.stage.received(),
    "in triage": lambda scene: scene.stage.triaged(),
    "assigned": lambda scene: scene.stage.dispatched(),
    "in progress": Scene.begun,
    "extension asked": Scene.extension_asked,
    "part asked of another": Scene.part_asked,
    "submitter and another asked": Scene.question_asked,
    "relayed to a body outside": Scene.relayed,
    "awaiting approval": lambda scene: scene.stage.awaiting_approval(),
    "awaiting approval, extension asked": Scene.approval_and_extension,
    "answered": lambda scene: scene.stage.answered(),
    "answered and published": Scene.published,
    "follows another": Scene.follower,
    "set apart in triage": lambda scene: scene.set_apart("triaged"),
    "set apart awaiting approval": lambda scene: scene.set_apart("awaiting_approval"),
    "set apart when answered": lambda scene: scene.set_apart("answered"),
    "answered, a letter and a proposal wait": Scene.letter_waits,
    "opened again, awaiting approval": Scene.opened_again,
    "others merged into it, in triage": lambda scene: scene.others_in_it("triaged"),
    "others merged into it, awaiting approval": lambda scene: scene.others_in_it("awaiting_approval"),
    "refused with another": Scene.refused_with_another,
    "merged and answered": Scene.merged_and_answered,
    "split": lambda scene: scene.split(part=False),
    "part of a split": lambda scene: scene.split(part=True),
    "forwarded": lambda scene: scene.closed_apart(forwarding.forward, **TO_POLICE),
    "guided": lambda scene: scene.closed_apart(restricted.guide, letter=WHY),
}


@pytest.fixture(scope="module")
def scene(engine_superuser: Engine) -> Iterator[Scene]:
    with undone(engine_superuser) as factory:
        worker = keep_open(factory, db.WORKER)
        yield Scene(StillStage(factory, worker, Factory(worker, MONDAY)))
        worker.close()


@contextmanager
def for_now(stage: Stage) -> Iterator[None]:
    """Forget at the end what the block wrote."""
    connection: Connection = stage.factory.kw["bind"]
    connection.info.pop("speaker", None)
    savepoint = connection.begin_nested()
    before, stage.worker = stage.worker, keep_open(stage.factory, db.WORKER)
    try:
        yield
    finally:
        stage.worker.close()
        stage.worker = before
        connection.info.pop("speaker", None)
        savepoint.rollback()


def rights(scene: Scene, case_id: UUID) -> Callable[[Action], list[Account]]:
    """Give who finds those who may do an action to a case, or the first of all when nobody may.

    Two at most, to whom the database shows different rows: a dispatcher and a head, or a clerk of the
    one-stop office.
    """
    stage = scene.stage
    case = stage.look(case_id)
    query = select(RestrictedAccess.account_id).where(
        RestrictedAccess.case_id == case_id, RestrictedAccess.ended_at.is_(None)
    )
    listed = set(stage.worker.scalars(query))
    facts = case_facts(stage.worker, scene.actors[0], case)
    allowed = [
        allowed_actions(actor, replace(facts, on_access_list=actor.account_id in listed))
        for actor in scene.actors
    ]

    def able(action: Action) -> list[Account]:
        found = {
            replace(scope_for(actor), account_id=None): account
            for account, actor, may in zip(scene.people, scene.actors, allowed, strict=True)
            if action in may
        }
        ways = list(found.values())
        return [ways[0], ways[-1]] if len(ways) > 1 else ways or scene.people[:1]

    return able


def attempts(scene: Scene, case_id: UUID, other: UUID) -> Iterator[tuple[Action, Callable[[], Any]]]:
    """Give each way of doing each act, by the submitter or by somebody who may; one way is tried in vain."""
    stage = scene.stage
    able, possible = rights(scene, case_id), actions_in(stage.look(case_id).state)
    for action, (verb, arguments) in SUBMITTER_MOVES.items():
        yield action, partial(stage.submitter, verb, case_id, **arguments)
    for action, choices in staff_moves(stage, other, scene.body).items():
        for verb, arguments in choices if action in possible else choices[:1]:
            for who in able(action):
                yield action, partial(stage.act, who, verb, case_id, **arguments)


def state_of(stage: Stage, case_id: UUID) -> tuple[int, str, int]:
    case = stage.look(case_id)
    return stage.count(AuditEvent), case.state, case.version


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_case_stays_in_one_piece(scene: Scene, situation: str) -> None:
    stage = scene.stage
    done: set[Action] = set()
    wrong: list[str] = []
    with for_now(stage):
        case_id = SITUATIONS[situation](scene)
        other = stage.triaged(title="Một việc khác", email="")
        assert broken(stage.worker) == []
        before = state_of(stage, case_id)
        for action, attempt in attempts(scene, case_id, other):
            with for_now(stage):
                try:
                    attempt()
                except REFUSALS:
                    if state_of(stage, case_id) != before:
                        wrong.append(f"{action} was refused and yet changed something")
                    continue
                done.add(action)
                wrong += [f"{action}: {line}" for line in broken(stage.worker)]
                if not audit.verify(stage.worker).sound:
                    wrong.append(f"{action}: the trail is broken")
    assert not wrong, "\n".join(wrong)
    assert done, "nothing can be done: the walk tells nothing"


def test_every_act_is_tried(scene: Scene) -> None:
    """An act that is added stands in the walk, or here with those that no person does to one case."""
    by_the_system = {Action.ROUTE_ASSIGN, Action.ROUTE_TRIAGE, Action.RELEASE_DUPLICATE, Action.REJOIN}
    of_another_case, of_many_steps = Action.FOLLOW, Action.ACKNOWLEDGE
    tried = {*SUBMITTER_MOVES, *staff_moves(scene.stage, UUID(int=0), scene.body)}
    assert set(Action) - tried == {*by_the_system, of_another_case, of_many_steps}
