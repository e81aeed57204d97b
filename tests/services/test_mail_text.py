"""Every notice has its four texts, and each can be written in both languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

import pytest
from flask import Flask
from jinja2 import UndefinedError

from feedback.domain.notices import NoticeKind
from feedback.domain.notifications import NotificationKind
from feedback.mail import Mailbox, Refused, compose, header_text
from feedback.models import Case
from feedback.queries.mail_facts import DigestFacts, DigestGroup, DigestLine, links
from feedback.queries.notifications import DigestLine as ToldLine
from feedback.services.post.mail_text import TEMPLATES, render

CASE = {
    "reference": "ABCD-EFGH", "tracking_code": "AAAAA-BBBBB-CCCCC-DDDDD-E", "title": "Đèn đường hỏng",
    "received_on": date(2026, 11, 2), "due_on": date(2026, 11, 23), "citizen_due_on": date(2026, 11, 23),
    "agency_due_on": date(2026, 11, 24), "agency": "Sở Xây dựng", "field": "Xây dựng",
    "place": "Phường Mũi Né", "urgent": False, "restricted": False,
}  # fmt: skip
LINE = DigestLine(
    "agency_overdue", "ABCD-EFGH", "Sở Xây dựng", date(2026, 11, 23), True, True, False, False, False
)
DIGEST = DigestFacts(
    date(2026, 11, 24), "Trưởng phòng", 102, 100, (DigestGroup("Cơ quan xử lý quá hạn", (LINE, LINE)),)
)
LINES = [
    ToldLine(kind, "ABCD-EFGH", sealed, urgent)
    for kind in NotificationKind
    for sealed, urgent in ((False, True), (True, False))
]
PARAMS: dict[str, object] = {
    "question": "Xin cho biết số nhà.", "due_on": "2026-12-04", "reason": "Cần giám định", "granted": True,
    "new_due_on": "2026-12-04", "remarks": "Cần nói rõ ngày.", "text": "Đã thay bóng đèn.\n\nTrân trọng.",
    "parts": [{"title": "Rác", "tracking_code": "XXXXX-XXXXX-XXXXX-XXXXX-X"}], "body_vi": "Thanh tra tỉnh",
    "body_en": "Provincial Inspectorate", "role": "lead", "subject": "Mời sử dụng hệ thống",
    "body": "Kính gửi ông A,\n\nhttps://hoi-am.example/x", "send_backs": 2,
    "old_due_on": "2026-12-03", "new_reply_on": "2026-11-20", "old_reply_on": "2026-11-19", "source": "CV 1",
    "state": "in_progress", "request": "Xin cho biết lịch cắt tỉa.",
    "by": "Nguyễn Thị Sen", "on": "2026-11-20", "position_vi": "Giám đốc", "position_en": "Director",
    "agency_vi": "Sở Xây dựng", "agency_en": "Department of Construction", "first": "2026-11-23",
    "last": "2026-11-27",
    "document_number": "12/VP-TCD", "relayed_on": "2026-11-18",
}  # fmt: skip
LANGUAGES = ("vi", "en")


def context(**changes: object) -> dict[str, object]:
    base = "https://hoi-am.example"
    links = {
        "home": base, "tracking": f"{base}/track", "track": f"{base}/track/AAAAA",
        "cases": f"{base}/staff/cases",
        "case": f"{base}/staff/cases/ABCD-EFGH", "escalations": f"{base}/staff/head",
        "notifications": f"{base}/staff/notifications",
        "sign_in": f"{base}/staff/login",
    }  # fmt: skip
    person = {"name": "Trần Thị Bưởi", "body": False}
    return {
        "case": CASE, "params": PARAMS, "person": person, "links": links, "digest": DIGEST,
        "lines": LINES, "on": date(2026, 11, 24),
        "province": "Văn phòng UBND tỉnh Lâm Đồng",
    } | changes  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_is_written_in_both_forms(kind: NoticeKind, language: str) -> None:
    letter = render(kind, language, context())
    for text in (letter.subject, letter.text, letter.html):
        assert text.strip()
        assert "{{" not in text
        assert "{%" not in text
        assert "None" not in text
    assert "\n" not in letter.subject
    assert f'<html lang="{language}">' in letter.html
    assert "</html>" in letter.html
    assert not re.search(r"\n{4,}", letter.text)
    links = set(re.findall(r'href="([^"]+)"', letter.html))
    assert links
    assert all(link.startswith("https://hoi-am.example") for link in links)
    assert "src=" not in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_over(language: str) -> None:
    kinds = {str(kind) for kind in NoticeKind}
    for form in ("txt", "html"):
        found = {path.stem for path in (TEMPLATES / "mail" / language).glob(f"*.{form}")}
        assert {name for name in found if not name.startswith("_")} == kinds


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_what_is_optional_may_be_missing(kind: NoticeKind) -> None:
    """The shapes that the verbs really write: no optional params, a case nobody has yet."""
    required = {
        "question", "due_on", "new_due_on", "old_due_on", "new_reply_on", "old_reply_on", "text", "parts",
        "body_vi", "body_en", "subject", "body", "on", "position_vi", "position_en", "agency_vi", "agency_en",
        "first", "last",
        "document_number", "relayed_on",
    }  # fmt: skip
    params = {name: value for name, value in PARAMS.items() if name in required}
    case = CASE | {"agency": "", "field": "", "place": "", "agency_due_on": None, "urgent": True}
    for language in LANGUAGES:
        assert "None" not in render(kind, language, context(params=params, case=case)).text


def test_the_languages_differ() -> None:
    vietnamese, english = (render(NoticeKind.ANSWER, language, context()) for language in LANGUAGES)
    assert "Kính gửi Ông/Bà Trần Thị Bưởi," in vietnamese.text
    assert "02/11/2026" in vietnamese.text
    assert "Dear Trần Thị Bưởi," in english.text
    assert "2 November 2026" in english.text


def test_an_agency_is_not_greeted_as_a_person() -> None:
    letter = render(NoticeKind.ASSIGNED_AGENCY, "vi", context(person={"name": "Sở Xây dựng", "body": True}))
    assert letter.text.lstrip().startswith("Kính gửi Sở Xây dựng,")


def test_what_a_template_asks_for_and_does_not_get_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render(NoticeKind.RECEIPT, "vi", context(case={"reference": "ABCD-EFGH"}))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_subjects_survive_the_journey(kind: NoticeKind, language: str) -> None:
    letter = render(kind, language, context())
    sent = compose(
        sender=Mailbox("a@example.org", "Hồi Âm"), to=[Mailbox("b@example.org", "Trần, Thị <Bưởi>")],
        subject=letter.subject, text=letter.text, html=letter.html, message_id="1@example.org",
        at=datetime(2026, 11, 22, tzinfo=UTC), locale=language,
    )  # fmt: skip
    raw = sent.as_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == letter.subject
    assert read["To"].addresses[0].display_name == "Trần, Thị <Bưởi>"
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n") == letter.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "unsafe", ["\r\n", "\n", "\x1c", "\x1d", "\x85", "\u2028", "\u2029", "\x00", "\ud800"]
)
def test_headers_are_one_line(unsafe: str) -> None:
    assert header_text(f"một{unsafe}hai") == "một hai"


@pytest.mark.parametrize(
    "address", ["", "x", "@example.org", "a b@", "a@" + "x" * 64 + ".vn", "a@..vn", "a@"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        compose(
            sender=Mailbox("a@example.org"), to=[Mailbox(address)], subject="x", text="x", html="x",
            message_id="1@example.org", at=datetime(2026, 11, 22, tzinfo=UTC), locale="vi",
        )  # fmt: skip


def test_the_links_of_letters_lead_to_pages(app: Flask) -> None:
    case = Case(tracking_code="AAAAA-BBBBB-CCCCC-DDDDD-E", reference="ABCD-EFGH")
    pages = app.url_map.bind("hoi-am.example")
    for name, link in links("", case).items():
        if name != "cases":  # the beginning of a case's address
            endpoint, _ = pages.match(link or "/", method="GET")
            assert endpoint
