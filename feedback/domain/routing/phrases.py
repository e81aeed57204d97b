"""Finding many phrases in a message at once, with or without diacritics, in linear time.

A text written with marks is compared with its marks: "đất" is not "dắt", and "tờ cáo" is not
"tố cáo". A text written without marks is compared with the phrases stripped of theirs; a single
syllable with marks is then not looked for ("đánh" would be found in every "danh sách") unless
the phrase is listed without marks as well. In phrases of several words hỏi and ngã may be mixed up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from feedback.domain.routing.shorthand import SHORTHAND, written_out
from feedback.domain.text import fold, read_words, tokens, with_other_tone

_END = ""
_Node = dict[str, "_Node | list[str]"]


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of a message (its subject or its text) as words ready for comparing.

    `words` keep their marks when `marked`, and have none otherwise. `capital` has one entry a
    word; what a shorthand stood for counts as written small. `asks` tells of a question mark.
    """

    words: list[str]
    capital: list[bool]
    follows: list[bool]
    marked: bool
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a segment: words `start` to `end` (exclusive)."""

    phrase: str
    start: int
    end: int


def read_segment(text: str) -> Segment:
    """Split `text` into words and write the usual shorthand (k, hs, bhyt …) out."""
    read = read_words(text)
    source = read.toned if read.marked else read.folded
    words: list[str] = []
    capital: list[bool] = []
    follows: list[bool] = []
    for word, is_capital, does_follow in zip(source, read.capital, read.follows, strict=True):
        meant = SHORTHAND.get(word)
        if meant is None:
            words.append(word)
            capital.append(is_capital)
            follows.append(does_follow)
            continue
        written = meant if read.marked else tuple(fold(part) for part in meant)
        words.extend(written)
        capital.extend([False] * len(written))
        follows.extend([does_follow, *[True] * (len(written) - 1)])
    return Segment(words, capital, follows, read.marked, "?" in text)


@dataclass(slots=True)
class PhraseBook:
    """A set of phrases, searched together.

    In a `lenient` book a word typed without marks stands for any word of the phrase with the same
    letters, in a text with marks too: right for what must not be missed.
    """

    lenient: bool = False
    _marked: _Node = field(default_factory=dict, repr=False)
    _bare: _Node = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, phrases: Iterable[str], *, lenient: bool = False) -> PhraseBook:
        """Build a book. The phrases are words separated by spaces, with their marks."""
        book = cls(lenient)
        for phrase in phrases:
            book.add(phrase)
        return book

    def add(self, phrase: str) -> None:
        """Add a phrase. Raises ValueError when it has no word."""
        words = [part for word in tokens(phrase) for part in written_out(word)]
        if not words:
            raise ValueError("a phrase needs a word")
        bare = [fold(word) for word in words]
        if len(words) > 1 or words == bare:
            _insert(self._bare, [{word} for word in bare], phrase)
        if len(words) == 1:
            _insert(self._marked, [{words[0]}], phrase)
            return
        spellings = [{word, with_other_tone(word)} for word in words]
        if self.lenient:
            spellings = [known | {plain} for known, plain in zip(spellings, bare, strict=True)]
        _insert(self._marked, spellings, phrase)

    def find(self, segment: Segment) -> list[Hit]:
        """Return every occurrence of every phrase, in the order of their starts."""
        root = self._marked if segment.marked else self._bare
        words = segment.words
        hits: list[Hit] = []
        for start, word in enumerate(words):
            node = root.get(word)
            position = start + 1
            while isinstance(node, dict):
                ended = node.get(_END)
                if isinstance(ended, list):
                    hits.extend(Hit(phrase, start, position) for phrase in ended)
                node = node.get(words[position]) if position < len(words) else None
                position += 1
        return hits


def _insert(node: _Node, path: list[set[str]], phrase: str) -> None:
    if not path:
        ended = node.setdefault(_END, [])
        if isinstance(ended, list) and phrase not in ended:
            ended.append(phrase)
        return
    for word in path[0]:
        child = node.setdefault(word, {})
        if isinstance(child, dict):
            _insert(child, path[1:], phrase)
