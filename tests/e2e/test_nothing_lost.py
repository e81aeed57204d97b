"""No action loses what was typed: a server killed meanwhile, a colleague's version, a mistake in the form.

What happens at the end of a session is told in test_errors.py.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from feedback.embedded.instance import Instance
from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.product import Product
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

HEAD = story.HEAD
EARLY = "Phường đã nhận được phản ánh."
LATE = f"{EARLY} Ngày 20/11/2026 sẽ thay bóng đèn và kiểm tra cả tuyến."


def begin(visitor: Open, product: Product, folder: Path, what: str) -> tuple[Visitor, str]:
    """An officer at the empty form of an answer; gives the window and the address of the form."""
    title = f"Đèn đường hẻm 12, {what} ({secrets.token_hex(2)})"
    steps.bring_in(product, folder, title)
    officer = visitor(story.OFFICER)
    steps.open_case(officer, title)
    steps.choose_act(officer, "Nhận xử lý")
    steps.choose_act(officer, "Soạn câu trả lời")
    return officer, officer.page.url


def kill_web(product: Product) -> None:
    """Kill the web server and its processes outright. The supervisor starts another after half a second."""
    holder = Instance(product.var).holder()
    assert holder is not None
    masters = [child for child in children_of(holder[0]) if "gunicorn" in command_of(child)]
    assert masters
    for process in [worker for master in masters for worker in (master, *children_of(master))]:
        with suppress(ProcessLookupError):  # a worker may leave by itself when its master is gone
            os.kill(process, signal.SIGKILL)


def children_of(process: int) -> list[int]:
    """The children of a process, of whichever of its threads."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        found += map(int, thread.read_text().split())
    return found


def command_of(process: int) -> str:
    """The command line of a process."""
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def reopen(window: Visitor, address: str) -> None:
    """Open an address again and again until the server answers."""
    for _ in range(60):
        try:
            if window.go(address) == 200:
                return
        except Error:
            pass
        window.page.wait_for_timeout(300)
    raise AssertionError("the server did not come back")


def test_a_server_killed_while_somebody_types_loses_no_word(
    visitor: Open, product: Product, tmp_path: Path
) -> None:
    officer, form = begin(visitor, product, tmp_path, "máy chủ ngừng")
    page = officer.page
    answer = page.get_by_label("Nội dung trả lời")
    answer.press_sequentially(EARLY)
    expect(page.locator("[data-draft-said]")).to_contain_text("Đã lưu lúc")
    with officer.outage():
        kill_web(product)
        answer.press_sequentially(LATE.removeprefix(EARLY))
        try:
            page.get_by_role("button", name="Lưu dự thảo").click()
            page.wait_for_load_state()
        except Error:
            pass
        reopen(officer, form)
    expect(answer).to_have_value(LATE)
    page.get_by_role("button", name="Lưu dự thảo").click()
    steps.told(officer, "Đã lưu dự thảo")


def test_what_the_server_kept_is_there_in_another_browser(
    visitor: Open, product: Product, tmp_path: Path
) -> None:
    officer, form = begin(visitor, product, tmp_path, "máy khác")
    officer.page.get_by_label("Nội dung trả lời").press_sequentially(EARLY)
    expect(officer.page.locator("[data-draft-said]")).to_contain_text("Đã lưu lúc")
    other = visitor(story.OFFICER)
    other.go(form)
    expect(other.page.get_by_label("Nội dung trả lời")).to_have_value(EARLY)


def test_a_mistake_in_the_answer_gives_it_back_whole(visitor: Open, product: Product, tmp_path: Path) -> None:
    officer, form = begin(visitor, product, tmp_path, "thiếu ảnh")
    officer.refusals |= {422, 409}
    page = officer.page
    answer, reason = page.get_by_label("Nội dung trả lời"), page.get_by_label("Lý do không có ảnh")
    answer.fill(LATE)
    page.get_by_role("button", name="Trình duyệt").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(answer).to_have_value(LATE)
    officer.look("answer-errors")
    officer.go(form)
    expect(answer).to_have_value(LATE)
    reason.fill("Sửa vào ban đêm.")
    page.get_by_role("button", name="Trình duyệt").click()
    steps.told(officer, "Đã trình duyệt")


def test_two_clerks_on_one_case_are_warned_and_lose_nothing(
    visitor: Open, product: Product, tmp_path: Path, width: int
) -> None:
    officer, form = begin(visitor, product, tmp_path, "hai người")
    officer.refusals.add(409)
    officer.page.get_by_label("Nội dung trả lời").fill(LATE)
    head = visitor(HEAD, width=width)
    head.refusals.add(409)
    head.go(form)
    expect(head.page.locator("main")).to_contain_text("đang mở vụ việc này")
    head.page.get_by_label("Nội dung trả lời").fill(EARLY)
    officer.page.get_by_role("button", name="Lưu dự thảo").click()
    steps.told(officer, "Đã lưu dự thảo")
    head.page.get_by_role("button", name="Lưu dự thảo").click()
    merge = head.page.locator(".merge")
    expect(merge).to_contain_text("sẽ thay bóng đèn")
    expect(head.page.get_by_label("Nội dung trả lời")).to_have_value(EARLY)
    head.look("merge")
    merge.get_by_role("button", name=re.compile("Nối bản kia")).press("Enter")
    expect(head.page.get_by_label("Nội dung trả lời")).to_have_value(f"{EARLY}\n\n{LATE}")
    head.page.get_by_role("button", name="Lưu dự thảo").click()
    steps.told(head, "Đã lưu dự thảo")


def test_a_citizen_without_a_network_is_told_and_stays_at_the_form(visitor: Open) -> None:
    citizen = visitor(width=375)
    citizen.go("/submit")
    steps.write_message(citizen, "nguoi-gui@example.org")
    citizen.context.set_offline(True)
    send = citizen.page.get_by_role("button", name="Gửi phản ánh")
    send.click()
    told = citizen.page.get_by_text("không có mạng nên chưa gửi được")
    expect(told).to_be_visible()
    citizen.look("no-network", schemes=("light",))
    citizen.context.set_offline(False)
    expect(told).to_have_count(0)
    assert steps.send(citizen)
