"""What the classifier sees of a text: words, runs of words and pieces of words, with and without marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from feedback.domain.routing.shorthand import written_out
from feedback.domain.text import fold, is_written_with_marks, tokens

LONGEST_TEXT = 4000
"""Characters that are read; what a message is about is said before."""

_PIECES = (3, 4, 5)
_RUN = 7
_FOLDED_SEED, _MARKED_SEED, _PIECE_SEED, _RUN_SEED = (crc32(kind) for kind in (b"b", b"m", b"c", b"j"))

Keys = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Gram:
    """A feature: its key, and the words of the text that made it (empty for a piece of a word)."""

    key: int
    words: str


def read(subject: str, text: str) -> list[str]:
    """Return the words that features are made of: lower case, shorthand written out, numbers as 0."""
    whole = f"{subject} . {text}"[:LONGEST_TEXT] if subject else text[:LONGEST_TEXT]
    return ["0" if word.isdecimal() else word for typed in tokens(whole) for word in written_out(typed)]


def keys_of(words: list[str]) -> tuple[Keys, npt.NDArray[np.float32]]:
    """Return the different keys of a text in ascending order and how often each occurs."""
    bare = [fold(word) for word in words]
    found = [key for key, _ in _word_grams(words, bare)]
    for word in bare:
        found.extend(_pieces(word))
    joined = "_".join(bare).encode()
    found.extend([crc32(joined[start : start + _RUN], _RUN_SEED) for start in range(len(joined) - _RUN + 1)])
    keys, counts = np.unique(np.array(found, dtype=np.uint32), return_counts=True)
    return keys, counts.astype(np.float32)


def named_grams(words: list[str]) -> list[Gram]:
    """Return the features made of whole words, for telling which of them weighed most."""
    return [Gram(key, name) for key, name in _word_grams(words, [fold(word) for word in words])]


def _word_grams(words: list[str], bare: list[str]) -> Iterator[tuple[int, str]]:
    """Yield key and words of every run of one to three words.

    Folded forms are always there, so that a text without marks is read like any other; forms
    with marks come besides when the text is written with them.
    """
    yield from _runs(_FOLDED_SEED, bare, words)
    if is_written_with_marks(words):
        yield from _runs(_MARKED_SEED, words, words)


def _runs(seed: int, words: list[str], shown: list[str]) -> Iterator[tuple[int, str]]:
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            gram = " ".join(words[start : start + size])
            yield crc32(gram.encode(), seed), " ".join(shown[start : start + size])


@lru_cache(maxsize=50_000)
def _pieces(word: str) -> tuple[int, ...]:
    """Return the keys of the pieces of a word; the same words come again and again."""
    padded = f"_{word}_".encode()
    return tuple(
        crc32(padded[start : start + size], _PIECE_SEED)
        for size in _PIECES
        for start in range(len(padded) - size + 1)
    )
