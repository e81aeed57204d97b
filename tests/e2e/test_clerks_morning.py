"""A clerk's morning: twenty cases worked by keys alone, from the list and back to it.

Nothing is clicked and nothing is focused by script. Letters open acts, Ctrl+Enter sends forms, n leads on.
"""

from __future__ import annotations

import json
import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product
from tests.e2e.visitor import DESK, Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

NUMBER = 20
QUESTION = "Xin cho biết số nhà gần nhất và thời gian đèn tắt."


@pytest.fixture(scope="module")
def mark(product: Product, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Twenty messages, each routed to the ward; their titles end with what is given."""
    mark = secrets.token_hex(3)
    lines = [
        {"id": f"{mark}-{n}", "subject": f"Đèn đường hẻm {n} {mark}", "text": story.BODY, "place": story.WARD,
         "name": story.SENDER, "email": f"sang-{n}@example.org"}
        for n in range(1, NUMBER + 1)
    ]  # fmt: skip
    file = tmp_path_factory.mktemp("morning") / "messages.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    counts = json.loads(product.command("submit", str(file), "--json"))
    assert counts["assigned"] == NUMBER, counts
    return mark


def walk_to_the_first(page: Page) -> None:
    """From the list: j puts the focus on its first case, Enter opens it."""
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.key") == "o"
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/staff/cases/[^/]+$|/staff/cases/[^/]+[?]"))


def press(page: Page, key: str, to: str) -> None:
    """Press a key and wait for the page to which it leads."""
    page.keyboard.press(key)
    page.wait_for_url(re.compile(to))


def is_focused(page: Page, name: str) -> None:
    """See that the field in which one types next has the focus already."""
    expect(page.locator(f"[name={name}]")).to_be_focused()


def seen(page: Page, text: str) -> None:
    """See the sentence that says what was done, on a page that hears the next key."""
    expect(page.locator("main").get_by_text(text).first).to_be_visible()
    steps.arrived(page)


def accept(page: Page) -> None:
    page.keyboard.press("a")
    seen(page, "Đã nhận xử lý")


def write_answer(page: Page, *, submit: bool) -> None:
    """Write the answer and submit it, or save it as a draft by the button after it."""
    press(page, "d", "/answer")
    is_focused(page, "text")
    page.keyboard.insert_text(story.ANSWER)
    if page.locator("[name=no_photo_reason]").count():
        tab_to(page, "[name=no_photo_reason]")
        page.keyboard.insert_text("Sửa vào ban đêm.")
    if submit:
        page.keyboard.press("ControlOrMeta+Enter")
        seen(page, "Đã trình duyệt")
        return
    tab_to(page, "button[name=do][value=save]")
    page.keyboard.press("Enter")
    seen(page, "Đã lưu dự thảo")


def tab_to(page: Page, selector: str) -> None:
    """Walk with the Tab key alone."""
    for _ in range(40):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not come to {selector}")


def ask_for_more(page: Page) -> None:
    press(page, "s", "/ask-supplement")
    is_focused(page, "question")
    page.keyboard.insert_text(QUESTION)
    page.keyboard.press("ControlOrMeta+Enter")
    seen(page, "Đã gửi đề nghị bổ sung")


def test_twenty_cases_by_keys_alone(visitor: Open, mark: str) -> None:
    clerk = visitor(story.OFFICER, width=DESK)
    page = clerk.page
    clerk.go(f"/staff/?view=open&q={mark}")
    assert page.locator("tbody tr").count() == NUMBER
    see_the_keys(clerk, {"j", "x", "/", "g"}, {"d", "v"})
    walk_to_the_first(page)
    see_the_keys(clerk, {"a", "n", "u"}, {"x", "d"})
    worked = set()
    for number in range(NUMBER):
        worked.add(page.locator("#reference").inner_text())
        accept(page)
        if number % 5 == 0:
            write_answer(page, submit=True)
        elif number % 5 == 1:
            ask_for_more(page)
        elif number % 5 == 2:
            write_answer(page, submit=False)
        back_to_case(page)
        if number == 3:
            go_back_and_on(page)
        if number < NUMBER - 1:
            go_on(page)
    assert len(worked) == NUMBER
    states(clerk, mark)


def back_to_case(page: Page) -> None:
    """An act that shows its form again, as saving a draft does, is left by u."""
    if not re.search("/staff/cases/[^/?]+([?]|$)", page.url):
        press(page, "u", "/staff/cases/[^/?]+([?]|$)")


def go_on(page: Page) -> None:
    before = page.locator("#reference").inner_text()
    page.keyboard.press("n")
    expect(page.locator("#reference")).not_to_have_text(before)
    steps.arrived(page)


def go_back_and_on(page: Page) -> None:
    before = page.locator("#reference").inner_text()
    page.keyboard.press("p")
    expect(page.locator("#reference")).not_to_have_text(before)
    steps.arrived(page)
    page.keyboard.press("n")
    expect(page.locator("#reference")).to_have_text(before)
    steps.arrived(page)


def see_the_keys(clerk: Visitor, there: set[str], away: set[str]) -> None:
    """`?` opens the list of what this page can do, and no more."""
    page = clerk.page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    shown = set(dialog.locator("dl div:visible dt kbd:first-child").all_inner_texts())
    assert there <= shown, shown
    assert not away & shown, shown
    clerk.look(f"keys-{'case' if 'a' in there else 'list'}")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def states(clerk: Visitor, mark: str) -> None:
    """What became of the twenty: four wait for approval, four for their senders, the rest are in hand."""
    for state, number in (("awaiting_approval", 4), ("awaiting_submitter", 4), ("in_progress", 12)):
        clerk.go(f"/staff/?view=all&q={mark}&state={state}")
        assert clerk.page.locator("tbody tr").count() == number, state


def test_a_head_assigns_by_keys_and_the_list_keeps_its_place(visitor: Open, mark: str) -> None:
    head = visitor(story.HEAD, width=DESK)
    page = head.page
    head.go(f"/staff/?view=all&q={mark}")
    for _ in range(3):
        page.keyboard.press("j")
    title = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/staff/cases/"))
    press(page, "g", "/assign")
    expect(page.locator("[name=officer_id], [name=unit_id]").first).to_be_focused()
    officer = page.locator("[name=officer_id]")
    tab_to(page, "[name=officer_id]")
    page.keyboard.press("ArrowDown")
    assert officer.input_value()
    page.keyboard.press("ControlOrMeta+Enter")
    seen(page, "Đã giao")
    press(page, "u", "/staff/[?]")
    assert page.evaluate("document.activeElement.textContent") == title
    steps.told(head, mark)
