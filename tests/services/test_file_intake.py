"""Lines of a file: read as submissions, with an id that a second reading gives again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import LIMITS
from feedback.services.arrival.file_intake import UnreadableLine, read_line

TEXT = "Đèn đường trước trường học đã tắt ba tuần. Buổi tối rất nguy hiểm."


def line(**fields: Any) -> str:
    return json.dumps({"text": TEXT} | fields, ensure_ascii=False)


def test_a_bare_text_is_an_anonymous_submission() -> None:
    _, submission = read_line(line())
    assert submission.channel is Channel.FILE
    assert (submission.body, submission.title) == (TEXT, "Đèn đường trước trường học đã tắt ba tuần")
    assert submission.anonymous
    assert submission.submitter_kind is SubmitterKind.CITIZEN
    assert not submission.consent_publish
    assert not submission.confidential


def test_every_field_is_taken_and_labels_are_not() -> None:
    _, submission = read_line(
        line(
            id="m1", subject="  Đèn\thỏng ", submitter="business", place="Xã Đắk Song", name="Lê Lựu",
            organisation="Công ty Thử", email="lua@example.vn", phone="0912 345 678", address="Số 1",
            happened="hôm qua", consent_publish=True, confidential=True, agency="SXD", **{"class": "C"},
        ),
        locale="en",
    )  # fmt: skip
    assert submission.title == "Đèn hỏng"
    assert submission.submitter_kind is SubmitterKind.BUSINESS
    assert (submission.place_text, submission.name, submission.organisation) == (
        "Xã Đắk Song", "Lê Lựu", "Công ty Thử",
    )  # fmt: skip
    assert (submission.email, submission.phone, submission.address) == (
        "lua@example.vn",
        "0912 345 678",
        "Số 1",
    )
    assert (submission.happened, submission.locale) == ("hôm qua", "en")
    assert submission.consent_publish
    assert submission.confidential
    assert not submission.anonymous


def test_the_id_follows_from_the_lines_id_and_its_words() -> None:
    assert read_line(line(id="a"))[0] == read_line(line(id="a", **{"class": "C"}))[0]
    ids = {
        read_line(text)[0] for text in (line(id="a"), line(id="b"), line(), line(id="a", place="Xã Di Linh"))
    }
    assert len(ids) == 4
    composed, decomposed = (
        line(text="Hẻm hỏng đèn lâu rồi"),
        line(text="Hẻm hỏng đèn lâu rồi".replace("ẻ", "e\u0309")),
    )
    assert composed != decomposed
    assert read_line(composed) == read_line(decomposed)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("{}", "body: required"),
        (line(text=5), "text: a text is wanted, not int"),
        (line(text=None), "text: a text is wanted, not NoneType"),
        (line(place=["x"]), "place: a text is wanted, not list"),
        (line(text="ngắn"), "body: too_short"),
        (line(text="\u200b\x00 "), "body:"),
        (line(text="đ" * 10_001), "body: too_long"),
        (line(submitter="robot"), "submitter: 'robot'"),
        (line(name="Lê Lựu"), "phone: required"),
        (line(name="Lê Lựu", email="khong phai thu"), "email: invalid"),
        (line(name="Lê Lựu", phone="12"), "phone: invalid"),
        (line(name="Lê Lựu", phone="0912345678", submitter="business"), "organisation: required"),
        ("[" * 100_000, "not JSON"),
        ('{"text": ' + "9" * 5000 + "}", "not JSON|a text is wanted"),
    ],
)  # fmt: skip
def test_an_unusable_line_says_why(text: str, why: str) -> None:
    with pytest.raises(UnreadableLine, match=why):
        read_line(text)


def test_yes_is_only_yes() -> None:
    for almost in ("yes", 1, "true", [True], None):
        _, submission = read_line(line(consent_publish=almost, confidential=almost))
        assert not submission.consent_publish
        assert not submission.confidential


def test_a_long_subject_is_cut() -> None:
    _, submission = read_line(line(subject="đ" * 1000))
    assert len(submission.title) == LIMITS["title"]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_any_line_is_read_or_refused(text: str) -> None:
    for written in (text, json.dumps({"text": text + TEXT, "name": text, "phone": "0912345678", "id": text})):
        try:
            case_id, submission = read_line(written)
        except UnreadableLine:
            continue
        assert read_line(written) == (case_id, submission)
        for field in (submission.body, submission.title, submission.name):
            assert "\x00" not in field
            field.encode()
