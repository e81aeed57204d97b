"""The pages of the liaison desk: what is to be relayed, reminded and typed in, and by whom."""

from __future__ import annotations

import io

import pytest

from feedback.domain.lifecycle import CaseClass
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.models import Answer, Attachment, Relay
from feedback.services.casework import triage
from tests.journeys import story

REPLY = "Đã sửa đường dây và đóng điện lại lúc 17 giờ ngày 05/11/2026 cho toàn bộ tổ dân phố."


@pytest.fixture
def body(stage):
    found = stage.make.agency("PCLD", AgencyKind.EXTERNAL)
    found.liaison_id = stage.province.coordinator.agency.id
    stage.worker.commit()
    return found


@pytest.fixture
def clerk(stage, body):
    found = stage.make.staff(PositionKind.OFFICER, stage.province.coordinator.agency)
    stage.worker.commit()
    return found


@pytest.fixture
def case_id(stage, body):
    found = stage.triaged(title="Mất điện cả tuần")
    stage.act(stage.province.dispatcher, triage.dispatch, found, agency_id=body.id, case_class=CaseClass.C)
    return found


def test_the_desk_relays_reminds_and_types_in_the_reply(site, stage, clerk, case_id, body):
    desk = site.get(clerk, "/liaison")
    assert "Mất điện cả tuần" in desk.text
    assert "Chuyển bằng văn bản" in desk.text
    wrong = site.act(clerk, case_id, "relay", document_number="", request="Đề nghị kiểm tra lưới điện.")
    assert wrong.status_code == 422
    assert "Đề nghị kiểm tra lưới điện." in wrong.text
    done = site.fill(clerk, wrong, "/relay", document_number="12/VP-TCD", back="/staff/liaison")
    assert done.status_code == 303
    desk = site.get(clerk, "/liaison")
    assert "12/VP-TCD" in desk.text
    assert "Chờ trả lời" in desk.text
    assert site.act(clerk, case_id, "remind-relay").status_code == 303
    again = site.act(clerk, case_id, "remind-relay")
    assert (again.status_code, "Hôm nay đã gửi thư nhắc rồi." in again.text) == (422, True)
    early = site.act(
        clerk, case_id, "relay-reply", document_number="77/PC", text=REPLY, replied_on="2026-10-30"
    )
    assert (early.status_code, REPLY in early.text) == (422, True)
    scan = (io.BytesIO(story.photo()), "van-ban.jpg")
    done = site.act(
        clerk,
        case_id,
        "relay-reply",
        document_number="77/PC",
        text=REPLY,
        replied_on="2026-11-02",
        files=scan,
    )
    assert done.status_code == 303
    assert stage.rows(Relay, case_id)[0].reply == REPLY
    assert stage.rows(Answer, case_id)[0].status == "draft"
    (file,) = stage.rows(Attachment, case_id)
    page = site.case(clerk, case_id)
    assert "77/PC" in page.text
    assert "van-ban.jpg" in page.text
    opened = site.get(clerk, f"/cases/{site.reference(case_id)}/files/{file.id}")
    assert opened.status_code == 200
    assert REPLY in site.form(clerk, case_id, "answer").text
    assert "77/PC" in site.get(clerk, "/liaison").text


def test_the_dispatcher_sends_what_was_replied_up_to_be_approved(site, stage, case_id):
    dispatcher = stage.province.dispatcher
    site.act(dispatcher, case_id, "relay", document_number="12/VP-TCD", request="Đề nghị kiểm tra.")
    site.act(dispatcher, case_id, "relay-reply", document_number="77/PC", text=REPLY, replied_on="2026-11-02")
    desk = site.get(dispatcher, "/liaison")
    assert "Xem lại dự thảo và trình duyệt" in desk.text
    assert f"/staff/cases/{site.reference(case_id)}/answer?" in desk.text
    assert "Soạn câu trả lời" in site.case(dispatcher, case_id).text
    form = site.form(dispatcher, case_id, "answer")
    assert REPLY in form.text
    draft = stage.rows(Answer, case_id)[-1].text
    sent = site.act(
        dispatcher, case_id, "answer", text=draft, do="submit", no_photo_reason="Việc của ngành điện."
    )
    assert sent.status_code == 303
    assert site.look(case_id).state == "awaiting_approval"
    assert "Chờ người đứng đầu duyệt" in site.get(dispatcher, "/liaison").text
    # Approving stays with the head of the desk's agency.
    assert "Duyệt" not in site.case(dispatcher, case_id).text.split('id="do-title"')[1].split("</section>")[0]


def test_the_sender_reads_that_it_was_relayed(site, stage, clerk, case_id, client):
    site.act(clerk, case_id, "relay", document_number="12/VP-TCD", request="Đề nghị kiểm tra lưới điện.")
    page = client.get(f"/track/{site.look(case_id).tracking_code}")
    assert "Đã chuyển bằng văn bản đến" in page.text
    assert "Đề nghị trả lời trước hết ngày" in page.text
    assert "kiểm tra lưới điện" not in page.text
    assert "12/VP-TCD" not in page.text


def test_others_see_no_desk(site, stage, clerk, case_id):
    page = site.get(stage.works.officer, "/liaison")
    assert "Mất điện cả tuần" not in page.text
    assert "Đầu mối liên hệ" not in site.get(stage.works.officer, "/").text
    assert "Đầu mối liên hệ" in site.get(clerk, "/").text
    assert "Chuyển cơ quan ngoài UBND" not in site.case(stage.works.officer, stage.in_progress()).text
