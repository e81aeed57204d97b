"""The public board: what may be shown, who checks it, and how it is taken down."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.permissions import Refused
from feedback.models import Publication, Submitter
from feedback.queries.lists import desk_work
from feedback.queries.people import scope_for
from feedback.services.casework import answers, handling, publication, submitter
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import restricted
from tests.services.stage import ANSWER, Stage

TITLE = "Chiếu sáng công cộng tại phường Xuân Hương"
SUMMARY = "Một tuyến đèn công cộng không sáng; người dân đề nghị khắc phục."


def propose(stage: Stage, case_id: Any, **changes: str) -> None:
    stage.act(
        stage.works.officer, publication.propose, case_id, **{"title": TITLE, "summary": SUMMARY} | changes
    )


def on_the_board(stage: Stage) -> list[str]:
    """What anybody sees, without a code and without signing in."""
    with db.transaction(stage.factory, db.PUBLIC) as session:
        return list(session.scalars(select(Publication.title)))


def test_a_second_person_puts_a_summary_on_the_board(stage: Stage) -> None:
    case_id = stage.answered()
    propose(stage, case_id)
    assert on_the_board(stage) == []
    with pytest.raises(Refused):
        stage.act(stage.works.officer, publication.check, case_id, approved=True)
    stage.wait(hours=1)
    stage.act(stage.works.head_of_unit, publication.check, case_id, approved=True)
    row = stage.rows(Publication, case_id)[0]
    assert (row.status, row.published_at, row.written_by, row.checked_by) == (
        "published", stage.now, stage.works.officer.id, stage.works.head_of_unit.id,
    )  # fmt: skip
    assert (row.agency_id, row.on_time, row.commune_code) == (stage.works.agency.id, True, "24769")
    assert on_the_board(stage) == [TITLE]
    assert Clock.STATE not in stage.active_clocks(case_id)
    assert stage.events(case_id)[-2:] == ["publication_proposed", "published"]


def test_who_wrote_it_does_not_check_it(stage: Stage) -> None:
    case_id = stage.answered()
    stage.act(stage.works.head, publication.propose, case_id, title=TITLE, summary=SUMMARY)
    with pytest.raises(Refused) as refused:
        stage.act(stage.works.head, publication.check, case_id, approved=True)
    assert refused.value.why == "second_person"
    stage.act(stage.province.dispatcher, publication.check, case_id, approved=True)
    assert on_the_board(stage) == [TITLE]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"consent_publish": False}, "no_consent"), ({"confidential": True}, "confidential")],
)
def test_without_consent_or_in_confidence_nothing_is_published(
    stage: Stage, changes: dict[str, bool], code: str
) -> None:
    case_id = stage.answered(**changes)
    with pytest.raises(InvalidInput) as refused:
        propose(stage, case_id)
    assert (refused.value.field, refused.value.code) == ("case", code)
    assert stage.rows(Publication, case_id) == []


def test_what_was_ever_set_apart_is_never_published(stage: Stage) -> None:
    case_id = stage.triaged()
    chief = stage.province.chief
    stage.act(chief, restricted.set_apart, case_id, kind="denunciation", reason="Có lời tố cáo.")
    stage.act(chief, restricted.return_to_triage, case_id, reason="Chỉ là phản ánh.")
    stage.dispatch(case_id)
    stage.act(stage.works.officer, handling.accept, case_id)
    stage.act(stage.works.officer, answers.submit, case_id, text="Đã kiểm tra và trả lời người dân.")
    stage.act(stage.works.head, answers.approve, case_id)
    with pytest.raises(InvalidInput) as refused:
        propose(stage, case_id)
    assert refused.value.code == "restricted"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": " "}, "title", "required"),
        ({"summary": "x" * 2001}, "summary", "too_long"),
        ({"summary": "Bà Trần Thị Bưởi đề nghị sửa đèn."}, "summary", "name"),
        ({"title": "Phản ánh của tran thi buoi"}, "title", "name"),
        ({"summary": "Liên hệ buoi@example.org."}, "summary", "contact"),
        ({"summary": "Gọi +84 912 345 678."}, "summary", "contact"),
        ({"summary": "Nhà số 12 Nguyễn Du mất điện."}, "summary", "place"),
        (
            {"summary": "Đèn đường trước số nhà 12 đã tắt ba tuần nay, buổi tối rất nguy hiểm."},
            "summary",
            "quote",
        ),
        ({"answer_text": "Kính gửi bà Trần Thị Bưởi: đã thay đèn."}, "answer_text", "name"),
    ],
)
def test_a_text_that_gives_the_submitter_away_is_refused(
    stage: Stage, changes: dict[str, str], field: str, code: str
) -> None:
    case_id = stage.answered()
    with pytest.raises(InvalidInput) as refused:
        propose(stage, case_id, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert stage.rows(Publication, case_id) == []


def test_the_comparison_shows_the_identity_to_nobody(stage: Stage) -> None:
    case_id = stage.answered()

    def peep(session, actor, case, **arguments):  # type: ignore[no-untyped-def]
        publication.propose(session, actor, case, title=TITLE, summary=SUMMARY, **arguments)
        assert db.current_scope(session).unsealed_case is None
        return session.scalars(select(Submitter)).all()

    assert stage.act(stage.works.officer, peep, case_id, now=stage.now) == []
    assert "identity_revealed" not in stage.events(case_id)


def test_an_answer_that_names_the_submitter_is_published_without_the_name(stage: Stage) -> None:
    case_id = stage.in_progress()
    letter = "Kính gửi bà Trần Thị Bưởi: đơn vị đã thay bóng đèn."
    stage.act(stage.works.officer, answers.submit, case_id, text=letter)
    stage.act(stage.works.head, answers.approve, case_id)
    with pytest.raises(InvalidInput) as refused:
        propose(stage, case_id)
    assert refused.value.field == "answer_text"
    propose(stage, case_id, answer_text="Đơn vị đã thay bóng đèn.")
    row = stage.rows(Publication, case_id)[0]
    assert row.answer_text == "Đơn vị đã thay bóng đèn."


def test_what_is_returned_may_be_proposed_again(stage: Stage) -> None:
    case_id = stage.answered()
    propose(stage, case_id, summary="Đèn hỏng.")
    with pytest.raises(InvalidInput):
        stage.act(stage.works.head, publication.check, case_id, approved=False)
    stage.act(stage.works.head, publication.check, case_id, approved=False, remarks="Viết rõ hơn.")
    with pytest.raises(Refused) as refused:
        stage.act(stage.works.head, publication.check, case_id, approved=True)
    assert refused.value.why == "no_publication"
    propose(stage, case_id)
    row = stage.rows(Publication, case_id)[0]
    assert (row.status, row.summary, row.checked_by) == ("awaiting_check", SUMMARY, None)
    stage.act(stage.works.head, publication.check, case_id, approved=True)
    with pytest.raises(InvalidInput) as twice:
        propose(stage, case_id)
    assert twice.value.code == "published"


def test_what_is_published_can_be_taken_down(stage: Stage) -> None:
    case_id = stage.answered()
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.head, publication.withdraw, case_id, reason="Chưa có gì.")
    assert refused.value.code == "not_published"
    propose(stage, case_id)
    stage.act(stage.works.head, publication.check, case_id, approved=True)
    with pytest.raises(Refused):
        stage.act(stage.works.officer, publication.withdraw, case_id, reason="Lộ thông tin.")
    stage.act(stage.province.dispatcher, publication.withdraw, case_id, reason="Lộ thông tin.")
    assert on_the_board(stage) == []
    assert stage.rows(Publication, case_id)[0].withdrawn_at == stage.now
    propose(stage, case_id)


def test_setting_apart_takes_it_off_the_board(stage: Stage) -> None:
    shown, waiting = stage.answered(), stage.answered()
    for case_id in (shown, waiting):
        propose(stage, case_id)
    stage.act(stage.works.head, publication.check, shown, approved=True)
    for case_id in (shown, waiting):
        stage.act(
            stage.province.dispatcher, restricted.set_apart, case_id, kind="complaint", reason="Khiếu nại."
        )
        assert stage.rows(Publication, case_id)[0].status == "withdrawn"
    assert on_the_board(stage) == []


@pytest.mark.parametrize("returned", [False, True])
def test_what_was_proposed_of_an_answer_that_is_not_the_last_word_waits_no_more(
    stage: Stage, returned: bool
) -> None:
    """The submitter, who reads nothing of a proposal, ends it by opening the case again."""
    case_id = stage.answered()
    propose(stage, case_id)
    if returned:
        stage.act(stage.works.head, publication.check, case_id, approved=False, remarks="Ngắn hơn.")
    stage.submitter(submitter.reopen, case_id, reason="Đèn lại tắt từ tối qua.")
    assert [row.status for row in stage.rows(Publication, case_id)] == ["withdrawn"]
    with db.transaction(stage.factory, scope_for(stage.actor(stage.works.head))) as session:
        assert desk_work.proposed(session) == []
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    propose(stage, case_id)
    stage.act(stage.works.head, publication.check, case_id, approved=True)
    assert on_the_board(stage) == [TITLE]


def test_what_is_published_stays_when_the_case_is_opened_again(stage: Stage) -> None:
    case_id = stage.answered()
    propose(stage, case_id)
    stage.act(stage.works.head, publication.check, case_id, approved=True)
    stage.submitter(submitter.reopen, case_id, reason="Đèn lại tắt từ tối qua.")
    assert on_the_board(stage) == [TITLE]
