"""A case that three agencies handle together, and one whose sender is asked and answers by the link."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product
from tests.e2e.visitor import DESK, PHONE, Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PARTNERS = {
    "canbo.sxd": (
        "so xay dung",
        "Sở Xây dựng",
        "Cáp ngầm thuộc dự án của Sở, bàn giao trong tuần.",
    ),
    "giamdoc.ttt": ("thanh tra", "Thanh tra tỉnh", "Đã rà soát: không có vi phạm trong việc nghiệm thu."),
}
QUESTION = "Xin cho biết số hiệu của cột đèn."
REPLY = "Cột đèn số 7, ngay trước nhà văn hóa."


def test_three_agencies_handle_one_case(visitor: Open, product: Product, tmp_path: Path) -> None:
    title = f"Đèn đường ba cơ quan ({secrets.token_hex(2)})"
    steps.bring_in(product, tmp_path, title)
    lead = visitor(story.OFFICER, width=DESK)
    reference = steps.open_case(lead, title).split("?")[0]
    steps.choose_act(lead, "Nhận xử lý")
    steps.told(lead, "Đã nhận xử lý")
    for typed, name, _answer in PARTNERS.values():
        _ask(lead, reference, typed, name)
    expect(lead.page.locator("#parts")).to_contain_text("Thanh tra tỉnh")
    lead.look("parts-asked")
    for login, (_typed, _name, answer) in PARTNERS.items():
        _contribute(visitor(login, width=DESK), reference, answer)
    lead.go(f"/staff/cases/{reference}")
    parts = lead.page.locator("#parts")
    for _typed, _name, answer in PARTNERS.values():
        expect(parts).to_contain_text(answer)
    lead.look("parts-given")
    steps.choose_act(lead, "Soạn câu trả lời")
    lead.page.get_by_label("Nội dung trả lời").fill(story.ANSWER)
    reason = lead.page.get_by_label("Lý do không có ảnh")
    if reason.count():
        reason.fill("Sửa vào ban đêm, không chụp được ảnh.")
    lead.page.get_by_role("button", name="Trình duyệt").click()
    steps.told(lead, "Đã trình duyệt câu trả lời")
    steps.approve(visitor(story.HEAD, width=DESK), title)


def _ask(lead: Visitor, reference: str, typed: str, name: str) -> None:
    lead.go(f"/staff/cases/{reference}")
    steps.choose_act(lead, "Đề nghị phối hợp")
    page = lead.page
    box = page.get_by_role("combobox", name="Cơ quan phối hợp")
    box.fill("")
    box.press_sequentially(typed, delay=20)
    page.get_by_role("option", name=name).first.click()
    page.get_by_label("Cần cơ quan phối hợp làm gì").fill("Cho biết phần việc của quý cơ quan.")
    page.get_by_role("button", name="Đề nghị phối hợp").click()
    steps.told(lead, f"Đã đề nghị {name} phối hợp")


def _contribute(partner: Visitor, reference: str, answer: str) -> None:
    partner.go(f"/staff/cases/{reference}")
    steps.choose_act(partner, "Trả lời phối hợp")
    partner.page.get_by_label("Nội dung phối hợp").fill(answer)
    partner.page.get_by_role("button", name="Trả lời phối hợp").click()
    steps.told(partner, "Đã gửi nội dung phối hợp")


def test_the_sender_is_asked_and_answers_by_the_link(visitor: Open, product: Product, tmp_path: Path) -> None:
    title = f"Đèn đường cần hỏi thêm ({secrets.token_hex(2)})"
    steps.bring_in(product, tmp_path, title)
    officer = visitor(story.OFFICER, width=DESK)
    reference = steps.open_case(officer, title).split("?")[0]
    steps.choose_act(officer, "Nhận xử lý")
    steps.told(officer, "Đã nhận xử lý")
    steps.choose_act(officer, "Đề nghị bổ sung")
    officer.page.get_by_label("Cần người gửi bổ sung điều gì").fill(QUESTION)
    officer.page.get_by_role("button", name="Đề nghị bổ sung").click()
    officer.go(f"/staff/cases/{reference}")
    expect(officer.page.locator("main")).to_contain_text("Hạn của cơ quan tạm dừng.")
    sender = visitor(width=PHONE)
    letter = steps.open_mail(sender, "nguoi-gui@example.org", f"kiến nghị {reference}")
    found = re.search(r"/track/[0-9A-Z-]+", letter.inner_text())
    assert found
    sender.go(found[0])
    sender.look("asked")
    sender.page.get_by_label("Câu trả lời của ông/bà").fill(REPLY)
    sender.page.locator(".ask button[type=submit]").click()
    expect(sender.page.locator("main")).to_contain_text("Ông/bà đã trả lời")
    officer.go(f"/staff/cases/{reference}")
    main = officer.page.locator("main")
    expect(main).to_contain_text(REPLY)
    expect(main).to_contain_text("Đang xử lý")
    expect(main).not_to_contain_text("Hạn của cơ quan tạm dừng.")
    officer.look("supplied")
