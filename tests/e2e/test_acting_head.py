"""A head goes away: somebody acts for some days, approves, the history says for whom; afterwards no more."""

from __future__ import annotations

import re
from datetime import date, timedelta

import psycopg
import pytest
from playwright.sync_api import Locator, expect

from feedback.embedded.instance import Instance
from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product, address_of
from tests.e2e.visitor import DESK, PHONE, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

TITLE = "Bán hàng giả nhãn hiệu nước mắm"
HEAD, DEPUTY = "giamdoc.sct", "canbo.sct2"
REASON = "Đi công tác Hà Nội, công văn số 12"


def test_an_acting_head_approves_and_the_history_says_for_whom(visitor: Open, product: Product) -> None:
    deputy = visitor(DEPUTY, width=PHONE)
    name = deputy.page.locator(".user-menu-name").inner_text()
    deputy.refusals.add(403)
    assert deputy.go("/staff/head") == 403

    head = visitor(HEAD, width=PHONE)
    _refused_then_handed_over(head, name)
    reference = _approve_for_the_head(deputy)

    head.go(f"/staff/cases/{reference}")
    expect(head.page.locator("main")).to_contain_text(f"{name}, phụ trách thay Giám đốc, Sở Công Thương")
    head.go("/staff/head")
    expect(head.page.get_by_text(f"{name} đang phụ trách thay ông/bà")).to_be_visible()
    head.look("head-away")

    _let_days_pass(product, 10)
    assert deputy.go("/staff/head") == 403
    deputy.go(f"/staff/cases/{reference}/return-draft")
    expect(deputy.page.get_by_role("button", name="Trả lại cho người soạn")).to_have_count(0)
    head.go("/staff/head")
    expect(head.page.get_by_text("đang phụ trách thay ông/bà")).to_have_count(0)


def test_a_head_calls_off_what_has_not_begun_and_ends_early_what_has(visitor: Open) -> None:
    head = visitor("giamdoc.syt", width=DESK)
    name = visitor("canbo.syt2").page.locator(".user-menu-name").inner_text()
    today = _today(head)
    _fill(head, name, today + timedelta(days=20), today + timedelta(days=22))
    item = head.page.locator(".decide-item").filter(has_text=REASON)
    expect(item).to_contain_text("chưa bắt đầu")
    head.look("head-coming", schemes=("light",))
    item.get_by_text("Hủy", exact=True).click()
    item.get_by_role("button", name="Hủy việc giao").click()
    expect(item).to_have_count(0)

    _fill(head, name, today, today + timedelta(days=5))
    item.get_by_text("Kết thúc sớm").click()
    item.get_by_label("Ngày cuối").fill((today + timedelta(days=1)).isoformat())
    head.look("head-end-early", schemes=("light",))
    item.get_by_role("button", name="Ghi ngày kết thúc").click()
    expect(item).to_contain_text(f"{today + timedelta(days=1):%d/%m/%Y}")


def _today(staff: Visitor) -> date:
    """The Vietnamese date, as the browser knows it."""
    found = staff.page.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Asia/Ho_Chi_Minh'})")
    return date.fromisoformat(found)


def _fill(head: Visitor, name: str, first: date, last: date) -> None:
    """Open the form on the page, fill it in and send it."""
    head.go("/staff/head")
    form = _form(head)
    form.locator("..").locator("> summary").click()
    form.get_by_label("Người phụ trách thay").select_option(
        form.locator("option").filter(has_text=name).first.get_attribute("value")
    )
    form.get_by_label("Ngày đầu").fill(first.isoformat())
    form.get_by_label("Ngày cuối").fill(last.isoformat())
    form.get_by_label("Lý do").fill(REASON)
    form.get_by_role("button", name="Giao phụ trách thay").click()


def _form(head: Visitor) -> Locator:
    return head.page.locator("form[data-draft=delegate]")


def _refused_then_handed_over(head: Visitor, name: str) -> None:
    """Give a last day before the first: everything typed comes back; mend it and send again."""
    today = _today(head)
    head.refusals.add(422)
    _fill(head, name, today + timedelta(days=2), today)
    form = _form(head)
    expect(form.locator(".field-error")).to_contain_text("Ngày cuối không được trước ngày đầu.")
    expect(form.get_by_label("Lý do")).to_have_value(REASON)
    form.get_by_text("Người phụ trách thay làm được gì").click()
    expect(form.get_by_text("Duyệt và gửi trả lời")).to_be_visible()
    head.look("head-delegate-refused")
    form.get_by_label("Ngày đầu").fill(today.isoformat())
    form.get_by_label("Ngày cuối").fill((today + timedelta(days=2)).isoformat())
    form.get_by_role("button", name="Giao phụ trách thay").click()
    steps.told(head, "Đã giao phụ trách thay.")
    expect(head.page.locator(".decide-item").filter(has_text=REASON)).to_contain_text(name)


def _approve_for_the_head(deputy: Visitor) -> str:
    """See on one's own page what waits for the head, and approve it; gives the case's reference."""
    assert deputy.go("/staff/head") == 200
    expect(deputy.page.get_by_text("Ông/bà đang phụ trách thay: Giám đốc")).to_be_visible()
    expect(_form(deputy)).to_have_count(0)
    deputy.look("acting-head")
    item = deputy.page.locator(".decide-item").filter(has_text=TITLE)
    item.get_by_role("link", name="Xem và duyệt").click()
    if deputy.page.locator("[name=names_nobody]").count():
        deputy.page.locator("[name=names_nobody]").check()
    deputy.page.get_by_role("button", name="Duyệt và gửi").click()
    steps.told(deputy, "Đã duyệt và gửi câu trả lời")
    found = re.search(r"done=approve:([0-9A-Z-]+)", deputy.page.url)
    assert found
    return found[1]


def _let_days_pass(product: Product, days: int) -> None:
    """Have the deputy's days lie as many days back, which is the same as waiting for them to pass."""
    owner = Instance(product.var).published()["FEEDBACK_MIGRATION_URL"].replace("+psycopg", "")
    with psycopg.connect(owner, autocommit=True) as connection:
        moved = connection.execute(
            "UPDATE holdings SET valid_from = valid_from - %s, valid_to = valid_to - %s"
            " WHERE kind = 'acting' AND account_id = (SELECT id FROM accounts WHERE email = %s)",
            (days, days, address_of(DEPUTY)),
        )
        assert moved.rowcount == 1
