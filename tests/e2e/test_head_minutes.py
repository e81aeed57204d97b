"""A head at 16:00 with a telephone: promises, returns an answer, approves the better one, sees the load."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import PHONE, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

TITLE = "Chậm giải quyết hồ sơ đăng ký kinh doanh"
WHY = "Đã giao phòng chuyên môn trả lời trong tuần; trưởng phòng báo cáo kết quả từng ngày."
REMARKS = "Nêu rõ ngày trả kết quả và người chịu trách nhiệm liên hệ."
BETTER = (
    "Sở Tài chính đã kiểm tra hồ sơ: hồ sơ đủ điều kiện, chậm do phần mềm. "
    "Giấy chứng nhận được cấp ngày 27/11/2026; phòng chuyên môn đã gọi điện xin lỗi"
    " và hẹn trả tại một cửa."
)


def test_five_minutes_of_a_head_on_a_telephone(visitor: Open) -> None:
    head = visitor("giamdoc.stc", width=PHONE)
    head.go("/staff/head")
    head.look("head-minutes")
    _see_the_load(head)
    _promise(head)
    _return(head)
    _write_better(visitor("canbo.stc"))
    _approve(head)
    _see_the_curve(head)


def _promise(head: Visitor) -> None:
    """Acknowledge one case in place: open, words, button; the date is proposed."""
    items = head.page.locator(".escalated-item")
    before = items.count()
    assert before, "the demonstration brings nothing before this head"
    item = items.filter(has_not_text=TITLE).or_(items).first
    item.locator("details.promise > summary").click()
    item.get_by_label("Lý do và cách khắc phục").fill(WHY)
    item.get_by_role("button", name="Xác nhận").click()
    steps.told(head, "cam kết")
    expect(items).to_have_count(before - 1)
    expect(head.page.locator("section", has=head.page.locator("#promised"))).to_contain_text(WHY)


def _return(head: Visitor) -> None:
    """Read the answer on the page, return it with remarks, and be back on the page."""
    item = head.page.locator(".decide-item").filter(has_text=TITLE)
    item.get_by_text("Đọc câu trả lời").click()
    expect(item.locator(".message-text")).to_be_visible()
    head.look("head-minutes-words", schemes=("light",))
    item.get_by_role("link", name="Trả lại, góp ý").click()
    head.page.get_by_label("Góp ý cho người soạn").fill(REMARKS)
    head.look("head-minutes-return", schemes=("light",))
    head.page.get_by_role("button", name="Trả lại cho người soạn").click()
    steps.told(head, "Đã trả lại dự thảo")
    head.page.wait_for_url(re.compile("/staff/head"))
    expect(head.page.locator(".decide-item").filter(has_text=TITLE)).to_have_count(0)


def _write_better(officer: Visitor) -> None:
    steps.open_case(officer, TITLE)
    expect(officer.page.locator("main")).to_contain_text(REMARKS)
    steps.choose_act(officer, "Soạn câu trả lời")
    officer.page.get_by_label("Nội dung trả lời").fill(BETTER)
    reason = officer.page.get_by_label("Lý do không có ảnh")
    if reason.count():
        reason.fill("Việc giấy tờ, không có ảnh hiện trường.")
    officer.page.get_by_role("button", name="Trình duyệt").click()
    steps.told(officer, "Đã trình duyệt câu trả lời")


def _approve(head: Visitor) -> None:
    """Two taps from the page: look, approve."""
    head.go("/staff/head")
    item = head.page.locator(".decide-item").filter(has_text=TITLE)
    item.get_by_role("link", name="Xem và duyệt").click()
    expect(head.page.locator(".answer-text")).to_contain_text("Giấy chứng nhận được cấp ngày 27/11/2026")
    expect(head.page.get_by_text("Thay đổi so với bản")).to_be_visible()
    if head.page.locator("[name=names_nobody]").count():
        head.page.locator("[name=names_nobody]").check()
    head.page.get_by_role("button", name="Duyệt và gửi").click()
    steps.told(head, "Đã duyệt và gửi câu trả lời")
    head.page.wait_for_url(re.compile("/staff/head"))
    expect(head.page.get_by_text("Không có câu trả lời nào chờ duyệt.")).to_be_visible()


def _see_the_load(head: Visitor) -> None:
    """Each officer's cases in a table that fits a telephone."""
    table = head.page.locator("#load ~ table")
    for column in ("Đang mở", "Hôm nay", "Tuần này", "Quá hạn"):
        expect(table.get_by_role("columnheader", name=column)).to_be_visible()
    expect(table.get_by_role("rowheader").first).to_be_visible()


def _see_the_curve(head: Visitor) -> None:
    """The share on time stands in words, and week by week in a table behind them."""
    curve = head.page.locator("section", has=head.page.locator("#on-time"))
    expect(curve).to_contain_text("đúng hạn với người gửi")
    curve.locator("summary").click()
    expect(curve.get_by_role("columnheader", name="Tỷ lệ")).to_be_visible()
    head.look("head-minutes-after")
