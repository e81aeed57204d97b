"""The administrator swaps a working day: sees what it would do, applies it, follows it, takes it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SLOWEST = 60_000


def test_a_day_off_is_counted_applied_and_taken_back(visitor: Open, width: int) -> None:
    administrator = visitor("quantri", width=width)
    page = administrator.page
    administrator.go("/admin/calendar")
    administrator.look("admin-calendar")
    page.get_by_role("link", name="Thêm ngày nghỉ").click()
    administrator.look("admin-calendar-new", schemes=("light",))
    page.get_by_role("button", name="Xem ảnh hưởng").click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    # A Wednesday far ahead of each other width's, so that both walk on the same data.
    day = date(2030, 1, 2) + timedelta(weeks=width % 50)
    page.get_by_label("Ngày nghỉ đầu tiên").fill(day.isoformat())
    page.get_by_label("Dịp nghỉ").fill("Nghỉ phòng chống bão")
    page.get_by_label("Văn bản (số, ngày)").fill("CĐ 1/CĐ-UBND")
    page.get_by_role("button", name="Xem ảnh hưởng").click()
    expect(page.get_by_text("vụ việc đang mở đổi ngày")).to_be_visible(timeout=SLOWEST)
    administrator.look("admin-calendar-preview")
    page.get_by_role("button", name="Áp dụng").click()
    revert = page.get_by_role("button", name="Hoàn tác")
    expect(revert).to_be_visible(timeout=SLOWEST)
    administrator.look("admin-calendar-result", schemes=("light",))
    revert.click()
    expect(page.get_by_text("vụ việc đang mở đổi ngày")).to_be_visible(timeout=SLOWEST)
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_visible(timeout=SLOWEST)
    administrator.go("/admin/calendar#changes")
    expect(page.get_by_role("row").filter(has_text=f"{day:%d/%m/%Y}").first).to_contain_text("Đã áp dụng")
