"""Cutting a message by the agencies that its sentences are for: all words kept, in order, or no cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.routing.cutting import LONGEST_TITLE, MOST_PARTS, propose_parts

LAMP = "Đèn đường trước nhà tôi hỏng ba tuần nay."
SCHOOL = "Trường tiểu học thu thêm tiền ngoài quy định."
PUMP = "Trạm bơm thủy lợi cũng không chạy."
HELLO = "Kính gửi lãnh đạo tỉnh."
WORDS = {"Đèn": "SXD", "Trường": "SGDDT", "bơm": "SNNMT"}


def best(sentence: str) -> tuple[str, float] | None:
    return next(((code, 0.8) for word, code in WORDS.items() if word in sentence), None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"{HELLO} {LAMP} {SCHOOL}", [("SXD", f"{HELLO} {LAMP}"), ("SGDDT", SCHOOL)]),
        (f"{LAMP} Rất nguy hiểm cho các cháu. {SCHOOL}", [
            ("SXD", f"{LAMP} Rất nguy hiểm cho các cháu."), ("SGDDT", SCHOOL),
        ]),
        (f"{LAMP}\n{SCHOOL}\n{LAMP}\n{PUMP}", [
            ("SXD", f"{LAMP} {LAMP}"), ("SGDDT", SCHOOL), ("SNNMT", PUMP),
        ]),
        (f"{HELLO} {LAMP} {LAMP}", []),
        (HELLO, []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_are_put_together_by_agency(text: str, parts: list[tuple[str, str]]) -> None:
    assert [(part.agency_code, part.body) for part in propose_parts(text, best)] == parts


def test_what_is_not_sure_stays_with_the_sentence_before() -> None:
    assert (
        propose_parts(f"{LAMP} {SCHOOL}", lambda sentence: ("SXD" if "Đèn" in sentence else "SNV", 0.39))
        == []
    )


@given(st.lists(st.sampled_from([LAMP, SCHOOL, PUMP, HELLO, "Xin cảm ơn.", "Ôi!"]), max_size=12))
def test_no_word_is_lost(said: list[str]) -> None:
    parts = propose_parts(" ".join(said), best)
    assert len(parts) <= MOST_PARTS
    if parts:
        kept = sorted(" ".join(part.body for part in parts).split())
        assert kept == sorted(" ".join(said).split())
        assert all(0 < len(part.title) <= LONGEST_TITLE for part in parts)
