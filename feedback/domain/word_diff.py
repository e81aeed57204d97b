"""Two versions of a text side by side: which words are in both, which in one alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECE = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)
_LONGEST = 6_000
"""Pieces of one text: beyond it, comparing takes longer than anybody waits, and lines are compared."""


class Side(StrEnum):
    """Where a piece of text stands."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stands in both versions or in one of them."""

    side: Side
    text: str


def _pieces(text: str, *, by_line: bool) -> list[str]:
    return text.splitlines(keepends=True) if by_line else _PIECE.findall(text)


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """Compare two texts word by word.

    The pieces of OLD and BOTH put together are `old`, those of NEW and BOTH are `new`. Very long texts are
    compared line by line.
    """
    by_line = max(len(old), len(new)) > _LONGEST
    before, after = _pieces(old, by_line=by_line), _pieces(new, by_line=by_line)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Side.BOTH, "".join(before[a:b])))
            continue
        if b > a:
            found.append(Piece(Side.OLD, "".join(before[a:b])))
        if d > c:
            found.append(Piece(Side.NEW, "".join(after[c:d])))
    return tuple(found)
