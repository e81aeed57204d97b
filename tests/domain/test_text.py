"""Cleaning and comparing Vietnamese text; every trap of trust.md has a case here."""

import time
import unicodedata

import pytest

from feedback.domain.text import (
    clean_line,
    clean_text,
    fold,
    is_written_with_marks,
    read_words,
    tokens,
    unify_tone_marks,
)

LINE_BREAKS = ["\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_break", LINE_BREAKS)
def test_every_line_break_becomes_a_newline_in_text_and_a_space_in_a_line(line_break: str) -> None:
    assert clean_text(f"một{line_break}hai") == "một\nhai"
    assert clean_line(f"một{line_break}hai") == "một hai"


@pytest.mark.parametrize("harm", ["\x00", "\ud800", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u200f"])
def test_what_harms_a_store_or_a_reader_goes(harm: str) -> None:
    assert clean_text(f"a{harm}b") == "ab"
    clean_text(f"a{harm}b").encode("utf-8")


def test_text_is_stored_composed_and_keeps_tabs() -> None:
    decomposed = unicodedata.normalize("NFD", "Hòa Thắng\tĐắk Mil")
    assert clean_text(decomposed) == "Hòa Thắng\tĐắk Mil"
    assert clean_line("  Xã \t Hòa   Ninh ") == "Xã Hòa Ninh"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đường Hoà  Bình", "duong hoa binh"),
        ("Đưòng\u200d lầy", "duong lay"),
        (unicodedata.normalize("NFD", "Ưỡn ẹo Ỵ"), "uon eo y"),
        ("ĂÂĐÊÔƠƯ", "aadeoou"),
    ],
)
def test_folding_drops_marks_case_and_zero_width(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("newer", "older"),
    [("Hoà", "Hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("HOÀ", "HÒA"), ("Phú Thuỷ", "Phú Thủy")],
)
def test_both_styles_of_tone_marks_become_one(newer: str, older: str) -> None:
    assert unify_tone_marks(newer) == older
    assert unify_tone_marks(older) == older


@pytest.mark.parametrize("word", ["quý", "Quỳ", "hoàng", "hoạch", "thuyền", "toán"])
def test_tone_marks_that_stand_right_stay(word: str) -> None:
    assert unify_tone_marks(word) == word


def test_tokens_join_apostrophes_and_part_at_punctuation() -> None:
    assert tokens("Phường B'Lao, D’Ran; xã Hoà-Ninh!") == ["phường", "blao", "dran", "xã", "hòa", "ninh"]


def test_a_text_without_marks_is_told_from_one_with_them() -> None:
    assert is_written_with_marks(tokens("rác tràn khu tân hà k ai dọn z"))
    assert not is_written_with_marks(tokens("rac tran khu tan ha khong ai don"))
    assert not is_written_with_marks(tokens("duong o xa D'Ran bi hu het roi, mong som sua cho ba con đi lai"))
    assert not is_written_with_marks([])


def test_words_know_capitals_and_neighbours() -> None:
    words = read_words("ông Lê Văn Tám, xã Tà Năng")
    assert words.folded == ["ong", "le", "van", "tam", "xa", "ta", "nang"]
    assert words.capital == [False, True, True, True, False, True, True]
    assert words.follows == [False, True, True, True, False, True, True]


HOSTILE = [
    "a" * 100_000,
    "à" * 100_000,
    "a" + "\u0300\u0323" * 50_000,
    "a\u0300\u0323" * 33_000,
    "\u0653\u0651" * 50_000,
    "oà " * 33_000,
    "'" * 100_000,
    "“" * 100_000,
    "\n" * 100_000,
    "_" * 100_000,
]


@pytest.mark.parametrize("function", [clean_text, clean_line, fold, unify_tone_marks, tokens, read_words])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_linear_time(function, text: str) -> None:  # type: ignore[no-untyped-def]
    best = min(_seconds(function, text) for _ in range(3))
    assert best < 0.25, f"{function.__name__} took {best:.3f} s for 100 kB"


def _seconds(function, text: str) -> float:  # type: ignore[no-untyped-def]
    start = time.process_time()
    function(text)
    return time.process_time() - start
