"""What somebody types into the search of the inbox, read as words, phrases and operators.

``"ổ gà" -rác duon* han:<=1/12/2026 khan:co``: a phrase, a word that must not stand there, the beginning of
one, a date and a switch. A whole syllable means itself: who types ``tha`` does not want each ``thang``,
``thanh`` and ``thay``. What is neither that nor a number (``nguye``, ``sxd``, ``to120``) stands for longer
words too.

Keywords are Vietnamese or English, with or without marks, dashes or underscores. What is no keyword before a
colon is a word like any other, so that an address or a time of day can be searched for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from feedback.domain.syllables import is_syllable
from feedback.domain.text import fold

MOST_WORDS = 8
MOST_PHRASES = 4
LONGEST_WORD = 40
SHORTEST_BEGINNING = 3
"""Letters from which a word may stand for longer ones; fewer would match half of all words."""
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<keyword>[^\s":]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]*))')
_WORD = re.compile(r"[^\W_]+")
_PUNCTUATION = re.compile(r"[\W_]+$")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_COMPARED = re.compile(r"(<=|>=|<|>|=)?(.+)")
_ONE = timedelta(days=1)


class Operator(StrEnum):
    """What a keyword asks for."""

    STATE = "state"
    FIELD = "field"
    AGENCY = "agency"
    OFFICER = "officer"
    DUE = "due"
    RECEIVED = "received"
    HAS = "has"
    URGENT = "urgent"
    NOTE = "note"


KEYWORDS: Mapping[str, Operator] = {
    "state": Operator.STATE, "trangthai": Operator.STATE,
    "field": Operator.FIELD, "linhvuc": Operator.FIELD,
    "agency": Operator.AGENCY, "coquan": Operator.AGENCY,
    "officer": Operator.OFFICER, "nguoi": Operator.OFFICER, "nguoixuly": Operator.OFFICER,
    "due": Operator.DUE, "han": Operator.DUE,
    "received": Operator.RECEIVED, "nhan": Operator.RECEIVED, "tiepnhan": Operator.RECEIVED,
    "has": Operator.HAS, "co": Operator.HAS,
    "urgent": Operator.URGENT, "khan": Operator.URGENT,
    "note": Operator.NOTE, "ghichu": Operator.NOTE,
}  # fmt: skip
DATED = frozenset({Operator.DUE, Operator.RECEIVED})
_YES, _NO = frozenset({"yes", "co", "true", "1"}), frozenset({"no", "khong", "false", "0"})
_FILES = frozenset({"file", "files", "tep", "anh", "dinhkem"})
_TODAY = frozenset({"today", "homnay"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One operator. value: folded, as typed otherwise; first, last: the days of a date that count both."""

    operator: Operator
    value: str
    negated: bool = False
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """An operator that could not be understood. term: as typed. code: ``value``, ``date``, ``yes_no``,
    ``has``, ``without``, ``without_note``; whoever looks names up adds codes of their own."""

    term: str
    code: str


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was understood. Words are folded; `without` holds words and phrases that must not occur.

    A word that ends with ``*`` is the beginning of a word, or a whole one (`with_star`).
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    asked: tuple[tuple[str, Asked], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def notes(self) -> tuple[tuple[str, ...], ...]:
        """What is to stand in a note: words (``*`` as above), and phrases of several; the words of each."""
        asked = [tuple(one.value.split()) for _, one in self.asked if one.operator is Operator.NOTE]
        return tuple(dict.fromkeys(asked))[:MOST_PHRASES]

    @property
    def marked(self) -> tuple[str, ...]:
        """The words to mark in what is found, each once."""
        return tuple(dict.fromkeys([*self.words, *(word for phrase in self.phrases for word in phrase)]))


@dataclass
class _Reading:
    words: list[str] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    without: list[tuple[str, ...]] = field(default_factory=list)
    asked: list[tuple[str, Asked]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def words_of(text: str) -> list[str]:
    """Give the folded words of `text`, letters and digits only."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def with_star(word: str, *, asked: bool = False) -> str:
    """Give a folded word with ``*`` behind it where longer words that begin so are meant too.

    asked: whether the person wrote a star. Without one they are meant where the word is neither a number nor
    a whole syllable.
    """
    begins = asked or not (word.isdigit() or is_syllable(word))
    return f"{word}*" if begins and len(word) >= SHORTEST_BEGINNING else word


def widened(text: str) -> str | None:
    """Give `text` with a star behind each word that meant itself alone; None where there is none."""
    typed = [piece for piece in _PIECE.finditer(text) if piece.group()]
    wider = [_wider(piece) for piece in typed]
    return " ".join(wider) if wider != [piece.group() for piece in typed] else None


def _wider(piece: re.Match[str]) -> str:
    words = [] if piece["minus"] or piece["keyword"] else words_of(piece["plain"] or "")
    if not words or piece["plain"].endswith("*") or with_star(words[-1]) == with_star(words[-1], asked=True):
        return piece.group()
    return _PUNCTUATION.sub("", piece.group()) + "*"


def read_query(text: str, today: date) -> SearchQuery:
    """Read what somebody typed. today: what ``today`` means (Vietnamese date). Never raises."""
    reading = _Reading()
    for piece in _PIECE.finditer(text):
        if piece.group():
            _read_piece(reading, piece, today)
    return SearchQuery(
        words=tuple(dict.fromkeys(reading.words))[:MOST_WORDS],
        phrases=tuple(dict.fromkeys(reading.phrases))[:MOST_PHRASES],
        without=tuple(dict.fromkeys(reading.without))[:MOST_PHRASES],
        asked=tuple(reading.asked),
        problems=tuple(reading.problems),
    )


def _read_piece(reading: _Reading, piece: re.Match[str], today: date) -> None:
    negated = bool(piece["minus"])
    keyword = piece["keyword"]
    operator = KEYWORDS.get(re.sub(r"[-_]", "", fold(keyword))) if keyword else None
    value = piece["quoted"] if piece["quoted"] is not None else piece["plain"] or ""
    if operator is not None:
        found = _asked(operator, value, negated, today)
        if isinstance(found, str):
            reading.problems.append(Problem(piece.group(), found))
        else:
            reading.asked.append((piece.group(), found))
        return
    words = tuple(words_of(f"{keyword or ''} {value}"))
    if not words:
        return
    if negated:
        reading.without.append(words)
    elif piece["quoted"] is not None and len(words) > 1:
        reading.phrases.append(words)
    else:
        starred = piece["plain"] is not None and piece["plain"].endswith("*")
        reading.words += [with_star(word) for word in words[:-1]] + [with_star(words[-1], asked=starred)]


def _asked(operator: Operator, value: str, negated: bool, today: date) -> Asked | str:
    """Give what an operator asks, or the code of what is wrong with it."""
    folded = fold(value)
    short = re.sub(r"[-_ ]", "", folded)
    if not folded:
        return "value"
    if operator in DATED:
        days = None if negated else _days(value.strip(), today)
        if days is None:
            return "without" if negated else "date"
        return Asked(operator, folded, first=days[0], last=days[1])
    if operator is Operator.HAS:
        return Asked(operator, "file", negated) if short in _FILES else "has"
    if operator is Operator.NOTE:
        words = words_of(value)
        if len(words) == 1:
            words = [with_star(words[0], asked=value.endswith("*"))]
        # All cases but some are found by no index.
        return "without_note" if negated else Asked(operator, " ".join(words)) if words else "value"
    if operator is Operator.URGENT:
        if short not in _YES | _NO:
            return "yes_no"
        return Asked(operator, "yes", negated is (short in _YES))
    return Asked(operator, " ".join(re.sub(r"[-_,]", " ", folded).split()), negated)


def _days(text: str, today: date) -> tuple[date | None, date | None] | None:
    """Read ``<=2026-12-01``, ``1/12/2026..15/12/2026``, ``today``; None for anything else."""
    if ".." in text:
        low, _, high = text.partition("..")
        first, last = _day(low, today), _day(high, today)
        fits = (first is not None or not low) and (last is not None or not high) and (low or high)
        return (first, last) if fits else None
    compared = _COMPARED.fullmatch(text)
    day = _day(compared[2], today) if compared else None
    if compared is None or day is None:
        return None
    try:
        return _span(compared[1] or "=", day)
    except OverflowError:
        return None


def _span(sign: str, day: date) -> tuple[date | None, date | None]:
    if sign in {"<", "<="}:
        return None, day if sign == "<=" else day - _ONE
    if sign in {">", ">="}:
        return day if sign == ">=" else day + _ONE, None
    return day, day


def _day(text: str, today: date) -> date | None:
    if re.sub(r"[-_ ]", "", fold(text)) in _TODAY:
        return today
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
