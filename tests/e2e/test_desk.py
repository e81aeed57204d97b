"""The dispatcher's queue: one case given to an agency, one refused, one set apart from those it accuses."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

UNCLEAR = "Ở chỗ tôi có nhiều việc chưa ổn, mong tỉnh cho người về xem và sớm giải quyết giúp bà con."
ELSEWHERE = "Tôi đang ở nước khác và muốn hỏi về giấy tờ do một tỉnh khác cấp, mong được trả lời sớm."
EXPLANATION = "Giấy tờ do tỉnh khác cấp nên chỉ tỉnh đó trả lời được. Xin gửi câu hỏi đến nơi đã cấp giấy."
REASON = "Người gửi nêu cán bộ địa chính của phường nhận tiền khi làm hồ sơ."


@pytest.fixture
def titles(product: Product, tmp_path: Path) -> dict[str, str]:
    """The titles of three messages that have come in: unclear, another province's, about the ward."""
    mark = secrets.token_hex(2)
    rows = {
        "unclear": (f"Nhiều việc ở thôn ({mark})", UNCLEAR, ""),
        "elsewhere": (f"Hỏi giấy tờ tỉnh khác ({mark})", ELSEWHERE, ""),
        "ward": (f"Đèn đường không sáng ({mark})", story.BODY, story.WARD),
    }
    file = tmp_path / "messages.jsonl"
    lines = [
        {"id": mark, "subject": title, "text": text, "place": place, "name": story.SENDER,
         "email": f"desk-{mark}@example.org"}
        for title, text, place in rows.values()
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    counts = json.loads(product.command("submit", str(file), "--json"))
    assert (counts["received"], counts["triage"], counts["assigned"]) == (3, 2, 1), counts
    return {name: row[0] for name, row in rows.items()}


def test_a_dispatcher_clears_the_queue(visitor: Open, width: int, titles: dict[str, str]) -> None:
    dispatcher = visitor("dieuphoi", width=width)
    dispatcher.go("/staff/triage")
    dispatcher.look("triage")
    _dispatch(dispatcher, titles["unclear"])
    _refuse(dispatcher, titles["elsewhere"])
    officer = visitor(story.OFFICER, width=width)
    reference = steps.open_case(officer, titles["ward"])
    _set_apart(dispatcher, reference)
    _is_gone_for_the_accused(officer, reference, titles["ward"])
    _is_gone_for_the_accused(visitor(story.HEAD, width=width), reference, titles["ward"])
    handler = visitor("chanhvanphong", width=width)
    handler.go("/staff/restricted")
    handler.look("restricted")
    handler.page.get_by_role("link", name=titles["ward"]).click()
    expect(handler.page.locator("main")).to_contain_text("Cơ quan bị nêu: UBND phường Xuân Hương")
    handler.look("case-restricted")


def _item(dispatcher: Visitor, title: str) -> Locator:
    dispatcher.go("/staff/triage")
    heading = dispatcher.page.get_by_role("heading", name=title)
    return dispatcher.page.locator(".triage-item").filter(has=heading)


def _dispatch(dispatcher: Visitor, title: str) -> None:
    _item(dispatcher, title).get_by_role("link", name="Giao cơ quan khác").click()
    page = dispatcher.page
    box = page.get_by_role("combobox", name="Cơ quan chủ trì")
    box.fill("")
    box.press_sequentially("xay dung", delay=20)
    page.get_by_role("option", name="Sở Xây dựng").first.click()
    page.get_by_label("Loại nội dung").select_option("C")
    dispatcher.look("dispatch")
    page.get_by_role("button", name="Giao cơ quan").click()
    steps.told(dispatcher, "cho Sở Xây dựng")
    expect(page.locator(".triage-item").filter(has_text=title)).to_have_count(0)


def _refuse(dispatcher: Visitor, title: str) -> None:
    _item(dispatcher, title).get_by_role("link", name="Từ chối").click()
    page = dispatcher.page
    dispatcher.refusals.add(422)
    page.get_by_role("button", name="Từ chối").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_label(re.compile("thẩm quyền")).first.check()
    page.get_by_label("Giải thích cho người gửi").fill(EXPLANATION)
    dispatcher.look("refuse")
    page.get_by_role("button", name="Từ chối").click()
    steps.told(dispatcher, "Đã từ chối tiếp nhận")
    expect(page.locator(".triage-item").filter(has_text=title)).to_have_count(0)


def _set_apart(dispatcher: Visitor, reference: str) -> None:
    dispatcher.go(f"/staff/cases/{reference}")
    steps.choose_act(dispatcher, "Tách riêng")
    page = dispatcher.page
    page.get_by_role("radio", name="tố cáo").check()
    page.get_by_label("Căn cứ, lý do").fill(REASON)
    box = page.get_by_role("combobox", name="Cơ quan bị khiếu nại, tố cáo")
    box.press_sequentially("xuan huong da lat", delay=20)
    page.get_by_role("option", name="UBND phường Xuân Hương").first.click()
    dispatcher.look("set-apart")
    page.get_by_role("button", name="Tách riêng").click()
    steps.told(dispatcher, "Đã tách riêng")


def _is_gone_for_the_accused(staff: Visitor, reference: str, title: str) -> None:
    staff.refusals.add(404)
    assert staff.go(f"/staff/cases/{reference}") == 404
    expect(staff.page.locator("body")).not_to_contain_text(title)
    staff.go(f"/staff/?view=all&q={reference}")
    expect(staff.page.locator("main")).not_to_contain_text(title)
