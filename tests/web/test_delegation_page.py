"""Handing a post over from the head's page: the form, what comes back, who ends it, what others see."""

from __future__ import annotations

import html
from datetime import date

import pytest
from sqlalchemy import select

from feedback.domain.positions import PositionKind
from feedback.models import Holding, Notification
from feedback.services.post import telling
from tests.pages import form_of

HAND_OVER = "/head/delegations"


def fields(taker, first="2026-11-02", last="2026-11-04", reason="Đi công tác Hà Nội", **more):
    return {"account_id": str(taker.id), "first_day": first, "last_day": last, "reason": reason} | more


def hand_over(site, giver, taker, **changes):
    return site.fill(giver, site.get(giver, "/head"), HAND_OVER, **fields(taker, **changes))


def admin(site, stage, path):
    return site.browser(stage.province.administrator).get(path)


def acting(stage):
    stage.worker.expire_all()
    return stage.worker.scalars(select(Holding).where(Holding.kind == "acting").order_by(Holding.id)).all()


def test_a_head_names_who_acts_and_both_see_it(site, stage):
    head, deputy = stage.works.head, stage.works.head_of_unit
    done = hand_over(site, head, deputy)
    assert (done.status_code, done.location) == (303, "/staff/head?done=delegate#delegation")
    (row,) = acting(stage)
    assert (row.account_id, row.created_by, row.basis) == (deputy.id, head.id, "Đi công tác Hà Nội")
    page = site.get(head, "/head")
    assert f"{deputy.name} đang phụ trách thay ông/bà" in page.text
    assert "Đi công tác Hà Nội" in page.text
    theirs = site.get(deputy, "/head")
    assert "Ông/bà đang phụ trách thay: Thủ trưởng cơ quan" in theirs.text
    assert "Đến hết ngày 04/11/2026." in theirs.text


def test_what_acting_heads_may_do_is_told_from_the_table(site, stage):
    top, unit = (site.get(who, "/head").text for who in (stage.works.head, stage.works.head_of_unit))
    assert "Duyệt và gửi trả lời</li>" in top
    assert "Duyệt và gửi trả lời</li>" not in unit
    for page in (top, unit):
        assert "Chuyển cơ quan khác</li>" in page
        assert "Xác nhận nhắc việc và hẹn ngày</li>" in page


def test_only_people_who_come_into_question_are_offered(site, stage):
    stranger = stage.home.officer
    page = site.get(stage.works.head, "/head")
    assert f'value="{stage.works.officer.id}"' in page.text
    assert f'value="{stranger.id}"' not in page.text
    refused = hand_over(site, stage.works.head, stranger)
    assert refused.status_code == 422
    assert acting(stage) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"first": "2026-11-01"}, "Ngày đầu không được trước hôm nay."),
        ({"last": "2026-11-01"}, "Ngày cuối không được trước ngày đầu."),
        ({"last": "2027-02-01"}, "Không giao quá 90 ngày."),
        ({"first": "2028-01-01", "last": "2028-01-02"}, "Ngày đầu không được xa quá một năm."),
        ({"first": "ngày mai"}, "Ngày không hợp lệ."),
        ({"last": ""}, "Hãy chọn ngày."),
        ({"reason": ""}, "Hãy ghi lý do"),
        ({"account_id": ""}, "Hãy chọn một người."),
        ({"account_id": "1; DROP"}, "Hãy chọn một người."),
    ],
)
def test_the_form_comes_back_filled_with_what_is_wrong(site, stage, changes, said):
    head, deputy = stage.works.head, stage.works.head_of_unit
    sent = fields(
        deputy, **{key: value for key, value in changes.items() if key in {"first", "last", "reason"}}
    )
    sent |= {key: value for key, value in changes.items() if key == "account_id"}
    page = site.fill(head, site.get(head, "/head"), HAND_OVER, **sent)
    assert page.status_code == 422
    assert said in html.unescape(page.text)
    back = form_of(page, HAND_OVER).fields
    assert back["reason"] == [sent["reason"]]
    assert back["last_day"] == [sent["last_day"]]
    assert acting(stage) == []
    assert '<details class="promise" open>' in page.text


def test_a_second_delegation_of_the_same_days_is_refused_in_words(site, stage):
    head = stage.works.head
    hand_over(site, head, stage.works.head_of_unit)
    again = hand_over(site, head, stage.works.officer, first="2026-11-04", last="2026-11-09")
    assert again.status_code == 422
    assert "Trong những ngày đó đã có người phụ trách thay chức vụ này." in again.text
    assert len(acting(stage)) == 1


def test_who_acts_has_no_form_and_cannot_forge_one(site, stage):
    head, deputy = stage.works.head, stage.works.officer
    page = site.get(head, "/head")
    site.fill(head, page, HAND_OVER, **fields(deputy))
    theirs = site.get(deputy, "/head")
    assert theirs.status_code == 200
    assert HAND_OVER not in theirs.text
    token = form_of(theirs, "/logout").fields["csrf_token"][0]
    forged = site.browser(deputy).post(
        f"/staff{HAND_OVER}",
        data=fields(stage.works.head_of_unit) | {
            "csrf_token": token,
            "position_ids": str(stage.works.seats[PositionKind.HEAD_OF_AGENCY].id),
        },
    )  # fmt: skip
    assert forged.status_code == 422
    assert len(acting(stage)) == 1


def test_it_is_ended_early_or_called_off_by_whoever_gave_it_alone(site, stage):
    head, deputy = stage.works.head, stage.works.head_of_unit
    hand_over(site, head, deputy)
    hand_over(site, head, stage.works.officer, first="2026-11-10", last="2026-11-12")
    now, later = acting(stage)
    page = site.get(head, "/head")
    token = form_of(site.get(deputy, "/head"), "/logout").fields["csrf_token"][0]
    for number in (now.id, later.id, 999_999):
        answer = site.browser(deputy).post(
            f"/staff/head/delegations/{number}/end", data={"csrf_token": token}
        )
        assert answer.status_code == 404
    wrong = site.fill(head, page, f"/{now.id}/end", **{f"end-{now.id}-last_day": "2026-11-01"})
    assert wrong.status_code == 422
    assert "Ngày cuối không được ở quá khứ." in wrong.text
    odd = site.fill(head, page, f"/{now.id}/end", **{f"end-{now.id}-last_day": "hôm qua"})
    assert odd.status_code == 422
    assert (
        site.fill(head, page, f"/{now.id}/end", **{f"end-{now.id}-last_day": "2026-11-03"}).status_code == 303
    )
    assert site.fill(head, page, f"/{later.id}/end").status_code == 303
    assert f"/{later.id}/end" not in site.get(head, "/head").text
    assert [(row.valid_from, row.valid_to) for row in acting(stage)] == [
        (date(2026, 11, 2), date(2026, 11, 3)), (date(2026, 11, 10), date(2026, 11, 9)),
    ]  # fmt: skip
    stage.wait(days=2)
    assert "đang phụ trách thay ông/bà" not in site.get(head, "/head").text
    assert site.get(stage.works.officer, "/head").status_code == 403


def test_what_the_administrator_recorded_is_shown_and_not_to_be_ended(site, stage):
    seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
    stage.make.holding(stage.works.officer, seat, acting=True, valid_from=date(2026, 11, 2))
    page = site.get(stage.works.head, "/head")
    assert "Do quản trị hệ thống ghi nhận" in page.text
    assert "/end" not in page.text
    assert "chưa định" in page.text


def test_the_chief_chooses_among_posts(site, stage):
    office, chief = stage.province.coordinator, stage.province.chief
    post = stage.make.position(office.agency, PositionKind.HEAD_OF_AGENCY)
    stage.make.holding(chief, post)
    deputy = stage.make.staff(PositionKind.HEAD_OF_UNIT, office.agency, office.unit)
    page = site.get(chief, "/head")
    both = form_of(page, HAND_OVER).fields["position_ids"]
    assert len(both) == 2
    none = site.fill(chief, page, HAND_OVER, **fields(deputy, position_ids=[]))
    assert none.status_code == 422
    assert "Hãy chọn ít nhất một chức vụ." in none.text
    assert site.fill(chief, page, HAND_OVER, **fields(deputy, position_ids=[str(post.id)])).status_code == 303
    assert [row.position_id for row in acting(stage)] == [post.id]


def test_a_notification_leads_to_the_page_while_it_is_open(site, stage):
    head, deputy = stage.works.head, stage.works.officer
    hand_over(site, head, deputy, first="2026-11-03", last="2026-11-03")
    telling.tell(stage.worker, stage.now, 50)
    stage.worker.commit()
    row = stage.worker.scalars(
        select(Notification).where(Notification.account_id == deputy.id, Notification.kind == "acting_named")
    ).one()
    assert "Ông/bà được giao phụ trách thay một chức vụ" in site.get(deputy, "/notifications").text
    ways = []
    for _ in range(3):
        ways.append(site.get(deputy, f"/notifications/{row.id}").location)
        stage.wait(days=1)
    assert ways == ["/staff/account", "/staff/head", "/staff/account"]
    assert site.get(head, f"/notifications/{row.id}").status_code == 404


def test_the_history_of_a_case_says_acting_for(site, stage):
    head, deputy = stage.works.head, stage.works.head_of_unit
    hand_over(site, head, deputy)
    case_id = stage.awaiting_approval()
    done = site.act(deputy, case_id, "approve")
    assert done.status_code == 303
    said = f"{deputy.name}, phụ trách thay Thủ trưởng cơ quan, Sở Xây dựng"
    assert said in site.case(head, case_id).text
    trail = admin(site, stage, "/admin/audit")
    assert trail.status_code == 200
    assert "Phụ trách thay" in trail.text


def test_administration_shows_what_was_called_off(site, stage):
    head = stage.works.head
    hand_over(site, head, stage.works.officer, first="2026-11-10", last="2026-11-12")
    (row,) = acting(stage)
    site.fill(head, site.get(head, "/head"), f"/{row.id}/end")
    seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
    for path in (f"/admin/positions/{seat.id}", f"/admin/accounts/{stage.works.officer.id}"):
        page = admin(site, stage, path)
        assert "đã hủy trước ngày bắt đầu" in page.text
    trail = admin(site, stage, "/admin/audit")
    assert "Hủy việc đảm nhiệm chưa bắt đầu" in trail.text
