"""Two people, or a person and a worker, at one case at once: the second learns what the first did."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.embedded import databases
from feedback.models import Account, Answer, Case, RestrictedAccess
from feedback.queries.administration.invariants import broken
from feedback.queries.case_file import NotFound
from feedback.queries.people import scope_for
from feedback.services import audit, facts
from feedback.services.casework import (
    answers,
    bulk,
    extensions,
    handling,
    status_updates,
    submitter,
    supplements,
    undo,
)
from feedback.services.restricted_track import admission, conflicts, restricted
from tests import stores
from tests.services.committed import CommittedStage, committed_stage
from tests.services.desk_slips import WHY, merge
from tests.services.moves import REFUSALS
from tests.services.stage import MONDAY
from tests.services.test_restricted import set_apart


@pytest.fixture(scope="module")
def stage(database_urls: Any, sockets: Any, process_name: str) -> Iterator[CommittedStage]:
    """One database for all of these tests: each has cases of its own."""
    name = f"meanwhile_{process_name}"
    databases.drop_database(sockets, name)
    with committed_stage(databases.create_database(sockets, name, stores.TEMPLATE), MONDAY) as found:
        yield found
    databases.drop_database(sockets, name)


# In this database: other test processes have theirs on the same server, and wait for one another too.
_WAITS = text(
    "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database())"
)


class Second:
    """What somebody does at the same time, in a thread and on connections of its own."""

    def __init__(self, stage: CommittedStage, act: Callable[[CommittedStage], Any]) -> None:
        self.stage = copy(stage)
        self.stage.worker = stage.factory(info={"scope": db.WORKER})
        self.act = act
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.act(self.stage)
        except Exception as error:
            self.error = error
        finally:
            self.stage.worker.close()

    def begin(self) -> None:
        """Start it, and go on when it waits for what the first one holds, or has ended."""
        self.thread.start()
        engine: Engine = self.stage.sessions.kw["bind"]
        until = time.monotonic() + 10
        while self.thread.is_alive() and time.monotonic() < until:
            with engine.connect() as connection:
                if connection.scalar(_WAITS):
                    return
            time.sleep(0.01)

    def end(self) -> Exception | None:
        self.thread.join(20)
        assert not self.thread.is_alive()
        return self.error


def while_it_lasts(
    stage: CommittedStage,
    account: Account,
    verb: Callable[..., Any],
    case_id: UUID,
    second: Second,
    **more: Any,
) -> Exception | None:
    """Have somebody act; `second` begins before that is committed. Gives what stopped `second`."""

    def held(session: Session, actor: Any, case: Case, **given: Any) -> None:
        verb(session, actor, case, **given)
        session.flush()
        second.begin()

    timed = stage._timed(verb, more)
    stage.act(account, held, case_id, **timed)
    return second.end()


def at_work(act: Callable[[Session], Any]) -> Callable[[CommittedStage], Any]:
    """What a worker does in one transaction."""

    def job(stage: CommittedStage) -> None:
        with db.transaction(stage.sessions, db.WORKER) as session:
            act(session)

    return job


def listed(stage: CommittedStage, case_id: UUID) -> set[int]:
    rows = stage.rows(RestrictedAccess, case_id, RestrictedAccess.ended_at.is_(None))
    return {row.account_id for row in rows}


def test_nobody_stands_in_on_a_case_that_was_just_returned_to_triage(stage: CommittedStage) -> None:
    """The night found somebody of the accused agency on the list, and waits for the case meanwhile."""
    case_id, head = stage.triaged(), stage.inspectorate.head
    accused = stage.make.agency()
    stage.worker.commit()
    set_apart(stage, case_id, accused_agency_id=accused.id)
    stage.make.holding(head, stage.make.position(accused, PositionKind.HEAD_OF_UNIT), acting=True)
    stage.worker.commit()
    night = Second(stage, at_work(lambda session: conflicts.end_conflicted(session, stage.now)))
    chief = stage.province.chief
    assert while_it_lasts(stage, chief, restricted.return_to_triage, case_id, night, reason=WHY) is None
    assert (stage.look(case_id).state, listed(stage, case_id)) == ("triage", set())
    assert broken(stage.worker) == []


def test_a_step_lets_nobody_into_a_case_that_was_just_returned_to_triage(stage: CommittedStage) -> None:
    case_id, chairman = stage.triaged(), stage.province.chairman
    set_apart(stage, case_id)
    wanted = [(case_id, chairman.id, "restricted_overdue")]
    night = Second(stage, at_work(lambda session: admission.admit(session, wanted, stage.now)))
    head = stage.inspectorate.head
    assert while_it_lasts(stage, head, restricted.return_to_triage, case_id, night, reason=WHY) is None
    assert (stage.look(case_id).state, listed(stage, case_id)) == ("triage", set())
    assert broken(stage.worker) == []


def test_a_step_lets_nobody_in_who_was_just_found_in_a_conflict(stage: CommittedStage) -> None:
    case_id, chairman = stage.triaged(), stage.province.chairman
    set_apart(stage, case_id)
    wanted = [(case_id, chairman.id, "restricted_overdue")]
    night = Second(stage, at_work(lambda session: admission.admit(session, wanted, stage.now)))
    head, verb = stage.inspectorate.head, conflicts.record_conflict
    found = while_it_lasts(stage, head, verb, case_id, night, account_id=chairman.id, reason=WHY)
    assert found is None
    assert chairman.id not in listed(stage, case_id)


def test_a_merge_is_taken_back_while_the_main_case_is_approved(stage: CommittedStage) -> None:
    """Both lock the main case first, whichever is older: neither ends in a deadlock."""
    older = stage.triaged()
    main = stage.awaiting_approval()
    assert older < main
    merge(stage, older, main)
    dispatcher, head = stage.province.dispatcher, stage.works.head
    back = Second(stage, lambda other: other.act(dispatcher, undo.take_back, older))

    def approve(session: Session, actor: Any, case: Case, **timed: Any) -> None:
        facts.lock(session, case)
        back.begin()
        answers.approve(session, actor, case, **timed)

    stage.act(head, approve, main, now=stage.now, book=stage.book)
    error = back.end()
    assert isinstance(error, Refused)
    assert error.why == "moved_on"
    assert [stage.look(one).state for one in (main, older)] == ["answered", "merged"]
    assert broken(stage.worker) == []


def test_one_case_that_went_elsewhere_undoes_nothing_of_the_others(stage: CommittedStage) -> None:
    """Many are accepted at once; one of them was passed on after it was read, and is seen no more."""
    gone, stays = stage.in_progress(), stage.dispatched()
    head, officer = stage.works.head, stage.works.officer
    actor = stage.actor(officer)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        chosen = [(case, case.version) for case in (session.get_one(Case, one) for one in (gone, stays))]
        stage.act(head, handling.transfer, gone, to_agency_id=stage.home.agency.id, reason=WHY)
        done, refused = bulk.apply(
            session, actor, chosen, "accept", officer_id=None, now=stage.now, book=stage.book
        )
        assert [(case.id, type(error)) for case, error in refused] == [(gone, NotFound)]
        assert [one.case.id for one in done] == [stays]
        assert refused[0][0].reference
    assert stage.look(stays).state == "in_progress"


def test_a_draft_that_was_written_over_since_the_page_read_it_is_not_lost(stage: CommittedStage) -> None:
    """Two tabs of one officer: both showed the same words, and the request of one was slow."""
    case_id, officer = stage.in_progress(), stage.works.officer
    stage.act(officer, answers.save_draft, case_id, text="Lời đầu tiên.")
    actor = stage.actor(officer)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        case = session.get_one(Case, case_id)
        shown = answers.mark(answers.newest_version(session, case))
        kept = session.scalars(select(Answer).where(Answer.case_id == case_id)).all()
        stage.act(officer, answers.save_draft, case_id, text="Lời của thẻ kia.", based_on=shown)
        with pytest.raises(answers.Overtaken):
            answers.save_draft(
                session, actor, case, text="Lời của thẻ này.", now=stage.now, based_on=shown
            )
        assert len(kept) == 1
    assert [row.text for row in stage.rows(Answer, case_id)] == ["Lời của thẻ kia."]


def soon(stage: CommittedStage, days: int) -> Any:
    return stage.book.calendar.add_working_days(local_date(stage.now), days)


def extension_asked(stage: CommittedStage) -> UUID:
    case_id = stage.in_progress()
    stage.act(stage.works.officer, extensions.ask, case_id, reason=WHY, new_due_on=soon(stage, 20))
    return case_id


def question_asked(stage: CommittedStage) -> UUID:
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question=WHY)
    return case_id


def expire(stage: CommittedStage) -> None:
    later = stage.now + timedelta(days=30)
    with db.transaction(stage.sessions, db.WORKER) as session:
        supplements.expire(session, later, stage.book)


def update_status(stage: CommittedStage) -> None:
    """The night tells submitters where their cases stand."""
    with db.transaction(stage.sessions, db.WORKER) as session:
        status_updates.begin(session, stage.now, stage.book)
        status_updates.tell(session, stage.now + timedelta(days=21), stage.book)


PAIRS: dict[str, tuple[Any, Any, Any]] = {
    "approved, withdrawn": (
        CommittedStage.awaiting_approval,
        lambda stage: (stage.works.head, answers.approve, {}),
        lambda stage, case: stage.submitter(submitter.withdraw, case),
    ),
    "approved, returned": (
        CommittedStage.awaiting_approval,
        lambda stage: (stage.works.head, answers.approve, {}),
        lambda stage, case: stage.act(stage.works.head, answers.return_draft, case, remarks=WHY),
    ),
    "passed on, extended": (
        extension_asked,
        lambda stage: (
            stage.works.head,
            handling.transfer,
            {"to_agency_id": stage.home.agency.id, "reason": WHY},
        ),
        lambda stage, case: stage.act(stage.works.head, extensions.decide, case, granted=True),
    ),
    "extended, recalled": (
        extension_asked,
        lambda stage: (stage.works.head, extensions.decide, {"granted": True}),
        lambda stage, case: stage.act(stage.province.dispatcher, handling.recall, case, reason=WHY),
    ),
    "wait ended, replied": (
        question_asked,
        lambda stage: (stage.works.officer, supplements.end_wait, {"told": WHY}),
        lambda stage, case: stage.submitter(supplements.reply, case, text=WHY),
    ),
    "wait ended, expired": (
        question_asked,
        lambda stage: (stage.works.officer, supplements.end_wait, {"told": WHY}),
        lambda stage, case: expire(stage),
    ),
    "set apart, withdrawn": (
        question_asked,
        lambda stage: (stage.works.head, restricted.set_apart, {"kind": "complaint", "reason": WHY}),
        lambda stage, case: stage.submitter(submitter.withdraw, case),
    ),
    "set apart, told where it stands": (
        CommittedStage.in_progress,
        lambda stage: (stage.works.head, restricted.set_apart, {"kind": "complaint", "reason": WHY}),
        lambda stage, case: update_status(stage),
    ),
    "set apart, opened again": (
        CommittedStage.answered,
        lambda stage: (stage.works.head, restricted.set_apart, {"kind": "complaint", "reason": WHY}),
        lambda stage, case: stage.submitter(submitter.reopen, case, reason=WHY),
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_the_second_act_meets_the_case_as_the_first_left_it(stage: CommittedStage, pair: str) -> None:
    before, first, then = PAIRS[pair]
    case_id = before(stage)
    account, verb, arguments = first(stage)
    second = Second(stage, lambda other: then(other, case_id))
    error = while_it_lasts(stage, account, verb, case_id, second, **arguments)
    assert error is None or isinstance(error, REFUSALS), error
    assert broken(stage.worker) == []
    assert audit.verify(stage.worker).sound
