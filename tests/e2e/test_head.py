"""Five minutes of a head with a telephone in hand: what was brought before them gets a promise."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

WHY = "Đã giao tổ công tác xử lý trong tuần; trưởng phòng báo cáo kết quả trước ngày hẹn."


def test_a_head_acknowledges_with_a_promise(visitor: Open) -> None:
    head = visitor("giamdoc.sxd", width=PHONE)
    head.go("/staff/head")
    head.look("head-waiting")
    page = head.page
    items = page.locator(".escalated-item")
    before = items.count()
    assert before, "the demonstration brings nothing before this head"
    title = items.first.locator("h3 a").inner_text()
    promise = items.first.locator("details.promise")
    promise.locator("summary").click()
    head.look("head-promise", schemes=("light",))

    head.refusals.add(422)
    promise.get_by_label("Hẹn xong ngày").fill("2020-01-02")
    promise.get_by_label("Lý do và cách khắc phục").fill(WHY)
    promise.get_by_role("button", name="Xác nhận").click()
    returned = page.locator("details.promise[open]")
    expect(returned.get_by_label("Lý do và cách khắc phục")).to_have_value(WHY)
    expect(returned.locator(".field-error")).to_be_visible()
    assert items.count() == before

    day = page.evaluate("new Date(Date.now() + 7 * 864e5).toISOString().slice(0, 10)")
    returned.get_by_label("Hẹn xong ngày").fill(day)
    returned.get_by_role("button", name="Xác nhận").click()
    steps.told(head, "cam kết")
    expect(items).to_have_count(before - 1)
    kept = page.locator("section", has=page.get_by_role("heading", name="Đã cam kết"))
    expect(kept.get_by_role("row").filter(has_text=title).first).to_contain_text(WHY)


def test_every_level_sees_its_own(visitor: Open) -> None:
    for login in ("truongphong.sxd", "chanhvanphong", "chutich"):
        head = visitor(login, width=PHONE)
        assert head.go("/staff/head") == 200
        head.look(f"head-{login}", schemes=("light",))
        expect(head.page.get_by_role("heading", level=1)).to_have_text(re.compile("lãnh đạo"))
    officer = visitor("canbo.sxd", width=PHONE)
    officer.refusals.add(403)
    assert officer.go("/staff/head") == 403
