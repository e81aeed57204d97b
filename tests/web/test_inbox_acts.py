"""Acts through the pages: an officer and a head bring a case to its answer, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import State
from feedback.domain.positions import PositionKind
from feedback.models import Answer, Contribution, Delivery, Extension, Message, Supplement
from feedback.services.casework import contributions, handling
from tests.services.stage import ANSWER


def test_from_acceptance_to_the_answer(site, stage):
    case_id = stage.dispatched()
    officer, head = stage.works.officer, stage.works.head
    page = site.case(officer, case_id)
    assert "Nhận xử lý" in page.text
    done = site.fill(officer, page, "/accept")
    assert done.status_code == 303
    assert site.look(case_id).officer_id == officer.id

    saved = site.act(officer, case_id, "answer", text="Bản nháp đầu tiên.", do="save")
    assert saved.status_code == 303
    assert "Bản nháp đầu tiên." in site.form(officer, case_id, "answer").text
    sent = site.act(
        officer, case_id, "answer", text=ANSWER, do="submit", no_photo_reason="Không chụp được ảnh ban đêm."
    )
    assert sent.status_code == 303
    assert site.look(case_id).state == State.AWAITING_APPROVAL

    assert ANSWER in site.form(head, case_id, "approve").text
    site.act(head, case_id, "return-draft", remarks="Ghi rõ ngày kiểm tra.")
    again = site.form(officer, case_id, "answer")
    assert "Ghi rõ ngày kiểm tra." in again.text
    assert ANSWER in again.text
    site.act(
        officer,
        case_id,
        "answer",
        text=ANSWER + " Kiểm tra ngày 1/12.",
        do="submit",
        no_photo_reason="Không chụp được ảnh ban đêm.",
    )
    approved = site.act(head, case_id, "approve")
    assert approved.status_code == 303
    assert site.look(case_id).state == State.ANSWERED
    letters = stage.worker.scalars(
        select(Message).where(Message.case_id == case_id, Message.kind == "answer")
    ).all()
    assert [letter.recipient for letter in letters] == ["submitter"]
    shown = site.case(officer, case_id)
    assert "Kiểm tra ngày 1/12." in shown.text
    assert "Duyệt và gửi câu trả lời" in shown.text
    assert "Thư trả lời → người gửi: chờ gửi" in shown.text


def test_what_cannot_be_done_is_not_offered_and_says_why(site, stage):
    case_id = stage.awaiting_approval()
    page = site.case(stage.works.officer, case_id)
    assert "/approve" not in page.text
    form = site.form(stage.works.officer, case_id, "approve")
    assert form.status_code == 302
    assert "không có quyền thực hiện việc này" in site.case(stage.works.officer, case_id).text


def test_an_error_keeps_the_text_and_stands_at_its_field(site, stage):
    case_id = stage.in_progress()
    answer = site.act(
        stage.works.officer,
        case_id,
        "answer",
        text="Quá ngắn",
        do="submit",
        no_photo_reason="Không chụp được ảnh ban đêm.",
    )
    assert answer.status_code == 422
    assert "Quá ngắn" in answer.text
    assert "ít nhất 20 ký tự" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert site.look(case_id).state == State.IN_PROGRESS
    assert stage.rows(Answer, case_id) == []


def test_somebody_elses_change_is_told_and_the_text_stays(site, stage):
    case_id = stage.in_progress()
    page = site.form(stage.works.officer, case_id, "answer")
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.head_of_unit.id)
    answer = site.fill(
        stage.works.officer,
        page,
        "/answer",
        text=ANSWER,
        do="submit",
        no_photo_reason="Không chụp được ảnh ban đêm.",
    )
    assert answer.status_code == 409
    assert ANSWER in answer.text
    assert "Đã giao người xử lý" in answer.text
    assert stage.works.head.name in answer.text
    assert site.look(case_id).state == State.IN_PROGRESS
    again = site.fill(
        stage.works.officer, answer, "/answer", do="submit", no_photo_reason="Không chụp được ảnh ban đêm."
    )
    assert again.status_code == 303
    assert site.look(case_id).state == State.AWAITING_APPROVAL


def test_a_case_that_moved_on_gives_the_text_back_to_copy(site, stage):
    case_id = stage.in_progress()
    page = site.form(stage.works.officer, case_id, "ask-extension")
    site.act(
        stage.works.officer,
        case_id,
        "answer",
        text=ANSWER,
        do="submit",
        no_photo_reason="Không chụp được ảnh ban đêm.",
    )
    answer = site.fill(
        stage.works.officer, page, "/ask-extension", reason="Chờ vật tư", new_due_on="2026-12-01"
    )
    assert answer.status_code == 409
    assert "Chờ vật tư" in answer.text
    assert "Không thực hiện được nữa" in answer.text
    assert stage.rows(Extension, case_id) == []


def test_a_form_without_its_token_writes_nothing_and_loses_nothing(site, stage):
    case_id = stage.in_progress()
    answer = site.act(
        stage.works.officer,
        case_id,
        "answer",
        text=ANSWER,
        do="submit",
        no_photo_reason="Không chụp được ảnh ban đêm.",
        csrf_token="forged",
    )
    assert answer.status_code == 400
    assert ANSWER in answer.text
    assert site.look(case_id).state == State.IN_PROGRESS


def test_only_named_fields_change(site, stage):
    case_id = stage.dispatched()
    site.act(
        stage.works.officer, case_id, "accept", state="answered", closed_at="2026-01-01", lead_agency_id="1",
        officer_id="1", urgent="1", citizen_due_on="2030-01-01",
    )  # fmt: skip
    case = site.look(case_id)
    assert (case.state, case.closed_at, case.urgent) == (State.IN_PROGRESS, None, False)
    assert case.lead_agency_id == stage.works.agency.id
    assert case.officer_id == stage.works.officer.id


def test_sending_back_leads_out_of_sight_and_to_the_list(site, stage):
    case_id = stage.dispatched()
    done = site.act(
        stage.works.officer, case_id, "send-back", reason="Thuộc phường.", agency=["UBNDX-24769", ""]
    )
    assert (done.status_code, done.location.split("?")[0]) == (303, "/staff/")
    assert site.look(case_id).state == State.TRIAGE
    assert site.case(stage.works.officer, case_id).status_code == 404
    queue = site.get(stage.province.dispatcher, "/triage")
    assert "Thuộc phường." in queue.text
    assert "cơ quan trả lại đề xuất" in queue.text


def test_transfer_by_a_part_of_the_name_and_what_is_unclear(site, stage):
    case_id = stage.in_progress()
    head = stage.works.head
    unclear = site.act(head, case_id, "transfer", agency=["Sở", ""], reason="Không đúng việc")
    assert unclear.status_code == 422
    assert "Chưa rõ cơ quan nào" in unclear.text
    assert "Sở Nội vụ" in unclear.text
    unknown = site.act(head, case_id, "transfer", agency=["Bộ Quốc phòng", ""], reason="Không đúng việc")
    assert "Không có cơ quan nào tên như vậy" in unknown.text
    done = site.act(head, case_id, "transfer", agency=["so noi vu", ""], reason="Không đúng việc")
    assert done.status_code == 303
    assert site.look(case_id).lead_agency_id == stage.home.agency.id


def test_assigning_shows_how_much_each_has(site, stage):
    case_id = stage.dispatched()
    stage.in_progress()
    head = stage.works.head
    form = site.form(head, case_id, "assign")
    assert f"{stage.works.officer.name} · Chuyên viên xử lý · đang có 1" in form.text
    nobody = site.act(head, case_id, "assign", officer_id="", unit_id="")
    assert nobody.status_code == 422
    assert "Hãy chọn người hoặc phòng nhận việc." in nobody.text
    site.act(head, case_id, "assign", officer_id=str(stage.works.officer.id), back="/staff/head")
    assert site.look(case_id).officer_id == stage.works.officer.id


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/staff", "/\\evil", "/public", "javascript:1"]
)
def test_the_way_back_stays_on_the_staffs_pages(site, stage, evil):
    case_id = stage.dispatched()
    done = site.act(stage.works.officer, case_id, "accept", back=evil)
    assert done.location.startswith("/staff/cases/")


def test_supplement_asked_and_told_by_telephone(site, stage):
    case_id = stage.in_progress()
    officer = stage.works.officer
    site.act(officer, case_id, "ask-supplement", question="Số nhà nào?")
    page = site.case(officer, case_id)
    assert "Số nhà nào?" in page.text
    assert "Hạn của cơ quan tạm dừng." in page.text
    early = site.act(officer, case_id, "end-supplement", told="")
    assert early.status_code == 422
    site.act(officer, case_id, "end-supplement", told="Nhà số 12.")
    assert site.look(case_id).state == State.IN_PROGRESS
    assert stage.rows(Supplement, case_id)[0].reply == "Nhà số 12."
    assert "Nhà số 12." in site.case(officer, case_id).text


def test_nobody_is_asked_who_cannot_hear(site, stage):
    case_id = stage.in_progress(anonymous=True, name="", email="", phone="", address="")
    page = site.case(stage.works.officer, case_id)
    assert "ask-supplement" not in page.text
    asked = site.act(stage.works.officer, case_id, "ask-supplement", question="Số nhà nào?")
    assert asked.status_code == 422
    assert "Số nhà nào?" in asked.text
    assert "không ai nhận được câu hỏi này" in asked.text


def test_an_extension_is_asked_for_and_decided(site, stage):
    case_id = stage.in_progress()
    due = site.look(case_id).agency_due_on
    sunday = due + timedelta(days=6 - due.weekday() + 7)
    wrong = site.act(
        stage.works.officer, case_id, "ask-extension", reason="Chờ vật tư", new_due_on=sunday.isoformat()
    )
    assert wrong.status_code == 422
    assert "Ngày mới phải là ngày làm việc." in wrong.text
    working = stage.book.calendar.add_working_days(due, 5).isoformat()
    asked = site.act(stage.works.officer, case_id, "ask-extension", reason="Chờ vật tư", new_due_on=working)
    assert asked.status_code == 303
    form = site.form(stage.works.head, case_id, "decide-extension")
    assert "Chờ vật tư" in form.text
    denied = site.act(stage.works.head, case_id, "decide-extension", granted="no")
    assert denied.status_code == 422
    assert site.act(stage.works.head, case_id, "decide-extension", granted="yes").status_code == 303
    case = site.look(case_id)
    assert case.agency_due_on == stage.book.calendar.add_working_days(due, 5)
    assert case.citizen_due_on == due
    assert "Ngày mới:" in site.case(stage.works.officer, case_id).text


def test_an_urgent_case_asks_for_contact_first(site, stage):
    case_id = stage.in_progress()
    site.act(stage.works.head, case_id, "urgency", note="Cây sắp đổ", urgent="y")
    page = site.case(stage.works.officer, case_id)
    assert page.text.index("/contact") < page.text.index("/answer")
    assert "Hạn liên hệ khẩn" in page.text
    site.act(stage.works.officer, case_id, "contact", note="Đã gọi đội cây xanh.")
    assert site.look(case_id).contacted_at == stage.now
    assert "Đã gọi đội cây xanh." in site.case(stage.works.officer, case_id).text


def test_an_answer_is_printed_and_its_delivery_recorded(site, stage):
    case_id = stage.answered(email="")
    officer = stage.works.officer
    waiting = site.get(officer, "/deliveries")
    assert site.reference(case_id) in waiting.text
    letter = site.get(officer, f"/cases/{site.reference(case_id)}/letter")
    assert ANSWER in letter.text
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in letter.text
    assert "Trần Thị Bưởi" not in letter.text
    named = site.fill(officer, letter, "/letter")
    assert "Trần Thị Bưởi" in named.text
    assert "identity_revealed" in stage.events(case_id)
    done = site.act(
        officer, case_id, "deliver", method="phone", note="Gọi lúc 9 giờ", back="/staff/deliveries"
    )
    assert done.location.startswith("/staff/deliveries")
    row = stage.rows(Delivery, case_id)[0]
    assert (row.method, row.note, row.recorded_by) == ("phone", "Gọi lúc 9 giờ", officer.id)
    assert "Không có câu trả lời nào chờ trao" in site.get(officer, "/deliveries").text


def test_clocks_explain_themselves(site, stage):
    case_id = stage.in_progress()
    page = site.case(stage.works.officer, case_id)
    due = stage.due(case_id, "agency")
    assert f"{due:%d/%m/%Y}" in page.text
    assert "Cách tính" in page.text
    assert "Đ.147" in page.text or "Điều 147" in page.text or "Bộ luật Dân sự" in page.text
    assert due == stage.book.calendar.add_working_days(local_date(stage.now), 15)


def test_a_part_is_given_to_the_request_that_is_chosen(site, stage):
    """Who handles for two asked agencies chooses; a form without a choice comes back with the words in it."""
    case_id, officer, second = stage.in_progress(), stage.home.officer, stage.make.agency()
    stage.make.holding(officer, stage.make.position(second, PositionKind.OFFICER))
    stage.worker.commit()
    due_on = stage.book.calendar.add_working_days(local_date(stage.now), 2)
    for agency in (stage.home.agency, second):
        stage.act(
            stage.works.officer, contributions.ask, case_id, agency_id=agency.id, request="Có lịch chưa?",
            due_on=due_on,
        )  # fmt: skip
    (meant,) = stage.rows(Contribution, case_id, Contribution.agency_id == second.id)
    page = site.act(officer, case_id, "answer-part", text="Đã có lịch.")
    assert page.status_code == 422
    assert "Hãy chọn đề nghị cần trả lời." in page.text
    assert "Đã có lịch." in page.text
    assert site.fill(officer, page, "/answer-part", part=str(meant.id)).status_code == 303
    given = {row.agency_id: row.answer for row in stage.rows(Contribution, case_id)}
    assert given == {second.id: "Đã có lịch.", stage.home.agency.id: ""}
    only = site.act(officer, case_id, "answer-part", text="Còn phần này.")
    assert only.status_code == 303, "one request alone is chosen already"
