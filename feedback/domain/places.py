"""Where something happened: the commune of today that a text names, by its name now or before July 2025.

A name counts only where the text treats it as a place: after its kind ("xã", "P."), after a word
of place ("ở", "gần"), before "cũ", or written with capitals. What is left open stays open: a
name borne by several places, or of a commune that was split, gives candidates and no guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from feedback.domain.gazetteer import COMMUNE_KINDS, DISTRICT_KINDS, Gazetteer, PlaceKind, Sense, spell
from feedback.domain.place_words import (
    BEFORE_A_NAME,
    CROSSROADS,
    FORMER,
    KINDS,
    NOT_A_PLACE,
    NUMBERED,
    ORDINARY,
    OTHER_PROVINCES,
    SHORT_KINDS,
)
from feedback.domain.text import Words, read_words


class PlaceStatus(StrEnum):
    """How far a text tells where something is."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """The commune that was found, or the candidates (codes, sorted) that the text leaves open."""

    status: PlaceStatus
    commune_code: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name in a text: how sure it is that it names the place, where it stands, and what it can mean."""

    weight: int
    start: int
    end: int
    senses: tuple[Sense, ...]
    kind: PlaceKind | None
    former: bool

    @property
    def is_district(self) -> bool:
        return all(sense.kind in DISTRICT_KINDS for sense in self.senses)


_NUMBERED_WARD = re.compile(r"[pf][0-9]{1,2}")
_NO_PLACE = PlaceMatch(PlaceStatus.NONE)
_KIND, _FORMER_NAME, _BARE, _DISTRICT = 4, 3, 2, 1
_NEAR = 4


def find_places(text: str, place_hint: str, gazetteer: Gazetteer) -> PlaceMatch:
    """Find the commune of a message.

    `place_hint` is what the submitter gave as the place; it goes before what `text` mentions, and
    the text only helps to choose between several that the hint leaves open. Both may be written
    with or without marks, in either tone style, with or without capitals.
    """
    hinted = _resolve(_mentions(read_words(place_hint), gazetteer, is_hint=True)) if place_hint else _NO_PLACE
    if hinted.status is PlaceStatus.FOUND:
        return hinted
    told = place_of_words(read_words(text), gazetteer)
    if hinted.status is PlaceStatus.NONE:
        return told
    both = set(hinted.candidates) & set(told.candidates)
    return _match(both) if both else hinted


def place_of_words(words: Words, gazetteer: Gazetteer) -> PlaceMatch:
    """Find the commune that these words name; as `find_places`, for a text already read."""
    return _resolve(_mentions(words, gazetteer, is_hint=False))


def _match(codes: set[str]) -> PlaceMatch:
    candidates = tuple(sorted(codes))
    if len(candidates) == 1:
        return PlaceMatch(PlaceStatus.FOUND, candidates[0], candidates)
    return PlaceMatch(PlaceStatus.AMBIGUOUS, None, candidates)


def _numbered_apart(words: Words) -> Words:
    """Write "p1" and "f12" as two words; a text without them is returned as it is."""
    if not any(_NUMBERED_WARD.fullmatch(word) for word in words.folded):
        return words
    apart = Words([], [], [], [], words.marked)
    for index, folded in enumerate(words.folded):
        parts = [folded[0], folded[1:]] if _NUMBERED_WARD.fullmatch(folded) else [folded]
        apart.folded.extend(parts)
        apart.toned.extend(parts if len(parts) == 2 else [words.toned[index]])
        apart.capital.extend([words.capital[index]] * len(parts))
        apart.follows.extend([words.follows[index], True][: len(parts)])
    return apart


def _mentions(words: Words, gazetteer: Gazetteer, *, is_hint: bool) -> list[_Mention]:
    reading = _Reading(_numbered_apart(words), gazetteer, is_hint)
    found: list[_Mention] = []
    position = 0
    while position < len(reading.keys):
        mention = reading.mention_at(position, found[-1] if found else None)
        if mention:
            found.append(mention)
        position = mention.end if mention else position + 1
    return found


class _Reading:
    """The words of a text on the way to its mentions of places."""

    def __init__(self, words: Words, gazetteer: Gazetteer, is_hint: bool) -> None:
        self.words = words
        self.keys = [spell(word) for word in words.folded]
        self.gazetteer = gazetteer
        self.is_hint = is_hint

    def mention_at(self, start: int, last: _Mention | None) -> _Mention | None:
        """Read the longest name that begins at this word and stands as one, or nothing."""
        longest = self.gazetteer.longest.get(self.keys[start], 0)
        expected = self.is_hint or (last is not None and last.end == start)
        for end in range(min(start + longest, len(self.keys)), start, -1):
            senses = self.gazetteer.senses.get(tuple(self.keys[start:end]))
            mention = self._read(start, end, senses, expected) if senses else None
            if mention:
                return mention
        return None

    def _read(self, start: int, end: int, senses: tuple[Sense, ...], expected: bool) -> _Mention | None:
        if self.words.marked:
            senses = tuple(sense for sense in senses if _same_marks(self.words.toned[start:end], sense.toned))
        if not senses:
            return None
        kinds = self._kinds_before(start)
        former = self._is_former(end)
        if kinds & COMMUNE_KINDS:
            meant = tuple(sense for sense in senses if sense.kind in kinds)
            meant = meant or tuple(sense for sense in senses if sense.kind in COMMUNE_KINDS)
            return _Mention(_KIND, start, end, meant, next(iter(kinds)), former) if meant else None
        if kinds:
            meant = tuple(sense for sense in senses if sense.kind in kinds & DISTRICT_KINDS)
            return _Mention(_DISTRICT, start, end, meant, next(iter(kinds)), former) if meant else None
        if not self._stands_as_name(start, end, former=former, expected=expected):
            return None
        if former:
            # "La Gi cũ" may be the former town as well as a former ward: both stay open
            return _Mention(_FORMER_NAME, start, end, senses, None, True)
        only_districts = any(sense.kind in DISTRICT_KINDS for sense in senses)
        return _Mention(_DISTRICT if only_districts else _BARE, start, end, senses, None, False)

    def _kinds_before(self, start: int) -> frozenset[PlaceKind]:
        """Return the kinds that the word or two before a name say; none when they say no kind."""
        if start >= 2:
            pair = " ".join(self.keys[start - 2 : start])
            if pair in KINDS:
                return KINDS[pair]
        before = self.keys[start - 1] if start else ""
        kinds = KINDS.get(before, frozenset())
        unmarked_among_marked = (
            self.words.marked
            and len(before) > 2
            and self.words.toned[start - 1].isascii()
            and before not in SHORT_KINDS
        )
        return frozenset() if kinds and unmarked_among_marked else kinds

    def _is_former(self, end: int) -> bool:
        following = self.keys[end : end + 2]
        return bool(following) and (following[0] == "cu" or " ".join(following) in FORMER)

    def _stands_as_name(self, start: int, end: int, *, former: bool, expected: bool) -> bool:
        """Tell whether a name without its kind is treated as a place; `expected` where one must stand."""
        name = " ".join(self.keys[start:end])
        if name in OTHER_PROVINCES or name in self.gazetteer.provinces or name.isdigit():
            return False
        if expected or former or self._is_placed(start):
            return True
        if start and self.keys[start - 1] in NOT_A_PLACE:
            return False
        capital = self.words.capital
        if start and capital[start - 1] and self.words.follows[start]:
            return False
        if self._is_unmistakable(start, end, name):
            return True
        shouted = all(capital[max(0, start - 3) : end + 3]) and len(capital) > end - start + 3
        written = zip(capital[start:end], self.keys[start:end], strict=True)
        return all(is_capital or key.isdigit() for is_capital, key in written) and not shouted

    def _is_unmistakable(self, start: int, end: int, name: str) -> bool:
        """Tell whether small letters spell a name that no ordinary words do: two or more, with marks."""
        written = self.words.toned[start:end]
        small = not any(self.words.capital[start:end])
        marked = self.words.marked and any(not word.isascii() for word in written)
        return small and marked and len(written) >= 2 and name not in ORDINARY

    def _is_placed(self, start: int) -> bool:
        """Tell whether the words before say that a place follows: "ở", "ngã ba", "tổ 14"."""
        before = self.keys[max(0, start - 2) : start]
        if not before:
            return False
        numbered = len(before) == 2 and before[1].isdigit() and before[0] in NUMBERED
        return numbered or before[-1] in BEFORE_A_NAME or " ".join(before) in CROSSROADS


def _same_marks(written: list[str], name: tuple[str, ...]) -> bool:
    """Compare with marks, but for the letters that names are spelt with in two ways (Đăk, Đắk; Quí, Quý)."""
    for ours, theirs in zip(written, name, strict=True):
        if ours != theirs and not (ours.isascii() and len(ours) <= 1):
            if ours[:2] == "đă" and theirs[:2] in ("đắ", "đă"):
                continue
            if ours[:2] == "đắ" and theirs[:2] == "đă":
                continue
            if ours[:-1] == theirs[:-1] and ours[-1] in "íìỉịiýỳỷỵy" and theirs[-1] in "íìỉịiýỳỷỵy":
                continue
            return False
    return True


def _resolve(mentions: list[_Mention]) -> PlaceMatch:
    """Weigh the mentions, which come in the order of the text."""
    if not mentions:
        return _NO_PLACE
    districts = {district for mention in mentions for district in _districts_named(mention)}
    meanings = [
        (mention.weight, _codes(mention, _districts_after(mention, following) or districts))
        for mention, following in zip_longest(mentions, mentions[1:])
    ]
    meanings.sort(key=lambda meaning: -meaning[0])
    weight, chosen = meanings[0]
    for other_weight, codes in meanings[1:]:
        if chosen & codes:
            chosen = chosen & codes
        elif other_weight == weight:
            chosen = chosen | codes
    return _match(chosen)


def _districts_named(mention: _Mention) -> set[str]:
    return {
        district for sense in mention.senses if sense.kind in DISTRICT_KINDS for district in sense.districts
    }


def _districts_after(mention: _Mention, following: _Mention | None) -> set[str]:
    """Return the districts named directly after a mention: "phường 1, thành phố Bảo Lộc"."""
    if following is None or following.start > mention.end + _NEAR:
        return set()
    return _districts_named(following)


def _codes(mention: _Mention, districts: set[str]) -> set[str]:
    """Return the communes that a mention can mean, narrowed by the former districts the text names."""
    senses = mention.senses
    if not mention.is_district:
        inside = tuple(sense for sense in senses if sense.districts & districts)
        senses = inside or senses
    wanted = tuple(sense for sense in senses if sense.current != mention.former)
    if mention.former or (mention.kind and any(sense.exact for sense in wanted)):
        senses = wanted or senses
    return {code for sense in senses for code in sense.codes}
