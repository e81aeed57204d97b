"""Following a case by its code: what its sender sees and does, and what nobody else learns."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from feedback.domain.lifecycle import RefusalCode, RestrictedKind, State
from feedback.domain.tracking import new_tracking_code
from feedback.domain.undo import UNDO_WINDOW
from feedback.models import Attachment, Case, Rating, Supplement
from feedback.queries import kept
from feedback.services.casework import extensions, handling, publication, supplements, triage
from feedback.services.casework.partition import Part, merge, split
from feedback.services.restricted_track import restricted
from feedback.web.limits import TRACK
from tests.pages import form_of, send
from tests.services.stage import ANSWER, TYPED
from tests.web.citizen import photo

pytestmark = pytest.mark.usefixtures("nothing_kept")


@pytest.fixture
def visit(stage, client, watch):
    """Open the page of a case at the stage's time."""

    def go(case_id, path=""):
        watch.moment = stage.now
        return client.get(f"/track/{stage.look(case_id).tracking_code}{path}")

    return go


def test_the_code_is_found_however_it_is_typed(client, stage):
    code = stage.look(stage.received()).tracking_code
    typed = f"  {code.lower().replace('-', ' ')} ".replace("0", "o")
    answer = send(client, client.get("/track"), "/track", code=typed)
    assert (answer.status_code, answer.location) == (303, f"/track/{code}")


def test_a_wrong_code_and_an_unknown_one_look_the_same(client, stage):
    unknown, wrong = new_tracking_code(), "AAAAA-AAAAA-AAAAA-AAAAA-B"
    pages = [client.get(f"/track/{code}") for code in (unknown, wrong)]
    assert {page.status_code for page in pages} == {404}
    assert pages[0].text.replace(unknown, "") == pages[1].text.replace(wrong, "")
    forms = [send(client, client.get("/track"), "/track", code=code) for code in (unknown, wrong)]
    assert {form.status_code for form in forms} == {404}
    without_typed = [
        page.text.replace(code, "").replace(form_of(page, "/track").fields["csrf_token"][0], "")
        for page, code in zip(forms, (unknown, wrong), strict=True)
    ]
    assert without_typed[0] == without_typed[1]


def test_guessing_is_slowed_and_knowing_is_not(client, stage, visit):
    case_id = stage.received()
    most = int(TRACK.split()[0])
    for _ in range(most):
        assert client.get(f"/track/{new_tracking_code()}").status_code == 404
    assert client.get(f"/track/{new_tracking_code()}").status_code == 429
    assert visit(case_id).status_code == 200


def test_the_page_stays_in_no_cache_and_tells_no_other_site(visit, stage):
    page = visit(stage.received())
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert 'name="robots" content="noindex"' in page.text
    for attribute in ('src="http', 'href="http', "//cdn"):
        assert attribute not in page.text


def test_each_state_has_its_page_in_both_languages(visit, stage, client):
    cases = [
        stage.received(), stage.triaged(), stage.dispatched(), stage.in_progress(),
        stage.awaiting_approval(), stage.answered(),
    ]  # fmt: skip
    refused = stage.triaged()
    stage.act(
        stage.province.dispatcher, triage.refuse, refused, code=RefusalCode.OTHER_PROVINCE,
        explanation="Việc này thuộc tỉnh Khánh Hòa, xin gửi đến cổng của tỉnh đó.",
    )  # fmt: skip
    main, twin = stage.triaged(), stage.triaged()
    stage.act(stage.province.dispatcher, merge, twin, into=stage.look(main))
    for language in ("vi", "en"):
        client.set_cookie("language", language)
        stage.now += UNDO_WINDOW + timedelta(seconds=1)
        for case_id in [*cases, refused, twin]:
            assert visit(case_id).status_code == 200
            assert visit(case_id, "/receipt").status_code == 200
    assert "Khánh Hòa" in visit(refused).text
    client.set_cookie("language", "vi")
    promised = stage.look(twin).citizen_due_on.strftime("%d/%m/%Y")
    assert re.search(rf"chậm nhất hết ngày [^.]*{promised} như đã hẹn", visit(twin).text)


def test_a_refusal_is_not_told_while_it_can_be_taken_back(visit, stage):
    case_id = stage.triaged()
    stage.wait(hours=2)
    before = [visit(case_id, path).text for path in ("", "/receipt")]
    stage.wait(minutes=1)
    refused_at = stage.now
    stage.act(
        stage.province.dispatcher, triage.refuse, case_id, code=RefusalCode.OTHER_PROVINCE,
        explanation="Việc này thuộc tỉnh Khánh Hòa, xin gửi đến cổng của tỉnh đó.",
    )  # fmt: skip
    stage.now = refused_at + UNDO_WINDOW

    def plain(page):
        main = re.search(r"<main.*?</main>", page, re.S).group()
        main = re.sub(r"<form.*?</form>", "", main, flags=re.S).partition('<div class="case-actions')[0]
        return re.sub(r"<[^>]+>|\s+", " ", main).split()

    held = [visit(case_id, path).text for path in ("", "/receipt")]
    assert [plain(page) for page in held] == [plain(page) for page in before]
    assert stage.look(case_id).state == State.REFUSED
    stage.wait(seconds=1)
    assert "Khánh Hòa" in visit(case_id).text


def test_the_way_is_told_with_hands_and_dates(visit, stage):
    case_id = stage.dispatched()
    stage.act(
        stage.works.officer, handling.send_back, case_id, reason="Không thuộc lĩnh vực của Sở, thuộc xã."
    )
    stage.wait(hours=3)
    stage.dispatch(case_id, stage.province.commune)
    page = visit(case_id)
    assert "Giao cho Sở Xây dựng" in page.text
    assert "thuộc cơ quan khác" in page.text
    assert "Giao cho UBND phường Xuân Hương - Đà Lạt" in page.text
    assert "Không thuộc lĩnh vực" not in page.text
    assert "đã chuyển cơ quan 1 lần" in page.text
    # 15 working days from Monday 2 November, 24 November being a holiday; no move changes it.
    assert "23/11/2026" in page.text


def test_names_of_staff_and_contacts_are_not_on_the_page(visit, stage):
    case_id = stage.answered()
    page = visit(case_id)
    for name in (stage.works.officer.name, stage.works.head.name, TYPED.name, TYPED.phone, TYPED.email):
        assert name not in page.text


def test_a_question_is_answered_with_a_file(visit, stage, client, worker_session):
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Cột đèn số mấy, gần nhà ai?")
    page = visit(case_id)
    assert "Cột đèn số mấy" in page.text
    empty = send(client, page, "/reply", text="", files=[(photo(), "cot.jpg")])
    assert empty.status_code == 422
    assert 'href="#text"' in empty.text
    answer = send(client, empty, "/reply", text="Cột số 12, trước nhà văn hóa.")
    assert answer.status_code == 303
    assert stage.look(case_id).state == State.IN_PROGRESS
    assert stage.rows(Supplement, case_id)[0].reply == "Cột số 12, trước nhà văn hóa."
    assert [(row.origin, row.name) for row in stage.rows(Attachment, case_id)] == [("supplement", "cot.jpg")]
    again = send(client, empty, "/reply", text="Cột số 12, trước nhà văn hóa.")
    assert again.status_code == 303
    assert len(stage.rows(Attachment, case_id)) == 1


def test_a_reply_to_an_earlier_question_is_no_reply_to_the_next(visit, stage, client):
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Cột đèn số mấy?")
    read = visit(case_id)
    stage.wait(days=1)
    stage.act(stage.works.officer, supplements.end_wait, case_id, told="Cột số 7, theo điện thoại.")
    stage.act(stage.works.officer, supplements.ask, case_id, question="Đèn tắt từ ngày nào?")
    given_back = send(client, read, "/reply", text="Cột số 7.")
    assert given_back.status_code == 422
    assert "vừa hỏi câu khác" in given_back.text
    assert "Đèn tắt từ ngày nào?" in given_back.text
    assert "Cột số 7." in given_back.text
    assert stage.look(case_id).state == State.AWAITING_SUBMITTER
    assert send(client, given_back, "/reply", text="Từ ngày 5.").status_code == 303
    second = max(stage.rows(Supplement, case_id), key=lambda row: row.asked_at)
    assert second.reply == "Từ ngày 5."


def test_the_senders_own_file_can_be_fetched_with_the_code_alone(visit, stage, client):
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Xin gửi ảnh.")
    send(client, visit(case_id), "/reply", text="Đây là ảnh.", files=[(photo(), "cot.jpg")])
    (row,) = stage.rows(Attachment, case_id)
    answer = visit(case_id, f"/files/{row.id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    other = stage.look(stage.received()).tracking_code
    assert client.get(f"/track/{other}/files/{row.id}").status_code == 404


def test_an_answer_is_read_rated_and_doubted(visit, stage, client):
    case_id = stage.answered()
    page = visit(case_id)
    assert ANSWER in page.text
    assert send(client, page, "/rate", comment="hay").status_code == 422
    rated = send(client, page, "/rate", score="2", comment="Đèn vẫn chưa sáng <b>")
    assert rated.status_code == 303
    assert stage.rows(Rating, case_id)[0].score == 2
    page = visit(case_id)
    assert "đề nghị xem xét lại" in page.text
    assert "<b>" not in page.text.split("<main")[1].replace("<body", "")
    with pytest.raises(AssertionError):
        form_of(page, "/rate")
    refused = send(client, page, "/reopen", reason="ngắn")
    assert refused.status_code == 422
    assert '<details class="confirm" data-escape-closes open>' in refused.text
    assert send(client, page, "/reopen", reason="Đèn vẫn chưa sáng, xin xem lại.").status_code == 303
    case = stage.look(case_id)
    assert (case.state, case.period) == (State.IN_PROGRESS, 2)
    assert "trước khi mở lại" in visit(case_id).text


def test_who_shares_an_answer_rates_and_doubts_it_on_their_own_page(visit, stage, client):
    main, case_id = stage.answered(), stage.triaged()
    with pytest.raises(AssertionError):
        form_of(visit(case_id), "/rate")
    dispatcher = stage.province.dispatcher
    stage.act(dispatcher, lambda session, actor, case: merge(
        session, actor, case, into=session.get_one(Case, main), now=stage.now, book=stage.book
    ), case_id)  # fmt: skip
    page = visit(case_id)
    assert ANSWER in page.text
    assert send(client, page, "/rate", score="1", comment="").status_code == 303
    assert stage.rows(Rating, case_id)[0].score == 1
    again = send(client, visit(case_id), "/reopen", reason="Trước nhà tôi đèn vẫn chưa sáng.")
    assert again.status_code == 303
    assert "xem xét riêng" in visit(case_id).text
    assert (stage.look(case_id).state, stage.look(main).state) == (State.TRIAGE, State.ANSWERED)


def test_a_case_cannot_be_reopened_after_thirty_days(visit, stage, client, watch):
    case_id = stage.answered()
    page = visit(case_id)
    stage.now += timedelta(days=31)
    watch.moment = stage.now
    late = send(client, page, "/reopen", reason="Đèn lại hỏng như trước.")
    assert late.status_code == 422
    assert "30 ngày" in late.text
    assert stage.look(case_id).period == 1


def test_a_sender_withdraws(visit, stage, client):
    case_id = stage.in_progress()
    assert send(client, visit(case_id), "/withdraw", reason="Đã tự sửa").status_code == 303
    assert stage.look(case_id).state == State.WITHDRAWN
    assert "Ông/bà đã rút" in visit(case_id).text


@pytest.mark.parametrize("action", ["reply", "rate", "reopen", "withdraw"])
def test_without_the_session_nothing_is_done(app, stage, visit, action):
    case_id = stage.in_progress()
    code = stage.look(case_id).tracking_code
    visit(case_id)
    data = {"text": "x", "score": "1", "reason": "một lý do đủ dài"}
    answer = app.test_client().post(f"/track/{code}/{action}", data=data)
    assert answer.status_code in {303, 400}
    assert stage.look(case_id).state == State.IN_PROGRESS


def test_a_case_set_apart_shows_nothing_but_that(visit, stage, client):
    case_id = stage.in_progress()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind=RestrictedKind.DENUNCIATION,
        reason="Có nội dung tố cáo cán bộ.",
    )  # fmt: skip
    for path in ("", "/receipt"):
        page = visit(case_id, path)
        assert page.status_code == 200
        for words in (TYPED.title, TYPED.body, "tố cáo", "Sở Xây dựng", "Giao cho"):
            assert words not in page.text
    code = stage.look(case_id).tracking_code
    assert client.post(f"/track/{code}/withdraw", data={}).status_code in {303, 400}
    assert stage.look(case_id).state == State.RESTRICTED


def test_a_split_message_leads_to_its_parts(visit, stage):
    case_id = stage.triaged()
    parts = [
        Part("Đèn hỏng", "Đèn đường trước số nhà 12 đã tắt ba tuần nay."),
        Part("Rác", "Rác đổ đầy bờ suối phía sau chợ."),
    ]
    stage.act(stage.province.dispatcher, split, case_id, parts=parts)
    assert "Đèn hỏng" not in visit(case_id).text
    stage.now += UNDO_WINDOW + timedelta(seconds=1)
    page = visit(case_id)
    assert "Đèn hỏng" in page.text
    assert page.text.count('href="/track/') >= 2


def test_more_time_is_told_with_its_reason(visit, stage):
    case_id = stage.in_progress()
    later = (stage.now + timedelta(days=38)).date()
    stage.act(stage.works.officer, extensions.ask, case_id, reason="Chờ vật tư về.", new_due_on=later)
    stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    page = visit(case_id)
    assert "được gia hạn" in page.text
    assert "Chờ vật tư về." in page.text


def test_the_board_shows_the_officers_words_and_never_the_senders(visit, stage, client):
    case_id = stage.answered()
    summary = "Người dân phản ánh đèn chiếu sáng hỏng; phường đã thay bóng."
    stage.act(stage.works.officer, publication.propose, case_id, title="Thay đèn hỏng", summary=summary)
    assert "Thay đèn hỏng" not in client.get("/board").text
    stage.act(stage.works.head_of_unit, publication.check, case_id, approved=True)
    kept.forget_all()
    board = client.get("/board")
    assert summary in board.text
    link = board.text.split('href="/board/')[1].split('"')[0]
    page = client.get(f"/board/{link}")
    assert ANSWER in page.text
    for words in (TYPED.body, TYPED.name, TYPED.place_detail, stage.look(case_id).tracking_code):
        assert words not in page.text + board.text
    send(client, visit(case_id), "/rate", score="5")
    assert "Rất hài lòng" in client.get(f"/board/{link}").text
    stage.act(stage.works.head_of_unit, publication.withdraw, case_id, reason="Sai địa danh.")
    assert client.get(f"/board/{link}").status_code == 404
