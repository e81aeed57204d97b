"""Weighing what speaks for each agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing.conditions import Evidence
from feedback.domain.routing.data import RoutingData
from feedback.domain.routing.rules import Rule, RuleError
from feedback.domain.routing.view import View

FIELD_POINTS = 4.0
FIELD = "field"
CANNOT_BE_APPLIED = "it cannot be applied"
"""How the problem of a rule begins that failed on a message, which reading it again does not mend."""
_SUBJECT = 1.5
_MORE_WORDS = 0.5
_MORE_SUPPORT = 0.3
_MOST_WORDS = 3
_FURTHER_RULES = 0.6
_DOUBT = 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds, with the phrases that made it hold and its points for this message."""

    rule: Rule
    evidence: Evidence
    points: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks for one agency: all its points, the rule that spoke loudest, the class it gives.

    `agency_code` may be the sign for the commune of the place. `share` is its part of the evidence
    for it and for its strongest rival, less a constant doubt. `overrules`: a rule that overrules is
    among those that speak for it.
    """

    agency_code: str
    points: float
    share: float
    loudest: Match | None
    case_class: CaseClass | None
    overrules: bool = False


def matching_rules(view: View, data: RoutingData) -> Iterator[Match]:
    """Yield the rules that hold. Raises RuleError for one that cannot be applied."""
    for rule in data.rules:
        try:
            evidence = rule.condition.check(view)
        except (KeyError, TypeError, ValueError) as error:
            raise RuleError(rule.code, f"{CANNOT_BE_APPLIED}: {error!r}", "failed") from error
        if evidence is not None:
            yield Match(rule, evidence, _points(rule, evidence, view))


def touched_by_broken(view: View, data: RoutingData) -> Iterator[Rule]:
    """Yield the rules set aside that would have held, as far as that can be told without what they lack."""
    for rule in data.set_aside:
        try:
            evidence = rule.condition.check(view)
        except (KeyError, TypeError, ValueError):
            continue
        if evidence is not None:
            yield rule


def _points(rule: Rule, evidence: Evidence, view: View) -> float:
    """Weigh a rule for this message.

    More different words weigh more, up to three more; words of the subject half as much again.
    """
    more = min(max(len(evidence) - 1, 0), _MOST_WORDS) * (_MORE_SUPPORT if rule.supports else _MORE_WORDS)
    return (rule.points + more) * (_SUBJECT if evidence & view.in_subject else 1.0)


def standings(matches: list[Match], field_agency: str | None) -> list[Standing]:
    """Add the points up for each agency and rank them, the best first.

    Only the loudest rule of an agency counts in full, because rules of one agency often see the
    same thing. `field_agency` is the lead of the field that was chosen.
    """
    by_agency: dict[str, list[Match]] = {}
    for match in matches:
        by_agency.setdefault(match.rule.agency_code, []).append(match)
    points = {code: _sum(found) for code, found in by_agency.items()}
    if field_agency is not None:
        points[field_agency] = points.get(field_agency, 0.0) + FIELD_POINTS
    ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    best = [score for _, score in ranked[:2]]
    return [
        _standing(
            code,
            score,
            _share(score, rivals=best[1:] if position == 0 else best[:1]),
            by_agency.get(code, []),
        )
        for position, (code, score) in enumerate(ranked)
    ]


def _sum(matches: list[Match]) -> float:
    loudest, *further = sorted((match.points for match in matches), reverse=True)
    return loudest + _FURTHER_RULES * sum(further)


def _share(points: float, rivals: list[float]) -> float:
    return points / (points + sum(rivals) + _DOUBT)


def _standing(code: str, points: float, share: float, matches: list[Match]) -> Standing:
    ranked = sorted(matches, key=lambda match: -match.points)
    classes = [match.rule.case_class for match in ranked if match.rule.case_class is not None]
    return Standing(
        code,
        points,
        share,
        ranked[0] if ranked else None,
        classes[0] if classes else None,
        any(match.rule.overrules for match in matches),
    )
