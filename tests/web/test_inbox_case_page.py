"""The page of a case: few queries, the case beside it in its list, its history by what it is about."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.models import Case, Deadline
from feedback.queries.lists import list_walk, neighbours
from feedback.services import audit
from feedback.services.casework import extensions, partition
from feedback.services.restricted_track import restricted
from feedback.services.trail import record
from tests.services.stage import ANSWER
from tests.web.inbox_site import counted


def beside(page, rel):
    """The address of the case before or after in the list, as the page links it."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page.text)
    return found and found[1].replace("&amp;", "&")


@pytest.mark.parametrize(
    "address", ["", "?list=view%3Dopen", "?list=view%3Dall%26q%3Dden", "?list=view%3Dshared"]
)
def test_a_case_page_takes_eight_queries_at_most(site, stage, address):
    case_id = stage.awaiting_approval()
    stage.dispatched()
    place = f"/cases/{site.reference(case_id)}{address}"
    site.get(stage.works.head, place)
    site.browser(stage.works.head)
    with counted() as said:
        page = site.get(stage.works.head, place)
    assert page.status_code == 200
    assert len(said) <= 8, "\n---\n".join(said)


def test_the_cases_of_a_list_are_walked_through_in_its_order(site, stage):
    officer = stage.works.officer
    cases = []
    for number in range(3):
        cases.append(stage.in_progress(title=f"Việc thứ {number}"))
        stage.wait_working_days(1)
    references = [site.reference(case_id) for case_id in cases]
    listed = site.get(officer, "/?view=mine")
    place = re.search(rf'href="/staff(/cases/{references[0]}[^"]*)"', listed.text)[1]
    walked = []
    while place:
        page = site.get(officer, place.replace("&amp;", "&").removeprefix("/staff"))
        walked.append(page.request.path.rpartition("/")[2])
        place = beside(page, "next")
    assert walked == references
    assert "Hết danh sách" in page.text
    assert beside(page, "prev").startswith(f"/staff/cases/{references[1]}?list=view%3Dmine")
    newest_first = site.get(officer, f"/cases/{references[1]}?list=view%3Dall")
    assert f"/cases/{references[0]}?" in beside(newest_first, "next")
    assert beside(site.get(officer, f"/cases/{references[1]}"), "next") is None


@pytest.mark.parametrize("words", ["cong", '"cống nghẹt"'])
@pytest.mark.parametrize("probe", [1, 1_500])
def test_the_cases_of_a_search_lead_to_each_other(site, stage, monkeypatch, probe, words):
    monkeypatch.setattr(list_walk, "PROBE", probe)
    found = [stage.in_progress(title="Cống nghẹt")]
    for title in ("Nghẹt thở vì bụi", "Đèn hỏng", "Cống nghẹt lần hai"):
        stage.wait_working_days(1)
        found.append(stage.in_progress(title=title))
    first, last = (site.reference(found[at]) for at in (0, 3))
    context = urlencode({"list": urlencode({"view": "mine", "q": words})})
    page = site.get(stage.works.officer, f"/cases/{first}?{context}")
    assert f"/cases/{last}?" in beside(page, "next")
    assert beside(page, "prev") is None
    page = site.get(stage.works.officer, f"/cases/{last}?{context}")
    assert f"/cases/{first}?" in beside(page, "prev")
    assert beside(page, "next") is None


def test_the_end_of_a_search_is_told_from_a_case_too_far_away(site, stage, monkeypatch):
    monkeypatch.setattr(list_walk, "PROBE", 1)
    for module in (list_walk, neighbours):
        monkeypatch.setattr(module, "MOST_FOUND", 1)
    found = []
    for title in ("Cống nghẹt", "Đèn hỏng", "Cống nghẹt lần hai"):
        found.append(stage.in_progress(title=title))
        stage.wait_working_days(1)
    context = urlencode({"list": urlencode({"view": "mine", "q": "cong"})})
    pages = [
        site.get(stage.works.officer, f"/cases/{site.reference(case_id)}?{context}") for case_id in found
    ]
    first, last = pages[0], pages[2]
    assert beside(first, "next") is None
    assert "Vụ việc sau ở xa trong danh sách" in first.text
    assert "Hết danh sách" in last.text


def test_a_list_shows_nobody_a_case_that_they_do_not_see(site, stage):
    own, foreign = stage.in_progress(), stage.in_progress(stage.home)
    stage.wait_working_days(1)
    later = stage.in_progress()
    page = site.get(stage.works.officer, f"/cases/{site.reference(own)}?list=view%3Dall")
    assert site.reference(foreign) not in page.text
    page = site.get(stage.works.officer, f"/cases/{site.reference(later)}?list=view%3Dall")
    assert f"/cases/{site.reference(own)}?" in beside(page, "next")


@pytest.mark.parametrize(
    "typed", ["x", "view=nothing&state=..&field=9999999999999", "%", "a=1&" * 90, "q=%00'"]
)
def test_an_unreadable_list_is_the_open_one(site, stage, typed):
    case_id = stage.in_progress()
    page = site.browser(stage.works.officer).get(
        f"/staff/cases/{site.reference(case_id)}", query_string={"list": typed}
    )
    assert page.status_code in (200, 400)


def test_an_act_leads_back_into_the_list(site, stage):
    case_id = stage.dispatched()
    stage.wait_working_days(1)
    stage.dispatched()
    page = site.get(stage.works.officer, f"/cases/{site.reference(case_id)}?list=view%3Dopen")
    done = site.fill(stage.works.officer, page, "/accept")
    assert done.location.startswith(f"/staff/cases/{site.reference(case_id)}?list=view%3Dopen")
    back = f"/staff/cases/{site.reference(case_id)}?list=view%3Dopen"
    form = site.get(stage.works.head, f"/cases/{site.reference(case_id)}/transfer?back={back}")
    gone = site.fill(
        stage.works.head, form, "/transfer", agency=stage.home.agency.name_vi, reason="Thuộc Sở Nội vụ."
    )
    assert gone.location.startswith("/staff/?done=")


def test_the_history_is_shown_by_what_it_is_about(site, stage):
    case_id = stage.in_progress()
    due = stage.book.calendar.add_working_days(local_date(stage.now), 18)
    stage.act(stage.works.officer, extensions.ask, case_id, new_due_on=due, reason="Chờ thiết bị về kho.")
    place = f"/cases/{site.reference(case_id)}"
    history = {
        show: site.get(stage.works.officer, f"{place}?show={show}").text
        for show in ("all", "words", "clocks")
    }
    assert all("Đã đề nghị gia hạn" in text for text in history.values())
    assert "Đã nhận xử lý" in history["all"]
    assert "Đã nhận xử lý" not in history["words"]
    assert "Đã nhận xử lý" not in history["clocks"]
    assert "Tiếp nhận phản ánh" in history["clocks"]
    assert site.get(stage.works.officer, f"{place}?show=%00").status_code == 200


def test_earlier_cases_of_the_same_spot_and_field_are_shown(site, stage):
    same = stage.answered(title="Cùng chỗ này")
    elsewhere = stage.answered(title="Chỗ khác", place_detail="số 99 đường khác")
    apart = stage.in_progress(title="Việc kín")
    stage.worker.commit()
    stage.wait(days=70)
    case_id = stage.in_progress()
    page = site.case(stage.works.officer, case_id)
    assert site.reference(same) in page.text
    assert "cùng địa điểm" in page.text
    assert site.reference(elsewhere) not in page.text
    assert site.reference(apart) in page.text
    own = site.case(stage.works.officer, same)
    assert site.reference(case_id) not in own.text


def test_a_part_is_asked_for_given_and_read_through_the_pages(site, stage):
    case_id = stage.in_progress()
    lead, beside = stage.works.officer, stage.home.officer
    wrong = site.act(
        lead,
        case_id,
        "ask-part",
        agency=stage.home.agency.name_vi,
        request="Xin lịch sửa.",
        due_on="2026-11-08",
    )
    assert wrong.status_code == 422
    assert "Hạn phối hợp phải là ngày làm việc." in wrong.text
    assert "Xin lịch sửa." in wrong.text
    assert site.case(beside, case_id).status_code == 404
    asked = site.act(
        lead,
        case_id,
        "ask-part",
        agency=stage.home.agency.name_vi,
        request="Xin lịch sửa.",
        due_on="2026-11-06",
    )
    assert asked.status_code == 303
    assert site.reference(case_id) in site.get(beside, "/?view=shared").text
    stage.wait(days=7)
    assert "Quá hạn phối hợp" in site.case(lead, case_id).text
    form = site.form(beside, case_id, "answer-part")
    assert 'type="hidden" name="part"' in form.text  # One request is no choice.
    assert "Xin lịch sửa." in form.text
    given = site.fill(beside, form, "/answer-part", text="Sửa vào ngày mai.")
    assert given.status_code == 303
    page = site.case(lead, case_id)
    assert "Sửa vào ngày mai." in page.text
    assert "Cơ quan phối hợp đã trả lời" in page.text
    assert "/answer-part" not in site.case(beside, case_id).text


def test_notes_and_calls_stand_in_the_history_and_never_before_the_sender(site, stage, client):
    stage.wait(minutes=1)
    case_id = stage.in_progress()
    officer = stage.works.officer
    assert site.act(officer, case_id, "note", note="Nhớ hỏi lại kho.").status_code == 303
    told = site.act(officer, case_id, "exchange", partner="submitter", way="was_rung", note="Hẹn 14 giờ.")
    assert told.status_code == 303
    bad = site.act(officer, case_id, "exchange", partner="x", way="met", note="Hẹn 15 giờ.", at="hôm qua")
    assert bad.status_code == 422
    assert "Hẹn 15 giờ." in bad.text
    page = site.case(officer, case_id).text
    assert all(words in page for words in ("Nhớ hỏi lại kho.", "Hẹn 14 giờ.", "Người gửi gọi đến"))
    public = client.get(f"/track/{site.look(case_id).tracking_code}").text
    assert "Nhớ hỏi lại kho." not in public
    assert "Hẹn 14 giờ." not in public


def test_a_call_of_the_time_before_letters_were_recorded_is_read(site, stage):
    case_id = stage.in_progress()
    said = {"partner": "agency", "incoming": False, "called_at": stage.now.isoformat(), "contact": False}
    case = site.look(case_id)
    record(stage.worker, case, EventKind.EXCHANGE_LOGGED, audit.WORKER, stage.now, **said)
    stage.worker.commit()
    assert "Gọi cho: Cơ quan khác" in site.case(stage.works.officer, case_id).text


def test_the_dossier_holds_everything_as_text_and_never_who_sent_it(site, stage):
    hostile = '<img src="file:///etc/passwd"><script>alert(1)</script> #{x} ${7*7}'
    case_id = stage.answered(body=f"Đèn đường trước nhà đã tắt ba tuần nay. {hostile}")
    officer = stage.works.officer
    page = site.case(officer, case_id)
    made = site.fill(officer, page, "/dossier")
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    assert "&lt;script&gt;alert(1)" in made.text
    assert 'src="file:' not in made.text
    assert ANSWER in made.text
    for secret in ("Trần Thị Bưởi", "0912345678", "buoi@example.org", site.look(case_id).tracking_code):
        assert secret not in made.text
    assert stage.events(case_id)[-1] == "dossier_printed"
    assert site.get(officer, f"/cases/{site.reference(case_id)}/dossier").status_code == 302
    assert stage.events(case_id).count("dossier_printed") == 1
    made = site.browser(stage.home.officer).post(f"/staff/cases/{site.reference(case_id)}/dossier")
    assert made.status_code in (400, 404)


def test_what_came_before_is_listed_with_its_answer_and_without_what_is_not_to_be_seen(site, stage):
    field = stage.make.field("den-duong")
    stage.worker.commit()
    same = stage.answered(title="Cùng chỗ này", field_id=field.id)
    near = stage.in_progress(title="Cùng lĩnh vực", place_detail="số 99 đường khác", field_id=field.id)
    foreign = stage.in_progress(stage.home, title="Của nơi khác", field_id=field.id)
    apart = stage.in_progress(title="Việc kín", field_id=field.id)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, apart, kind="denunciation", reason="Tố cáo cán bộ."
    )  # fmt: skip
    stage.wait(days=20)
    case_id = stage.in_progress(field_id=field.id)
    place = f"/cases/{site.reference(case_id)}/previous"
    assert f'href="/staff{place}"' in site.case(stage.works.officer, case_id).text
    with counted() as said:
        page = site.get(stage.works.officer, place)
    assert len(said) <= 8
    spot, _, rest = page.text.partition("Cùng lĩnh vực, cùng xã, phường")
    assert site.reference(same) in spot
    assert ANSWER[:40] in spot
    assert site.reference(near) in rest
    assert site.reference(same) not in rest
    for unseen in (foreign, apart, case_id):
        assert f'/staff/cases/{site.reference(unseen)}">' not in page.text.partition("page-head")[2]
    assert site.get(stage.home.officer, place).status_code == 404


def test_what_came_before_of_the_same_procedure_is_found_by_its_code(site, stage):
    same = stage.in_progress(title="Hồ sơ đất", body="Thủ tục 1.004227 trễ hẹn đã ba tuần.")
    other = stage.in_progress(title="Thủ tục khác", body="Thủ tục 2.000815 phải nộp hai lần.")
    foreign = stage.in_progress(stage.home, title="Nơi khác", body="Thủ tục 1.004227 trễ hẹn.")
    stage.wait(days=3)
    case_id = stage.in_progress(body="Tôi nộp thủ tục mã 1.004227 ngày 12/10 và chưa nhận kết quả.")
    page = site.get(stage.works.officer, f"/cases/{site.reference(case_id)}/previous").text
    panel = page.partition("Cùng thủ tục hành chính (mã 1.004227)")[2].partition("</section>")[0]
    assert site.reference(same) in panel
    assert site.reference(other) not in panel
    assert site.reference(foreign) not in page
    assert "không tìm theo người gửi" in page
    plain = site.get(stage.works.officer, f"/cases/{site.reference(other)}/previous").text
    assert "Cùng thủ tục hành chính" not in plain


def test_a_case_that_belongs_with_another_is_linked_for_whom_it_opens(site, stage):
    main, doubled = stage.in_progress(), stage.triaged(title="Cùng một đèn đường")

    def merge(session, actor, case, **timed):
        partition.merge(session, actor, case, into=session.get_one(Case, main), **timed)

    stage.act(stage.province.dispatcher, merge, doubled, now=stage.now, book=stage.book)
    link = f'/staff/cases/{site.reference(doubled)}"'
    for account in (stage.works.officer, stage.province.dispatcher):
        page = site.case(account, main)
        assert "Cùng một đèn đường" in page.text
        opened = site.case(account, doubled).status_code
        assert (link in page.text) is (opened == 200), account.email
    assert site.case(stage.province.dispatcher, doubled).status_code == 200


def test_who_has_no_mail_reads_that_the_promised_day_moved_and_staff_are_asked_to_call(site, stage, client):
    by_phone = stage.in_progress(email="")
    by_mail = stage.in_progress()
    officer = stage.works.officer
    assert "Ngày hẹn với người gửi đã đổi" not in site.case(officer, by_phone).text
    stage.wait(days=1)
    for case_id in (by_phone, by_mail):
        (row,) = stage.rows(Deadline, case_id, Deadline.clock == "citizen")
        kept = {column.key: getattr(row, column.key) for column in Deadline.__table__.columns}
        row.superseded_at = stage.now
        stage.worker.flush()
        later = row.due_on + timedelta(days=2)
        stage.worker.add(
            Deadline(**kept | {"id": uuid4(), "version": 2, "due_on": later, "created_at": stage.now})
        )
    stage.worker.commit()
    shown = later.strftime("%d/%m/%Y")
    page, other = (
        client.get(f"/track/{site.look(case_id).tracking_code}").text for case_id in (by_phone, by_mail)
    )
    for text in (page, other):
        assert "Ngày hẹn này đã đổi" in text
        assert f"Ngày hẹn trả lời đổi thành {shown}" in text
    assert "Không có thư báo vì ông/bà không để lại địa chỉ thư điện tử" in page
    assert "Không có thư báo" not in other
    assert "Ngày hẹn với người gửi đã đổi" not in site.case(officer, by_mail).text
    assert "Hãy gọi hoặc gửi thư cho họ" in site.case(officer, by_phone).text
    stage.wait(hours=1)
    form = site.form(officer, by_phone, "exchange")
    sent = {"note": "Đã báo ngày hẹn mới.", "partner": "submitter", "way": "wrote"}
    done = site.fill(officer, form, "/exchange", **sent)
    assert done.status_code == 303, done.text
    page = site.case(officer, by_phone).text
    assert "Ngày hẹn với người gửi đã đổi" not in page
    assert "Gửi thư cho: Người gửi" in page
