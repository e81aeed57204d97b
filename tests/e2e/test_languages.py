"""Both languages: whoever chooses English reads English, and finds the way back to Vietnamese."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import PASSWORD, Product, address_of
from tests.e2e.visitor import DESK, Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

_LETTER = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
_NAMES = re.compile(
    r"(Phường|Xã|Đặc khu)( (- )?[A-ZĐ\d][\w']*)+|Hồi Âm|Lâm Đồng|\(khiếu nại\)|\(tố cáo\)"
    r"|(NĐ )?[\d/]+/NĐ-CP|(Quy tắc chấm điểm, )?QĐ \d+/QĐ-TTg| Đ\.[\d-]+"
    r"|(?<=the words that weighed most: )[^.]+"
    r"|Đèn đường hẻm \d+ đường \w+ không sáng"
)
"""What is Vietnamese in English too: places, the product, terms and texts of the law, a message's words, the
titles of what other journeys sent."""

_TEXTS = """(data) => {
  const ours = (element) => !element.closest(`script, style, template, [lang=vi], ${data}`);
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (ours(walk.currentNode.parentElement)) texts.push(walk.currentNode.data);
  for (const element of document.body.querySelectorAll("*")) {
    if (!ours(element)) continue;
    for (const { name, value } of element.attributes)
      if (/^(aria-label|alt|placeholder|title|data-.*)$/.test(name)) texts.push(value);
  }
  return texts.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
_DATA = ".board-item :is(h2, h3), .clamp, .user-menu-name"
"""Where what officers wrote and what they are called stands."""


def reads_english(visitor: Visitor, *written: str) -> None:
    """Find no Vietnamese on the page besides names and the texts that people have written."""
    page = visitor.page
    expect(page.locator("html")).to_have_attribute("lang", "en")
    left = []
    texts: list[str] = page.evaluate(_TEXTS, _DATA)
    assert len(texts) > 10, page.url
    for text in texts:
        rest = text
        for known in written:
            rest = rest.replace(known, "")
        if _LETTER.search(_NAMES.sub("", rest)):
            left.append(text)
    assert not left, "\n".join([page.url, *left])


def test_a_citizen_reads_english_and_turns_back(visitor: Open) -> None:
    citizen = visitor(width=DESK)
    page = citizen.page
    citizen.go("/")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile("/$"))
    for path in ("/", "/track", "/board", "/help", "/privacy", "/statistics", "/submit"):
        assert citizen.go(path) == 200
        reads_english(citizen)
    citizen.refusals.add(422)
    page.get_by_role("button", name="Send feedback").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    reads_english(citizen)
    citizen.look("submit-english", schemes=("light",))
    title = f"Đèn đường hẻm 12 ({secrets.token_hex(2)})"
    page.locator("[name=body]").fill(story.BODY)
    page.locator("[name=title]").fill(title)
    page.locator("[name=place_text]").fill(story.WARD)
    page.locator("[name=name]").fill(story.SENDER)
    page.locator("[name=email]").fill("english@example.org")
    page.get_by_role("button", name="Send feedback").click()
    own = page.get_by_role("button", name="Send my feedback")
    expect(own.or_(page.locator(".receipt"))).to_be_visible()
    if own.is_visible():
        # Other journeys reported the same lamp; the question is asked in English too.
        reads_english(citizen, title, story.BODY)
        own.click()
    expect(page.locator(".tracking-code-value")).to_be_visible()
    code = page.locator(".tracking-code-value").inner_text()
    reads_english(citizen, title)
    citizen.look("receipt-english", schemes=("light",))
    steps.wait_on_page(citizen, f"/track/{code}", "Xuân Hương", steps.ROUTING_SECONDS)
    reads_english(citizen, title, story.BODY)
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.get_by_role("heading", name="Đường đi của phản ánh").or_(page.locator("h1"))).to_be_visible()
    assert code in page.url


def test_staff_read_english_and_turn_back(visitor: Open, product: Product, tmp_path: Path) -> None:
    mark = secrets.token_hex(2)
    title = f"Đèn đường hẻm 12 ({mark})"
    steps.bring_in(product, tmp_path, title)
    officer = visitor(width=DESK)
    page = officer.page
    officer.go("/staff/login")
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    reads_english(officer)
    page.get_by_label("E-mail address").fill(address_of(story.OFFICER))
    page.get_by_label("Password").fill("không đúng mật khẩu")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    reads_english(officer)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".user-menu")).to_be_visible()

    written = (title, story.BODY, page.locator(".user-menu-name").inner_text())
    officer.go(f"/staff/?view=all&q={mark}")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    reads_english(officer, *written, mark)
    officer.look("inbox-english", schemes=("light",))
    page.get_by_role("link", name=title).click()
    expect(page.locator(".do-panel")).to_be_visible()
    reads_english(officer, *written)
    officer.look("case-english", schemes=("light",))
    steps.choose_act(officer, "Accept")
    expect(page.locator(".do-panel")).to_contain_text("Write")
    reads_english(officer, *written)
    for path in ("/staff/intake", "/staff/deliveries", "/staff/publication"):
        assert officer.go(path) == 200
        reads_english(officer, *written)
    page.locator(".user-menu > summary").click()
    page.locator(".user-menu").get_by_role("link", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Công khai")
