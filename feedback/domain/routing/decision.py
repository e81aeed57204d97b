"""What routing decided and why, and the same as a trace that is stored with the case."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceMatch, PlaceStatus

TRACE_VERSION = 1


class Outcome(StrEnum):
    """Where a message goes first.

    RESTRICTED_TRIAGE is the triage of what may be a denunciation, a complaint, a crime or a
    person in danger: looked at first and by as few as possible.
    """

    ASSIGN = "assign"
    TRIAGE = "triage"
    RESTRICTED_TRIAGE = "restricted_triage"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that the message may be for; `score` is its share of the evidence, from 0 to 1.

    `why` is the code of the rule that spoke loudest for it, "field" for the submitter's choice
    or "classifier".
    """

    agency_code: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the decision: a code that `explain` has words for, and what to fill in."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole decision. `agency_code` is set exactly when `outcome` is ASSIGN."""

    outcome: Outcome
    case_class: CaseClass | None
    agency_code: str | None
    commune_code: str | None
    place: PlaceMatch
    urgent: bool
    urgent_reasons: tuple[str, ...]
    confidence: float
    top3: tuple[Candidate, ...]
    reasons: tuple[Reason, ...]
    read_by: str | None = None
    """The version of the classifier that read the message; None when the rules were alone."""

    def to_trace(self) -> str:
        """Return the decision as JSON text. It holds words of the rules, nothing the submitter wrote."""
        trace = {
            "version": TRACE_VERSION,
            "outcome": self.outcome,
            "class": self.case_class,
            "agency": self.agency_code,
            "commune": self.commune_code,
            "place": {"status": self.place.status, "candidates": list(self.place.candidates)},
            "urgent": self.urgent,
            "urgent_reasons": list(self.urgent_reasons),
            "confidence": round(self.confidence, 3),
            "top3": [[one.agency_code, round(one.score, 3), one.why] for one in self.top3],
            "reasons": [[reason.code, reason.params] for reason in self.reasons],
            "read_by": self.read_by,
        }
        return json.dumps(trace, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_trace(cls, trace: str) -> Decision:
        """Read what `to_trace` wrote. Raises ValueError for anything else."""
        try:
            return cls._from_object(json.loads(trace))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a routing trace: {error!r}") from error

    @classmethod
    def _from_object(cls, value: dict[str, Any]) -> Decision:
        if value["version"] != TRACE_VERSION:
            raise ValueError(f"a routing trace of version {value['version']!r} cannot be read")
        status = PlaceStatus(value["place"]["status"])
        found = value["commune"] if status is PlaceStatus.FOUND else None
        return cls(
            outcome=Outcome(value["outcome"]),
            case_class=CaseClass(value["class"]) if value["class"] else None,
            agency_code=value["agency"],
            commune_code=value["commune"],
            place=PlaceMatch(status, found, tuple(value["place"]["candidates"])),
            urgent=bool(value["urgent"]),
            urgent_reasons=tuple(value["urgent_reasons"]),
            confidence=float(value["confidence"]),
            top3=tuple(Candidate(code, float(score), why) for code, score, why in value["top3"]),
            reasons=tuple(Reason(code, dict(params)) for code, params in value["reasons"]),
            read_by=value.get("read_by"),
        )


def undecided(rule_code: str) -> Decision:
    """Give the decision on a message on which the rule `rule_code` failed: a person looks and is told why."""
    return Decision(
        outcome=Outcome.TRIAGE,
        case_class=None,
        agency_code=None,
        commune_code=None,
        place=PlaceMatch(PlaceStatus.NONE),
        urgent=False,
        urgent_reasons=(),
        confidence=0.0,
        top3=(),
        reasons=(Reason("rule_error", {"rule": rule_code}),),
    )
