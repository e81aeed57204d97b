"""The pages of what one was told: the count in the head, the list, reading, and how one wants to be told."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select, text

from feedback.domain.undo import UNDO_WINDOW
from feedback.models import Notification, NotificationChoice, NotificationTimes
from feedback.services.casework import answers
from feedback.services.post.telling import tell_due
from feedback.services.restricted_track import restricted
from tests.pages import form_of
from tests.web.inbox_site import counted

PAGE = "/notifications"


@pytest.fixture
def returned(stage):
    """A case whose draft came back to its officer, and everybody told."""
    case_id = stage.awaiting_approval()
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    tell(stage)
    return case_id


def tell(stage) -> None:
    stage.wait(seconds=UNDO_WINDOW.total_seconds())
    tell_due(stage.factory, stage.now, 50)
    stage.wait(minutes=1)


def bell(page) -> str:
    part = page.text.split('class="bell"')[1].split("</a>")[0]
    return (
        part.split('class="bell-count" aria-hidden="true">')[1].split("<")[0] if "bell-count" in part else ""
    )


def own(stage, account) -> list[Notification]:
    stage.worker.expire_all()
    query = select(Notification).where(Notification.account_id == account.id).order_by(Notification.id)
    return list(stage.worker.scalars(query))


def test_the_head_of_every_page_says_how_much_is_unread(site, stage, returned):
    officer = stage.works.officer
    assert bell(site.get(officer, "/")) == "1"
    assert bell(site.case(officer, returned)) == "1"
    assert bell(site.get(stage.works.head, "/head")) == "2"
    assert bell(site.get(stage.home.officer, "/")) == ""
    assert bell(site.get(stage.province.administrator, "/account")) == ""


def test_the_count_stops_at_ninety_nine(site, stage, returned):
    officer = stage.works.officer
    stage.worker.execute(
        text(
            "INSERT INTO notifications (id, account_id, kind, cause, created_at)"
            " SELECT gen_random_uuid(), :id, 'assigned_officer', gen_random_uuid(), now()"
            " FROM generate_series(1, 150)"
        ),
        {"id": officer.id},
    )
    stage.worker.commit()
    assert bell(site.get(officer, "/")) == "99+"
    first = site.get(officer, PAGE)
    link = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&").removeprefix("/staff")
    second = site.get(officer, link)
    shown = [page.text.count('class="notification ') for page in (first, second)]
    assert shown == [40, 40]


def test_the_count_costs_no_statement_of_its_own_on_a_list(site, stage, returned):
    officer = stage.works.officer
    site.get(officer, "/")
    with counted() as said:
        site.get(officer, "/")
    assert sum("notifications" in statement for statement in said) == 1
    assert len(said) <= 8


def test_opening_leads_to_the_case_and_marks_what_was_told_of_it(site, stage, returned):
    officer = stage.works.officer
    page = site.get(officer, PAGE)
    assert "Dự thảo được trả lại kèm ý kiến" in page.text
    assert site.reference(returned) in page.text
    assert "Cần nói rõ ngày" not in page.text
    [row] = own(stage, officer)
    answer = site.get(officer, f"{PAGE}/{row.id}")
    assert answer.status_code == 302
    assert answer.location.endswith(f"/staff/cases/{site.reference(returned)}")
    assert own(stage, officer)[0].read_at is not None
    assert bell(site.get(officer, "/")) == ""
    assert "Không còn thông báo chưa đọc" in site.get(officer, f"{PAGE}?show=unread").text


def test_anothers_notification_is_not_there(site, stage, returned):
    [row] = own(stage, stage.works.officer)
    assert site.get(stage.works.head, f"{PAGE}/{row.id}").status_code == 404
    assert own(stage, stage.works.officer)[0].read_at is None


def test_all_are_read_but_what_came_after_the_page(site, stage, returned):
    officer = stage.works.officer
    seen = form_of(site.get(officer, PAGE), "/read").fields["until"]
    second = stage.awaiting_approval()
    stage.act(stage.works.head, answers.return_draft, second, remarks="Cần nói rõ ngày.")
    tell(stage)
    page = site.get(officer, PAGE)
    assert site.fill(officer, page, "/read", until=seen).status_code == 303
    assert [row.read_at is None for row in own(stage, officer)] == [False, True]
    for wrong in ("", "yesterday", "2026-11-02T09:00:00"):
        assert site.fill(officer, page, "/read", until=wrong).status_code == 400


def test_of_a_case_set_apart_nothing_is_said(site, stage, returned):
    officer = stage.works.officer
    reference = site.reference(returned)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, returned, kind="complaint",
        reason="Khiếu nại quyết định xử phạt", access_account_ids=[stage.province.chief.id],
    )  # fmt: skip
    page = site.get(officer, PAGE)
    assert reference not in page.text
    assert "Đèn đường hỏng" not in page.text.split("<main")[1]
    assert "không còn trong phạm vi" in page.text
    [row] = own(stage, officer)
    assert site.get(officer, f"{PAGE}/{row.id}").location.endswith(f"/staff{PAGE}")
    assert reference not in site.get(officer, PAGE).text


def test_what_is_chosen_is_kept_and_shown_again(site, stage):
    officer = stage.works.officer
    page = site.get(officer, f"{PAGE}/settings")
    assert "Luôn báo ngay" in page.text
    assert "không tắt được" in page.text
    answer = site.fill(
        officer,
        page,
        "/settings",
        decisions="off",
        agency="digest",
        digest_at="09:00",
        quiet_from="22:30",
        quiet_days=None,
    )
    assert answer.status_code == 303
    rows = stage.worker.scalars(select(NotificationChoice)).all()
    assert {row.account_id for row in rows} == {officer.id}
    chosen = {row.topic: row.channel for row in rows}
    assert (chosen["decisions"], chosen["agency"], chosen["triage"]) == ("off", "digest", "mail")
    assert not {"urgent", "escalations"} & set(chosen)
    [times] = stage.worker.scalars(select(NotificationTimes)).all()
    assert (times.digest_at, times.quiet_from, times.quiet_to) == (time(9), time(22, 30), time(6))
    assert times.quiet_days is False
    again = site.get(officer, f"{PAGE}/settings").text
    assert '<option selected value="off">' in again
    assert '<option selected value="22:30">' in again


@pytest.mark.parametrize(
    "wrong", [{"decisions": "shout"}, {"digest_at": "25:00"}, {"quiet_to": ""}, {"agency": ""}]
)
def test_what_cannot_be_chosen_is_said_and_nothing_is_kept(site, stage, wrong):
    page = site.get(stage.works.officer, f"{PAGE}/settings")
    answer = site.fill(stage.works.officer, page, "/settings", **{"triage": "off"} | wrong)
    assert answer.status_code == 200
    assert "data-error-summary" in answer.text
    assert stage.worker.scalars(select(NotificationChoice)).all() == []
    assert '<option selected value="off">' in answer.text


@pytest.mark.parametrize("query", ["before=x", "before=2026-11-02_x", "before=_", "show=nothing"])
def test_an_address_that_makes_no_sense_is_the_first_page(site, stage, returned, query):
    page = site.get(stage.works.officer, f"{PAGE}?{query}")
    assert page.status_code == 200
    assert site.reference(returned) in page.text
