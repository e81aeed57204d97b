"""The restricted track end to end: set apart, unsealed, forwarded, guided; the accused see nothing of it."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product, address_of
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

ACCUSED, HANDLER, CHIEF = "canbo.sxd", "giamdoc.ttt", "chanhvanphong"
DENUNCIATION = (
    "Tôi tố cáo ông trưởng phòng ở Sở Xây dựng nhận hai mươi triệu đồng để bỏ qua công trình sai phép, "
    "có người làm chứng và ảnh chụp kèm theo."
)
COMPLAINT = (
    "Tôi khiếu nại quyết định xử phạt của Sở Xây dựng đối với nhà tôi vì quyết định không đúng quy định, "
    "đề nghị hủy bỏ quyết định này."
)
REASON = "Người gửi nêu cán bộ của Sở nhận tiền để bỏ qua công trình sai phép."


def _receive(product: Product, folder: Path, titles: tuple[str, str]) -> None:
    """Let both messages come in: the routing gives neither to an agency, least of all to the accused one."""
    file = folder / "messages.jsonl"
    lines = [
        {"id": title, "subject": title, "text": text, "place": story.WARD, "name": story.SENDER,
         "email": "nguoi-to-cao@example.org"}
        for title, text in zip(titles, (DENUNCIATION, COMPLAINT), strict=True)
    ]  # fmt: skip
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    counts = json.loads(product.command("submit", str(file), "--json"))
    assert (counts["received"], counts["triage"]) == (2, 2), counts


def test_a_denunciation_from_triage_to_the_letter(
    visitor: Open, width: int, product: Product, tmp_path: Path
) -> None:
    mark = secrets.token_hex(2)
    first, second = f"Đơn về cán bộ Sở ({mark})", f"Khiếu nại quyết định ({mark})"
    _receive(product, tmp_path, (first, second))
    dispatcher = visitor("dieuphoi", width=width)
    kinds = {first: "tố cáo", second: "Khiếu nại"}
    references = [_set_apart(dispatcher, title, kind) for title, kind in kinds.items()]
    accused = visitor(ACCUSED, width=width)
    _sees_nothing(accused, references[0], first)
    handler = visitor(HANDLER, width=width)
    handler.go("/staff/restricted")
    handler.look("restricted-inbox")
    handler.page.get_by_role("link", name=first).click()
    _refuses_the_accused(handler)
    _unseals(handler, references[0])
    told = visitor(CHIEF, width=width)
    steps.open_mail(told, address_of(CHIEF), f"thông tin người gửi của hồ sơ {references[0]}")
    _forwards(handler, references[0])
    _declares(told, references[1], second)
    _guides(handler, references[1])
    for reference, title in zip(references, (first, second), strict=True):
        _sees_nothing(accused, reference, title)


def _set_apart(dispatcher: Visitor, title: str, kind: str) -> str:
    dispatcher.go("/staff/?view=all&q=" + title.split("(")[1].rstrip(")"))
    dispatcher.page.get_by_role("link", name=title).first.click()
    reference = dispatcher.page.url.split("?")[0].rsplit("/", 1)[1]
    steps.choose_act(dispatcher, "Tách riêng")
    page = dispatcher.page
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("Căn cứ, lý do").fill(REASON)
    box = page.get_by_role("combobox", name="Cơ quan bị khiếu nại, tố cáo")
    box.press_sequentially("so xay dung", delay=20)
    page.get_by_role("option", name="Sở Xây dựng").first.click()
    page.get_by_role("button", name="Tách riêng").click()
    steps.told(dispatcher, "Đã tách riêng")
    return reference


def _refuses_the_accused(handler: Visitor) -> None:
    steps.choose_act(handler, "Cho thêm người xem")
    page = handler.page
    page.get_by_label("Hoặc địa chỉ thư điện tử").fill(address_of(ACCUSED))
    page.get_by_label("Vì sao cần xem").fill("Nhờ giải trình.")
    handler.refusals.add(422)
    page.get_by_role("button", name="Cho thêm người xem").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("thuộc cơ quan bị nêu")
    handler.look("grant-refused")


def _unseals(handler: Visitor, reference: str) -> None:
    handler.go(f"/staff/cases/{reference}")
    page = handler.page
    page.get_by_text("Xem thông tin người gửi").click()
    page.get_by_label("Cần xem để làm gì").fill("Gọi người gửi xác minh nội dung đơn.")
    page.get_by_role("button", name="Ghi lý do và xem").click()
    expect(page.locator("#identity")).to_contain_text(story.SENDER)
    handler.look("unsealed")
    page.get_by_role("button", name="Niêm phong lại").click()
    steps.told(handler, "Đã niêm phong lại")
    expect(page.locator("#identity")).not_to_contain_text(story.SENDER)
    expect(page.locator("#reveals")).to_contain_text("xác minh nội dung đơn")


def _forwards(handler: Visitor, reference: str) -> None:
    handler.go(f"/staff/cases/{reference}")
    steps.choose_act(handler, "Chuyển cơ quan có thẩm quyền")
    page = handler.page
    page.get_by_label("Hoặc cơ quan ngoài tỉnh").fill("Thanh tra Chính phủ")
    page.get_by_label("Số văn bản chuyển").fill("12/VP-TCD")
    page.get_by_label("Ghi chép việc chuyển").fill("Kèm đơn và hai ảnh, gửi bảo đảm.")
    handler.look("forward")
    page.get_by_role("button", name="Chuyển cơ quan có thẩm quyền").click()
    steps.told(handler, "Đã ghi việc chuyển")
    handler.go("/staff/restricted?part=waiting")
    expect(page.locator("main")).to_contain_text("Chờ nơi được chuyển báo đã nhận")
    handler.go(f"/staff/cases/{reference}")
    steps.choose_act(handler, "Ghi nhận nơi được chuyển đã nhận")
    page.get_by_label("Số văn bản, phiếu tiếp nhận").fill("45/BN")
    page.get_by_role("button", name="Ghi nhận nơi được chuyển đã nhận").click()
    steps.told(handler, "Đã ghi nhận nơi được chuyển đã nhận")
    expect(page.locator("#forwarding")).to_contain_text("45/BN")
    handler.look("forwarded")


def _declares(chief: Visitor, reference: str, title: str) -> None:
    """Somebody on the list says that they are in a conflict, and the case is gone for them."""
    chief.go(f"/staff/cases/{reference}")
    steps.choose_act(chief, "Ghi nhận xung đột lợi ích")
    page = chief.page
    page.get_by_role("radio", name="Tôi").check()
    page.get_by_label("Xung đột thế nào").fill("Là người thân của người bị nêu.")
    chief.look("conflict")
    page.get_by_role("button", name="Ghi nhận xung đột lợi ích").click()
    steps.told(chief, "Đã ghi nhận xung đột lợi ích")
    _sees_nothing(chief, reference, title)
    chief.go("/staff/restricted")
    expect(page.locator("main")).not_to_contain_text(title)


def _guides(handler: Visitor, reference: str) -> None:
    handler.go(f"/staff/cases/{reference}")
    expect(handler.page.locator("#access")).to_contain_text("Tự khai có xung đột lợi ích")
    steps.choose_act(handler, "Hướng dẫn")
    letter = handler.page.get_by_label("Thư hướng dẫn")
    expect(letter).to_have_value(re.compile("90 ngày"))
    handler.look("guide")
    handler.page.get_by_role("button", name="Hướng dẫn").click()
    steps.told(handler, "Đã gửi hướng dẫn")


def _sees_nothing(staff: Visitor, reference: str, title: str) -> None:
    staff.refusals.add(404)
    assert staff.go(f"/staff/cases/{reference}") == 404
    expect(staff.page.locator("body")).not_to_contain_text(title)
    staff.go(f"/staff/?view=all&q={reference}")
    expect(staff.page.locator("main")).not_to_contain_text(title)
