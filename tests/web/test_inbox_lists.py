"""The inbox as a page: who sees which cases, search, filters, pages, navigation, and what it costs."""

from __future__ import annotations

import html
import re

import pytest

from feedback.domain.lifecycle import State
from feedback.queries.lists import inbox
from feedback.services.casework import answers, handling, notes
from tests.web.inbox_site import counted


def test_an_officer_sees_the_cases_of_the_agency_and_no_others(site, stage):
    ours = stage.dispatched(title="Đèn đường hỏng")
    stage.dispatched(stage.home, title="Chậm trả hồ sơ")
    page = site.get(stage.works.officer, "/")
    assert page.status_code == 200
    assert "Đèn đường hỏng" in page.text
    assert site.reference(ours) in page.text
    assert "Chậm trả hồ sơ" not in page.text
    assert "Còn 15 ngày làm việc" in page.text
    everything = site.get(stage.province.dispatcher, "/")
    assert "Đèn đường hỏng" in everything.text
    assert "Chậm trả hồ sơ" in everything.text


def test_tabs_count_and_overdue_is_said_in_words(site, stage):
    case_id = stage.in_progress()
    stage.wait_working_days(17)
    page = site.get(stage.works.officer, "/?view=overdue")
    assert "Quá hạn 2 ngày làm việc" in page.text
    assert site.reference(case_id) in page.text
    mine = site.get(stage.works.officer, "/?view=mine")
    assert 'aria-current="page">Của tôi <span class="nav-count">1</span>' in mine.text


def test_how_long_ago_is_told_by_the_time_of_the_page(site, stage):
    stage.dispatched()
    stage.wait(hours=3)
    assert "3 giờ trước</time>" in site.get(stage.works.officer, "/").text


def test_a_reference_or_a_tracking_code_leads_to_its_case(site, stage):
    case_id = stage.dispatched()
    case = stage.look(case_id)
    for typed in (case.reference, case.reference.lower().replace("-", " "), case.tracking_code):
        page = site.get(stage.works.officer, f"/?q={typed}&view=all")
        assert (page.status_code, page.location) == (302, f"/staff/cases/{case.reference}")
    hidden = site.get(stage.home.officer, f"/?q={case.reference}")
    assert hidden.status_code == 200
    assert "Không có vụ việc nào khớp" in hidden.text


def test_search_by_words_without_marks(site, stage):
    stage.dispatched(title="Ổ gà trên đường tỉnh")
    stage.dispatched(title="Chó thả rông")
    page = site.get(stage.works.officer, "/?q=duong+tinh&view=all")
    assert "Ổ gà trên <mark>đường</mark> <mark>tỉnh</mark>" in page.text
    assert "Chó thả rông" not in page.text


def test_a_search_without_result_can_be_widened(site, stage):
    stage.dispatched(title="Chuồng bò cạnh trường học")
    page = site.get(stage.works.officer, "/?q=chuo+canh&view=all")
    assert "Chuồng bò" not in page.text
    link = re.search(r'href="/staff(/\?[^"]*q=chuo\*[^"]*)"', page.text.replace("%2A", "*"))
    assert link is not None
    wider = site.get(stage.works.officer, html.unescape(link[1]))
    assert "<mark>Chuồ</mark>ng bò <mark>cạnh</mark>" in wider.text


def test_what_was_found_in_a_note_is_shown_with_it(site, stage):
    case_id = stage.in_progress(title="Vỉa hè lún")
    stage.act(stage.works.officer, notes.add, case_id, note="Đã gọi <b>thầu phụ</b> hai lần.")
    page = site.get(stage.works.officer, "/?q=ghi-chu:thau&view=all")
    assert "Ghi chú nội bộ: " in page.text
    assert "&lt;b&gt;<mark>thầu</mark> phụ&lt;/b&gt;" in page.text
    assert "Vỉa hè lún" not in site.get(stage.home.officer, "/?q=ghi-chu:thau&view=all").text
    assert "không phủ định được ghi chú" in site.get(stage.works.officer, "/?q=-note:thau").text


def test_filters_keep_to_what_is_asked(site, stage):
    stage.in_progress(title="Đang làm")
    stage.dispatched(title="Chờ nhận")
    page = site.get(stage.works.officer, f"/?state={State.ASSIGNED}")
    assert "Chờ nhận" in page.text
    assert "Đang làm" not in page.text
    assert "Bỏ lọc" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "view=nothing", "state=flying", "due=never", "field=x", "field=99999999999999", "agency=-1",
        "after=x", "before=2026-11-02_zz", "after=2026-11-02_00000000-0000-0000-0000-000000000000",
        "q=%00%ff", "q=" + "a" * 5000, "view=all&after=2026-11-02_00000000-0000-0000-0000-000000000000",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_read_as_well_as_can_be(site, stage, query):
    stage.dispatched()
    assert site.get(stage.works.officer, f"/?{query}").status_code == 200


def test_pages_follow_each_other(site, stage, monkeypatch):
    monkeypatch.setattr(inbox.page_of, "__defaults__", (2,))
    ids = [stage.dispatched(title=f"Việc {number}") for number in range(3)]
    first = site.get(stage.works.officer, "/")
    link = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = site.get(stage.works.officer, link.removeprefix("/staff"))
    shown = [site.reference(case_id) for case_id in ids]
    assert [reference in first.text for reference in shown] == [True, True, False]
    assert [reference in second.text for reference in shown] == [False, False, True]
    assert 'rel="prev"' in second.text


def navigation(page) -> list[str]:
    part = page.text.split('<nav class="side-nav"')[1].split("</nav>")[0]
    return [piece.split("<")[0] for piece in part.split('class="nav-label">')[1:]]


def test_navigation_follows_positions(site, stage):
    province = stage.province
    assert navigation(site.get(stage.works.officer, "/")) == ["Hộp việc", "Trả kết quả", "Công khai"]
    assert navigation(site.get(stage.works.head, "/"))[:2] == ["Lãnh đạo", "Hộp việc"]
    assert navigation(site.get(province.dispatcher, "/"))[0] == "Điều phối"
    assert navigation(site.get(province.reception, "/"))[0] == "Nhập phản ánh"
    assert "Hạn chế tiếp cận" not in navigation(site.get(province.chief, "/"))


def test_a_head_sees_what_waits_for_approval(site, stage):
    case_id = stage.awaiting_approval()
    page = site.get(stage.works.head, "/?view=approval")
    assert site.reference(case_id) in page.text
    stage.act(stage.works.head, answers.approve, case_id)
    page = site.get(stage.works.head, "/?view=approval")
    assert site.reference(case_id) not in page.text
    assert "Không có việc nào ở đây" in page.text
    answered = site.get(stage.works.head, "/?view=answered")
    assert "Kết thúc đúng hạn" in answered.text


@pytest.mark.parametrize("who", ["officer", "head", "dispatcher", "chief"])
@pytest.mark.parametrize("query", ["", "?view=mine", "?view=answered", "?view=all&q=den+duong"])
def test_a_page_of_the_inbox_takes_eight_queries_at_most(site, stage, who, query):
    for _ in range(3):
        stage.in_progress()
    people = {
        "officer": stage.works.officer,
        "head": stage.works.head,
        "dispatcher": stage.province.dispatcher,
    }
    account = people.get(who, stage.province.chief)
    site.get(account, "/")
    with counted() as said:
        site.get(account, f"/{query}")
    assert len(said) <= 8, "\n---\n".join(said)


def test_the_queue_of_triage_takes_eight_queries_at_most(site, stage):
    for _ in range(3):
        stage.triaged()
    reason = "Việc này không thuộc lĩnh vực của Sở."
    stage.act(stage.works.officer, handling.send_back, stage.dispatched(), reason=reason)
    dispatcher = stage.province.dispatcher
    site.get(dispatcher, "/triage")
    with counted() as said:
        site.get(dispatcher, "/triage")
    # The test itself looks its person up anew.
    of_the_page = [statement for statement in said if "accounts.id = %(pk" not in statement]
    assert len(of_the_page) <= 8, "\n---\n".join(said)


def test_a_case_page_takes_no_more_queries_for_a_long_history(site, stage):
    case_id = stage.in_progress()
    site.case(stage.works.officer, case_id)
    with counted() as short:
        site.case(stage.works.officer, case_id)
    for number in range(5):
        stage.wait(hours=1)
        stage.act(stage.works.officer, answers.submit, case_id, text=f"Đã sửa đèn đường, lần thứ {number}.")
        stage.act(stage.works.head, answers.return_draft, case_id, remarks="Nêu rõ ngày.")
    site.case(stage.works.officer, case_id)
    with counted() as long:
        page = site.case(stage.works.officer, case_id)
    assert page.text.count("Nêu rõ ngày.") >= 5
    assert len(long) <= len(short) <= 18, "\n---\n".join(long)


def test_english_pages_have_no_vietnamese_frame(site, stage):
    stage.dispatched(title="Title as written")
    site.browser(stage.works.officer).get("/language?lang=en&next=/staff/")
    page = site.get(stage.works.officer, "/")
    assert "To do" in page.text
    assert "working days left" in page.text
    assert "Cần xử lý" not in page.text
