"""How well repeated messages are found: pairs that were labelled against those that would be shown.

What is shown follows the page of a case (queries/lists/similar_cases.py): messages of one commune, or
of none that is known, of which the forty that share most rare words are compared and the five likest
are shown. Its window of time is left out, because a labelled file has no dates.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from feedback.domain.similarity import (
    OPEN_PLACE,
    SAME_PLACE,
    WordWeights,
    fingerprint,
    rare_words,
    similarity,
)

_RARE_WORDS, _COMPARED, _SHOWN = 24, 40, 5
Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """A message with its id, the commune that routing found ("" for none), and which it repeats."""

    id: str
    text: str
    commune: str
    duplicate_of: str = ""


def labelled_pairs(messages: Sequence[Told]) -> set[Pair]:
    """Return every pair that tells of one matter: whoever repeats the same message, repeats each other."""
    known = {one.id for one in messages}
    first: dict[str, str] = {one.id: one.duplicate_of for one in messages if one.duplicate_of in known}
    groups: dict[str, list[str]] = defaultdict(list)
    for one in messages:
        groups[_root(one.id, first)].append(one.id)
    return {frozenset(pair) for group in groups.values() for pair in combinations(group, 2)}


def _root(name: str, first: dict[str, str]) -> str:
    seen = {name}
    while name in first and first[name] not in seen:
        name = first[name]
        seen.add(name)
    return name


def shown_pairs(messages: Sequence[Told], weights: WordWeights) -> set[Pair]:
    """Return the pairs that the product would show as probably the same."""
    prints = {one.id: fingerprint(one.text, weights) for one in messages}
    pairs: set[Pair] = set()
    for commune, group in _by_commune(messages).items():
        with_word: dict[str, list[str]] = defaultdict(list)
        asked = {one.id: rare_words(one.text, weights, _RARE_WORDS) for one in group}
        for one in group:
            for word in prints[one.id].weights:
                if " " not in word:
                    with_word[word].append(one.id)
        least = SAME_PLACE if commune else OPEN_PLACE
        for one in group:
            shared = Counter(other for word in asked[one.id] for other in with_word[word] if other != one.id)
            scored = [
                (similarity(prints[one.id], prints[other]), other)
                for other, _ in shared.most_common(_COMPARED)
            ]
            likest = sorted((found for found in scored if found[0] >= least), reverse=True)[:_SHOWN]
            pairs.update(frozenset((one.id, other)) for _, other in likest)
    return pairs


def _by_commune(messages: Sequence[Told]) -> dict[str, list[Told]]:
    groups: dict[str, list[Told]] = defaultdict(list)
    for one in messages:
        groups[one.commune].append(one)
    return groups


def duplicate_figures(messages: Sequence[Told], weights: WordWeights) -> dict[str, float | int | None]:
    """Return recall, precision and F1 of pairs; None for each when no message is labelled as a repetition."""
    known = labelled_pairs(messages)
    if not known:
        return {"pairs": 0, "recall": None, "precision": None, "f1": None}
    shown = shown_pairs(messages, weights)
    both = len(known & shown)
    return {
        "pairs": len(known),
        "recall": round(both / len(known), 4),
        "precision": round(both / len(shown), 4) if shown else None,
        "f1": round(2 * both / (len(known) + len(shown)), 4),
    }
