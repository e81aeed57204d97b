"""Cases that probably tell of the same matter as another: like words, the same commune, near in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.data import read_rows
from feedback.domain.lifecycle import OPEN_PUBLIC, State
from feedback.domain.similarity import (
    OPEN_PLACE,
    SAME_PLACE,
    Fingerprint,
    WordWeights,
    fingerprint,
    rare_words,
    similarity,
)
from feedback.models import Case
from feedback.queries import bundle

WINDOW = timedelta(days=60)
MOST = 5
CANDIDATES = "candidates"
_COMPARED = 40
_ASKED_WORDS = 24
_STATES = [str(state) for state in (*OPEN_PUBLIC, State.ANSWERED)]


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that is probably about the same, with how alike the two are (0 to 1)."""

    reference: str
    title: str
    state: str
    received_at: datetime
    score: float


@cache
def word_weights() -> WordWeights:
    """Give how common the words of messages are; the row without a word holds the number of messages."""
    counts = {row["word"]: int(row["documents"]) for row in read_rows("similarity/word_documents.csv")}
    return WordWeights(counts.pop(""), counts)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that shares rare words with another one; `body` is the beginning of its text."""

    reference: str
    title: str
    body: str
    state: str
    received_at: datetime


def similar_cases(session: Session, case: Case, most: int = MOST) -> list[Similar]:
    """Give the likeliest duplicates of `case` among those that the actor sees, the likeliest first.

    They were received within 60 days of it in the same commune (or, like it, in none that is known),
    are open or answered, not set apart and not merged already. A case set apart has none.
    """
    asked = candidate_query(case)
    return likeliest(case, bundle.load(session, asked)[CANDIDATES], most) if asked else []


def candidate_query(case: Case) -> bundle.Queries:
    """Ask for the cases that `likeliest` compares, for `bundle.load`; nothing where none can be found."""
    if case.restricted_at is not None:
        return {}
    words = rare_words(_text_of(case), word_weights(), _ASKED_WORDS)
    if not words:
        return {}
    # The words are letters and digits only, so that none of them is an operator.
    query = func.to_tsquery("simple", " | ".join(f"'{word}'" for word in words))
    found: Any = (
        select(
            Case.reference, Case.title, func.left(Case.body, 2_000).label("body"), Case.state,
            Case.received_at,
        )
        .where(
            Case.commune_code == case.commune_code if case.commune_code else Case.commune_code.is_(None),
            Case.received_at.between(case.received_at - WINDOW, case.received_at + WINDOW),
            Case.id != case.id,
            Case.restricted_at.is_(None),
            Case.merged_into_id.is_(None),
            Case.state.in_(_STATES),
            Case.search_vector.op("@@")(query),
        )
        .order_by(func.ts_rank(Case.search_vector, query).desc(), Case.id)
        .limit(_COMPARED)
    )  # fmt: skip
    return {CANDIDATES: (Candidate, found)}


def likeliest(case: Case, candidates: Sequence[Candidate], most: int = MOST) -> list[Similar]:
    """Give those of `candidates` that are alike enough to `case`, the likeliest first, at most `most`."""
    weights = word_weights()
    own = fingerprint(_text_of(case), weights)
    least = SAME_PLACE if case.commune_code else OPEN_PLACE
    found = [
        Similar(one.reference, one.title, one.state, one.received_at, _score(own, _text_of(one), weights))
        for one in candidates
    ]
    return sorted((one for one in found if one.score >= least), key=lambda one: -one.score)[:most]


def _text_of(one: Case | Candidate) -> str:
    return f"{one.title} . {one.body}"


def _score(own: Fingerprint, text: str, weights: WordWeights) -> float:
    return similarity(own, fingerprint(text, weights))
