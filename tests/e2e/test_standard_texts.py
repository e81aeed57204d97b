"""A head writes a text of the agency; an officer inserts it by keyboard, saves it, looks at a file."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_a_text_is_written_inserted_and_filled_in(visitor: Open, width: int) -> None:
    title = f"Xe buýt: trả lời {secrets.token_hex(3)}"
    head = visitor("giamdoc.sxd", width=width)
    head.go("/admin/texts/new")
    page = head.page
    page.get_by_label("Câu trả lời").check()
    page.get_by_label("Tên mẫu").fill(title)
    page.get_by_label("Nội dung").fill("Ngày {ngày xử lý}, {người nào} đã tăng chuyến theo mã {mã}.")
    page.get_by_role("button", name="Thêm mẫu").click()
    expect(page.get_by_text("Không có chỗ điền tên {người nào}").first).to_be_visible()
    head.look("standard-text-error", schemes=("dark",))
    page.get_by_label("Nội dung").fill("Ngày {ngày xử lý}, {cơ quan} đã tăng chuyến theo mã {mã}.")
    page.get_by_role("button", name="Thêm mẫu").click()
    steps.told(head, "Đã thêm mẫu")
    head.look("standard-texts")

    officer = visitor("canbo.sxd", width=width)
    page = officer.page
    steps.open_case(officer, "Xe buýt bỏ tuyến buổi chiều")
    case = page.url.partition("?")[0]
    page.goto(f"{case}/answer")
    field = page.get_by_label("Nội dung trả lời")
    field.fill("Đang viết.")
    picker = page.get_by_label("Chèn mẫu văn bản")
    picker.focus()
    picker.select_option(label=f"{title} (mẫu của cơ quan)")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"^Đang viết\.\n\nNgày \[ĐIỀN: ngày xử lý\], Sở Xây dựng đã tăng"))
    expect(field).to_be_focused()
    officer.look("answer-with-gaps")
    page.get_by_label("Ảnh sau khi xử lý").set_input_files([steps.jpeg()])
    page.get_by_role("button", name="Lưu dự thảo").click()
    steps.told(officer, "Đã lưu dự thảo")

    page.locator(".file-card").last.click()
    shown = page.locator(".file-view .viewer")
    expect(shown.locator("img")).to_be_visible()
    expect(shown.locator("h2")).to_be_focused()
    officer.look("file-in-place")
    shown.get_by_role("link", name="Đóng").click()
    expect(shown).to_have_count(0)
