"""Two classifiers on the same messages: marks in pairs for the verdict, and figures for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback.classifier.corpus import FOLDER, read_lines
from feedback.classifier.evaluation import answer
from feedback.classifier.figures import APART, Answer, Question, family
from feedback.domain.learning import Mark, Pair
from feedback.domain.routing import Classifier, RoutingData

_SET_APART = ("D", "E")


def shipped_questions() -> list[Question]:
    """Return the shipped messages that no model learns from (held_out_messages.jsonl)."""
    return [
        Question(
            subject=str(row["subject"]),
            text=str(row["text"]),
            agency=str(row["agency"]),
            also_ok=tuple(map(str, _listed(row["also_ok"]))),
            case_class=str(row["class"]),
            urgent=bool(row["urgent"]),
        )
        for row in read_lines(f"{FOLDER}/held_out_messages.jsonl")
    ]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def mark(question: Question, given: Answer) -> Mark:
    """Mark one answer. Of classes without an agency to judge, `right` says nothing and is true."""
    fine = (question.agency, *question.also_ok)
    judged = question.case_class not in APART
    assigned_right = given.assigned is not None and family(given.assigned) in fine
    return Mark(
        right=not judged or (bool(given.top3) and given.top3[0] in fine),
        wrong_automatic=given.automatic and not (judged and assigned_right),
        automatic=given.automatic,
        apart=given.restricted if question.case_class in _SET_APART else None,
        urgent=given.urgent if question.urgent else None,
    )


def compare(
    questions: Sequence[Question],
    data: RoutingData,
    champion: Classifier | None,
    challenger: Classifier,
    deciders: Sequence[int | None] = (),
) -> list[Pair]:
    """Ask both models every question, as a worker would route it; `deciders`: whose label each is."""
    whose = deciders or [None] * len(questions)
    return [
        Pair(
            mark(question, answer(question, data, champion)),
            mark(question, answer(question, data, challenger)),
            decider,
        )
        for question, decider in zip(questions, whose, strict=True)
    ]


def figures(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Return the counts of both models over `pairs`, for the row of the new one."""
    return {
        "messages": len(pairs),
        "champion": _counts([pair.champion for pair in pairs]),
        "challenger": _counts([pair.challenger for pair in pairs]),
    }


def _counts(marks: Sequence[Mark]) -> dict[str, int]:
    return {
        "right": sum(one.right for one in marks),
        "automatic": sum(one.automatic for one in marks),
        "wrong_automatic": sum(one.wrong_automatic for one in marks),
        "apart": sum(one.apart is not None for one in marks),
        "apart_kept": sum(one.apart is True for one in marks),
        "urgent": sum(one.urgent is not None for one in marks),
        "urgent_seen": sum(one.urgent is True for one in marks),
    }
