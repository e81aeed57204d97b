"""The one-stop office: a message that came by telephone, and its answer on paper."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CLERK = story.OFFICER
"""In a small ward the officer sits at the counter too."""
PHONE_NUMBER = "0912 345 678"
NOTE = "Người gửi nhận tại quầy số 3, ký sổ giao nhận."


def test_a_telephone_message_gets_its_answer_on_paper(visitor: Open, width: int) -> None:
    title = f"Đèn đường hẻm 12, báo qua điện thoại ({secrets.token_hex(2)})"
    clerk = visitor(CLERK, width=width)
    code = _type_in(clerk, title)
    steps.wait_on_page(clerk, f"/track/{code}", "UBND phường Xuân Hương", steps.ROUTING_SECONDS)
    steps.answer(clerk, title)
    steps.approve(visitor(story.HEAD, width=width), title)
    _print(clerk, title)
    _record(clerk, title)
    citizen = visitor(width=width)
    citizen.go(f"/track/{code}")
    expect(citizen.page.locator("#answer")).to_contain_text(story.ANSWER)


def _type_in(clerk: Visitor, title: str) -> str:
    clerk.go("/staff/intake")
    clerk.look("intake")
    page = clerk.page
    clerk.refusals.add(422)
    page.get_by_label("Điện thoại", exact=True).check()
    page.get_by_label("Nội dung phản ánh, kiến nghị").fill(story.BODY)
    page.get_by_label("Tóm tắt trong một câu").fill(title)
    steps.choose_place(clerk)
    page.get_by_label("Họ và tên").fill(story.SENDER)
    page.get_by_role("button", name="Lưu và in biên nhận").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("số điện thoại")
    page.get_by_label("Số điện thoại").fill(PHONE_NUMBER)
    clerk.look("intake-errors", schemes=("light",))
    page.get_by_role("button", name="Lưu và in biên nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã tiếp nhận")
    clerk.look("intake-done")
    code = page.locator(".tracking-code-value").inner_text()
    page.get_by_role("link", name="Mở biên nhận để in").click()
    expect(page.locator("img.receipt-qr")).to_be_visible()
    return re.sub(r"\s", "", code)


def _print(clerk: Visitor, title: str) -> None:
    clerk.go("/staff/deliveries")
    clerk.look("deliveries")
    row = clerk.page.get_by_role("row").filter(has_text=title)
    row.get_by_role("link", name="In thư").click()
    letter = clerk.page.locator(".letter")
    expect(letter).to_contain_text(story.ANSWER)
    expect(letter).not_to_contain_text(story.SENDER)
    clerk.look("letter", schemes=("light",))
    clerk.page.get_by_role("button", name="Ghi tên và địa chỉ người nhận").click()
    expect(letter).to_contain_text(story.SENDER)
    clerk.look("letter-named", schemes=("light",))


def _record(clerk: Visitor, title: str) -> None:
    clerk.go("/staff/deliveries")
    page = clerk.page
    page.get_by_role("row").filter(has_text=title).get_by_role("link", name="Ghi nhận đã trao").click()
    page.get_by_label("Trao tại quầy một cửa").check()
    page.get_by_label("Ghi chú").fill(NOTE)
    clerk.look("record-delivery", schemes=("light",))
    page.get_by_role("button", name="Ghi nhận đã trao").click()
    steps.told(clerk, "Đã ghi nhận việc trao câu trả lời")
    clerk.go("/staff/deliveries")
    expect(page.get_by_role("row").filter(has_text=title)).to_have_count(0)
