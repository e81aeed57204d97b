"""Figures of a test: what was expected, what came out, and the shares that follow."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

APART = frozenset("DEX")
"""Classes whose agency is not judged: D and E have their own track, X has none."""

COMMUNE = "UBNDX"


@dataclass(frozen=True, slots=True)
class Question:
    """A message with what is known of it; None where nothing is said of class, urgency, commune or `pii`.

    agency: a code, or "" in a file that labels personal data alone: then routing is not judged.
    pii: the words of subject and text that name or number a private person. duplicate_of: the `id` of the
    message of the same file that it repeats, or "".
    """

    subject: str
    text: str
    agency: str
    also_ok: tuple[str, ...] = ()
    case_class: str | None = None
    urgent: bool | None = None
    commune: str | None = None
    pii: tuple[str, ...] | None = None
    id: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What routing made of a question. `top3` holds agency codes, any committee as UBNDX."""

    top3: tuple[str, ...]
    automatic: bool
    assigned: str | None
    case_class: str | None
    urgent: bool
    commune: str
    place_status: str
    restricted: bool
    milliseconds: float


def family(code: str) -> str:
    """Return the code as labels write it: UBNDX for the committee of any commune."""
    return code.split("-", 1)[0]


def measure(questions: Sequence[Question], answers: Sequence[Answer]) -> dict[str, Any]:
    """Return every figure that the labels allow; None where they allow none."""
    pairs = list(zip(questions, answers, strict=True))
    judged = [(asked, given) for asked, given in pairs if asked.agency and asked.case_class not in APART]
    automatic = [(asked, given) for asked, given in judged if given.automatic]
    return {
        "messages": len(pairs),
        "judged": len(judged),
        "agency_right": _share(judged, _right),
        "top3": _share(judged, lambda asked, given: asked.agency in given.top3),
        "macro_f1": _macro_f1(judged),
        "coverage": _part(len(automatic), len(judged)),
        "coverage_of_all": _part(sum(given.automatic for _, given in pairs), len(pairs)),
        "automatic_wrong": _share(automatic, lambda asked, given: not _assigned_right(asked, given)),
        "apart_assigned": sum(given.automatic for asked, given in pairs if asked.case_class in ("D", "E")),
        "e_assigned": sum(given.automatic for asked, given in pairs if asked.case_class == "E"),
        "e_kept_restricted": _share(
            [pair for pair in pairs if pair[0].case_class == "E"], lambda _, given: given.restricted
        ),
        "classes": _classes(pairs),
        "e_recall": _share([pair for pair in pairs if pair[0].case_class == "E"], _taken_for_apart),
        "d_e_precision": _share(
            [pair for pair in pairs if pair[0].case_class and pair[1].case_class in ("D", "E")],
            lambda asked, _: asked.case_class in ("D", "E"),
        ),
        "urgent": _urgent(pairs),
        "place_accuracy": _share([pair for pair in pairs if pair[0].commune not in (None, "", "?")], _placed),
        "place_kept_open": _share(
            [pair for pair in pairs if pair[0].commune == "?"], lambda _, given: not given.commune
        ),
        **_times([given.milliseconds for given in answers]),
    }


def _times(spent: list[float]) -> dict[str, float | None]:
    """Return the median, the time that one in a hundred exceeds, and the longest, in milliseconds."""
    ranked = sorted(spent)
    if not ranked:
        return {"ms_p50": None, "ms_p99": None, "ms_worst": None}
    return {
        "ms_p50": round(statistics.median(ranked), 3),
        "ms_p99": round(ranked[max(math.ceil(0.99 * len(ranked)) - 1, 0)], 3),
        "ms_worst": round(ranked[-1], 3),
    }


def confusion(questions: Sequence[Question], answers: Sequence[Answer]) -> Counter[tuple[str, str]]:
    """Count (expected agency, agency put first) among the judged; an acceptable one counts as expected."""
    counts: Counter[tuple[str, str]] = Counter()
    for asked, given in zip(questions, answers, strict=True):
        if asked.agency and asked.case_class not in APART and given.top3:
            counts[asked.agency, asked.agency if _right(asked, given) else given.top3[0]] += 1
    return counts


_Pair = tuple[Question, Answer]


def _right(asked: Question, given: Answer) -> bool:
    return bool(given.top3) and given.top3[0] in (asked.agency, *asked.also_ok)


def _assigned_right(asked: Question, given: Answer) -> bool:
    return given.assigned is not None and family(given.assigned) in (asked.agency, *asked.also_ok)


def _taken_for_apart(_: Question, given: Answer) -> bool:
    return given.case_class == "E"


def _placed(asked: Question, given: Answer) -> bool:
    return given.commune == asked.commune


def _part(some: int, all_: int) -> float | None:
    return round(some / all_, 4) if all_ else None


def _share(pairs: Sequence[_Pair], holds: Callable[[Question, Answer], bool]) -> float | None:
    return _part(sum(holds(asked, given) for asked, given in pairs), len(pairs))


def _macro_f1(pairs: Sequence[_Pair]) -> float | None:
    if not pairs:
        return None
    said = [(asked.agency, asked.agency if _right(asked, given) else _first(given)) for asked, given in pairs]
    return _mean(_f1(said, label) for label in sorted({known for known, _ in said}))


def _first(given: Answer) -> str:
    return given.top3[0] if given.top3 else ""


def _f1(said: Iterable[tuple[str, str]], label: str) -> float:
    counts = Counter((known == label, guessed == label) for known, guessed in said)
    hit = counts[True, True]
    return 2 * hit / max(2 * hit + counts[True, False] + counts[False, True], 1)


def _mean(values: Iterable[float]) -> float:
    return round(statistics.fmean(values), 4)


def _classes(pairs: Sequence[_Pair]) -> dict[str, dict[str, float | None]] | None:
    known = [(asked.case_class, given.case_class) for asked, given in pairs if asked.case_class]
    if not known:
        return None
    return {
        label: {
            "recall": _part(known.count((label, label)), sum(right == label for right, _ in known)),
            "precision": _part(known.count((label, label)), sum(said == label for _, said in known)),
        }
        for label in sorted({right for right, _ in known if right})
    }


def _urgent(pairs: Sequence[_Pair]) -> dict[str, float | None] | None:
    known = [(asked.urgent, given.urgent) for asked, given in pairs if asked.urgent is not None]
    if not known:
        return None
    hit = known.count((True, True))
    return {
        "recall": _part(hit, sum(bool(right) for right, _ in known)),
        "precision": _part(hit, sum(said for _, said in known)),
    }
