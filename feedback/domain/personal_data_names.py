"""Names of persons in a text, with and without marks, in small letters and in capitals.

A name is a run of capitalised words that begins with a family name or follows a title, a position
or a word of naming; a run after "đường", "trường", "xã", "công ty" belongs to a thing. In a text
in one case only what follows a word of naming is read.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from feedback.domain.gazetteer import spell
from feedback.domain.personal_data_words import (
    BARE_COMMON_FAMILIES,
    BARE_NOT_NAMES,
    BARE_PRONOUNS,
    BARE_THINGS,
    BARE_TITLES,
    COMMON_FAMILIES,
    FAMILY_NAMES,
    HIGHLAND_BEGINNINGS,
    MIDDLE_NAMES,
    NOT_NAMES,
    NOT_PEOPLE,
    OFFICES_OF_PLACES,
    PLAIN_WORDS,
    POSITIONS,
    PRONOUNS,
    PUBLIC_FIGURES,
    STATED,
    THINGS,
    TITLES,
)
from feedback.domain.text import fold, is_written_with_marks

_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼ`][^\W\d_]*)?")
_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ`"), "'")
_ONLY_NAMES = frozenset({"nguyen", "pham", "huynh"})
_NAMES_WITH_THI = frozenset({"le", "tran", "phan", "hoang", "trinh"})
_MOST_WORDS = 6
_MOST_IN_SMALL = 4
_LONGEST_CUE = 4
_LONGEST_PLACE = 5


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    written: str
    folded: str
    capital: bool
    joined: bool
    """Whether only one space stands between the word before and this one."""


def name_spans(
    text: str, place_names: Container[tuple[str, ...]], taken: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Give (start, end) of each name; `taken` are spans that are something else already (an address)."""
    tokens = _tokens(text, taken)
    reading = _Reading(text, tokens, place_names)
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        end = reading.name_at(at)
        if end is None:
            at += 1
            continue
        found.append((tokens[at].start, tokens[end - 1].end))
        at = end
    return found


def _tokens(text: str, taken: Sequence[tuple[int, int]]) -> list[_Token]:
    tokens: list[_Token] = []
    busy = iter([*taken, (len(text) + 1, len(text) + 1)])
    start_taken, end_taken = next(busy)
    end = -2
    for match in _WORD.finditer(text):
        while match.start() >= end_taken:
            start_taken, end_taken = next(busy)
        if match.end() > start_taken:
            continue
        word = match.group().translate(_APOSTROPHES)
        joined = match.start() == end + 1 and text[end] in "  "
        tokens.append(_Token(match.start(), match.end(), word.lower(), fold(word), word[0].isupper(), joined))
        end = match.end()
    return tokens


class _Reading:
    """The words of a text, and what is asked about them."""

    def __init__(self, text: str, tokens: list[_Token], place_names: Container[tuple[str, ...]]) -> None:
        self.text = text
        self.tokens = tokens
        self.place_names = place_names
        self.marked = is_written_with_marks([token.written for token in tokens])

    def name_at(self, at: int) -> int | None:
        """Say behind which word the name that begins at this word ends; None when none begins here."""
        token = self.tokens[at]
        if not token.capital or self._is_shouted(at):
            return self._in_small(at)
        if at and token.joined and self.tokens[at - 1].capital and not self._may_precede(at - 1):
            return None
        run = self._run(at)
        if self._leads_a_name(at, run) or self._is_place(at, run) or self._after_thing(at, run):
            return None
        folded = " ".join(token.folded for token in self.tokens[at:run])
        titled = self._is_titled(at)
        if folded in NOT_PEOPLE or (folded in PUBLIC_FIGURES and not titled):
            return None
        if len(folded) == 1 or (titled and self._is_landmark(at)):
            return None
        if self._is_highland(at, run):
            return run
        return run if self._is_likely(at, run, titled=titled) else None

    def _is_likely(self, at: int, run: int, *, titled: bool) -> bool:
        """Weigh a run of capitals by its first word, its length and what stands before it."""
        token, words = self.tokens[at], run - at
        offices = NOT_NAMES if self.marked else BARE_NOT_NAMES
        first = tuple(self._form(each) for each in self.tokens[at : at + 2])
        if first in offices or first[:1] in offices or (token.folded == "tieng" and words == 2):
            return False
        if titled:
            return words >= 2 or not (token.folded == "ho" and self._after_uncle(at))
        if self._has_position(at):
            return words >= 2
        middle = words >= 2 and self.tokens[at + 1].folded in MIDDLE_NAMES
        if (self._form(token),) in (THINGS if self.marked else BARE_THINGS) and not middle:
            return False
        return words >= 3 and (token.folded in FAMILY_NAMES or self.tokens[at + 1].folded in {"thi", "van"})

    def _is_named(self, at: int) -> bool:
        return not self.marked and any(cue in STATED for cue in self._before(at))

    def _after_uncle(self, at: int) -> bool:
        return self.tokens[at - 1].folded == "bac"

    def _form(self, token: _Token) -> str:
        """Give the word as it is compared: with its marks in a text that has them."""
        return token.written if self.marked else token.folded

    def _is_title(self, token: _Token) -> bool:
        titles = (TITLES | PRONOUNS) if self.marked else (BARE_TITLES | BARE_PRONOUNS)
        return self._form(token) in titles

    def _leads_a_name(self, at: int, run: int) -> bool:
        """Tell whether a capitalised word is the title of the name that follows it, no part of it."""
        token = self.tokens[at]
        return self._is_title(token) and run - at >= 2 and not (self._is_titled(at) or self._is_named(at))

    def _run(self, at: int) -> int:
        """Say behind which word the capitals that begin here end."""
        end = at + 1
        while end < len(self.tokens) and end - at < _MOST_WORDS:
            token = self.tokens[end]
            if not token.capital or not token.joined or (self._is_acronym(end) and not self._is_acronym(at)):
                break
            end += 1
        return end

    def _is_acronym(self, at: int) -> bool:
        token = self.tokens[at]
        return self.text[token.start : token.end].isupper() and len(token.folded.strip("'")) > 1

    def _is_shouted(self, at: int) -> bool:
        """Tell whether the words around are all in capitals, so that capitals mean nothing."""
        around = self.tokens[max(0, at - 4) : at + 5]
        shouted = sum(1 for token in around if self.text[token.start : token.end].isupper())
        return shouted * 5 >= len(around) * 4 and len(around) > 4

    def _may_precede(self, at: int) -> bool:
        """Tell whether a capitalised word can stand right before a name without belonging to it."""
        token = self.tokens[at]
        return self._is_title(token) or self._ends_place(at) or self._ends_position(at + 1)

    def _ends_place(self, at: int) -> bool:
        """Tell whether a place ends with this word: before a name in "xã Trà Tân Chế Quang Huynh"."""
        for start in range(max(1, at - _LONGEST_PLACE), at + 1):
            if self._key(start, at + 1) in self.place_names and self._after_thing(start, at + 1):
                return True
        return False

    def _key(self, start: int, end: int) -> tuple[str, ...]:
        return tuple(spell(token.folded) for token in self.tokens[start:end])

    def _is_place(self, start: int, end: int) -> bool:
        return self._key(start, end) in self.place_names or (
            end - start >= 3 and self._key(start, end - 1) in self.place_names and not self._is_titled(start)
        )

    def _before(self, at: int) -> Iterator[tuple[str, ...]]:
        """Give the one to four words before this one, folded, the longest first."""
        for count in range(min(_LONGEST_CUE, at), 0, -1):
            yield tuple(token.folded for token in self.tokens[at - count : at])

    def _gap(self, at: int) -> str:
        return self.text[self.tokens[at - 1].end : self.tokens[at].start] if at else ""

    def _after_thing(self, at: int, run: int) -> bool:
        """Tell whether the words before make a street, a school, a business or a place of this run."""
        if not at or not re.fullmatch(r"[. ]{0,2}(?:\d{1,3}[/\d]* )?[\"“(]?", self._gap(at)):
            return False
        things = THINGS if self.marked else BARE_THINGS
        counts = range(1, min(_LONGEST_CUE, at) + 1)
        before = [tuple(self._form(token) for token in self.tokens[at - n : at]) for n in counts]
        titled = self._is_titled(at) or self._has_position(at)
        if not any(words in things and (len(words) > 1 or not titled) for words in before):
            return False
        heads_place = self.tokens[at - 1].folded in OFFICES_OF_PLACES and self._ends_position(at - 1)
        begins_place = any(self._key(at, end) in self.place_names for end in range(at + 1, run))
        names_head = heads_place and not begins_place and run - at >= 3
        return not (names_head and self.tokens[at].folded in FAMILY_NAMES)

    def _is_landmark(self, at: int) -> bool:
        """Tell whether the title before this word belongs to a thing: Chợ Bà Rịa, cầu Ông Đồn."""
        title = at - 1
        if not self.tokens[title].capital or not title:
            return False
        things = THINGS if self.marked else BARE_THINGS
        counts = range(1, min(_LONGEST_CUE, title) + 1)
        before = [tuple(self._form(token) for token in self.tokens[title - n : title]) for n in counts]
        return self.tokens[title].joined and any(words in things for words in before)

    def _has_position(self, at: int) -> bool:
        return bool(at) and bool(re.fullmatch(r"[ ,:\-\n]{1,3}", self._gap(at))) and self._ends_position(at)

    def _ends_position(self, at: int) -> bool:
        return any(words in POSITIONS for words in self._before(at))

    def _is_titled(self, at: int) -> bool:
        if not at or not re.fullmatch(r" |: ?", self._gap(at)):
            return False
        before = self.tokens[at - 1]
        if at > 1 and self.tokens[at - 2].folded in {"tieng", "nuoc"} and before.joined:
            return False
        if self.marked:
            return before.written in TITLES
        return before.folded in BARE_TITLES

    def _is_highland(self, at: int, end: int) -> bool:
        """Names of the highlands: Y Khăm Niê Buôn, K' Quốc, H'Lan, Điểu K'Rông."""
        token = self.tokens[at]
        if token.folded in NOT_PEOPLE:
            return False
        if token.folded[:2] in {"k'", "h'"}:
            return len(token.folded) > 2 or end - at >= 2
        return self._form(token) in HIGHLAND_BEGINNINGS and end - at >= 2

    def _in_small(self, at: int) -> int | None:
        """Read a name where capitals say nothing: after a word of naming, or a family name and Thị or Văn."""
        token = self.tokens[at]
        if self._form(token) not in (COMMON_FAMILIES if self.marked else BARE_COMMON_FAMILIES):
            return None
        end = self._end_in_small(at)
        words = end - at
        middle = words >= 3 and self.tokens[at + 1].folded in MIDDLE_NAMES
        if middle and (token.folded in _ONLY_NAMES or self._is_thi(at)):
            return end
        stated = any(cue in STATED for cue in self._before(at)) and re.fullmatch(r"[ :]{1,3}", self._gap(at))
        return end if stated and (middle or (self.marked and words >= 2)) else None

    def _is_thi(self, at: int) -> bool:
        return self.tokens[at].folded in _NAMES_WITH_THI and self.tokens[at + 1].folded == "thi"

    def _end_in_small(self, at: int) -> int:
        """Say where a name in small letters ends: at a mark, a word of the sentence, or after four words."""
        end = at + 1
        while end < len(self.tokens) and end - at < _MOST_IN_SMALL and self.tokens[end].joined:
            middle = end == at + 1 and self.tokens[end].folded in MIDDLE_NAMES
            closes = end - at >= 2 and (end + 1 == len(self.tokens) or not self.tokens[end + 1].joined)
            if self.tokens[end].folded in PLAIN_WORDS and not (middle or closes):
                break
            end += 1
        return end
