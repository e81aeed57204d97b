"""An administrator writes a routing rule, tries it on the last cases, saves it, changes it and ends it."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
_PATIENCE = 60_000


def test_an_administrator_writes_a_routing_rule(visitor: Open, width: int) -> None:
    code = f"e2e-{secrets.token_hex(3)}"
    administrator = visitor("quantri", width=width)
    page = administrator.page
    administrator.go("/admin/rules")
    administrator.look("rules", schemes=("light",))
    page.get_by_role("link", name="Thêm quy tắc").click()
    page.get_by_label("Mã quy tắc").fill(code)
    page.get_by_label("Có một trong các cụm từ").fill("đường\nrác\nphường\nxã\nnước")
    page.get_by_text("Thêm phần khác").click()
    page.get_by_label("Xảy ra tại xã, phường").fill("Không có nơi này")
    page.get_by_label("Chuyển đến").select_option(label="Sở Xây dựng")
    page.get_by_role("radio", name="Bắt buộc chuyển").check()
    page.get_by_label("Lý do (tiếng Việt)").fill("Nói về đèn đường")
    page.get_by_label("Lý do (tiếng Anh)").fill("It is about street lamps")
    page.get_by_role("button", name="Thử trên 1.000").click()
    expect(page.get_by_text("không có mục nào tên “Không có nơi này”").first).to_be_visible()
    administrator.look("rule-form")
    page.get_by_label("Xảy ra tại xã, phường").fill("")
    page.get_by_role("button", name="Thử trên 1.000").click()
    some = re.compile(r"\b[1-9][\d.]* vụ việc sẽ khác")
    expect(page.get_by_text(some).first).to_be_visible(timeout=_PATIENCE)
    administrator.look("rule-trial")
    page.get_by_role("button", name="Lưu").click()
    steps.told(administrator, "Đã lưu")
    expect(page.get_by_text("đang áp dụng").first).to_be_visible()
    administrator.look("rule")

    page.get_by_role("link", name="Kết thúc").click()
    administrator.look("rule-end", schemes=("light",))
    page.get_by_role("button", name="Thử trên 1.000").click()
    expect(page.get_by_text("vụ việc sẽ khác").first).to_be_visible(timeout=_PATIENCE)
    page.get_by_role("button", name="Lưu").click()
    steps.told(administrator, "Đã lưu")
    administrator.go(f"/admin/rules?q={code}")
    expect(page.get_by_text("Không có quy tắc nào như vậy")).to_be_visible()

    administrator.go("/admin/rules/rule/syt-ten/change")
    administrator.look("rule-text", schemes=("light",))
