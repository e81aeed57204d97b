"""Two versions of a text by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.word_diff import Side, word_diff

CASES = [
    ("", "", []),
    ("Đã thay bóng.", "Đã thay bóng.", [("both", "Đã thay bóng.")]),
    ("Đã thay bóng đèn.", "Đã sửa bóng đèn.",
     [("both", "Đã "), ("old", "thay"), ("new", "sửa"), ("both", " bóng đèn.")]),
    ("Một.", "Một. Hai.", [("both", "Một."), ("new", " Hai.")]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "pieces"), CASES)
def test_words_are_compared(old, new, pieces):
    assert [(str(piece.side), piece.text) for piece in word_diff(old, new)] == pieces


WORDS = st.lists(st.sampled_from(["đường", "đèn", " ", "\n", ".", "12"]), max_size=40).map("".join)


@given(WORDS, WORDS)
def test_both_versions_can_be_read_from_the_pieces(old, new):
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.side is not Side.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.side is not Side.OLD) == new


def test_a_very_long_text_is_compared_by_lines():
    old = "".join(f"dòng {number}\n" for number in range(2000))
    pieces = word_diff(old, old + "cuối")
    assert [piece.side for piece in pieces] == [Side.BOTH, Side.NEW]
