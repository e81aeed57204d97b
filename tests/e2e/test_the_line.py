"""The straight line: a message with a photo, its agency, its answer, the mail, the board, the rating."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import steps
from tests.e2e.conftest import Open
from tests.e2e.visitor import Visitor
from tests.journeys import story

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_a_message_travels_to_its_answer(visitor: Open, width: int) -> None:
    mark = secrets.token_hex(2)
    sender = f"buoi-{mark}@example.org"
    title = f"Đèn đường hẻm 12 không sáng ({mark})"
    citizen = visitor(width=width)
    code = _send(citizen, sender, title)
    _is_routed(citizen, code)

    officer = visitor(story.OFFICER, width=width)
    officer.go("/staff/")
    officer.look("inbox")
    steps.answer(officer, title, look=True)
    head = visitor(story.HEAD, width=width)
    head.go("/staff/head")
    head.look("head")
    steps.approve(head, title, look=True)

    letter = steps.open_mail(citizen, sender, "trả lời")
    expect(letter).to_contain_text(story.ANSWER)
    citizen.look("mail-answer", schemes=("light",))
    citizen.go(f"/track/{code}")
    expect(citizen.page.locator("#answer")).to_contain_text(story.ANSWER)
    citizen.look("track-answered")

    public_title = f"{story.PUBLIC_TITLE} ({mark})"
    _propose(officer, title, public_title)
    _check(visitor("dieuphoi", width=width), public_title)
    _is_on_the_board(citizen, public_title)
    _rate(citizen, code)


def _send(citizen: Visitor, sender: str, title: str) -> str:
    assert citizen.go("/") == 200
    citizen.look("home")
    citizen.page.get_by_role("link", name="Gửi phản ánh").last.click()
    citizen.look("submit-empty")
    steps.write_message(citizen, sender)
    citizen.page.get_by_label("Tóm tắt trong một câu").fill(title)
    citizen.look("submit-filled", schemes=("light",))
    code = steps.send(citizen)
    page = citizen.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã nhận")
    expect(page.locator(".tracking-code-value")).to_have_text(code)
    expect(page.locator("img.receipt-qr")).to_be_visible()
    assert page.locator("img.receipt-qr").evaluate("i => i.decode().then(() => i.naturalWidth)") > 100
    expect(page.locator(".due-promise")).to_have_text(
        re.compile(r"Được trả lời chậm nhất .*\d{1,2}/\d{1,2}/\d{4}")
    )
    expect(page.locator(".due-why")).to_contain_text("15 ngày làm việc")
    citizen.look("receipt")
    return code


def _is_routed(citizen: Visitor, code: str) -> None:
    took = steps.wait_on_page(citizen, f"/track/{code}", "UBND phường Xuân Hương", steps.ROUTING_SECONDS)
    assert took <= steps.ROUTING_SECONDS
    page = citizen.page
    expect(page.locator(".now-due")).to_contain_text("15 ngày làm việc")
    citizen.look("track-assigned")
    page.get_by_text("Nội dung ông/bà đã gửi").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="den-duong.jpg").click()
    kept = fetched.value.path().read_bytes()
    assert story.secrets_in(story.photo())
    assert story.secrets_in(kept) == {}


def _propose(officer: Visitor, title: str, public_title: str) -> None:
    officer.go("/staff/publication")
    officer.look("publication")
    row = officer.page.get_by_role("row").filter(has_text=title)
    row.get_by_role("link", name="Đề xuất công khai").click()
    page = officer.page
    expect(page.get_by_label("Câu trả lời được công khai")).to_have_value(story.ANSWER)
    page.get_by_label("Tiêu đề công khai").fill(public_title)
    page.get_by_label("Tóm tắt bằng lời của cơ quan").fill(story.SUMMARY)
    officer.refusals.add(422)
    page.get_by_role("button", name="Đề xuất công khai").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("địa điểm cụ thể")
    officer.look("propose-refused")
    page.get_by_label("Câu trả lời được công khai").fill(story.PUBLIC_ANSWER)
    page.get_by_role("button", name="Đề xuất công khai").click()
    steps.told(officer, "Đã đề xuất công khai")


def _check(dispatcher: Visitor, public_title: str) -> None:
    dispatcher.go("/staff/publication")
    item = dispatcher.page.get_by_role("listitem").filter(has_text=public_title)
    item.get_by_role("link", name="Kiểm tra").click()
    expect(dispatcher.page.locator("main")).to_contain_text(story.SUMMARY)
    dispatcher.look("check")
    dispatcher.page.get_by_role("button", name="Công khai", exact=True).click()
    steps.told(dispatcher, "Đã công khai")


def _is_on_the_board(citizen: Visitor, public_title: str) -> None:
    citizen.go("/board")
    citizen.look("board")
    citizen.page.get_by_role("link", name=public_title).click()
    main = citizen.page.locator("main")
    expect(main).to_contain_text(story.SUMMARY)
    expect(main).to_contain_text(story.PUBLIC_ANSWER)
    for private in (story.SENDER, story.PLACE_DETAIL, story.BODY[:40], "den-duong.jpg"):
        expect(main).not_to_contain_text(private)
    citizen.look("published")


def _rate(citizen: Visitor, code: str) -> None:
    citizen.go(f"/track/{code}")
    citizen.page.get_by_label("Rất hài lòng").check()
    citizen.page.get_by_label("Nhận xét thêm").fill(story.THANKS)
    citizen.page.get_by_role("button", name="Gửi đánh giá").click()
    steps.told(citizen, "Cảm ơn ông/bà đã đánh giá")
    expect(citizen.page.get_by_role("button", name="Gửi đánh giá")).to_have_count(0)
