"""How much two messages say the same: the cosine of their words and pairs of words, by rarity.

Words are compared without marks, so that a message typed without them finds its like. Short
messages about one school or street, or with one and the same opening, are alike too, whatever
they say: a score is a suggestion. Pure arithmetic on values: nothing is read or kept here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from feedback.domain.text import folded_words

SAME_PLACE = 0.25
OPEN_PLACE = 0.40
"""From these scores on two messages probably tell of one matter: in one commune, or with none known."""

_MOST_WORDS = 400
_UNSEEN = 2
_PAIR = 0.35


@dataclass(frozen=True, slots=True)
class WordWeights:
    """In how many of `total` messages a word (without marks) stands; a word not listed is a rare one."""

    total: int
    documents: Mapping[str, int]

    def of(self, word: str) -> float:
        """Give the weight of a word: about 0 for one in every message, over 6 for a rare one."""
        return math.log((self.total + 1) / (self.documents.get(word, _UNSEEN) + 1))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A message as weights of its words and of its neighbouring pairs, with their length as a vector."""

    weights: Mapping[str, float]
    length: float


def fingerprint(text: str, weights: WordWeights) -> Fingerprint:
    """Read the first 400 words of a message."""
    words = folded_words(text[: _MOST_WORDS * 8])[:_MOST_WORDS]
    known = {word: weights.of(word) for word in words}
    found = {word: (1 + math.log(count)) * known[word] for word, count in Counter(words).items()}
    for first, second in pairwise(words):
        found[f"{first} {second}"] = _PAIR * (known[first] + known[second])
    return Fingerprint(found, math.sqrt(sum(weight * weight for weight in found.values())))


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """Give 0 for nothing in common to 1 for the same words; 0 when one of them has no words."""
    if not one.length or not other.length:
        return 0.0
    few, many = sorted((one.weights, other.weights), key=len)
    common = sum(weight * many[word] for word, weight in few.items() if word in many)
    return min(1.0, common / (one.length * other.length))


def rare_words(text: str, weights: WordWeights, most: int) -> list[str]:
    """Give the words of a text that weigh most, for looking up texts that share some of them."""
    words = dict.fromkeys(folded_words(text[: _MOST_WORDS * 8])[:_MOST_WORDS])
    return sorted(words, key=lambda word: (-weights.of(word), word))[:most]


def weighed_words(text: str, weights: WordWeights) -> dict[str, float]:
    """Give each word of a text (its first 400) with its weight, for a comparison made elsewhere."""
    return {word: weights.of(word) for word in folded_words(text[: _MOST_WORDS * 8])[:_MOST_WORDS]}
