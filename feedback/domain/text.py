"""Vietnamese text: cleaning what comes in, and the forms in which it is compared.

Nothing here is shown to anybody but the result of `clean_text` and `clean_line`; the folded and
toned forms serve matching only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CONTROL_CODES = [*range(0x20), *range(0x7F, 0xA0)]
_BIDI_CODES = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_LINE_SEPARATORS = [0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029]
_ZERO_WIDTH_CODES = [0x00AD, 0x034F, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]

# PostgreSQL refuses NUL and lone surrogates; bidi controls let a name show as another one.
_TEXT_TABLE: dict[int, str | None] = {
    **dict.fromkeys(_CONTROL_CODES),
    **dict.fromkeys(_BIDI_CODES),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys(_LINE_SEPARATORS, "\n"),
    0x0A: "\n",
    0x09: "\t",
}
_ZERO_WIDTH_TABLE: dict[int, None] = dict.fromkeys([*_ZERO_WIDTH_CODES, *_BIDI_CODES])


def _bare_letters() -> dict[int, str | None]:
    """Map every Latin letter with marks to its bare one, and every combining mark to nothing."""
    table: dict[int, str | None] = dict.fromkeys(range(0x300, 0x370))
    for code in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        bare = "".join(
            char for char in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(char)
        )
        if bare != chr(code):
            table[code] = bare
    return table | {ord("đ"): "d", ord("Đ"): "D"}


_FOLD_TABLE: dict[int, str | None] = {**_bare_letters(), **_ZERO_WIDTH_TABLE}

_BARE_TABLE = {code: letter for code, letter in _bare_letters().items() if letter and len(letter) == 1}

_TONED_VOWELS = {
    # where the tone stands in òa, òe, ùy; the newer style writes oà, oè, uỳ
    **{"o" + toned: plain + "a" for plain, toned in zip("òóỏõọ", "àáảãạ", strict=True)},
    **{"o" + toned: plain + "e" for plain, toned in zip("òóỏõọ", "èéẻẽẹ", strict=True)},
    **{"u" + toned: plain + "y" for plain, toned in zip("ùúủũụ", "ỳýỷỹỵ", strict=True)},
}
_TONED_VOWELS |= {
    key[0].upper() + key[1]: value[0].upper() + value[1] for key, value in _TONED_VOWELS.items()
} | {key.upper(): value.upper() for key, value in _TONED_VOWELS.items()}
_NEWER_STYLE = re.compile(r"(?<![qQ])(?:" + "|".join(_TONED_VOWELS) + r")(?!\w)")

# unicodedata.normalize sorts a run of combining marks in quadratic time: 100,000 of them take 8 s.
_LONG_RUN = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_MARKS_KEPT = 8

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))

_HOI, _NGA = "ảẳẩẻểỉỏổởủửỷ", "ãẵẫẽễĩõỗỡũữỹ"
_OTHER_TONE = str.maketrans(_HOI + _NGA, _NGA + _HOI)


def _compose(text: str) -> str:
    """Normalise to NFC in linear time: of more than 30 symbols in a row, no letter has over 8 marks."""
    return unicodedata.normalize("NFC", _LONG_RUN.sub(_thin_marks, text))


def _thin_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    in_a_row = 0
    for char in run.group():
        in_a_row = in_a_row + 1 if unicodedata.combining(char) else 0
        if in_a_row <= _MARKS_KEPT:
            kept.append(char)
    return "".join(kept)


def clean_text(text: str) -> str:
    """Return `text` as it may be stored: NFC, newlines as LF, no character that harms a store or a reader.

    NUL, lone surrogates, control characters other than newline and tab, and bidirectional
    controls go; every kind of line or paragraph separator becomes a newline.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TEXT_TABLE)
    return _compose(unified)


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line, fit for a name, a title or a mail header.

    Every line break (U+001C to U+001E, U+0085, U+2028 and U+2029 too) and tab becomes a space;
    runs of spaces become one; the ends are trimmed.
    """
    return " ".join(clean_text(text).split())


def fold(text: str) -> str:
    """Return `text` without diacritics, in lower case, for comparing what people type with or without marks.

    đ becomes d, zero-width characters go, whitespace runs become one space, the ends are trimmed.
    Composed and decomposed input give the same result.
    """
    return " ".join(text.lower().translate(_FOLD_TABLE).split())


def bare(text: str) -> str:
    """Return `text` (NFC) without diacritics, each letter at its place and in its case, for finding spans."""
    return text.translate(_BARE_TABLE)


def unify_tone_marks(text: str) -> str:
    """Return `text` (NFC) with the tone of a final oa, oe, uy on its first vowel: Hoà becomes Hòa.

    Both styles are in use, in official lists too. The u of qu carries no tone, so quý stays.
    """
    composed = _compose(text)
    return _NEWER_STYLE.sub(lambda found: _TONED_VOWELS[found.group()], composed)


def tokens(text: str) -> list[str]:
    """Return the words of `text` in lower case with their marks, tone style unified.

    Apostrophes join (B'Lao is one word), all other punctuation separates.
    """
    plain = unify_tone_marks(text.translate(_ZERO_WIDTH_TABLE).translate(_APOSTROPHES)).lower()
    return _WORD.findall(plain)


def folded_words(text: str) -> list[str]:
    """Give the words of `text` in lower case without marks, as `read_words` does, in a third of its time."""
    plain = unify_tone_marks(text.translate(_ZERO_WIDTH_TABLE).translate(_APOSTROPHES))
    # A space cannot stand in a word, and a word that folds to nothing leaves its place empty.
    words = " ".join(_WORD.findall(plain)).lower()
    return words.translate(_FOLD_TABLE).split(" ") if words else []


def with_other_tone(word: str) -> str:
    """Return `word` with ngã for hỏi and hỏi for ngã: the South hears them alike and mixes them up."""
    return word.translate(_OTHER_TONE)


def is_marked(word: str) -> bool:
    """Tell whether a word carries a mark (a tone, a hat, a hook, or the bar of đ)."""
    return not word.isascii()


def is_written_with_marks(words: list[str]) -> bool:
    """Tell whether a text of these `tokens` is written in Vietnamese with its marks.

    Some three words in four carry a mark in ordinary writing. Below one in seven the writer
    leaves marks out, and only the folded forms can be compared.
    """
    marked = sum(1 for word in words if is_marked(word))
    return marked * 7 >= len(words) and marked > 0


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in the forms that matching needs; all lists have one entry a word."""

    toned: list[str]
    """Lower case with marks, as `tokens` gives them."""
    folded: list[str]
    """Lower case without marks."""
    capital: list[bool]
    """Whether the writer began the word with a capital."""
    follows: list[bool]
    """Whether only spaces stand between the word before and this one."""
    marked: bool
    """Whether the text is written with its marks."""


def read_words(text: str) -> Words:
    """Split `text` into `Words`, in time linear in its length."""
    plain = unify_tone_marks(text.translate(_ZERO_WIDTH_TABLE).translate(_APOSTROPHES))
    toned: list[str] = []
    capital: list[bool] = []
    follows: list[bool] = []
    end = 0
    for found in _WORD.finditer(plain):
        start = found.start()
        toned.append(found.group().lower())
        capital.append(plain[start].isupper())
        follows.append(start > 0 and plain[end:start].isspace())
        end = found.end()
    folded = [word if word.isascii() else word.translate(_FOLD_TABLE) for word in toned]
    return Words(toned, folded, capital, follows, is_written_with_marks(toned))
