"""Keyboard only: a citizen sends a message and an officer drafts its answer without a mouse.

Nothing is clicked and nothing is focused by script. Every stop of the Tab key must be on the
screen and wear an outline or a ring that it does not have at rest.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import PASSWORD, Product, address_of
from tests.e2e.visitor import DESK, Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

_STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
_LOOK = """
  const look = (element) => [element, element.closest(".choice, .checkbox")].filter(Boolean).map((part) => {
    const style = getComputedStyle(part);
    // The width of an outline that is not drawn says nothing, and a border's colour alone is too little.
    return {
      outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      shadow: style.boxShadow,
    };
  });
"""
_REMEMBER = f"""(stops) => {{ {_LOOK}
  window.atRest = new Map([...document.querySelectorAll(stops)].map((stop) => [stop, look(stop)]));
}}"""
_FOCUSED = f"""() => {{ {_LOOK}
  const now = document.activeElement;
  const before = window.atRest.get(now) || [];
  const box = (now.closest(".choice") || now).getBoundingClientRect();
  return {{
    name: now.outerHTML.slice(0, 120),
    marked: look(now).some((part, i) =>
      part.outline >= 2 || (part.shadow !== "none" && before[i] && part.shadow !== before[i].shadow)),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
  }};
}}"""


class Hands:
    """Two hands on a keyboard."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self.page.emulate_media(reduced_motion="reduce")

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, target: Locator, most: int = 120) -> None:
        """Press Tab until `target` has the focus; every stop on the way is seen and marked."""
        expect(target).to_be_attached()
        self.page.evaluate(_REMEMBER, _STOPS)
        wanted = target.element_handle()
        for _ in range(most):
            self.press("Tab")
            stop = self.page.evaluate(_FOCUSED)
            assert stop["seen"], f"the focus is out of sight: {stop['name']}"
            assert stop["marked"], f"the focus does not show: {stop['name']}"
            if self.page.evaluate("(wanted) => wanted === document.activeElement", wanted):
                return
        raise AssertionError(f"{most} times Tab did not reach {target}")


def test_a_citizen_sends_a_message(visitor: Open) -> None:
    citizen = visitor(width=DESK)
    hands, page = Hands(citizen), citizen.page
    citizen.go("/")
    hands.press("Tab")
    expect(page.get_by_role("link", name="Bỏ qua, đến nội dung chính")).to_be_focused()
    hands.press("Enter")
    expect(page.locator("main")).to_be_focused()
    hands.tab_to(page.locator("main").get_by_role("link", name="Gửi phản ánh").first)
    hands.press("Enter")
    page.wait_for_url("**/submit")

    hands.tab_to(page.get_by_label("Nội dung phản ánh, kiến nghị"))
    hands.type(story.BODY)
    place = page.get_by_role("combobox", name="Xã, phường, đặc khu")
    hands.tab_to(place)
    hands.type(story.WARD_TYPED)
    expect(page.get_by_role("option").first).to_contain_text(story.WARD)
    hands.press("ArrowDown", "Enter")
    expect(place).to_have_value(story.WARD)
    expect(page.get_by_role("listbox")).to_be_hidden()
    named = page.get_by_role("radio", name=re.compile("tên"))
    anonymous = page.get_by_role("radio", name="Ẩn danh")
    hands.tab_to(named)
    hands.press("ArrowDown")
    expect(anonymous).to_be_checked()
    expect(page.get_by_label("Họ và tên")).to_be_hidden()
    hands.press("ArrowUp")
    expect(named).to_be_checked()
    hands.tab_to(page.get_by_label("Họ và tên"))
    hands.type(story.SENDER)
    hands.tab_to(page.get_by_label("Thư điện tử"))
    hands.type("ban-phim@example.org")
    consent = page.get_by_label(re.compile("đồng ý để nội dung"))
    hands.tab_to(consent)
    hands.press("Space")
    expect(consent).to_be_checked()
    hands.tab_to(page.get_by_role("button", name="Gửi phản ánh"))
    hands.press("Enter")
    if steps.own_instead(citizen):
        hands.tab_to(page.get_by_role("button", name="Gửi phản ánh của tôi"))
        hands.press("Enter")
    page.wait_for_url(re.compile("/track/.+/receipt"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nhận")


def test_an_officer_drafts_an_answer(visitor: Open, product: Product, tmp_path: Path) -> None:
    title = f"Đèn đường hẻm 12, bàn phím ({secrets.token_hex(2)})"
    steps.bring_in(product, tmp_path, title)
    officer = visitor(width=DESK)
    hands, page = Hands(officer), officer.page
    officer.go("/staff/")
    hands.tab_to(page.get_by_label("Địa chỉ email"))
    hands.type(address_of(story.OFFICER))
    hands.tab_to(page.get_by_label("Mật khẩu", exact=False))
    hands.type(PASSWORD)
    hands.press("Enter")
    expect(page.locator(".user-menu")).to_be_visible()

    hands.tab_to(page.get_by_role("searchbox", name="Tìm vụ việc"))
    hands.type(title)
    hands.press("Enter")
    page.wait_for_url("**/staff/?view=all*")
    hands.tab_to(page.get_by_role("link", name=title))
    hands.press("Enter")
    page.wait_for_url("**/staff/cases/*")
    panel = page.locator(".do-panel")
    hands.tab_to(panel.get_by_role("button", name="Nhận xử lý"))
    hands.press("Enter")
    steps.told(officer, "Đã nhận xử lý")
    hands.tab_to(panel.get_by_role("link", name="Soạn câu trả lời"))
    hands.press("Enter")
    answer = page.get_by_label("Nội dung trả lời")
    hands.tab_to(answer)
    hands.type(story.ANSWER)
    hands.tab_to(page.get_by_role("button", name="Lưu dự thảo"))
    hands.press("Enter")
    steps.told(officer, "Đã lưu dự thảo")
    hands.tab_to(panel.get_by_role("link", name="Soạn câu trả lời"))
    hands.press("Enter")
    expect(answer).to_have_value(story.ANSWER)
