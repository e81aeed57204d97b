"""The administrator reads the law's rows, tries a change of the ladder out, and sees what may be planned."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_an_administrator_changes_the_law(visitor: Open, width: int) -> None:
    mark = secrets.token_hex(3)
    administrator = visitor("quantri", width=width)
    page = administrator.page
    administrator.go("/admin/law")
    administrator.look("law")
    for name, heading in (
        ("law-terms", "Thời hạn"),
        ("law-limits", "Hạn của từng bước"),
        ("law-offices", "Giờ làm việc"),
    ):
        administrator.go(f"/admin/law/{name.removeprefix('law-')}")
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        administrator.look(name, schemes=("light",) if name == "law-limits" else ("light", "dark"))

    administrator.go("/admin/law/ladder")
    administrator.look("law-ladder")
    page.get_by_role("link", name="Thêm bậc").click()
    page.get_by_label("Mã", exact=False).first.fill(f"e2e_{mark}")
    page.get_by_label("Nhắc khi nào: số").fill("3")
    page.get_by_label("Nhắc khi nào: trước hay sau").select_option(label="sau hạn")
    page.get_by_role("checkbox", name="Người đứng đầu cơ quan").check()
    page.get_by_role("checkbox", name="UBND cấp xã").check()
    page.get_by_label("Tên tiếng Việt").fill(f"Quá hạn 3 ngày {mark}")
    page.get_by_label("Tên tiếng Anh").fill(f"Overdue by 3 days {mark}")
    page.get_by_label("Căn cứ").fill("Quy định của tỉnh")
    page.get_by_role("button", name="Xem thử").click()
    expect(page.get_by_text("Chưa có gì được lưu")).to_be_visible()
    administrator.look("law-step-tried")
    page.get_by_role("button", name="Lưu").click()
    steps.told(administrator, "Đã lưu bậc nhắc việc")
    expect(page.get_by_text(f"Quá hạn 3 ngày {mark}").first).to_be_visible()

    administrator.go("/admin/law/terms/legal_text/new")
    administrator.look("law-term-new", schemes=("light",))
    administrator.go("/admin/law/offices/province")
    administrator.look("law-office-form")
