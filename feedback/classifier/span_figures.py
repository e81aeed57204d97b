"""How well personal data is found: the spans that were labelled against those that are proposed.

A label is a list of the words that name or number somebody. Each stands for every place of the
text where it is written as words of their own: masking has to find them all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator

from feedback.domain.personal_data import find_personal_data

Span = tuple[int, int]
Spans = frozenset[Span]


def labelled_spans(text: str, words: Iterable[str]) -> Spans:
    """Return where the labelled `words` stand in `text`; what lies within a longer one is part of it."""
    found = {match.span() for word in words if word for match in re.finditer(_whole(word), text)}
    return frozenset(one for one in found if not any(_within(one, other) for other in found))


def _whole(word: str) -> str:
    before = r"(?<!\w)" if word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isalnum() else ""
    return f"{before}{re.escape(word)}{after}"


def _within(one: Span, other: Span) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1]


def proposed_spans(text: str, place_names: Container[tuple[str, ...]]) -> Spans:
    """Return the spans that the product proposes to mask in `text`."""
    return frozenset((span.start, span.end) for span in find_personal_data(text, place_names))


def span_figures(
    texts: Iterable[tuple[str, Collection[str]]], place_names: Container[tuple[str, ...]]
) -> dict[str, float | None]:
    """Return recall, precision and F1 over texts with their labelled words.

    ``pii_span_…`` counts a span as found when both ends are right, ``pii_overlap_…`` when the two share
    a character. None where nothing was labelled (recall) or proposed (precision).
    """
    pairs = [(labelled_spans(text, words), proposed_spans(text, place_names)) for text, words in texts]
    return {**_named("pii_span", _exact(pairs)), **_named("pii_overlap", _overlapping(pairs))}


Counts = tuple[int, int, int, int]


def _exact(pairs: list[tuple[Spans, Spans]]) -> Counts:
    both = sum(len(known & told) for known, told in pairs)
    return both, sum(len(known) for known, _ in pairs), both, sum(len(told) for _, told in pairs)


def _overlapping(pairs: list[tuple[Spans, Spans]]) -> Counts:
    return (
        sum(1 for known, told in pairs for _ in _touched(known, told)),
        sum(len(known) for known, _ in pairs),
        sum(1 for known, told in pairs for _ in _touched(told, known)),
        sum(len(told) for _, told in pairs),
    )


def _touched(spans: Spans, others: Spans) -> Iterator[Span]:
    for start, end in spans:
        if any(start < last and first < end for first, last in others):
            yield start, end


def _named(prefix: str, counts: Counts) -> dict[str, float | None]:
    found, known, right, told = counts
    recall = found / known if known else None
    precision = right / told if told else None
    f1 = None if not known else 0.0
    if recall and precision:
        f1 = 2 * recall * precision / (recall + precision)
    named = {"recall": recall, "precision": precision, "f1": f1}
    return {f"{prefix}_{name}": None if value is None else round(value, 4) for name, value in named.items()}
