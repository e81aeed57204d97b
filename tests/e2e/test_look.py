"""The parts of the look in a real browser: axe, phone and desktop, light and dark, keyboard, scripts.

Runs against the gallery, which sends the security policy of the real pages: whatever the
policy refuses shows up as a message on the console and fails the test.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.e2e.visitor import violations

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import gallery  # noqa: E402

pytestmark = pytest.mark.e2e

PAGES = ["public", "form", "form&errors=1", "receipt", "track", "staff", "plain", "error"]
DRAFT = "hoi-am-draft:gallery"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, gallery.create(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join(timeout=5)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_overflows(page: Page, name: str, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 812})
    page.goto(f"/?page={name}")
    page.evaluate("document.fonts.ready")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_open_menus_pass_axe_and_close_by_keyboard(page: Page) -> None:
    page.goto("/?page=staff")
    summary = page.locator(".user-menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_phone_bar_holds_every_entry(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto("/?page=staff")
    page.locator(".tab-bar-more > summary").click()
    expect(page.locator(".tab-bar").get_by_role("link", name="Hạn chế tiếp cận")).to_be_visible()
    assert page.locator(".tab-bar").get_by_role("link").count() == 7
    assert violations(page) == []
    page.locator("h1").click()
    expect(page.locator(".tab-bar").get_by_role("link", name="Hạn chế tiếp cận")).to_be_hidden()


def test_the_chosen_look_wins_and_is_remembered(page: Page) -> None:
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page.emulate_media(color_scheme="light")
    page.goto("/")
    light = ground()
    page.get_by_role("button", name="Tối").click()
    assert ground() != light
    page.reload()
    assert ground() != light
    expect(page.get_by_role("button", name="Tối")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Theo thiết bị").click()
    assert ground() == light
    page.emulate_media(color_scheme="dark")
    assert ground() != light
    page.emulate_media(media="print")
    assert ground() == "rgb(255, 255, 255)"


def test_without_scripts_the_device_decides_and_the_switch_is_away(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto("/?page=form")
    expect(page.locator(".theme-switch").first).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", "rgb(13, 22, 23)")
    expect(page.locator("#place")).to_be_editable()
    context.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/?page=form&errors=1")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Hãy ghi số điện thoại").click()
    expect(page.locator("#phone")).to_be_focused()
    page.get_by_role("link", name="Hãy chọn cách gửi").click()
    expect(page.get_by_label("Có tên và thông tin liên hệ")).to_be_focused()


def test_a_place_is_chosen_by_keyboard_and_forgotten_when_changed(page: Page) -> None:
    page.goto("/?page=form")
    box = page.get_by_role("combobox", name="Nơi xảy ra sự việc")
    box.press_sequentially("xã đ")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Xã Đức Trọng")
    expect(box).to_have_attribute("aria-expanded", "false")
    code = page.locator("[data-combobox-code]")
    expect(code).to_have_value("1")
    box.press_sequentially("x")
    expect(code).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_list_stays_closed_when_one_chooses_while_an_answer_is_under_way(page: Page) -> None:
    page.goto("/?page=form")
    box = page.get_by_role("combobox", name="Nơi xảy ra sự việc")
    box.press_sequentially("xã đ")
    expect(page.get_by_role("option").first).to_contain_text("Xã Đắk Song")
    # Another letter, and a choice at the moment in which its question is sent.
    page.evaluate(
        """() => {
          const { fetch } = window;
          window.fetch = (...given) => {
            document.querySelector("[role=listbox] [role=option]").click();
            return fetch(...given);
          };
        }"""
    )
    box.press_sequentially("ứ")
    expect(box).to_have_value("Xã Đắk Song")
    page.wait_for_timeout(300)
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("[data-combobox-code]")).to_have_value("0")


def test_the_counter_says_what_is_left_and_what_is_too_much(page: Page) -> None:
    page.goto("/?page=form")
    area = page.locator("#content")
    area.fill("ường")
    expect(page.locator("#content-count")).to_have_text("Còn 4.996 ký tự")
    area.fill("a" * 5002)
    expect(page.locator("#content-count")).to_have_text("Thừa 2 ký tự")


def test_typed_words_survive_a_reload_but_contacts_are_not_kept(page: Page) -> None:
    page.goto("/?page=form")
    page.locator("#content").fill("Đèn đường hỏng")
    page.get_by_label("Ẩn danh").check()
    page.locator("#phone").fill("0901234567")
    page.reload()
    expect(page.locator("#content")).to_have_value("Đèn đường hỏng")
    expect(page.get_by_label("Ẩn danh")).to_be_checked()
    expect(page.locator("#phone")).to_have_value("")
    kept = json.loads(page.evaluate(f"sessionStorage.getItem('{DRAFT}')"))
    assert set(kept["values"]) == {"content", "identity"}
    page.get_by_role("button", name="Xóa nội dung giữ tạm").click()
    page.reload()
    expect(page.locator("#content")).to_have_value("")


def test_kept_words_go_when_the_form_has_succeeded(page: Page) -> None:
    page.goto("/?page=form")
    page.locator("#content").fill("Đèn đường hỏng")
    page.goto("/?page=receipt")
    assert page.evaluate(f"sessionStorage.getItem('{DRAFT}')") is None


def test_files_are_listed_checked_and_taken_out(page: Page) -> None:
    page.goto("/?page=form")
    chooser = page.get_by_label("Ảnh, tài liệu kèm theo")
    chooser.set_input_files([
        {"name": "duong.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "bang.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
    ])  # fmt: skip
    rows = page.locator(".upload-item")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Loại tệp này không được nhận")
    assert chooser.evaluate("i => [...i.files].map(f => f.name)") == ["duong.png"]
    assert rows.nth(0).locator("img").evaluate("i => i.decode().then(() => i.naturalWidth)") == 1
    chooser.set_input_files([{"name": "them.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}])
    expect(rows).to_have_count(3)
    assert chooser.evaluate("i => [...i.files].map(f => f.name)") == ["duong.png", "them.pdf"]
    page.get_by_role("button", name="Bỏ tệp bang.exe").click()
    page.get_by_role("button", name="Bỏ tệp duong.png").click()
    expect(rows).to_have_count(1)
    assert chooser.evaluate("i => [...i.files].map(f => f.name)") == ["them.pdf"]
    assert violations(page) == []


def test_a_form_is_sent_once(page: Page) -> None:
    page.goto("/?page=form")
    page.evaluate(
        """() => { window.sent = 0; addEventListener("submit", (event) => {
             if (!event.defaultPrevented) { sent += 1; event.preventDefault(); } }); }"""
    )
    button = page.locator("form[data-once] button[type=submit]")
    button.click()
    expect(button).to_have_text("Đang gửi…")
    button.click(force=True)
    assert page.evaluate("sent") == 1


def test_the_code_is_copied_and_the_copying_said(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?page=receipt")
    page.get_by_role("button", name="Sao chép mã").click()
    expect(page.locator("[data-copy-status]")).to_have_text("Đã sao chép")
    assert page.evaluate("navigator.clipboard.readText()") == "7KQ2M-9XW4T-0HBRE-5ZN8C-J"


def test_a_confirmation_opens_in_place_and_can_be_left(page: Page) -> None:
    page.goto("/")
    summary = page.locator(".confirm > summary")
    summary.press("Enter")
    expect(page.get_by_text("Rút phản ánh này?")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Không rút").click()
    expect(page.get_by_text("Rút phản ánh này?")).to_be_hidden()
    expect(summary).to_be_focused()


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page) -> None:
    page.goto("/?page=staff")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Bỏ qua, đến nội dung chính")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
