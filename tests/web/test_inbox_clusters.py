"""Messages about one matter in the queue: put together cheaply, handled in one act, seen beforehand."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import CaseClass, State
from feedback.domain.routing import Outcome
from feedback.models import Case, Message, RoutingDecision
from feedback.services.casework import handling
from feedback.services.restricted_track import restricted
from feedback.web.inbox import together
from tests.web.inbox_site import counted
from tests.web.test_inbox_triage import decided
from tests.web.test_inbox_undo import undo

LAMPS = (
    "Đèn đường Nguyễn Du hỏng ba tuần nay, buổi tối rất nguy hiểm cho trẻ em đi học về.",
    "Đường Nguyễn Du đèn đường hỏng mấy tuần, buổi tối trẻ em đi học về nguy hiểm lắm.",
    "Đèn đường phố Nguyễn Du tắt hẳn, đèn hỏng ba tuần nay, trẻ em đi học về buổi tối nguy hiểm.",
)
SCHOOL = "Trường mầm non thu thêm tiền học phẩm đầu năm mà không có hóa đơn, đề nghị kiểm tra việc thu chi."


def text(page):
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", page.text)).replace("  ", " ")


@pytest.fixture
def lamps(stage):
    """Three messages about one row of street lamps, the oldest first, and one about a school."""
    found = []
    for number, body in enumerate((*LAMPS, SCHOOL)):
        found.append(stage.triaged(title=f"Phản ánh thứ {number}", body=body))
        decided(stage, found[-1], top3=[("SXD", 0.5), ("SNV", 0.2)])
        stage.now += timedelta(minutes=1)
    return found


def preview(site, account, ids, **asked):
    query = "&".join([f"case={site.reference(one)}" for one in ids] + [f"{k}={v}" for k, v in asked.items()])
    return site.get(account, f"/triage/together?{query}")


def test_messages_about_one_matter_stand_under_the_oldest(site, stage, lamps):
    page = site.get(stage.province.dispatcher, "/triage")
    assert "3 phản ánh giống nhau" in text(page)
    items = re.findall(r'id="case-([^"]+)"', page.text)
    assert items == [site.reference(lamps[0]), site.reference(lamps[3])]
    for member in lamps[1:3]:
        assert site.reference(member) in page.text
    assert re.search(r"giống \d+%", text(page))


def test_what_may_accuse_and_what_is_urgent_stands_alone(site, stage, lamps):
    decided(stage, lamps[1], outcome=Outcome.RESTRICTED_TRIAGE, case_class=CaseClass.E)
    stage.worker.get_one(Case, lamps[2]).urgent = True
    stage.worker.commit()
    page = site.get(stage.province.dispatcher, "/triage")
    items = re.findall(r'id="case-([^"]+)"', page.text)
    assert {site.reference(lamps[1]), site.reference(lamps[2])} < set(items)
    assert "2 phản ánh giống nhau" in text(page)


def test_the_page_costs_as_many_queries_with_many_clusters_as_with_none(site, stage, lamps):
    dispatcher = stage.province.dispatcher
    site.get(dispatcher, "/triage")
    with counted() as few:
        site.get(dispatcher, "/triage")
    for number in range(4):
        for body in LAMPS:
            stage.triaged(title=f"Thêm {number}", body=f"{body} Hẻm {number}.")
    stage.worker.commit()
    with counted() as many:
        page = site.get(dispatcher, "/triage")
    assert "phản ánh giống nhau" in text(page)
    assert len(many) == len(few)
    assert len(many) <= 20


def test_a_group_is_given_to_one_agency_and_taken_back(site, stage, lamps):
    dispatcher = stage.province.dispatcher
    first = preview(site, dispatcher, lamps[:3])
    assert 'value="Sở Xây dựng"' in first.text
    assert "Sẽ thực hiện" not in text(first)
    shown = preview(
        site, dispatcher, lamps[:3], how="assign", agency="SXD",
        keep=f"{site.reference(lamps[0])}&keep={site.reference(lamps[2])}",
    )  # fmt: skip
    assert "Giao 2 vụ việc" in text(shown)
    done = site.fill(dispatcher, shown, "/triage/together")
    assert (done.status_code, done.location) == (303, "/staff/triage")
    assert [site.look(one).state for one in lamps[:3]] == [State.ASSIGNED, State.TRIAGE, State.ASSIGNED]
    assert {row.agency_id for one in lamps for row in stage.rows(RoutingDecision, one) if row.decided_by} == {
        stage.works.agency.id
    }
    page = site.get(dispatcher, "/triage")
    assert "Đã giao 2 vụ việc cho SXD" in text(page) or "Đã giao 2 vụ việc cho Sở Xây dựng" in text(page)
    undo(site, dispatcher, page)
    assert {site.look(one).state for one in lamps} == {State.TRIAGE}
    assert {row.state for one in lamps for row in stage.rows(Message, one)} == {"cancelled"}


def test_a_group_is_merged_into_the_oldest_and_taken_back(site, stage, lamps):
    dispatcher = stage.province.dispatcher
    keep = "&keep=".join(site.reference(one) for one in lamps[:3])
    shown = preview(site, dispatcher, lamps[:3], how="merge", agency="SXD", keep=keep)
    assert f"{site.reference(lamps[1])} gộp vào {site.reference(lamps[0])}" in text(shown)
    site.fill(dispatcher, shown, "/triage/together")
    main, *others = (site.look(one) for one in lamps[:3])
    assert (main.state, main.lead_agency_id) == (State.ASSIGNED, stage.works.agency.id)
    assert {(one.state, one.merged_into_id) for one in others} == {(State.MERGED, lamps[0])}
    undo(site, dispatcher, site.get(dispatcher, "/triage"))
    assert {(site.look(one).state, site.look(one).merged_into_id) for one in lamps} == {(State.TRIAGE, None)}


def test_if_one_stands_against_it_nothing_is_done(site, stage, lamps):
    dispatcher = stage.province.dispatcher
    keep = "&keep=".join(site.reference(one) for one in lamps[:3])
    shown = preview(site, dispatcher, lamps[:3], how="assign", agency="SXD", keep=keep)
    stage.act(dispatcher, marked_urgent, lamps[1], now=stage.now, book=stage.book)
    answer = site.fill(dispatcher, shown, "/triage/together")
    assert answer.status_code == 422
    assert f"{site.reference(lamps[1])}: Người khác vừa thay đổi vụ việc này" in text(answer)
    assert {site.look(one).state for one in lamps} == {State.TRIAGE}
    again = preview(site, dispatcher, lamps[:3], how="assign", agency="SXD", keep=keep)
    assert site.fill(dispatcher, again, "/triage/together").status_code == 303
    assert {site.look(one).state for one in lamps[:3]} == {State.ASSIGNED}


@pytest.mark.parametrize("how", ["assign", "merge"])
def test_one_set_apart_before_the_press_is_told_and_the_rest_is_kept(site, stage, lamps, how):
    dispatcher = stage.province.dispatcher
    shown = chosen(site, dispatcher, lamps, how)
    set_apart(stage, lamps[0])
    untouched_and_told(site, lamps, site.fill(dispatcher, shown, "/triage/together"))


@pytest.mark.parametrize("how", ["assign", "merge"])
def test_one_set_apart_during_the_press_is_told_and_the_rest_is_kept(site, stage, lamps, how, monkeypatch):
    shown = chosen(site, stage.province.dispatcher, lamps, how)

    def meanwhile(session, now):
        monkeypatch.undo()
        set_apart(stage, lamps[1])
        return together.load_law_book(session, now)

    monkeypatch.setattr(together, "load_law_book", meanwhile)
    answer = site.fill(stage.province.dispatcher, shown, "/triage/together")
    untouched_and_told(site, lamps, answer, gone=1)


def chosen(site, dispatcher, lamps, how):
    keep = "&keep=".join(site.reference(one) for one in lamps[:3])
    return preview(site, dispatcher, lamps[:3], how=how, agency="SXD", keep=keep)


def set_apart(stage, case_id):
    stage.act(stage.province.chief, restricted.set_apart, case_id, kind="crime", reason="Nghi là tội phạm.")


def untouched_and_told(site, lamps, answer, gone=0):
    """Nothing was done; the page names what left the queue and keeps the choice of the others."""
    assert answer.status_code == 422
    assert f"{site.reference(lamps[gone])}: Không còn chờ điều phối" in text(answer)
    left = [one for place, one in enumerate(lamps[:3]) if place != gone]
    assert {site.look(one).state for one in left} == {State.TRIAGE}
    assert answer.text.count(" checked") == len(left) + 1
    for one in left:
        assert f'name="keep" value="{site.reference(one)}"' in answer.text


def marked_urgent(session, actor, case, **timed):
    from feedback.services.casework import triage

    triage.set_urgency(session, actor, case, urgent=True, note="Dây điện đứt.", **timed)


def test_what_is_gone_is_told_and_what_may_accuse_takes_no_part(site, stage, lamps):
    dispatcher = stage.province.dispatcher
    stage.dispatch(lamps[0])
    stage.act(stage.works.officer, handling.accept, lamps[0])
    decided(stage, lamps[1], outcome=Outcome.RESTRICTED_TRIAGE, case_class=CaseClass.E)
    page = preview(site, dispatcher, lamps[:3])
    assert f"Không còn chờ điều phối: {site.reference(lamps[0])}." in text(page)
    assert "hãy xem riêng" in text(page)
    keep = "&keep=".join(site.reference(one) for one in lamps[:3])
    shown = preview(site, dispatcher, lamps[:3], how="assign", agency="SXD", keep=keep)
    assert "Giao 1 vụ việc" in text(shown)
    forged = site.fill(dispatcher, shown, "/triage/together", keep=site.reference(lamps[1]))
    assert forged.status_code == 422
    assert site.look(lamps[1]).state == State.TRIAGE


@pytest.mark.parametrize(
    "asked",
    [
        {"how": "assign", "agency": ""}, {"how": "assign", "agency": "Sở Không Có"},
        {"how": "x", "agency": "SXD"},
        {"how": "merge", "agency": "SXD", "keep": "x"}, {"how": "assign", "agency": "SXD", "case_class": "Z"},
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_the_form_comes_back(site, stage, lamps, asked):
    page = preview(site, stage.province.dispatcher, lamps[:3], **asked)
    assert page.status_code == 422
    assert "Sẽ thực hiện" not in text(page)
    assert site.reference(lamps[0]) in page.text


def test_an_empty_choice_leads_back(site, stage):
    page = site.get(stage.province.dispatcher, "/triage/together")
    assert "Chưa chọn phản ánh nào" in text(page)
    assert stage.worker.scalars(select(Case)).all() == []
