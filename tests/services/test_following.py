"""Following a case that was reported before: joining, what is not joined, the answer, and leaving again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import RefusalCode, RestrictedKind, State, TransitionRefused
from feedback.domain.permissions import Refused
from feedback.domain.submission import StoredFile
from feedback.embedded.databases import Urls
from feedback.models import Answer, Attachment, AuditEvent, Message, Period, RoutingDecision, Submitter, Work
from feedback.queries.case_file import NotFound
from feedback.queries.lists.followers import Unread, unread, unread_count
from feedback.queries.people import scope_for
from feedback.queries.routing_data import read_routing_book
from feedback.services.arrival import intake
from feedback.services.casework import answers, following, handling, submitter, triage
from feedback.services.casework.evidence import Proof
from feedback.services.casework.routing import RoutingCounts, route_cases
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import restricted
from tests.services.committed import CommittedStage, committed_stage
from tests.services.stage import ANSWER, MONDAY, TYPED, Stage
from tests.services.test_partition import merge

OTHER = "Đèn đường gần số nhà 12 Nguyễn Du hỏng đã lâu, tối om, xin thay bóng."


def send(stage: Stage, follows: UUID, **changes: Any) -> UUID:
    """A message whose sender chose to follow a case."""
    case_id = db.new_id()
    message = replace(TYPED, **{"body": OTHER, "name": "Lê Thị Khế", "email": "khe@example.org"} | changes)
    with db.transaction(stage.factory, db.PUBLIC) as session:
        intake.receive(session, message, case_id=case_id, now=stage.now, book=stage.book, follows=follows)
    return case_id


def route(stage: Stage) -> RoutingCounts:
    book = read_routing_book(stage.worker, stage.now.date())
    counts = route_cases(stage.worker, stage.now, stage.book, book)
    stage.worker.commit()
    stage.worker.expire_all()
    return counts


def joined(stage: Stage, main: UUID, **changes: Any) -> UUID:
    case_id = send(stage, main, **changes)
    assert route(stage).followed == 1
    return case_id


def test_a_message_joins_the_case_its_sender_chose_and_keeps_all_of_its_own(stage: Stage) -> None:
    main = stage.in_progress()
    stage.wait_working_days(2)
    own = send(stage, main)
    assert route(stage) == RoutingCounts(claimed=1, followed=1)
    case = stage.look(own)
    assert (case.state, case.merged_into_id, case.follows_id) == (State.MERGED, main, main)
    assert (case.body, stage.worker.get_one(Submitter, own).name) == (OTHER, "Lê Thị Khế")
    assert case.tracking_code != stage.look(main).tracking_code
    assert case.citizen_due_on == stage.rows(Period, own)[0].citizen_due_on
    assert stage.rows(Period, own)[0].ended_at is None
    assert [row.outcome for row in stage.rows(RoutingDecision, own)] == [following.FOLLOWED]
    assert stage.events(own) == ["received", "merged"]
    event = stage.rows(AuditEvent, own, AuditEvent.kind == "case.merged")[0]
    assert (event.actor, json.loads(event.payload)["reason"]) == ("worker", "submitter_follows")
    assert stage.events(main)[-1] == "duplicate_joined"
    assert ("merged", "submitter") in stage.notices(own)
    params = json.loads(stage.rows(Message, own, Message.kind == "merged")[0].params)
    assert params == {"due_on": case.citizen_due_on.isoformat(), "chosen": True}


def test_the_answer_reaches_who_follows_and_their_own_date_counts(stage: Stage) -> None:
    main = stage.awaiting_approval()
    own = joined(stage, main)
    stage.act(stage.works.head, answers.approve, main, names_nobody=True)
    assert [row.text for row in stage.rows(Answer, own)] == [ANSWER]
    period = stage.rows(Period, own)[0]
    assert (period.ended_at, period.on_time) == (stage.now, True)
    assert ("answer", "submitter") in stage.notices(own)
    stage.submitter(submitter.rate, own, score=5)


def test_who_follows_gets_the_photos_that_were_said_to_show_nobody(stage: Stage) -> None:
    main = stage.in_progress()
    own = joined(stage, main)
    photo = StoredFile(db.new_id(), "den-moi.jpg", "image/jpeg", 10, "a" * 64, "files/den-moi")
    stage.act(stage.works.officer, answers.submit, main, text=ANSWER, proof=Proof(new=[photo]))
    stage.act(stage.works.head, answers.approve, main, names_nobody=True)
    (answer,), (copy,) = stage.rows(Answer, own), stage.rows(Attachment, own)
    assert (copy.answer_id, copy.origin, copy.name, copy.storage_key) == (
        answer.id, "answer", photo.name, photo.storage_key,
    )  # fmt: skip
    assert copy.id != photo.id
    assert [row.id for row in stage.rows(Attachment, main)] == [photo.id]


def test_an_answer_that_others_read_is_sent_only_when_it_is_said_to_name_nobody(stage: Stage) -> None:
    main = stage.awaiting_approval()
    own = joined(stage, main)
    with pytest.raises(InvalidInput) as unconfirmed:
        stage.act(stage.works.head, answers.approve, main)
    assert (unconfirmed.value.field, unconfirmed.value.code) == ("names_nobody", "required")
    assert stage.look(main).state == State.AWAITING_APPROVAL
    assert (stage.rows(Answer, own), stage.look(own).state) == ([], State.MERGED)
    stage.act(stage.works.head, answers.approve, main, names_nobody=True)
    event = stage.rows(AuditEvent, main, AuditEvent.kind == "case.answer_approved")[0]
    assert json.loads(event.payload)["followers"] == 1


def test_an_answer_given_before_is_not_for_who_follows(stage: Stage) -> None:
    main = stage.in_progress()
    own = send(stage, main)
    stage.act(stage.works.officer, answers.submit, main, text=ANSWER)
    stage.act(stage.works.head, answers.approve, main)
    assert route(stage).followed == 0
    case = stage.look(own)
    assert (case.merged_into_id, case.follows_id) == (None, None)
    assert stage.rows(Answer, own) == []


def test_the_desk_brings_no_old_answer_nor_refusal_to_who_follows(stage: Stage) -> None:
    """Words that nobody confirmed: who follows by choice goes to triage, where the desk reads theirs."""
    answered, mains = stage.answered(), [stage.dispatched(), stage.dispatched()]
    own = [joined(stage, main) for main in mains]
    for main in mains:
        stage.act(stage.works.head, handling.send_back, main, reason="Không thuộc thẩm quyền của Sở.")
    merge(stage, mains[0], answered)
    stage.act(
        stage.province.dispatcher, triage.refuse, mains[1], code=RefusalCode.NOT_GOVERNMENT,
        explanation="Việc của ông Lê Văn Mít, 0912 345 678, không thuộc thẩm quyền.",
    )  # fmt: skip
    for case_id in own:
        case = stage.look(case_id)
        assert (case.state, case.merged_into_id, case.follows_id) == (State.TRIAGE, None, None)
        assert stage.rows(Answer, case_id) == []
        assert stage.rows(Period, case_id)[0].ended_at is None


@pytest.mark.parametrize(
    "body",
    [
        "Tôi tố cáo ông cán bộ địa chính xã nhận hối lộ để bỏ qua việc đèn đường trước số nhà 12.",
        "Cứu với, dây điện đứt rớt xuống trước số nhà 12, có người bị điện giật, xin đến ngay.",
    ],
)
def test_what_accuses_or_cannot_wait_goes_its_own_way(stage: Stage, body: str) -> None:
    main = stage.in_progress()
    own = send(stage, main, title="", body=body)
    assert route(stage).followed == 0
    case = stage.look(own)
    assert (case.merged_into_id, case.follows_id) == (None, None)
    assert case.state in {State.TRIAGE, State.ASSIGNED}
    assert "duplicate_joined" not in stage.events(main)


def test_a_case_that_can_be_followed_no_more_leaves_the_message_to_the_routing(stage: Stage) -> None:
    refused, withdrawn, apart = stage.triaged(), stage.in_progress(), stage.in_progress()
    own = [send(stage, main) for main in (refused, withdrawn, apart)]
    stage.act(
        stage.province.dispatcher, triage.refuse, refused, code=RefusalCode.NOT_GOVERNMENT,
        explanation="Việc này không thuộc thẩm quyền của tỉnh.",
    )  # fmt: skip
    stage.submitter(submitter.withdraw, withdrawn)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, apart, kind=RestrictedKind.CRIME,
        reason="Nghi tội phạm",
    )  # fmt: skip
    counts = route(stage)
    assert (counts.claimed, counts.followed, counts.failed) == (3, 0, 0)
    for case_id in own:
        assert (stage.look(case_id).merged_into_id, stage.look(case_id).follows_id) == (None, None)
        assert stage.look(case_id).state in {State.TRIAGE, State.ASSIGNED}


def test_a_case_merged_meanwhile_is_followed_to_where_it_went(stage: Stage) -> None:
    first, main = stage.triaged(), stage.in_progress()
    own = send(stage, first)
    merge(stage, first, main)
    assert route(stage).followed == 1
    assert stage.look(own).merged_into_id == main


@pytest.mark.parametrize(
    "changes",
    [
        "case_class = 'A'", "urgent = true", "confidential = true", "state_before_restriction = 'triage'",
        "lead_agency_id = NULL", "suspected",
    ],
)  # fmt: skip
def test_where_it_went_must_be_open_to_all_too(stage: Stage, changes: str) -> None:
    first, main = stage.triaged(), stage.in_progress()
    own = send(stage, first)
    merge(stage, first, main)
    if changes == "suspected":
        stage.worker.add(
            RoutingDecision(
                id=db.new_id(), case_id=main, decided_at=stage.now, outcome="restricted_triage",
                confidence=0.0, trace="",
            )
        )  # fmt: skip
    else:
        stage.worker.execute(text(f"UPDATE cases SET {changes} WHERE id = :id"), {"id": main})
    stage.worker.commit()
    assert route(stage).followed == 0
    assert stage.look(own).merged_into_id is None


def test_a_fault_in_joining_stops_no_message(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("Lê Thị Khế")

    main = stage.in_progress()
    own, plain = send(stage, main), stage.received()
    monkeypatch.setattr(following.partition, "join", fail)
    with capture_logs() as logs:
        counts = route(stage)
    assert (counts.claimed, counts.followed, counts.failed) == (2, 0, 0)
    assert stage.count(Work, Work.done_at.is_(None), Work.subject.in_([plain, own])) == 0
    case = stage.look(own)
    assert (case.merged_into_id, case.follows_id) == (None, None)
    assert case.state in {State.TRIAGE, State.ASSIGNED}
    assert following.FOLLOWED not in [row.outcome for row in stage.rows(RoutingDecision, own)]
    assert [(log["event"], log["error"]) for log in logs] == [("following_failed", "ZeroDivisionError")]


def test_its_sender_may_have_it_handled_by_itself_again(stage: Stage) -> None:
    main = stage.in_progress()
    own = joined(stage, main)
    promised = stage.look(own).citizen_due_on
    stage.wait_working_days(3)
    stage.submitter(following.leave, own)
    case = stage.look(own)
    assert (case.state, case.merged_into_id, case.citizen_due_on) == (State.TRIAGE, None, promised)
    assert case.follows_id is None
    assert stage.due(own, Clock.CITIZEN) == promised
    assert stage.events(own)[-1] == "duplicate_released"
    assert stage.events(main)[-1] == "duplicate_left"
    assert ("triage_desk", "desk") in stage.notices(own)
    stage.act(stage.works.officer, answers.submit, main, text=ANSWER)
    stage.act(stage.works.head, answers.approve, main)
    assert stage.rows(Answer, own) == []
    stage.dispatch(own)
    assert stage.look(own).state == State.ASSIGNED


def test_nobody_leaves_what_the_desk_merged_nor_after_the_answer(stage: Stage) -> None:
    main = stage.awaiting_approval()
    by_desk, own = stage.triaged(), joined(stage, main)
    merge(stage, by_desk, main)
    with pytest.raises(TransitionRefused):
        stage.submitter(following.leave, by_desk)
    stage.act(stage.works.head, answers.approve, main, names_nobody=True)
    with pytest.raises(TransitionRefused):
        stage.submitter(following.leave, own)
    with pytest.raises(TransitionRefused):
        stage.submitter(following.leave, main)


def test_the_desk_reads_what_came_beside_a_case_once(stage: Stage) -> None:
    main = stage.in_progress()
    first = joined(stage, main)
    stage.wait(hours=1)
    second = joined(stage, main, email="", body=OTHER + " Ở đây còn có hố sâu.")
    assert [(one.case.id, one.main.id) for one in seen_unread(stage)] == [(first, main), (second, main)]
    stage.act(stage.province.dispatcher, following.mark_read, first)
    assert stage.look(first).follower_read_at == stage.now
    assert stage.events(first)[-1] == "follower_read"
    version = stage.look(first).version
    stage.act(stage.province.dispatcher, following.mark_read, first)
    assert stage.look(first).version == version
    assert [one.case.id for one in seen_unread(stage)] == [second]
    with pytest.raises(NotFound):
        stage.act(stage.works.head, following.mark_read, second)
    by_desk = stage.triaged()
    merge(stage, by_desk, main)
    with pytest.raises(TransitionRefused):
        stage.act(stage.province.dispatcher, following.mark_read, by_desk)


def seen_unread(stage: Stage) -> list[Unread]:
    scope = scope_for(stage.actor(stage.province.dispatcher))
    with db.transaction(stage.factory, scope) as session:
        found, count = unread(session), session.scalar(select(unread_count()))
    assert len(found) == count
    return found


@pytest.mark.parametrize("chosen", [True, False], ids=["by its sender", "by the desk"])
def test_the_desk_takes_a_case_out_again_to_the_date_it_always_had(stage: Stage, chosen: bool) -> None:
    main = stage.in_progress()
    if chosen:
        own = joined(stage, main)
    else:
        own = stage.triaged()
        merge(stage, own, main)
    due_on = stage.look(own).citizen_due_on
    stage.wait_working_days(2)
    stage.act(stage.province.dispatcher, following.separate, own)
    case = stage.look(own)
    assert (case.state, case.merged_into_id, case.follows_id) == (State.TRIAGE, None, None)
    assert (case.citizen_due_on, case.closed_at) == (due_on, None)
    assert stage.due(own, Clock.CITIZEN) == due_on
    assert (stage.events(own)[-1], stage.events(main)[-1]) == ("duplicate_released", "duplicate_left")
    assert seen_unread(stage) == []
    with pytest.raises(Refused, match="state"):
        stage.act(stage.province.dispatcher, following.separate, own)


def test_an_answered_duplicate_stays_and_an_agency_takes_none_out(stage: Stage) -> None:
    main = stage.awaiting_approval()
    own = joined(stage, main)
    with pytest.raises(NotFound):
        stage.act(stage.works.head, following.separate, own)
    stage.act(stage.works.head, answers.approve, main, names_nobody=True)
    with pytest.raises(TransitionRefused):
        stage.act(stage.province.dispatcher, following.separate, own)


def test_a_main_case_that_ends_without_an_answer_gives_back_who_followed(stage: Stage) -> None:
    main = stage.in_progress()
    own = joined(stage, main)
    stage.submitter(submitter.withdraw, main)
    assert (stage.look(own).state, stage.look(own).merged_into_id) == (State.TRIAGE, None)


def test_plain_messages_of_the_same_batch_are_routed_as_ever(stage: Stage) -> None:
    main = stage.in_progress()
    plain, own = stage.received(), send(stage, main)
    counts = route(stage)
    assert (counts.claimed, counts.followed, counts.failed) == (2, 1, 0)
    assert stage.look(plain).state in {State.TRIAGE, State.ASSIGNED}
    assert stage.look(own).state == State.MERGED
    assert stage.count(Work, Work.done_at.is_(None), Work.subject.in_([plain, own])) == 0


@pytest.fixture
def real(fresh_database: Urls) -> Iterator[CommittedStage]:
    with committed_stage(fresh_database, MONDAY) as stage:
        yield stage


def test_an_answer_given_in_the_same_moment_reaches_who_joined_and_only_them(real: CommittedStage) -> None:
    for _ in range(4):
        main = real.awaiting_approval()
        own = send(real, main)
        begin = threading.Barrier(2)
        errors: list[BaseException] = []

        def run(verb: Any, begin: threading.Barrier = begin, errors: list[BaseException] = errors) -> None:
            try:
                begin.wait()
                verb()
            except BaseException as error:
                errors.append(error)

        def join() -> None:
            with db.transaction(real.sessions, db.WORKER) as session:
                book = read_routing_book(session, real.now.date())
                route_cases(session, real.now, real.book, book)

        def approve(main: UUID = main) -> None:
            real.act(real.works.head, answers.approve, main, names_nobody=True)

        threads = [threading.Thread(target=run, args=(verb,)) for verb in (join, approve)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert errors == []
        joined_first = real.look(own).state == State.MERGED
        texts = real.worker.scalars(select(Answer.text).where(Answer.case_id == own)).all()
        assert texts == ([ANSWER] if joined_first else [])
        assert joined_first or real.look(own).follows_id is None
