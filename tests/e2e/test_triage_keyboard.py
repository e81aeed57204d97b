"""A dispatcher works a queue of ten with keys alone: assigns, undoes, handles a group, opens every act."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product
from tests.e2e.visitor import DESK, Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

UNCLEAR = (
    "Quê tôi lắm điều chưa vừa ý, ước gì có ai đó của tỉnh ghé qua trò chuyện cùng mọi người.",
    "Mong các cấp quan tâm hơn đến đời sống của người dân chúng tôi trong thời gian tới đây.",
    "Tôi góp ý chung là cách làm việc cần nhanh hơn nữa, mong lãnh đạo tỉnh lưu ý điều này.",
    "Bà con nơi đây còn nhiều băn khoăn, đề nghị tỉnh tổ chức một buổi gặp để nghe ý kiến.",
    "Có mấy chuyện tồn đọng đã lâu ở khu tôi ở, xin tỉnh xem xét và trả lời cho chúng tôi biết.",
    "Nhờ tỉnh chỉ giúp nên gửi kiến nghị của nhóm chúng tôi đến nơi nào thì được trả lời.",
    "Người dân rất mong có thay đổi tích cực, xin cảm ơn tỉnh đã lắng nghe các ý kiến này.",
)
ALIKE = (
    "Chuyện cái cổng chào bạc màu ở đầu làng Phú Thịnh đã nói nhiều lần mà chưa ai trả lời.",
    "Cái cổng chào đầu làng Phú Thịnh bạc màu, nói nhiều lần rồi mà chưa thấy ai trả lời.",
    "Cổng chào làng Phú Thịnh bạc màu, chuyện nói nhiều lần chưa ai trả lời cho dân biết.",
)


@pytest.fixture
def mark(product: Product, tmp_path: Path) -> str:
    """Ten messages, of which most wait for the dispatcher; their titles end with what is given."""
    mark = secrets.token_hex(3)
    bodies = (*UNCLEAR, *ALIKE)
    lines = [
        {"id": f"{mark}-{n}", "subject": f"Góp ý số {n} {mark}", "text": body, "place": "",
         "name": story.SENDER, "email": f"keys-{n}@example.org"}
        for n, body in enumerate(bodies)
    ]  # fmt: skip
    file = tmp_path / "messages.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    counts = json.loads(product.command("submit", str(file), "--json"))
    # A better model may be sure of some of them; it must not be sure of many.
    assert counts["received"] == 10, counts
    assert counts["triage"] >= 6, counts
    return mark


def focused(page: Page) -> str:
    """The title of the entry that has the focus."""
    return str(
        page.evaluate("document.activeElement.closest('[data-item]')?.querySelector('h2')?.textContent ?? ''")
    )


def walk_to(page: Page, title: str) -> None:
    """Press k up to the top, then j until the entry has the focus, and see that it shows."""
    most = page.locator("[data-item]").count()
    page.keyboard.press("j")
    for _ in range(most):
        page.keyboard.press("k")
    for _ in range(most):
        if title in focused(page):
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none"
            box = page.evaluate("document.activeElement.getBoundingClientRect().top")
            assert box < 900
            return
        page.keyboard.press("j")
    raise AssertionError(f"{title} is not in the queue")


def told(page: Page, text: str) -> None:
    expect(page.locator("[data-live]")).to_contain_text(text)
    steps.arrived(page)


def done(page: Page, text: str) -> None:
    """See what was done, on a page that hears the next key."""
    expect(page.locator("[data-told]")).to_contain_text(text)
    steps.arrived(page)


def give_by_search(page: Page) -> None:
    """In the form of the act: an agency by typing, the class, and Enter."""
    expect(page.get_by_role("combobox", name="Cơ quan chủ trì")).to_be_focused()
    fill_in_agency(page)


def fill_in_agency(page: Page) -> None:
    """Type an agency into the box that has the focus, choose the class, send."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Sở Nội vụ")
    expect(page.get_by_role("option").first).to_contain_text("Sở Nội vụ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Loại nội dung").focus()
    page.keyboard.type("C")
    page.keyboard.press("Tab")
    page.get_by_role("combobox", name="Cơ quan chủ trì").press("Enter")


def titles_of(page: Page, mark: str) -> list[str]:
    """The titles of the fixture's messages in the queue, from the top."""
    return [title for title in page.locator("[data-item] h2").all_text_contents() if mark in title]


def test_a_dispatcher_works_the_queue_by_keys_alone(visitor: Open, mark: str) -> None:
    dispatcher = visitor("dieuphoi", width=DESK)
    page = dispatcher.page
    dispatcher.go("/staff/triage")
    dispatcher.look("triage-keys")
    before = page.locator("[data-item]").count()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.locator("[data-item]").count() == before

    first, second, third, *_rest = titles_of(page, mark)
    walk_to(page, first)
    told(page, first)
    page.keyboard.press("j")
    assert second in focused(page)
    page.keyboard.press("k")
    page.keyboard.press("ArrowDown")
    assert second in focused(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("/")
    page.wait_for_url("**/dispatch*")
    give_by_search(page)
    page.wait_for_url("**/staff/triage*")
    told(page, "cho Sở Nội vụ")
    assert first not in titles_of(page, mark)
    assert second in focused(page)
    page.keyboard.press("z")
    page.wait_for_url(re.compile("#case-"))
    told(page, first)
    assert first in focused(page)

    _give_with_one_key(page, mark)
    _give_three(dispatcher, [first, second, third])
    _open_every_act(page, first)
    _see_the_group(page)
    _clear(page, mark)


def test_the_focus_goes_on_to_the_next_case_though_another_went_meanwhile(visitor: Open, mark: str) -> None:
    desks = [visitor("dieuphoi", width=DESK) for _ in range(2)]
    for desk in desks:
        desk.go("/staff/triage")
    page, other = (desk.page for desk in desks)
    for each in (page, other):
        each.emulate_media(reduced_motion="reduce")
    first, second, third, *_rest = titles_of(page, mark)
    walk_to(page, second)
    page.keyboard.press("/")
    page.wait_for_url("**/dispatch*")
    other.bring_to_front()
    walk_to(other, first)
    other.keyboard.press("/")
    other.wait_for_url("**/dispatch*")
    give_by_search(other)
    other.wait_for_url("**/staff/triage*")
    page.bring_to_front()
    give_by_search(page)
    page.wait_for_url("**/staff/triage*")
    told(page, "cho Sở Nội vụ")
    assert not {first, second} & set(titles_of(page, mark))
    assert third in focused(page)
    _clear(page, mark)


def _give_with_one_key(page: Page, mark: str) -> None:
    """A case whose class is known is given away by 1, and comes back by z."""
    heading = page.get_by_role("heading", level=2).filter(has_text=mark)
    sure = page.locator("[data-item]").filter(has=heading).filter(has=page.locator("form [data-key='1']"))
    title = sure.first.locator("h2").inner_text()
    walk_to(page, title)
    page.keyboard.press("1")
    done(page, "Đã giao")
    assert title not in titles_of(page, mark)
    page.keyboard.press("z")
    page.wait_for_url(re.compile("#case-"))
    assert title in focused(page)


def _give_three(dispatcher: Visitor, titles: list[str]) -> None:
    page = dispatcher.page
    for title in titles:
        walk_to(page, title)
        page.keyboard.press("x")
    expect(page.locator("[data-choose]:checked")).to_have_count(3)
    page.keyboard.press("g")
    page.wait_for_url("**/together*")
    assert page.locator("[name=keep]:checked").count() == 3
    box = page.get_by_role("combobox", name="Cơ quan chủ trì")
    box.focus()
    fill_in_agency(page)
    confirm = page.get_by_role("button", name="Giao 3 vụ việc")
    expect(confirm).to_be_visible()
    dispatcher.look("together-preview")
    confirm.focus()
    page.keyboard.press("Enter")
    done(page, "Đã giao 3 vụ việc cho Sở Nội vụ")
    dispatcher.look("triage-undo")
    page.keyboard.press("z")
    expect(page.locator("main")).to_contain_text("Đã hoàn tác")


def _open_every_act(page: Page, title: str) -> None:
    for key, slug in (("r", "refuse"), ("s", "split"), ("m", "merge"), ("u", "urgency"), ("a", "set-apart")):
        page.goto("/staff/triage")
        walk_to(page, title)
        page.keyboard.press(key)
        page.wait_for_url(re.compile(rf"/{slug}(\?|$)"))
    page.goto("/staff/triage")
    walk_to(page, title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/cases/*")


def _see_the_group(page: Page) -> None:
    page.goto("/staff/triage")
    group = page.locator("[data-item]").filter(has_text="phản ánh giống nhau").first
    size = re.search(r"(\d+) phản ánh giống nhau", group.inner_text())
    assert size is not None
    walk_to(page, group.locator("h2").inner_text())
    page.keyboard.press("c")
    page.wait_for_url("**/together*")
    assert page.locator("[name=keep]:checked").count() == int(size[1])


def _clear(page: Page, mark: str) -> None:
    """The rest of the ten in one act: nothing of them waits any more."""
    page.goto("/staff/triage")
    mine = titles_of(page, mark)
    for title in mine:
        walk_to(page, title)
        page.keyboard.press("x")
    page.keyboard.press("g")
    page.wait_for_url("**/together*")
    page.get_by_role("combobox", name="Cơ quan chủ trì").focus()
    fill_in_agency(page)
    page.get_by_role("button", name=f"Giao {len(mine)} vụ việc").press("Enter")
    done(page, f"Đã giao {len(mine)} vụ việc")
    page.goto("/staff/triage")
    left = titles_of(page, mark)
    assert not set(left) & set(mine)


def test_no_key_fires_while_somebody_types(visitor: Open) -> None:
    page = visitor("dieuphoi", width=DESK).page
    page.goto("/staff/triage")
    page.keyboard.press("j")
    assert focused(page)
    box = page.get_by_role("searchbox", name="Tìm vụ việc")
    box.focus()
    page.keyboard.type("1 r m s z j ? x")
    expect(box).to_have_value("1 r m s z j ? x")
    assert page.url.split("?")[0].endswith("/staff/triage")
    expect(page.get_by_role("dialog")).to_be_hidden()
