"""Cases of the province as examples: what is learned from them, and nothing of who wrote them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from feedback.classifier.corpus import Example, Source
from feedback.classifier.figures import Question
from feedback.domain.learning import Label
from feedback.domain.personal_data import find_personal_data, masked

CORRECTED, CONFIRMED = 1.5, 0.75
"""How much a case weighs: one that people corrected as much as a shipped citizen's message, one on which
the machine was right half as much, because it mostly says what is known."""


def own_examples(labels: Iterable[Label], place_names: Container[tuple[str, ...]]) -> list[Example]:
    """Return what is learned from `labels`, with personal data masked before anything is read of it.

    None of their words are ever told as a reason: only those of official texts are (`Model.sayable`).
    """
    return [
        Example(
            subject=_masked(one.subject, place_names),
            text=_masked(one.text, place_names),
            source=Source.OWN,
            agency=one.agency,
            case_class=one.case_class,
            urgent=one.urgent,
            weight=CORRECTED if one.corrected else CONFIRMED,
        )
        for one in labels
    ]


def _masked(text: str, place_names: Container[tuple[str, ...]]) -> str:
    return masked(text, find_personal_data(text, place_names), mask=" ")


def own_questions(labels: Sequence[Label]) -> list[Question]:
    """Return labels of which an agency is known as questions, asked as a worker would route them."""
    return [
        Question(one.subject, one.text, one.agency, case_class=one.case_class, urgent=one.urgent)
        for one in labels
        if one.agency is not None
    ]
