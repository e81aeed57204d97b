"""Already reported? What the sender is shown before it is received, and what each answer comes to."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from feedback.models import Attachment, Case, Submitter
from feedback.queries.routing_data import read_routing_book
from feedback.services.casework import answers, publication, submitter
from feedback.services.casework.routing import route_cases
from feedback.web.limits import REPORTED
from tests.pages import form_of, send
from tests.services.stage import ANSWER, TYPED
from tests.web.citizen import FILLED, code_in, photo

SAME = FILLED | {
    "title": "Đèn đường hỏng",
    "body": "Đèn đường tắt ba tuần nay trước số nhà 12, buổi tối nguy hiểm cho trẻ em đi học về.",
    "happened": "từ đầu tháng",
    "consent_publish": "y",
}
QUESTION = "Việc này đã có người phản ánh?"

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture
def first(stage, watch):
    """A case that lies openly with an agency, at the time of the pages."""
    watch.moment = stage.now
    return stage.in_progress()


def write(client, **changed):
    return send(client, client.get("/submit"), "/submit", **SAME | changed)


def follow(client, page, **changed):
    words = page.text.split('name="reported" value="')[1].split('"')[0]
    return send(client, page, "/submit", reported=words, **changed)


def of_sender(stage, first):
    stage.worker.expire_all()
    return stage.worker.scalars(select(Case).where(Case.id != first)).all()


def route(stage):
    route_cases(stage.worker, stage.now, stage.book, read_routing_book(stage.worker, stage.now.date()))
    stage.worker.commit()


def test_the_sender_is_asked_and_told_nothing_of_the_other_person(client, stage, first):
    page = write(client)
    assert page.status_code == 200
    assert QUESTION in page.text
    assert of_sender(stage, first) == []
    main = stage.look(first)
    assert "02/11/2026" in page.text
    assert stage.works.agency.name_vi in page.text
    told = page.text.split("reported-list")[1].split("</ol>")[0]
    for secret in (
        TYPED.body, TYPED.title, TYPED.name, TYPED.place_detail, TYPED.email, main.reference,
        main.tracking_code, str(main.id), main.id.hex,
    ):  # fmt: skip
        assert secret not in told, secret


def test_sending_ones_own_loses_nothing(client, stage, first):
    page = write(client, files=[(photo(), "den.jpg")])
    answer = send(client, page, "/submit", reported="mine")
    code = code_in(answer)
    (case,) = of_sender(stage, first)
    assert (case.tracking_code, case.body, case.happened) == (code, SAME["body"], "từ đầu tháng")
    assert (case.commune_code, case.place_detail) == ("24769", "trước cổng trường")
    assert case.consent_publish
    assert case.follows_id is None
    assert stage.worker.get_one(Submitter, case.id).email == "buoi@example.org"
    assert len(stage.rows(Attachment, case.id)) == 1
    assert code_in(send(client, page, "/submit", reported="mine")) == code
    assert len(of_sender(stage, first)) == 1


def test_following_is_one_press_and_one_case_however_often_it_is_pressed(client, stage, first):
    page = write(client, files=[(photo(), "den.jpg")])
    code = code_in(follow(client, page))
    assert code_in(follow(client, page)) == code
    (case,) = of_sender(stage, first)
    assert (case.state, case.follows_id, case.body) == ("received", first, SAME["body"])
    assert len(stage.rows(Attachment, case.id)) == 1
    receipt = client.get(f"/track/{code}/receipt?sent=1")
    assert "đã chọn theo dõi chung với một vụ việc đã có" in receipt.text
    assert "được trả lời cùng lúc" not in receipt.text
    route(stage)
    assert "theo dõi chung với vụ việc đã chọn" in client.get(f"/track/{code}/receipt").text
    assert code.split("-")[0] in receipt.text


def test_another_choice_after_the_first_changes_nothing(client, stage, first):
    page = write(client)
    code = code_in(follow(client, page))
    assert code_in(send(client, page, "/submit", reported="mine")) == code
    assert of_sender(stage, first)[0].follows_id == first


def test_editing_gives_the_form_back_filled_with_its_files(client, stage, first):
    page = write(client, files=[(photo(), "den.jpg")])
    form = send(client, page, "/submit", reported="edit")
    assert form.status_code == 200
    fields = form_of(form, "/submit").fields
    assert fields["body"][0].strip() == SAME["body"]
    assert (fields["email"], fields["consent_publish"]) == (["buoi@example.org"], ["y"])
    assert len(fields["kept"]) == 1
    assert of_sender(stage, first) == []


def test_a_made_up_choice_sends_the_message_its_own_way(client, stage, first):
    for words in ("0" * 32, str(first), first.hex, "<b>"):
        page = write(client, body=f"{SAME['body']} {words}")
        code = code_in(send(client, page, "/submit", reported=words))
        assert "được xử lý riêng" in client.get(f"/track/{code}/receipt?sent=1").text
    assert {case.follows_id for case in of_sender(stage, first)} == {None}


def test_a_choice_is_good_for_its_own_form_only(client, stage, first):
    mine, other = write(client), write(client)
    words = other.text.split('name="reported" value="')[1].split('"')[0]
    code_in(send(client, mine, "/submit", reported=words))
    assert of_sender(stage, first)[0].follows_id is None


def test_a_case_that_closed_meanwhile_is_not_followed(client, stage, first):
    page = write(client)
    stage.worker.get_one(Case, first).urgent = True
    stage.worker.commit()
    code_in(follow(client, page))
    assert of_sender(stage, first)[0].follows_id is None


@pytest.mark.parametrize(
    "body",
    [
        f"Tôi tố cáo cán bộ nhận hối lộ. {SAME['body']}",
        f"Cứu với, dây điện đứt rớt xuống, có người bị điện giật, xin đến ngay. {SAME['body']}",
    ],
)
def test_what_must_not_wait_goes_in_at_once(client, stage, first, body):
    code_in(write(client, body=body))
    assert len(of_sender(stage, first)) == 1


def test_nobody_is_asked_about_another_matter_or_without_a_place(client, stage, first):
    code_in(write(client, body="Chợ đầy rác, không ai gom, bốc mùi hôi thối cả tuần nay."))
    code_in(write(client, place_text="", commune_code="", place_detail=""))


def test_the_commune_may_be_told_in_words(client, stage, first):
    page = write(client, commune_code="", place_text="p. xuan huong - da lat")
    assert QUESTION in page.text


def test_an_address_that_asks_much_is_asked_no_more(client, stage, first):
    most = int(REPORTED.split()[0])
    for _ in range(most):
        assert QUESTION in write(client).text
    code_in(write(client))


def test_an_officers_published_words_are_shown(client, stage, first):
    stage.act(stage.works.officer, answers.submit, first, text=ANSWER)
    stage.act(stage.works.head, answers.approve, first)
    stage.act(
        stage.works.officer, publication.propose, first, title="Thay bóng đèn",
        summary="Một bóng đèn đường hỏng.", answer_text=ANSWER,
    )  # fmt: skip
    stage.act(stage.province.dispatcher, publication.check, first, approved=True)
    code_in(write(client))
    stage.submitter(submitter.reopen, first, reason="Đèn lại hỏng như trước.")
    page = write(client)
    assert "Thay bóng đèn" in page.text
    assert "Một bóng đèn đường hỏng." in page.text
    assert client.get("/board/" + page.text.split('href="/board/')[1].split('"')[0]).status_code == 200


def test_the_answer_comes_to_who_follows_through_the_pages(client, stage, first, site):
    code = code_in(follow(client, write(client)))
    route(stage)
    page = client.get(f"/track/{code}")
    assert "Theo dõi chung với một vụ việc đã có" in page.text
    assert "23/11/2026" in page.text
    assert "2 người cùng phản ánh" in site.case(stage.works.officer, first).text
    names = f"{ANSWER} Cảm ơn ông Lê Văn Mít, điện thoại 0912 345 678."
    stage.act(stage.works.officer, answers.submit, first, text=names)
    form = site.form(stage.works.head, first, "approve")
    assert "Số người gửi khác cũng sẽ đọc câu trả lời này: 1." in form.text
    assert "0912 345 678" in form.text.split("Có thể là dữ liệu cá nhân")[1]
    unconfirmed = site.act(stage.works.head, first, "approve")
    assert unconfirmed.status_code == 422
    assert "hãy xác nhận, hoặc trả lại" in unconfirmed.text
    hidden = client.get(f"/track/{code}").text
    assert "Lê Văn Mít" not in hidden
    assert "0912 345 678" not in hidden
    stage.act(stage.works.head, answers.return_draft, first, remarks="Bỏ tên và số điện thoại.")
    stage.act(stage.works.officer, answers.submit, first, text=ANSWER)
    assert site.act(stage.works.head, first, "approve", names_nobody="y").status_code == 303
    page = client.get(f"/track/{code}")
    assert ANSWER in page.text
    assert "Xử lý riêng phản ánh này?" not in page.text


def test_who_follows_can_leave_again(client, stage, first, site):
    code = code_in(follow(client, write(client)))
    route(stage)
    page = client.get(f"/track/{code}")
    answer = send(client, page, "/leave")
    assert (answer.status_code, answer.location) == (303, f"/track/{code}")
    assert "được xử lý riêng từ bây giờ" in client.get(answer.location).text
    (case,) = of_sender(stage, first)
    assert (case.state, case.merged_into_id) == ("triage", None)
    again = send(client, page, "/leave")
    assert again.status_code == 303
    assert "sang bước khác" in client.get(again.location).text
    assert "người cùng phản ánh" not in site.case(stage.works.officer, first).text


def test_the_desk_sees_how_many_report_a_case(client, stage, watch, site):
    watch.moment = stage.now
    main = stage.triaged()
    twin = stage.triaged(body=SAME["body"])
    site.act(stage.province.dispatcher, twin, "merge", into=site.reference(main))
    assert "2 người cùng phản ánh" in site.get(stage.province.dispatcher, "/triage").text


def test_handlers_find_the_place_by_its_position(client, stage, site):
    case_id = stage.in_progress(latitude=11.54812, longitude=107.80721)
    page = site.case(stage.works.officer, case_id)
    assert 'data-copy="11.54812,107.80721"' in page.text
    assert 'href="geo:11.54812,107.80721"' in page.text
    assert "mlat=11.54812&amp;mlon=107.80721" in page.text
