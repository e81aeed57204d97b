"""The straight line over HTTP, through the processes that serve a province.

A message with a photo is routed within five seconds, answered, approved, mailed, shown to its sender,
published and rated. The same story as in the browser (tests/e2e/test_the_line.py), without one.
"""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator
from datetime import date
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from feedback import clock, db
from feedback.embedded.stores import Stores
from feedback.services.seeding.reference import seed_reference
from feedback.services.seeding.staff import seed_staff
from feedback.services.staff.passwords import hash_password
from tests.faults.province import worker_sessions
from tests.faults.site import Site, site
from tests.journeys import story
from tests.journeys.browser import Browser, Page
from tests.workers.processes import wait_for

pytestmark = pytest.mark.timeout(120)

PASSWORD = "một mật khẩu để thử"
ROUTING_SECONDS = 5
MAIL_SECONDS = 30


def _settle(stores: Stores) -> None:
    with worker_sessions(stores.urls()) as sessions, db.transaction(sessions, db.WORKER) as session:
        now = clock.now()
        seed_reference(session, "lam-dong", now)
        seed_staff(session, hash_password(PASSWORD), now, date(2025, 7, 1))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site"), _settle) as running:
        yield running


def test_a_message_travels_to_its_answer(place: Site) -> None:
    citizen = Browser(place.address)
    code = _send(citizen)
    _is_routed(citizen, code)
    officer, head = _staff(place, story.OFFICER), _staff(place, story.HEAD)
    _answer(officer)
    _approve(head)
    _is_mailed(place, code)
    shown = citizen.open(f"/track/{code}")
    assert story.ANSWER in shown.words
    _publish(officer, _staff(place, "dieuphoi"))
    _is_on_the_board(citizen)
    thanked = citizen.send(shown, "/rate", score="5", comment=story.THANKS)
    assert "Cảm ơn ông/bà đã đánh giá" in thanked.words


def _staff(place: Site, login: str) -> Browser:
    browser = Browser(place.address)
    browser.sign_in(f"{login}@lamdong.example", PASSWORD)
    return browser


def _send(citizen: Browser) -> str:
    form = citizen.open(citizen.open("/").link("Gửi phản ánh"))
    receipt = citizen.send(
        form, "/submit", files={"files": (story.photo(), "den-duong.jpg")},
        body=story.BODY, place_text=story.WARD, place_detail=story.PLACE_DETAIL, identity="named",
        submitter_kind="citizen", name=story.SENDER, email="buoi@example.org", consent_publish="y",
        reported="mine",
    )  # fmt: skip
    found = re.fullmatch(r"/track/([0-9A-Z-]+)/receipt", receipt.path)
    assert found, (receipt.path, receipt.words[:2000])
    assert "Đã nhận" in receipt.words
    assert "15 ngày làm việc" in receipt.words
    return found[1]


def _is_routed(citizen: Browser, code: str) -> None:
    citizen.wait_for(f"/track/{code}", "UBND phường Xuân Hương", ROUTING_SECONDS)
    kept = citizen.fetch(citizen.open(f"/track/{code}").link("den-duong.jpg"))
    assert story.secrets_in(story.photo())
    assert story.secrets_in(kept) == {}


def _case(staff: Browser) -> Page:
    return staff.open(staff.open("/staff/").link("Dãy đèn đường ở hẻm 12"))


def _answer(officer: Browser) -> None:
    accepted = officer.send(_case(officer), "/accept")
    assert "Đã nhận xử lý" in accepted.words
    sent = officer.send(
        officer.open(accepted.link("Soạn câu trả lời")),
        text=story.ANSWER,
        do="submit",
        no_photo_reason="Không chụp được ảnh ban đêm.",
    )
    assert "Đã trình duyệt câu trả lời" in sent.words


def _approve(head: Browser) -> None:
    draft = head.open(_case(head).link("Xem và duyệt"))
    assert story.ANSWER in draft.words
    assert "Đã duyệt và gửi câu trả lời" in head.send(draft, "/approve").words


def _letters(box: Path, recipient: str) -> list[EmailMessage]:
    parser = BytesParser(policy=default)
    letters = [parser.parsebytes(letter.as_bytes()) for letter in mailbox.Maildir(box, create=False)]
    return [letter for letter in letters if isinstance(letter, EmailMessage) and recipient in letter["To"]]


def _is_mailed(place: Site, code: str) -> None:
    def answered() -> list[EmailMessage]:
        letters = _letters(place.box, "buoi@example.org")
        return [letter for letter in letters if story.ANSWER[:40] in " ".join(_text(letter).split())]

    wait_for(answered, MAIL_SECONDS, "the mail with the answer")
    (letter,) = answered()
    assert code in _text(letter)
    assert letter.get_body(("html",)) is not None


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _publish(officer: Browser, dispatcher: Browser) -> None:
    form = officer.open(officer.open("/staff/publication").link("Đề xuất công khai"))
    proposed = officer.send(
        form, title=story.PUBLIC_TITLE, summary=story.SUMMARY, answer_text=story.PUBLIC_ANSWER,
    )  # fmt: skip
    assert "Đã đề xuất công khai" in proposed.words
    check = dispatcher.open(dispatcher.open("/staff/publication").link("Kiểm tra"))
    assert story.SUMMARY in check.words
    assert "Đã công khai" in dispatcher.send(check, do="publish").words


def _is_on_the_board(citizen: Browser) -> None:
    published = citizen.open(citizen.open("/board").link(story.PUBLIC_TITLE))
    assert story.SUMMARY in published.words
    assert story.PUBLIC_ANSWER in published.words
    for private in (story.SENDER, story.PLACE_DETAIL, story.BODY[:40], "den-duong.jpg"):
        assert private not in published.words
