"""Lists at work: operators told in place, views with names, tables, many cases at once, what is new."""

from __future__ import annotations

import csv
import io
import zipfile

from sqlalchemy import select

from feedback.domain.events import EventKind
from feedback.models import AuditEvent, SavedView
from feedback.services.casework import answers
from tests.pages import send
from tests.web.test_authorisation import token


def post(site, account, page, action, **fields):
    return site.fill(account, page, action, **fields)


def test_operators_narrow_and_what_is_not_understood_is_told(site, stage):
    stage.in_progress(title="Đèn đường hỏng")
    stage.dispatched(title="Đèn chợ hỏng")
    officer = stage.works.officer
    page = site.get(officer, "/?q=đèn+trạng-thái:đang-xử-lý")
    assert "đường hỏng" in page.text
    assert "chợ hỏng" not in page.text
    page = site.get(officer, "/?q=đèn+due:bao-giờ+coquan:khong-co")
    assert "<code>due:bao-giờ</code>" in page.text
    assert "<code>coquan:khong-co</code>" in page.text
    assert 'value="đèn due:bao-giờ coquan:khong-co"' in page.text
    assert "chợ hỏng" in page.text
    mine = site.get(officer, "/?q=người:tôi")
    assert "Đèn đường hỏng" in mine.text
    assert "Đèn chợ hỏng" not in mine.text
    assert "Đèn chợ hỏng" not in site.get(officer, '/?q=-"đèn chợ"').text


def test_what_was_answered_is_found_and_shown_in_its_place(site, stage):
    case_id = stage.in_progress(title="Đèn hỏng")
    stage.act(
        stage.works.officer, answers.submit, case_id, text="Đã thay bóng Sylvania <b>mới</b> ngày 1/12."
    )
    assert (
        "Sylvania" not in site.get(stage.works.officer, "/?view=all&q=sylvania").text.split("data-table")[-1]
    )
    stage.act(stage.works.head, answers.approve, case_id)
    page = site.get(stage.works.officer, "/?view=all&q=sylvania")
    assert "<mark>Sylvania</mark> &lt;b&gt;mới&lt;/b&gt;" in page.text


def test_a_view_is_named_started_with_shared_and_deleted(site, stage):
    stage.dispatched(title="Đèn hỏng")
    head, officer = stage.works.head_of_unit, stage.works.officer
    page = site.get(head, "/?q=den&view=open")
    saved = post(site, head, page, "/views", name="Đèn")
    assert saved.status_code == 303
    page = site.get(head, saved.location.removeprefix("/staff"))
    assert "Sửa danh sách “Đèn”" in page.text
    view = stage.worker.scalars(select(SavedView)).one()
    assert view.query == "view=open&q=den"
    post(site, head, page, f"/views/{view.id}", do="start")
    assert f"saved={view.id}" in site.get(head, "/").location
    assert "Đèn</a>" not in site.get(officer, "/").text.split("saved-views")[-1]
    post(site, head, page, f"/views/{view.id}", do="share")
    assert f"saved={view.id}" in site.get(officer, "/").text
    assert f"saved={view.id}" not in site.get(stage.home.officer, "/").text
    # Who it is shared with changes nothing of it.
    other = site.get(officer, "/?q=x")
    refused = send(site.browser(officer), other, "/views", name="Khác")
    assert refused.status_code == 303
    browser = site.browser(officer)
    form = site.get(officer, f"/?{view.query}&saved={view.id}")
    assert "Sửa danh sách" not in form.text
    answer = browser.post(f"/staff/views/{view.id}", data={"csrf_token": token(browser), "do": "delete"})
    assert answer.status_code == 404
    post(site, head, page, f"/views/{view.id}", do="delete")
    assert f"saved={view.id}" not in site.get(officer, "/").text
    assert site.get(head, "/").status_code == 200


def test_a_list_is_taken_away_as_a_table_without_formulas(site, stage):
    stage.dispatched(title="=HYPERLINK(1)", place_text="+84")
    stage.dispatched(stage.home, title="Không phải của ta")
    officer = stage.works.officer
    answer = site.get(officer, "/export.csv?view=open")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert head[:2] == ["Mã", "Tiêu đề"]
    assert row[1] == "'=HYPERLINK(1)"
    book = zipfile.ZipFile(io.BytesIO(site.get(officer, "/export.xlsx?view=open").data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=HYPERLINK(1)" in sheet
    assert site.get(officer, "/export.pdf").status_code == 404
    events = stage.worker.scalars(
        select(AuditEvent).where(AuditEvent.kind == str(EventKind.LIST_EXPORTED))
    ).all()
    assert [event.stream for event in events] == [f"account:{officer.id}"] * 2


def test_many_cases_are_seen_given_and_taken_back(site, stage):
    first, second = stage.in_progress(title="Một"), stage.dispatched(title="Hai")
    closed = stage.answered()
    head, officer = stage.works.head, stage.works.officer
    names = [site.reference(case_id) for case_id in (first, second, closed)]
    page = site.get(head, "/")
    preview = post(site, head, page, "/bulk", case=names, act="assign")
    assert "Sẽ thay đổi 2 vụ việc" in preview.text
    assert "Không làm được với 1 vụ việc" in preview.text
    empty = post(site, head, preview, "/bulk")
    assert empty.status_code == 422
    assert "Hãy chọn người nhận việc." in empty.text
    done = post(site, head, preview, "/bulk", officer=stage.works.head_of_unit.id)
    assert done.status_code == 303
    assert [stage.look(one).officer_id for one in (first, second)] == [stage.works.head_of_unit.id] * 2
    page = site.get(head, "/")
    assert "Vừa giao 2 vụ việc" in page.text
    post(site, head, page, "/bulk/undo")
    assert [stage.look(one).officer_id for one in (first, second)] == [officer.id, None]
    whole = post(site, head, site.get(head, "/"), "/bulk", whole="1", act="accept")
    assert "Sẽ thay đổi 1 vụ việc" in whole.text


def test_another_agencys_cases_cannot_be_chosen(site, stage):
    theirs = stage.dispatched(stage.home)
    stage.dispatched()
    head = stage.works.head
    answer = post(site, head, site.get(head, "/"), "/bulk", case=[site.reference(theirs)], act="assign")
    assert answer.status_code == 303
    assert stage.look(theirs).officer_id is None


def test_the_bar_says_what_came_and_nothing_when_nothing_did(site, stage):
    officer = stage.works.officer
    since = stage.now.isoformat().replace("+", "%2B")
    answer = site.get(officer, f"/news?view=open&since={since}")
    assert "mới" not in answer.text
    stage.wait(minutes=5)
    stage.dispatched()
    answer = site.get(officer, f"/news?view=open&since={since}")
    assert "1 mới" in answer.text
    browser = site.browser(officer)
    again = browser.get(
        f"/staff/news?view=open&since={since}", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert site.get(officer, "/news?since=x").status_code == 200
