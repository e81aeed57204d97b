"""The rules of a submission, and how a double send is told from a second message."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import (
    LIMITS,
    MOST_FILES,
    StoredFile,
    Submission,
    is_business_code,
    is_email,
    is_phone,
    problems,
    title_from,
)

WHOLE = Submission(
    channel=Channel.WEB, locale="vi", title="Đèn hỏng", body="Đèn đường trước cổng trường đã hỏng.",
    place_text="", place_detail="", commune_code=None, happened="", field_id=None,
    submitter_kind=SubmitterKind.CITIZEN, anonymous=False, name="Bưởi", organisation="", business_code="",
    email="", phone="0912 345 678", address="", consent_publish=False, confidential=False,
)  # fmt: skip


def stored(name: str = "a.jpg", sha256: str = "ab" * 32) -> StoredFile:
    return StoredFile(uuid4(), name, "image/jpeg", 10, sha256, f"files/{uuid4()}")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"anonymous": True, "name": "", "phone": ""}, []),
        ({"body": ""}, [("body", "required")]),
        ({"body": "Ngắn"}, [("body", "too_short")]),
        ({"body": "x" * (LIMITS["body"] + 1)}, [("body", "too_long")]),
        ({"name": ""}, [("name", "required")]),
        ({"phone": ""}, [("phone", "required")]),
        ({"phone": "", "address": "12 Nguyễn Du"}, []),
        ({"phone": "không có"}, [("phone", "invalid")]),
        ({"email": "buoi@"}, [("email", "invalid")]),
        ({"latitude": 11.54, "longitude": 107.8}, []),
        ({"latitude": 8.64, "longitude": 111.92}, []),
        ({"latitude": 48.85, "longitude": 2.35}, [("latitude", "invalid")]),
        ({"latitude": 107.8, "longitude": 11.54}, [("latitude", "invalid")]),
        ({"latitude": 11.54}, [("latitude", "invalid")]),
        ({"latitude": float("nan"), "longitude": 107.8}, [("latitude", "invalid")]),
        ({"submitter_kind": SubmitterKind.BUSINESS}, [("organisation", "required")]),
        (
            {"submitter_kind": SubmitterKind.BUSINESS, "organisation": "Công ty", "business_code": "12"},
            [("business_code", "invalid")],
        ),
        ({"attachments": tuple(stored() for _ in range(MOST_FILES + 1))}, [("attachments", "too_many")]),
    ],
)
def test_what_must_be_mended_is_named(changes, found):
    assert [tuple(problem) for problem in problems(replace(WHOLE, **changes))] == found


@pytest.mark.parametrize("text", ["a@b.vn", "ten.ho+nhan@thu.lamdong.gov.vn", "chữ@việt.vn"])
def test_addresses_that_may_arrive(text):
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["", "a@b", "a b@c.vn", "a@b..vn", "a@b.vn\nBcc: x@y.vn", "<a@b.vn>", "@" * 9000]
)
def test_addresses_that_cannot_arrive(text):
    assert not is_email(text)


def test_numbers_of_telephones_and_businesses():
    assert all(map(is_phone, ("0912345678", "+84 912 345 678", "(0263) 3.822.100")))
    assert not any(map(is_phone, ("", "12345", "0912345678x", "٠٩١٢٣٤٥٦٧٨")))
    assert all(map(is_business_code, ("0312345678", "0312345678-001", "0312345678001")))
    assert not any(map(is_business_code, ("031234567", "0312345678-1", "abcdefghij")))


def test_the_first_way_to_reach_somebody_counts():
    assert WHOLE.reachable_by == "phone"
    assert replace(WHOLE, email="a@b.vn").reachable_by == "email"
    assert replace(WHOLE, phone="", address="12 Nguyễn Du").reachable_by == "post"
    assert replace(WHOLE, anonymous=True).reachable_by == ""


def test_the_same_content_has_the_same_digest_however_its_files_were_stored():
    first = replace(WHOLE, attachments=(stored(),))
    assert first.digest() == replace(WHOLE, attachments=(stored(),)).digest()
    assert len(first.digest()) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Một việc khác hẳn, không phải đèn đường."},
        {"name": "Mận"},
        {"consent_publish": True},
        {"attachments": (stored("b.jpg"),)},
        {"attachments": (stored(sha256="cd" * 32),)},
        {"title": "Đèn hỏn", "body": "gĐèn đường trước cổng trường đã hỏng."},
    ],
)
def test_any_other_content_has_another_digest(changes):
    base = replace(WHOLE, attachments=(stored(),))
    assert replace(base, **changes).digest() != base.digest()


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Rác chưa thu gom. Đã một tuần.", "Rác chưa thu gom"),
        ("Rác\nchưa thu gom", "Rác"),
        ("Giá 1.500.000 đồng là quá cao", "Giá 1.500.000 đồng là quá cao"),
        ("từ " * 60, "từ " * 32 + "từ…"),
    ],
)
def test_a_title_is_the_first_sentence(body, title):
    assert title_from(body) == title
    assert len(title_from(body)) <= 101


def test_a_position_counts_only_where_there_is_one() -> None:
    """What was received before positions could come along keeps the digest that it was written with."""
    known = "84f5869a3a9a2c8fd56bc1b582dc2e8dd2654c0986b400d745b2497c3e278baf"
    assert WHOLE.digest() == known
    assert replace(WHOLE, latitude=11.54, longitude=107.8).digest() != known
