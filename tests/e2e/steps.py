"""What people do in more than one journey."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.e2e.product import Product
from tests.e2e.visitor import Visitor
from tests.journeys import story

ROUTING_SECONDS = 5
MAIL_SECONDS = 30
_CODE = re.compile(r"/track/([0-9A-Z-]+)/receipt")


def jpeg(name: str = "den-duong.jpg") -> Any:
    """The photo, as a file chooser takes it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": story.photo()}


def choose_place(citizen: Visitor, typed: str = story.WARD_TYPED, chosen: str = story.WARD) -> None:
    """Type the beginning of a place's name and choose it from the list."""
    box = citizen.page.get_by_role("combobox", name="Xã, phường, đặc khu")
    box.click()
    box.press_sequentially(typed, delay=20)
    citizen.page.get_by_role("option", name=chosen).first.click()
    expect(box).to_have_value(chosen)


def write_message(citizen: Visitor, email: str, *, body: str = story.BODY, photo: bool = True) -> None:
    """Fill in the form on its page, by name, with an address for mail."""
    page = citizen.page
    page.get_by_label("Nội dung phản ánh, kiến nghị").fill(body)
    choose_place(citizen)
    page.get_by_label("Địa điểm cụ thể").fill(story.PLACE_DETAIL)
    if photo:
        page.get_by_label("Ảnh và tài liệu kèm theo").set_input_files([jpeg()])
        expect(page.locator(".upload-item")).to_have_count(1)
    page.get_by_label("Họ và tên").fill(story.SENDER)
    page.get_by_label("Thư điện tử").fill(email)
    page.get_by_label(re.compile("đồng ý để nội dung")).check()


def send(citizen: Visitor) -> str:
    """Send the filled form; give the tracking code of the receipt."""
    citizen.page.get_by_role("button", name="Gửi phản ánh").click()
    if own_instead(citizen):
        citizen.page.get_by_role("button", name="Gửi phản ánh của tôi").click()
    citizen.page.wait_for_url(_CODE)
    found = _CODE.search(citizen.page.url)
    assert found
    return found[1]


def own_instead(citizen: Visitor) -> bool:
    """Tell whether the sender is asked about a case like theirs: other journeys report the same lamp."""
    own = citizen.page.get_by_role("button", name="Gửi phản ánh của tôi")
    expect(own.or_(citizen.page.locator(".receipt"))).to_be_visible()
    return own.is_visible()


def submit(citizen: Visitor, email: str, **words: Any) -> str:
    """Send a message; give its tracking code."""
    citizen.go("/submit")
    write_message(citizen, email, **words)
    return send(citizen)


def wait_on_page(visitor: Visitor, path: str, text: str, seconds: float) -> float:
    """Open a page again and again until it shows `text`; give how many seconds that took."""
    begun = time.monotonic()
    while visitor.go(path) >= 400 or text not in visitor.page.locator("main").inner_text():
        assert time.monotonic() - begun < seconds, f"{path} did not show {text!r} in {seconds} s"
        visitor.page.wait_for_timeout(200)
    return time.monotonic() - begun


def open_mail(visitor: Visitor, recipient: str, subject: str) -> Locator:
    """Wait for a mail in the catcher's page, open it, and give the text part's place on the page."""
    row = visitor.page.locator("tbody tr").filter(has_text=recipient).filter(has_text=subject)
    until = time.monotonic() + MAIL_SECONDS
    while visitor.go("/demo/mail") != 200 or not row.count():
        assert time.monotonic() < until, f"no mail {subject!r} to {recipient}"
        visitor.page.wait_for_timeout(300)
    row.first.get_by_role("link").click()
    return visitor.page.locator(".letter-text")


def open_case(staff: Visitor, title: str) -> str:
    """Find a case in the inbox by its title and open it, by a search where the first page has it not."""
    staff.go("/staff/")
    link = staff.page.get_by_role("link", name=title)
    if not link.count():
        staff.go(f"/staff/?{urlencode({'view': 'all', 'q': title})}")
    link.first.click()
    staff.page.wait_for_url(re.compile("/staff/cases/"))
    return staff.page.url.rsplit("/", 1)[1]


def arrived(page: Page) -> None:
    """Wait until the page at hand has its scripts: a key pressed before is heard by nobody."""
    page.wait_for_load_state()


def told(staff: Visitor, text: str) -> None:
    """See the sentence that says what was done."""
    expect(staff.page.locator("main").get_by_text(text).first).to_be_visible()
    arrived(staff.page)


def choose_act(staff: Visitor, name: str) -> None:
    """Choose one of the acts that a case's page offers."""
    panel = staff.page.locator(".do-panel")
    panel.get_by_role("link", name=name).or_(panel.get_by_role("button", name=name)).click()


def answer(officer: Visitor, title: str, *, look: bool = False) -> str:
    """Take a case on, write its answer and submit it for approval; give the case's reference."""
    reference = open_case(officer, title)
    if look:
        officer.look("case-assigned")
    choose_act(officer, "Nhận xử lý")
    told(officer, "Đã nhận xử lý")
    choose_act(officer, "Soạn câu trả lời")
    officer.page.get_by_label("Nội dung trả lời").fill(story.ANSWER)
    if look:
        officer.look("answer-form")
    reason = officer.page.get_by_label("Lý do không có ảnh")
    if reason.count():
        reason.fill("Sửa vào ban đêm, không chụp được ảnh.")
    officer.page.get_by_role("button", name="Trình duyệt").click()
    told(officer, "Đã trình duyệt câu trả lời")
    return reference


def approve(head: Visitor, title: str, *, look: bool = False) -> None:
    """Read the submitted answer of a case and approve it."""
    open_case(head, title)
    choose_act(head, "Xem và duyệt")
    expect(head.page.locator(".answer-text")).to_contain_text(story.ANSWER)
    if look:
        head.look("approve")
    if head.page.locator("[name=names_nobody]").count():
        head.page.locator("[name=names_nobody]").check()
    head.page.get_by_role("button", name="Duyệt và gửi").click()
    told(head, "Đã duyệt và gửi câu trả lời")


def bring_in(product: Product, folder: Path, title: str) -> None:
    """Have a message come in by command, as many do: routed before the command ends."""
    file = folder / "message.jsonl"
    line = {"id": title, "subject": title, "text": story.BODY, "place": story.WARD, "name": story.SENDER,
            "email": "nguoi-gui@example.org"}  # fmt: skip
    file.write_text(json.dumps(line), encoding="utf-8")
    counts = json.loads(product.command("submit", str(file), "--json"))
    assert (counts["received"], counts["assigned"]) == (1, 1), counts
