"""The administrator makes an account with a position; the person follows the mail and signs in."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

NEW_PASSWORD = "năm cây thông trên đồi Cù"


def test_an_invited_officer_gets_to_work(visitor: Open, width: int) -> None:
    mark = secrets.token_hex(2)
    email = f"moi-{mark}@lamdong.example"
    administrator = visitor("quantri", width=width)
    administrator.go("/admin/")
    administrator.look("admin-home")
    _make_account(administrator, f"Nguyễn Thị Mới {mark}", email)
    _appoint(administrator, email)
    administrator.go("/admin/audit?stream=settings")
    appointed = administrator.page.get_by_role("row").filter(has_text=f"Nguyễn Thị Mới {mark}")
    expect(appointed).to_contain_text("Giao chức vụ")
    expect(appointed).to_contain_text("Chuyên viên, Sở Xây dựng")
    administrator.look("admin-audit")

    newcomer = visitor(width=width)
    link = _link_in_mail(newcomer, email)
    newcomer.page.goto(link)
    newcomer.look("set-password")
    _set_password(newcomer, "ngắn", "ngắn")
    expect(newcomer.page.locator("[data-error-summary]")).to_be_visible()
    _set_password(newcomer, NEW_PASSWORD, NEW_PASSWORD)
    steps.told(newcomer, "Đã đặt mật khẩu")
    newcomer.sign_in(email, NEW_PASSWORD)
    expect(newcomer.page.locator(".user-menu")).to_be_visible()
    newcomer.go("/staff/")
    expect(newcomer.page.get_by_role("heading", level=1)).to_have_text("Cần xử lý")
    newcomer.refusals.add(403)
    assert newcomer.go("/admin/") == 403
    newcomer.look("forbidden", schemes=("light",))
    _link_works_once(visitor(width=width), link)
    _sign_out(newcomer)


def _make_account(administrator: Visitor, name: str, email: str) -> None:
    page = administrator.page
    administrator.go("/admin/accounts")
    administrator.look("admin-accounts", schemes=("light",))
    page.get_by_role("link", name="Tạo tài khoản").click()
    page.get_by_label("Họ và tên").fill(name)
    page.get_by_label("Địa chỉ email").fill(email)
    administrator.look("admin-new-account", schemes=("light",))
    page.get_by_role("button", name="Tạo và gửi thư mời").click()
    steps.told(administrator, f"Đã tạo tài khoản và gửi thư mời đến {email}")
    expect(page.get_by_text("Chờ đặt mật khẩu")).to_be_visible()


def _appoint(administrator: Visitor, email: str) -> None:
    page = administrator.page
    administrator.go("/admin/positions")
    page.get_by_label("Cơ quan", exact=True).select_option(label="Sở Xây dựng")
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("link", name="Thêm chức vụ").click()
    page.get_by_label("Loại chức vụ").select_option(label="Chuyên viên xử lý")
    page.get_by_label("Tên chức vụ").fill("Chuyên viên")
    page.get_by_label("Tên tiếng Anh").fill("Officer")
    page.get_by_role("button", name="Thêm").click()
    steps.told(administrator, "Đã thêm chức vụ")
    page.get_by_label(re.compile("email")).fill(email)
    administrator.look("admin-position", schemes=("light",))
    page.get_by_role("button", name="Giao chức vụ").click()
    steps.told(administrator, "Đã ghi nhận người đảm nhiệm")


def _link_in_mail(newcomer: Visitor, email: str) -> str:
    letter = steps.open_mail(newcomer, email, "").inner_text()
    found = re.search(r"http://\S+/staff/password/forgotten/\S+", letter)
    assert found, letter
    return found[0]


def _set_password(newcomer: Visitor, password: str, again: str) -> None:
    page = newcomer.page
    newcomer.refusals.update({400, 422})
    fields = page.locator("input[type=password]")
    fields.nth(0).fill(password)
    fields.nth(1).fill(again)
    page.get_by_role("button", name="Đặt mật khẩu").click()


def _link_works_once(stranger: Visitor, link: str) -> None:
    stranger.refusals.update({400, 404, 410})
    stranger.page.goto(link)
    expect(stranger.page.get_by_text("không hợp lệ hoặc đã được dùng")).to_be_visible()
    expect(stranger.page.get_by_role("button", name="Đặt mật khẩu")).to_have_count(0)


def _sign_out(newcomer: Visitor) -> None:
    page = newcomer.page
    newcomer.go("/staff/")
    page.locator(".user-menu > summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    newcomer.go("/staff/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
