"""The token of the submission form: ours, dated, and one id for one content."""

from __future__ import annotations

from datetime import timedelta

from feedback.db import new_id
from feedback.web import form_token

SECRET = "a secret for tests, long enough to pass"


def test_a_token_gives_its_id_back_for_a_day(now):
    case_id = new_id()
    token = form_token.issue(SECRET, case_id, now)
    assert form_token.read(SECRET, token, now) == case_id
    assert form_token.read(SECRET, token, now + timedelta(hours=23, minutes=59)) == case_id
    assert form_token.read(SECRET, token, now + timedelta(hours=24)) is None


def test_what_is_not_ours_gives_nothing(now):
    token = form_token.issue(SECRET, new_id(), now)
    for other in (
        None,
        "",
        "x",
        token[:-1],
        token + "x",
        form_token.issue("another secret" * 3, new_id(), now),
    ):
        assert form_token.read(SECRET, other, now) is None


def test_a_second_message_has_an_id_that_follows_from_its_content():
    first = new_id()
    second = form_token.second_id(first, "a" * 64)
    assert second == form_token.second_id(first, "a" * 64)
    assert (
        len({first, second, form_token.second_id(first, "b" * 64), form_token.second_id(new_id(), "a" * 64)})
        == 4
    )
    assert (second.version, second.variant) == (7, first.variant)
    assert second.bytes[:6] == first.bytes[:6]
