"""Where the words of a search stand in a text, marks or not, cut to what a list has room for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from feedback.domain.text import clean_text, fold

BEFORE = 40
"""Characters shown before the first word that was found."""

_WORD = re.compile(r"[^\W_]+")
Pieces = list[tuple[str, bool]]


def pieces(text: str, words: Sequence[str]) -> Pieces:
    """Split `text` so that each of the folded `words` stands apart: (text, found).

    Joined, the pieces are the text (NFC). A word with ``*`` behind it is found where longer ones begin.
    """
    whole = clean_text(text)
    result: Pieces = []
    at = 0
    for found in _WORD.finditer(whole):
        length = _length(found.group(), words)
        if length:
            if found.start() > at:
                result.append((whole[at : found.start()], False))
            result.append((found.group()[:length], True))
            at = found.start() + length
    if at < len(whole):
        result.append((whole[at:], False))
    return result


def _length(word: str, words: Sequence[str]) -> int:
    """How many letters of `word` were searched for; 0 for none."""
    folded = fold(word)
    best = max((len(one.removesuffix("*")) for one in words if _fits(folded, one)), default=0)
    # A letter that folds to two would shift the end: then the whole word is marked.
    return len(word) if best and len(folded) != len(word) else best


def _fits(folded: str, wanted: str) -> bool:
    return folded.startswith(wanted[:-1]) if wanted.endswith("*") else folded == wanted


def excerpt(text: str, words: Sequence[str], most: int = 180) -> Pieces:
    """Give `pieces` of the stretch of `text` where `words` first occur, of `most` characters; [] for none."""
    line = " ".join(text.split())
    whole = pieces(line, words)
    if not any(found for _, found in whole):
        return []
    first = sum(len(part) for part, _ in whole[: [found for _, found in whole].index(True)])
    start = max(0, first - BEFORE)
    if start:
        start = line.find(" ", start) + 1 if 0 <= line.find(" ", start) < first else start
    part = line[start : start + most]
    ends = ("…" if start else "", "…" if start + most < len(line) else "")
    return [piece for piece in [(ends[0], False), *pieces(part, words), (ends[1], False)] if piece[0]]
