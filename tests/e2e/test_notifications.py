"""A head sees the bell, reads what it tells, follows one to its case, and chooses how to be told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_a_head_is_told_reads_and_chooses(visitor: Open, width: int) -> None:
    # The English pages are looked at on the telephone, so that both languages and both widths are.
    head = visitor("giamdoc.sxd", width=width, language="en" if width == PHONE else "vi")
    page = head.page
    head.go("/staff/")
    bell = page.locator(".bell")
    expect(bell).to_be_visible()
    before = int(bell.locator(".bell-count").inner_text())
    bell.click()
    page.wait_for_url(re.compile("/staff/notifications$"))
    head.look("notifications")
    unread = page.locator(".notification.is-unread")
    assert unread.count() == before
    link = unread.filter(has=page.locator(".reference")).first.get_by_role("link")
    reference = unread.filter(has=page.locator(".reference")).first.locator(".reference").inner_text()
    link.press("Enter")
    page.wait_for_url(re.compile(f"/staff/cases/{reference}"))
    assert int(bell.locator(".bell-count").inner_text()) < before
    head.go("/staff/notifications/settings")
    head.look("notification-settings")
    page.locator("[name=agency]").select_option("digest")
    page.locator("form[action$='/settings'] button[type=submit]").press("Enter")
    expect(page.locator("[name=agency]")).to_have_value("digest")
    steps.told(head, "saved" if width == PHONE else "Đã lưu")
