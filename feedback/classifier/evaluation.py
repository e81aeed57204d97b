"""Testing routing as it runs (places, rules and classifier together) on a labelled file."""

from __future__ import annotations

import csv
import io
import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from feedback.classifier.duplicate_figures import Told, duplicate_figures
from feedback.classifier.figures import COMMUNE, Answer, Question, family, measure
from feedback.classifier.span_figures import span_figures
from feedback.domain.gazetteer import place_key
from feedback.domain.routing import Classifier, Message, Outcome, RoutingData, decide, likely_agencies
from feedback.domain.similarity import WordWeights
from feedback.domain.text import clean_line, clean_text, fold


class LabelError(ValueError):
    """A file that cannot be read as labelled messages; the text says where and why."""


def read_questions(path: Path, agencies: Mapping[str, str]) -> list[Question]:
    """Read labelled messages: JSON lines as in citizen_messages.jsonl, or CSV with text,expected.

    `agencies` is code → Vietnamese name; `expected` may be either, in any case and spacing. Raises
    LabelError.
    """
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".csv":
        return _of_csv(path, text, agencies)
    return [
        _of_json(f"{path.name}:{number}", line)
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip()
    ]


def _of_json(where: str, line: str) -> Question:
    try:
        row = json.loads(line)
        return Question(
            subject=clean_line(row.get("subject", "")),
            text=clean_text(row["text"]),
            agency=row.get("agency", "") if "pii" in row else row["agency"],
            also_ok=tuple(row.get("also_ok", ())),
            case_class=row.get("class"),
            urgent=row.get("urgent"),
            commune=row.get("commune"),
            pii=_pii(row.get("pii")),
            id=str(row.get("id") or where),
            duplicate_of=str(row.get("duplicate_of") or ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabelError(f"{where}: not a labelled message ({error!r})") from error


def _pii(labels: list[Any] | None) -> tuple[str, ...] | None:
    """Read labelled personal data: the words themselves, or objects with a ``text``."""
    if labels is None:
        return None
    # Cleaned as the message is, or they would not be found in it.
    return tuple(clean_line(one["text"] if isinstance(one, dict) else one) for one in labels)


def _of_csv(path: Path, text: str, agencies: Mapping[str, str]) -> list[Question]:
    codes = {fold(name): code for code, name in agencies.items()} | {fold(code): code for code in agencies}
    codes |= {fold(COMMUNE): COMMUNE, fold("UBND xã"): COMMUNE, fold("UBND cấp xã"): COMMUNE}
    # Lists of other provinces join the zones' authority with the economic zones.
    codes[fold("Ban Quản lý KKT-KCN")] = "BQLKCN"
    questions = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        code = codes.get(fold(row.get("expected") or ""))
        if code is None or row.get("text") is None:
            raise LabelError(
                f"{path.name}:{number}: no text, or an agency that is unknown: {row.get('expected')!r}"
            )
        questions.append(Question("", clean_text(row["text"]), code))
    return questions


def answer(question: Question, data: RoutingData, classifier: Classifier | None) -> Answer:
    """Route one question as a worker would."""
    message = Message(question.subject, question.text)
    began = time.perf_counter()
    decision = decide(message, data, classifier)
    spent = 1000 * (time.perf_counter() - began)
    top3 = decision.top3
    if not top3 and classifier is not None:
        # A decision names no agency for what is kept apart; the test asks all the same.
        top3 = likely_agencies(message, data, classifier)
    commune = data.gazetteer.commune(decision.commune_code or "")
    named = commune.name if commune else ""
    same = question.commune and named and place_key(named) == place_key(question.commune)
    return Answer(
        top3=tuple(dict.fromkeys(family(one.agency_code) for one in top3)),
        automatic=decision.outcome is Outcome.ASSIGN,
        assigned=decision.agency_code,
        case_class=None if decision.case_class is None else str(decision.case_class),
        urgent=decision.urgent,
        commune=str(question.commune) if same else named,
        place_status=str(decision.place.status),
        restricted=decision.outcome is Outcome.RESTRICTED_TRIAGE,
        milliseconds=spent,
    )


def evaluate(
    questions: Sequence[Question],
    data: RoutingData,
    classifier: Classifier | None,
    weights: WordWeights | None = None,
) -> tuple[dict[str, Any], list[Answer]]:
    """Measure routing on `questions`, and again without diacritics; return the figures and the answers.

    weights: how common the words of messages are; with them repetitions are looked for too.
    """
    if classifier is not None and questions:
        classifier.read("", questions[0].text)
    answers = [answer(question, data, classifier) for question in questions]
    figures = measure(questions, answers)
    bare = [
        replace(question, subject=fold(question.subject), text=fold(question.text)) for question in questions
    ]
    plain = measure(bare, [answer(question, data, classifier) for question in bare])
    kept = (
        "agency_right", "top3", "coverage", "automatic_wrong", "apart_assigned", "e_recall", "d_e_precision",
        "urgent", "place_accuracy",
    )  # fmt: skip
    figures["without_diacritics"] = {name: plain[name] for name in kept}
    figures["without_diacritics_loss"] = _loss(figures["agency_right"], plain["agency_right"])
    figures |= _spans(questions, data)
    if weights is not None:
        figures["duplicates"] = _duplicates(questions, answers, weights)
    figures["memory_mb"] = peak_memory()
    return figures, answers


def _spans(questions: Sequence[Question], data: RoutingData) -> dict[str, float | None]:
    labelled = [
        (text, one.pii) for one in questions if one.pii is not None for text in (one.subject, one.text)
    ]
    return span_figures(labelled, data.gazetteer.senses)


def _duplicates(
    questions: Sequence[Question], answers: Sequence[Answer], weights: WordWeights
) -> dict[str, float | int | None]:
    told = [
        Told(asked.id, f"{asked.subject} . {asked.text}", given.commune, asked.duplicate_of)
        for asked, given in zip(questions, answers, strict=True)
    ]
    return duplicate_figures(told, weights)


def peak_memory() -> float:
    """Return the most memory that this process held at once, in megabytes (10^6 bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes on Linux, bytes on macOS (getrusage(2) of each).
    return round(peak * (1 if sys.platform == "darwin" else 1024) / 1e6, 1)


def _loss(written: float | None, plain: float | None) -> float | None:
    return None if written is None or plain is None else round(written - plain, 4)
