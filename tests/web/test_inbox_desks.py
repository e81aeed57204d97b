"""The smaller desks: the restricted track, publication by two people, letters, typing in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import State
from feedback.models import AuditEvent, Case, Publication, Submitter
from feedback.services.casework import publication
from feedback.services.restricted_track import restricted
from tests.services.stage import ANSWER
from tests.services.test_following import joined


@pytest.fixture
def sealed(stage):
    """A denunciation of the department of construction, in the hands of the inspectorate and the chief."""
    case_id = stage.in_progress()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo",
        accused_agency_id=stage.works.agency.id,
    )  # fmt: skip
    return case_id


def test_the_restricted_track_by_its_pages(site, stage, sealed):
    chief, dispatcher = stage.province.chief, stage.province.dispatcher
    listed = site.get(chief, "/restricted")
    assert site.reference(sealed) in listed.text
    assert "Thông tin có nội dung tố cáo" in listed.text
    page = site.case(chief, sealed)
    assert "Chỉ 2 người trong danh sách được xem." in page.text
    assert "Sở Xây dựng" in page.text
    granted = site.act(chief, sealed, "grant", access=str(dispatcher.id), reason="Cần lập hồ sơ")
    assert granted.status_code == 303
    assert site.case(dispatcher, sealed).status_code == 200
    twice = site.act(chief, sealed, "grant", access=str(dispatcher.id), reason="Lại")
    assert "Người này đã có quyền xem." in twice.text
    ended = site.act(chief, sealed, "end-access", access=str(dispatcher.id), reason="Xong việc")
    assert ended.status_code == 303
    assert site.case(dispatcher, sealed).status_code == 404
    assert "Xong việc" in site.case(chief, sealed).text


def test_access_by_address_and_never_for_the_accused(site, stage, sealed):
    chief = stage.province.chief
    answer = site.act(chief, sealed, "grant", email=stage.works.head.email, reason="Nhờ giải trình")
    assert answer.status_code == 422
    assert "thuộc cơ quan bị nêu" in answer.text
    assert site.case(stage.works.head, sealed).status_code == 404
    unknown = site.act(chief, sealed, "grant", email="%", reason="Thử")
    assert unknown.status_code == 422
    done = site.act(chief, sealed, "grant", email=stage.home.head.email.upper(), reason="Theo thẩm quyền")
    assert done.status_code == 303
    assert site.case(stage.home.head, sealed).status_code == 200


def test_forwarding_guiding_and_returning(site, stage, sealed):
    chief = stage.province.chief
    accused = site.act(chief, sealed, "forward", agency=["SXD", ""], document_number="12/VP", note="Chuyển")
    assert accused.status_code == 422
    assert "Không chuyển cho chính cơ quan bị nêu" in accused.text
    unnamed = site.act(chief, sealed, "forward", agency=["", ""], document_number="12/VP", note="Chuyển")
    assert (unnamed.status_code, "Hãy ghi cơ quan nhận." in unnamed.text) == (422, True)
    # The form comes back with the agency that was refused: who forwards elsewhere empties it.
    done = site.act(
        chief, sealed, "forward", agency=["", ""], to_body="Bộ Xây dựng", document_number="12/VP-TCD",
        note="CV số 12, ngày 3/11",
    )  # fmt: skip
    assert done.status_code == 303
    assert site.look(sealed).state == State.FORWARDED
    page = site.case(chief, sealed)
    assert "CV số 12" in page.text
    assert "12/VP-TCD" in page.text
    assert "Chưa báo đã nhận" in page.text
    assert "Chờ nơi được chuyển báo đã nhận" in site.get(chief, "/restricted?part=waiting").text
    received = site.act(chief, sealed, "confirm-forwarding", receipt_number="45/BN")
    assert received.status_code == 303
    assert "45/BN" in site.case(chief, sealed).text
    assert site.reference(sealed) not in site.get(chief, "/restricted?part=waiting").text
    assert site.reference(sealed) in site.get(chief, "/restricted?part=closed").text

    second = stage.in_progress()
    site.act(stage.province.dispatcher, second, "set-apart", kind="complaint", reason="Khiếu nại quyết định")
    guided = site.act(
        chief, second, "guide", letter="Ông/bà gửi đơn khiếu nại đến UBND phường trong 90 ngày."
    )
    assert guided.status_code == 303
    assert site.look(second).state == State.GUIDED

    third = stage.in_progress()
    site.act(stage.province.dispatcher, third, "set-apart", kind="crime", reason="Nghi tội phạm")
    back = site.act(chief, third, "return-to-triage", reason="Không phải tin báo tội phạm")
    assert back.status_code == 303
    assert site.look(third).state == State.TRIAGE
    assert "Không phải tin báo tội phạm" in site.case(stage.province.dispatcher, third).text


def test_publication_needs_two_people(site, stage):
    case_id = stage.answered()
    officer, head = stage.works.officer, stage.works.head
    assert site.reference(case_id) in site.get(officer, "/publication").text
    leaking = site.act(
        officer, case_id, "publish", title="Đèn đường", summary="Bà Trần Thị Bưởi báo đèn tắt.",
        answer_text="Đã thay bóng đèn.",
    )  # fmt: skip
    assert leaking.status_code == 422
    assert "Có tên người gửi" in leaking.text
    assert "Bà Trần Thị Bưởi báo đèn tắt." in leaking.text
    proposed = site.act(
        officer, case_id, "publish", title="Đèn chiếu sáng hỏng",
        summary="Người dân báo đèn chiếu sáng hỏng.", answer_text="Đã thay bóng đèn.",
    )  # fmt: skip
    assert proposed.status_code == 303
    own = site.get(officer, "/publication")
    assert "Ông/bà soạn nên người khác phải kiểm tra." in own.text
    waiting = site.get(head, "/publication")
    assert "Đèn chiếu sáng hỏng" in waiting.text
    returned = site.act(head, case_id, "check-publication", do="return", remarks="")
    assert returned.status_code == 422
    site.act(head, case_id, "check-publication", do="return", remarks="Nêu ngày sửa.")
    assert "Nêu ngày sửa." in site.get(officer, "/publication").text
    site.act(officer, case_id, "publish", answer_text="Đã thay bóng đèn ngày 10/11.")
    done = site.act(head, case_id, "check-publication", do="publish")
    assert done.status_code == 303
    row = stage.rows(Publication, case_id)[0]
    assert (row.status, row.checked_by) == ("published", head.id)
    site.act(head, case_id, "withdraw-publication", reason="Nhầm địa bàn")
    assert stage.rows(Publication, case_id)[0].status == "withdrawn"


def test_suggested_personal_data_is_masked_at_a_press_or_confirmed(site, stage):
    case_id = stage.answered()
    officer = stage.works.officer
    texts = {"title": "Đèn chiếu sáng hỏng", "answer_text": "Đã thay bóng đèn."}
    summary = "Theo ông Lương Hữu Tấn (0905 771 204), đèn tắt. Ông Lương Hữu Tấn đã báo."
    refused = site.act(officer, case_id, "publish", summary=summary, **texts)
    assert refused.status_code == 422
    assert "<mark>Lương Hữu Tấn</mark>" in refused.text
    assert "Có thể có dữ liệu cá nhân" in refused.text
    masked = site.act(officer, case_id, "publish", summary=summary, mask="summary:Lương Hữu Tấn", **texts)
    assert masked.status_code == 200
    assert "Theo ông [đã lược bỏ] (0905 771 204), đèn tắt. Ông [đã lược bỏ] đã báo.</textarea>" in masked.text
    assert "<mark>0905 771 204</mark>" in masked.text
    assert stage.rows(Publication, case_id) == []
    confirmed = site.act(officer, case_id, "publish", summary=summary, may_name="y", **texts)
    assert confirmed.status_code == 303
    assert stage.rows(Publication, case_id)[0].summary == summary


def test_what_may_not_be_published_is_not_offered(site, stage):
    case_id = stage.answered(consent_publish=False)
    page = site.case(stage.works.officer, case_id)
    assert "/publish" not in page.text
    assert "Người gửi không đồng ý công khai" in page.text
    assert publication.obstacle(site.look(case_id)) == "no_consent"
    assert site.reference(case_id) not in site.get(stage.works.officer, "/publication").text


def test_a_clerk_types_in_what_somebody_said(site, stage):
    clerk = stage.province.reception
    page = site.get(clerk, "/intake")
    assert "Ghi nguyên văn lời người gửi" in page.text
    wrong = site.fill(clerk, page, "/intake", body="", channel="phone")
    assert wrong.status_code == 422
    done = site.fill(
        clerk, wrong, "/intake", channel="phone", body="Tôi gọi để báo cống thoát nước bị nghẹt đã một tuần.",
        name="Lê Văn Tám", phone="0912 345 678",
    )  # fmt: skip
    assert done.status_code == 200
    case = stage.worker.scalars(select(Case).order_by(Case.id.desc())).first()
    assert f'data-copy="{case.tracking_code}"' in done.text
    assert case.reference in done.text
    assert (case.channel, case.state) == ("phone", State.RECEIVED)
    received = stage.worker.scalars(
        select(AuditEvent).where(AuditEvent.case_id == case.id, AuditEvent.kind == "case.received")
    ).one()
    assert received.actor == f"account:{clerk.id}"
    assert stage.worker.get_one(Submitter, case.id).name == "Lê Văn Tám"


def test_a_clerks_form_without_its_token_is_given_back(site, stage):
    clerk = stage.province.reception
    page = site.get(clerk, "/intake")
    answer = site.fill(clerk, page, "/intake", csrf_token="forged", body="Cống thoát nước bị nghẹt.")
    assert answer.status_code == 400
    assert "Cống thoát nước bị nghẹt." in answer.text
    assert stage.count(Case) == 0


def test_typing_in_is_for_the_desk(site, stage):
    assert site.get(stage.works.officer, "/intake").status_code == 403
    assert site.get(stage.works.officer, "/triage").status_code == 403


def test_a_clerk_is_led_to_the_letter_and_reads_no_more(site, stage):
    case_id = stage.answered(email="", title="Đèn hỏng ở ngõ nhỏ")
    clerk, reference = stage.province.reception, site.reference(case_id)
    body = site.look(case_id).body
    assert "Đèn hỏng ở ngõ nhỏ" in site.get(clerk, "/deliveries").text
    page = site.case(clerk, case_id)
    assert (page.status_code, page.location) == (302, f"/staff/cases/{reference}/letter")
    letter = site.get(clerk, f"/cases/{reference}/letter")
    form = site.form(clerk, case_id, "deliver")
    assert ANSWER in letter.text
    assert form.status_code == 200
    assert body not in letter.text + form.text
    named = site.fill(clerk, letter, f"/cases/{reference}/letter")
    assert "Trần Thị Bưởi" in named.text
    done = site.act(clerk, case_id, "deliver", method="counter", back="/staff/deliveries")
    assert (done.status_code, done.location.partition("?")[0]) == (303, "/staff/deliveries")
    assert "Đèn hỏng ở ngõ nhỏ" not in site.get(clerk, "/deliveries").text
    assert site.case(clerk, case_id).status_code == 404


def test_what_came_beside_a_case_is_read_or_handled_by_itself(site, stage):
    main = stage.in_progress(title="Đèn đường tắt")
    read = joined(stage, main, title="Tôi cũng thấy đèn tắt")
    apart = joined(stage, main, title="Còn có hố sâu")
    dispatcher = stage.province.dispatcher
    assert "Gửi kèm, chưa đọc" in site.get(dispatcher, "/triage").text
    page = site.get(dispatcher, "/followers").text
    assert page.index("Tôi cũng thấy đèn tắt") < page.index("Còn có hố sâu")
    assert site.reference(main) in page
    assert "Tách để xử lý riêng" in site.case(dispatcher, apart).text
    done = site.act(dispatcher, read, "read-follower", back="/staff/followers")
    assert (done.status_code, done.location.partition("?")[0]) == (303, "/staff/followers")
    assert site.act(dispatcher, apart, "separate", back="/staff/followers").status_code == 303
    page = site.get(dispatcher, "/followers").text
    assert "Mọi nội dung gửi kèm đều đã được đọc" in page
    assert "Đã tách" in page
    assert stage.look(apart).state == State.TRIAGE
    assert "Đã đọc, không có gì thêm" not in site.case(dispatcher, read).text
    assert site.get(stage.works.officer, "/followers").status_code == 403
