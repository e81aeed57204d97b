"""Two people on one case: the second learns what the first did, and nothing of theirs is half written."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.permissions import Refused
from feedback.embedded.databases import Urls
from feedback.models import AuditEvent, Case, Supplement
from feedback.queries.law_book import read_law_book
from feedback.queries.people import actor_for, scope_for
from feedback.services.casework import answers, handling, submitter, supplements, triage
from feedback.services.errors import Conflict
from tests.factories import Factory
from tests.services.stage import ANSWER, MONDAY, Stage


def test_a_stale_page_is_told_what_changed(stage: Stage) -> None:
    case_id = stage.dispatched()
    shown = stage.look(case_id).version
    stage.act(stage.works.officer, handling.accept, case_id, expected_version=shown)
    stage.wait(minutes=5)
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.head_of_unit.id)
    with pytest.raises(Conflict) as conflict:
        stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER, expected_version=shown)
    assert [(change.kind, change.actor) for change in conflict.value.changes] == [
        ("case.accepted", f"account:{stage.works.officer.id}"),
        ("case.officer_assigned", f"account:{stage.works.head.id}"),
    ]
    assert conflict.value.changes[1].at - conflict.value.changes[0].at == timedelta(minutes=5)
    assert (conflict.value.expected, conflict.value.found) == (shown, stage.look(case_id).version)
    fresh = stage.look(case_id).version
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER, expected_version=fresh)


def test_every_act_but_a_draft_and_a_reading_outdates_the_page(stage: Stage) -> None:
    case_id = stage.in_progress()
    seen = [stage.look(case_id).version]
    stage.act(stage.works.officer, answers.save_draft, case_id, text="Đang viết")
    assert stage.look(case_id).version == seen[-1]
    stage.act(stage.works.head, triage.set_urgency, case_id, urgent=True, note="Gấp.")
    seen.append(stage.look(case_id).version)
    stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi.")
    seen.append(stage.look(case_id).version)
    stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi lại.")
    seen.append(stage.look(case_id).version)
    assert seen == sorted(set(seen))


def test_the_submitter_is_told_without_the_trail(stage: Stage) -> None:
    case_id = stage.answered()
    shown = stage.look(case_id).version
    stage.submitter(submitter.rate, case_id, score=2, expected_version=shown)
    with pytest.raises(Conflict) as conflict:
        stage.submitter(submitter.reopen, case_id, reason="Đèn vẫn tắt như trước.", expected_version=shown)
    assert conflict.value.changes == ()


def test_a_verb_keeps_and_rings_nothing_itself(stage: Stage) -> None:
    case_id = stage.awaiting_approval()
    before = (stage.events(case_id), stage.notices(case_id), stage.look(case_id).version)
    heard: list[str] = []
    actor = stage.actor(stage.works.head)
    with stage.factory() as session:
        session.info.update(scope=scope_for(actor), ring=heard.append)
        answers.approve(session, actor, session.get_one(Case, case_id), now=stage.now, book=stage.book)
        db.rollback(session)
    assert heard == []
    assert (stage.events(case_id), stage.notices(case_id), stage.look(case_id).version) == before
    with stage.factory() as session:
        session.info.update(scope=scope_for(actor), ring=heard.append)
        answers.approve(session, actor, session.get_one(Case, case_id), now=stage.now, book=stage.book)
        assert heard == []
        db.commit(session)
    assert heard == ["messages"]


def test_two_at_once_take_turns(fresh_database: Urls) -> None:
    """On two connections that commit: the second waits for the first and is refused by the new state."""
    worker = db.session_factory(db.make_engine(fresh_database.worker, pool_size=2))
    web = db.session_factory(db.make_engine(fresh_database.web, pool_size=4))
    with db.transaction(worker, db.WORKER) as session:
        stage = Stage(worker, session, Factory(session, MONDAY))
        stage.worker.commit()
        stage.factory = web
        case_id = stage.in_progress()
        accounts = [stage.works.officer.id, stage.works.head_of_unit.id]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def ask(account_id: int) -> None:
        with worker() as reader:
            reader.info["scope"] = db.WORKER
            actor = actor_for(reader, account_id, MONDAY.date())
            book = read_law_book(reader)
        try:
            with db.transaction(web, scope_for(actor)) as session:
                case = session.get_one(Case, case_id)
                start.wait(10)
                supplements.ask(session, actor, case, question="Ở đâu?", now=MONDAY, book=book)
            outcomes.append("asked")
        except Refused as refused:
            outcomes.append(refused.why)

    threads = [threading.Thread(target=ask, args=(account_id,)) for account_id in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["asked", "state"]
    with db.transaction(worker, db.WORKER) as session:
        assert len(_all(session, Supplement)) == 1
        assert [event.kind for event in _all(session, AuditEvent)].count("case.supplement_asked") == 1
        assert session.get_one(Case, case_id).state == "awaiting_submitter"
    for factory in (worker, web):
        factory.kw["bind"].dispose()


def _all(session: Session, model: type) -> list:  # type: ignore[type-arg]
    return list(session.scalars(select(model)))
