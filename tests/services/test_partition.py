"""Splitting a mixed message, merging duplicates, and what happens to both afterwards."""

from __future__ import annotations

import json
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import CaseClass, State, TransitionRefused
from feedback.domain.submission import StoredFile
from feedback.models import Answer, Attachment, Case, Delivery, Message, Period, Rating, Submitter, Work
from feedback.queries.administration.invariants import broken
from feedback.queries.case_file import NotFound, related_cases
from feedback.queries.routing_data import read_routing_book
from feedback.services import audit
from feedback.services.casework import answers, handling, partition, submitter, triage
from feedback.services.casework.partition import Part
from feedback.services.casework.routing import route_cases
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import restricted
from tests.services.stage import TYPED, Stage

LIGHT = "Đèn đường hỏng ba tuần nay chưa ai sửa."
PAPERS = "Hồ sơ cấp phép xây dựng nộp đã hai tháng chưa trả."


def split(stage: Stage, case_id: UUID, *parts: Part) -> list[UUID]:
    return [case.id for case in stage.act(stage.province.dispatcher, partition.split, case_id, parts=parts)]


def merge(stage: Stage, case_id: UUID, into: UUID) -> None:
    def verb(session, actor, case, **arguments):  # type: ignore[no-untyped-def]
        partition.merge(session, actor, case, into=session.get_one(Case, into), **arguments)

    stage.act(stage.province.dispatcher, verb, case_id, now=stage.now, book=stage.book)


def test_a_split_message_becomes_cases_that_keep_its_date_and_sender(stage: Stage) -> None:
    case_id = stage.triaged(email="")
    stage.wait_working_days(3)
    light, papers = split(
        stage, case_id, Part("Đèn đường", LIGHT, stage.works.agency.id, CaseClass.C), Part("Hồ sơ", PAPERS)
    )
    whole = stage.look(case_id)
    assert (whole.state, whole.closed_at) == (State.SPLIT, stage.now)
    for part_id in (light, papers):
        part = stage.look(part_id)
        assert part.split_from_id == case_id
        assert (part.received_at, part.citizen_due_on) == (whole.received_at, whole.citizen_due_on)
        assert stage.due(part_id, Clock.CITIZEN) == date(2026, 11, 23)
        assert stage.worker.get_one(Submitter, part_id).name == TYPED.name
        assert stage.rows(Period, part_id)[0].opened_at == whole.received_at
    assert len({whole.tracking_code, stage.look(light).tracking_code, stage.look(papers).tracking_code}) == 3
    assert (stage.look(light).state, stage.look(light).lead_agency_id) == (
        State.ASSIGNED, stage.works.agency.id,
    )  # fmt: skip
    assert stage.look(light).agency_due_on == date(2026, 11, 27)
    assert stage.look(papers).state == State.RECEIVED
    open_work = stage.worker.scalars(select(Work.subject).where(Work.done_at.is_(None))).all()
    assert open_work == [papers]
    assert stage.events(papers) == ["split_off"]
    assert stage.events(light) == ["split_off", "dispatched"]
    assert audit.verify(stage.worker).sound


def test_the_submitter_learns_the_codes_of_the_parts(stage: Stage) -> None:
    case_id = stage.triaged()
    parts = split(stage, case_id, Part("Đèn", LIGHT), Part("Hồ sơ", PAPERS))
    codes = {stage.look(part).tracking_code for part in parts}
    message = stage.rows(Message, case_id)[-1]
    assert message.kind == "split"
    assert {part["tracking_code"] for part in json.loads(message.params)["parts"]} == codes

    def kin(session, case):  # type: ignore[no-untyped-def]
        return related_cases(session, case.id)

    assert {(one.relation, one.tracking_code) for one in stage.submitter(kin, case_id)} == {
        ("part", code) for code in codes
    }
    # Nor does a submitter of a part learn of anything but that part.
    assert stage.submitter(kin, parts[0]) == ()


def test_a_file_goes_only_with_the_part_that_names_it(stage: Stage) -> None:
    photo = StoredFile(db.new_id(), "den.jpg", "image/jpeg", 10, "ab" * 32, "2026/11/den.jpg")
    proof = StoredFile(db.new_id(), "bien-ban.pdf", "application/pdf", 10, "cd" * 32, "2026/11/bb.pdf")
    case_id = stage.triaged(attachments=(photo, proof))
    light, papers = split(
        stage, case_id, Part("Đèn", LIGHT, attachment_ids=(photo.id,)), Part("Hồ sơ", PAPERS)
    )
    assert [row.storage_key for row in stage.rows(Attachment, light)] == [photo.storage_key]
    assert stage.rows(Attachment, papers) == []
    assert len(stage.rows(Attachment, case_id)) == 2


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((), "too_few"),
        ((Part("Đèn", LIGHT),), "too_few"),
        ((Part(" ", LIGHT), Part("Hồ sơ", PAPERS)), "title"),
        ((Part("Đèn", "ngắn"), Part("Hồ sơ", PAPERS)), "too_short"),
        ((Part("Đèn", LIGHT, 0), Part("Hồ sơ", PAPERS)), "unknown"),
        ((Part("Đèn", LIGHT, attachment_ids=(db.new_id(),)), Part("Hồ sơ", PAPERS)), "attachments"),
    ],
)
def test_what_cannot_be_split(stage: Stage, parts: tuple[Part, ...], code: str) -> None:
    case_id = stage.triaged()
    with pytest.raises(InvalidInput) as refused:
        split(stage, case_id, *parts)
    assert refused.value.code == code
    assert stage.count(Case) == 1


def test_a_duplicate_gets_the_answer_of_the_main_case(stage: Stage) -> None:
    main, mail, letter = stage.triaged(), stage.triaged(), stage.triaged(email="", phone="")
    merge(stage, mail, main)
    merge(stage, letter, main)
    assert stage.look(mail).state == State.MERGED
    assert ("merged", "submitter") in stage.notices(mail)
    assert stage.active_clocks(mail) == set()
    assert stage.events(main)[-2:] == ["duplicate_joined", "duplicate_joined"]
    stage.dispatch(main)
    stage.act(stage.works.officer, handling.accept, main)
    with pytest.raises(NotFound):
        stage.act(stage.works.officer, handling.accept, mail)
    stage.act(stage.works.officer, answers.submit, main, text="Đã thay bóng đèn ngày 5/11/2026.")
    stage.wait_working_days(16)
    stage.act(stage.works.head, answers.approve, main)

    for duplicate in (mail, letter):
        copy = stage.rows(Answer, duplicate)[0]
        assert (copy.status, copy.text) == ("approved", "Đã thay bóng đèn ngày 5/11/2026.")
        period = stage.rows(Period, duplicate)[0]
        assert (period.ended_at, period.on_time) == (stage.now, False)
        assert stage.look(duplicate).answered_at == stage.now
        assert stage.events(duplicate)[-1] == "answer_shared"
    assert ("answer", "submitter") in stage.notices(mail)
    assert [row.method for row in stage.rows(Delivery, letter)] == ["post"]
    stage.act(stage.province.dispatcher, answers.record_delivery, letter, method="post")
    assert stage.rows(Delivery, letter)[0].delivered_at == stage.now


def shared_answer(stage: Stage) -> tuple[UUID, UUID]:
    """A main case and one merged into it, whose submitters got one answer."""
    main, duplicate = stage.triaged(), stage.triaged()
    merge(stage, duplicate, main)
    stage.dispatch(main)
    stage.act(stage.works.officer, handling.accept, main)
    stage.act(stage.works.officer, answers.submit, main, text="Đã thay bóng đèn ngày 5/11/2026.")
    stage.act(stage.works.head, answers.approve, main)
    return main, duplicate


def test_who_shares_an_answer_rates_it_in_their_own_case(stage: Stage) -> None:
    waiting, into = stage.triaged(), stage.triaged()
    merge(stage, waiting, into)
    with pytest.raises(TransitionRefused):
        stage.submitter(submitter.rate, waiting, score=5)
    main, duplicate = shared_answer(stage)
    assert stage.submitter(submitter.rate, duplicate, score=1, comment="Vẫn tối.") is True
    assert [(row.score, row.comment) for row in stage.rows(Rating, duplicate)] == [(1, "Vẫn tối.")]
    assert stage.rows(Rating, main) == []
    with pytest.raises(InvalidInput):
        stage.submitter(submitter.rate, duplicate, score=5)
    stage.submitter(submitter.rate, main, score=5)


def test_who_shares_an_answer_reopens_their_own_case_alone(stage: Stage) -> None:
    waiting, into = stage.triaged(), stage.triaged()
    merge(stage, waiting, into)
    with pytest.raises(TransitionRefused):
        stage.submitter(submitter.reopen, waiting, reason="Chờ lâu quá, xin xem lại.")
    main, duplicate = shared_answer(stage)
    before = stage.look(main).version
    stage.wait_working_days(3)
    stage.submitter(submitter.reopen, duplicate, reason="Đèn trước nhà tôi vẫn tắt.")

    case = stage.look(duplicate)
    assert (case.state, case.period, case.merged_into_id) == (State.TRIAGE, 2, None)
    due = stage.book.calendar.add_working_days(local_date(stage.now), 15)
    assert case.citizen_due_on == case.due_on == due == stage.due(duplicate, Clock.CITIZEN)
    periods = sorted(stage.rows(Period, duplicate), key=lambda row: row.number)
    assert [(row.on_time, row.reopening_reason) for row in periods] == [
        (True, ""), (None, "Đèn trước nhà tôi vẫn tắt."),
    ]  # fmt: skip
    assert ("triage_desk", "desk") in stage.notices(duplicate)
    assert (stage.look(main).state, stage.look(main).version) == (State.ANSWERED, before)
    # From now on it goes its own way.
    stage.submitter(submitter.reopen, main, reason="Đèn lại tắt sau hai ngày.")
    stage.act(stage.works.officer, answers.submit, main, text="Đã thay bóng đèn lần thứ hai.")
    stage.act(stage.works.head, answers.approve, main)
    assert len(stage.rows(Answer, duplicate)) == 1
    stage.dispatch(duplicate)
    assert audit.verify(stage.worker).sound


def test_a_shared_answer_is_doubted_within_thirty_days(stage: Stage) -> None:
    _, duplicate = shared_answer(stage)
    stage.wait(days=31)
    with pytest.raises(InvalidInput) as refused:
        stage.submitter(submitter.reopen, duplicate, reason="Đèn trước nhà tôi vẫn tắt.")
    assert refused.value.code == "too_late"


def test_a_refused_main_case_explains_itself_to_all(stage: Stage) -> None:
    main, duplicate = stage.triaged(), stage.triaged()
    merge(stage, duplicate, main)
    words = "Nội dung thuộc thẩm quyền của tỉnh khác, xin gửi đến tỉnh đó."
    stage.act(stage.province.dispatcher, triage.refuse, main, code="other_province", explanation=words)
    assert stage.rows(Answer, duplicate)[0].text == words
    assert ("refused", "submitter") in stage.notices(duplicate)
    assert stage.rows(Period, duplicate)[0].ended_at is None


def test_merging_into_an_answered_case_answers_at_once(stage: Stage) -> None:
    main = stage.answered()
    follower, duplicate = stage.triaged(), stage.triaged()
    merge(stage, follower, duplicate)
    merge(stage, duplicate, main)
    assert {stage.look(one).merged_into_id for one in (follower, duplicate)} == {main}
    for one in (follower, duplicate):
        assert ("answer", "submitter") in stage.notices(one)
        assert len(stage.rows(Answer, one)) == 1
    assert len(stage.rows(Answer, main)) == 1


def test_what_cannot_be_merged(stage: Stage) -> None:
    case_id, closed, sealed = stage.triaged(), stage.triaged(), stage.triaged()
    words = "Nội dung thuộc thẩm quyền của tỉnh khác, xin gửi đến tỉnh đó."
    stage.act(stage.province.dispatcher, triage.refuse, closed, code="abusive", explanation=words)
    stage.act(
        stage.province.chief, restricted.set_apart, sealed, kind="denunciation", reason="Có nội dung tố cáo."
    )
    for into, code in ((case_id, "same"), (closed, "closed")):
        with pytest.raises(InvalidInput) as refused:
            merge(stage, case_id, into)
        assert refused.value.code == code
    assert stage.look(case_id).state == State.TRIAGE
    assert stage.events(closed)[-1] == "refused"


@pytest.mark.parametrize("end", ["withdrawn", "split"])
def test_duplicates_of_a_case_that_will_not_be_answered_return_to_triage(stage: Stage, end: str) -> None:
    main, duplicate = stage.triaged(), stage.triaged()
    citizen = stage.look(duplicate).citizen_due_on
    merge(stage, duplicate, main)
    stage.wait_working_days(2)
    if end == "withdrawn":
        stage.submitter(submitter.withdraw, main)
    else:
        split(stage, main, Part("Đèn", LIGHT), Part("Hồ sơ", PAPERS))
    case = stage.look(duplicate)
    assert (case.state, case.merged_into_id, case.closed_at) == (State.TRIAGE, None, None)
    assert case.citizen_due_on == citizen == stage.due(duplicate, Clock.CITIZEN)
    assert stage.events(duplicate)[-1] == "duplicate_released"
    stage.dispatch(duplicate)
    assert audit.verify(stage.worker).sound


@pytest.mark.parametrize("main_first", [True, False])
def test_a_merged_sender_is_told_the_nearer_of_the_two_dates(stage: Stage, main_first: bool) -> None:
    earlier = stage.triaged()
    stage.wait_working_days(3)
    later = stage.triaged()
    main, duplicate = (earlier, later) if main_first else (later, earlier)
    merge(stage, duplicate, main)
    told = stage.rows(Message, duplicate, Message.kind == "merged")[0]
    assert json.loads(told.params)["due_on"] == stage.look(earlier).citizen_due_on.isoformat()
    assert stage.look(earlier).citizen_due_on < stage.look(later).citizen_due_on


def test_a_routed_part_of_an_urgent_case_is_urgent_and_not_asked_for_a_second_contact(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Dây điện rơi.")
    stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi đội trực.")
    stage.act(stage.province.dispatcher, handling.recall, case_id, reason="Hai việc khác nhau.")
    parts = split(stage, case_id, Part("Đèn đường", LIGHT), Part("Cháy trạm điện, đe dọa tính mạng", PAPERS))
    book = read_routing_book(stage.worker, local_date(stage.now))
    assert route_cases(stage.worker, stage.now, stage.book, book).claimed == 2
    stage.worker.commit()
    for part in parts:
        assert stage.look(part).urgent
        assert Clock.URGENT not in stage.active_clocks(part)
    assert broken(stage.worker) == []


@pytest.mark.parametrize("end", ["withdrawn", "split", "refused"])
def test_who_was_answered_is_not_drawn_into_the_second_period_of_another(stage: Stage, end: str) -> None:
    """Its main case is opened again by somebody else, and then comes to another end than an answer."""
    main, own = stage.awaiting_approval(), stage.triaged(email="", phone="")
    merge(stage, own, main)
    stage.act(stage.works.head, answers.approve, main)
    before, events = stage.look(own).version, stage.events(own)
    stage.submitter(submitter.reopen, main, reason="Đèn lại tắt từ tối qua.")
    if end == "withdrawn":
        stage.submitter(submitter.withdraw, main)
    else:
        stage.act(stage.province.dispatcher, handling.recall, main, reason="Hai việc khác nhau.")
        if end == "split":
            split(stage, main, Part("Đèn đường", LIGHT), Part("Cấp phép", PAPERS))
        else:
            stage.act(stage.province.dispatcher, triage.refuse, main, code="abusive", explanation=PAPERS)
    case = stage.look(own)
    assert (case.state, case.period, case.version) == (State.MERGED, 1, before)
    assert stage.events(own) == events
    assert len(stage.rows(Answer, own)) == 1
    assert [row.cancelled_at for row in stage.rows(Delivery, own)] == [None]
    assert broken(stage.worker) == []
    stage.submitter(submitter.reopen, own, reason="Chỗ tôi vẫn chưa sửa.")
    assert stage.look(own).state == State.TRIAGE
