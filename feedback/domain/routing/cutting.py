"""How a message of mixed content could be cut: its sentences, put together by the agency that each is for.

A proposal for a person, in the submitter's own words: nothing is rewritten and nothing left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_TITLE = 90
MOST_PARTS = 4
SURE_ENOUGH = 0.4
"""The share from which a sentence counts as being for an agency; below it stays with the sentence before."""

_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;]*")
_SHORTEST = 12

Best = Callable[[str], tuple[str, float] | None]
"""Gives the likeliest agency of a sentence, by its code, with its share (0 to 1); None when it names none."""


@dataclass(frozen=True, slots=True)
class PartProposal:
    """One matter: a title made of its first words, its sentences, and the agency they are for."""

    title: str
    body: str
    agency_code: str


def propose_parts(text: str, best: Best) -> list[PartProposal]:
    """Cut `text` by agency, in the order in which the matters first come; empty when it is one matter.

    What is said before the first matter goes with it. Matters beyond the fourth stay with the one before.
    """
    grouped: dict[str, list[str]] = {}
    current: str | None = None
    before: list[str] = []
    for sentence in _sentences(text):
        found = best(sentence)
        if found is not None and found[1] >= SURE_ENOUGH:
            code = found[0]
            if code in grouped or len(grouped) < MOST_PARTS:
                current = code
        if current is None:
            before.append(sentence)
        else:
            grouped.setdefault(current, []).append(sentence)
    if len(grouped) < 2:
        return []
    first = next(iter(grouped))
    grouped[first] = [*before, *grouped[first]]
    return [PartProposal(_title(said), " ".join(said), code) for code, said in grouped.items()]


def _sentences(text: str) -> list[str]:
    """Cut at the end of sentences and lines; what is too short to be one stays with the one before."""
    found: list[str] = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if found and len(sentence) < _SHORTEST:
            found[-1] = f"{found[-1]} {sentence}"
        elif sentence:
            found.append(sentence)
    return found


def _title(said: list[str]) -> str:
    words = max(said, key=len).rstrip(".!?; ")
    if len(words) <= LONGEST_TITLE:
        return words
    return words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
