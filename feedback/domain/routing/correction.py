"""What a person decided beside what the machine had proposed: the label that learning reads.

A row of `RoutingDecision` with `decided_by` holds one as its trace, in this JSON form::

    {"correction": 1, "by": "dispatcher", "act": "dispatch",
     "proposed": {"outcome", "class", "agency", "field", "urgent", "confidence",
                  "top3": [[agency, share], …]},
     "before":   {"class", "field", "urgent"},
     "decided":  {"class", "agency", "field", "urgent"},
     "more":     {"code": …, "kind": …, "parts": …, "main": …}}

``proposed`` is null where no machine had looked at the case (a part given away at once). ``by`` is
``dispatcher`` or ``agency``. Codes only: nothing that anybody wrote is in it. A row whose `superseded_at`
is set was taken back and is no label.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing.decision import Decision

CORRECTION_VERSION = 1


class Act(StrEnum):
    """What the person did."""

    DISPATCH = "dispatch"
    REFUSE = "refuse"
    SPLIT = "split"
    MERGE = "merge"
    SET_APART = "set_apart"
    URGENCY = "urgency"


OUTCOMES: Mapping[Act, str] = {
    Act.DISPATCH: "dispatched",
    Act.REFUSE: "refused",
    Act.SPLIT: "split",
    Act.MERGE: "merged",
    Act.SET_APART: "set_apart",
    Act.URGENCY: "urgency",
}
"""The `outcome` of a person's row: other words than the machine's, so that the two are never mixed up."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Class, field (a code) and urgency of a case at one moment, and the code of the agency that has it."""

    case_class: str | None
    field: str | None
    urgent: bool
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the machine had said: `agency` is its best candidate, also where it was not sure enough."""

    outcome: str
    case_class: str | None
    agency: str | None
    urgent: bool
    confidence: float
    top3: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, decision: Decision) -> Proposal:
        """Give the proposal that a worker's decision amounts to."""
        top3 = tuple((one.agency_code, round(one.score, 3)) for one in decision.top3)
        return cls(
            outcome=str(decision.outcome),
            case_class=None if decision.case_class is None else str(decision.case_class),
            agency=decision.agency_code or (top3[0][0] if top3 else None),
            urgent=decision.urgent,
            confidence=round(decision.confidence, 3),
            top3=top3,
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's decision.

    more: the refusal's ``code``, the ``kind`` of what was set apart, the number of ``parts``, the ``main``
    case of a merge.
    """

    act: Act
    by: str
    proposed: Proposal | None
    before: Marks
    decided: Marks
    more: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def agrees(self) -> bool | None:
        """Whether the agency is the one proposed; None where one of the two is missing."""
        if self.proposed is None or self.proposed.agency is None or self.decided.agency is None:
            return None
        return self.proposed.agency == self.decided.agency

    @property
    def rank(self) -> int | None:
        """The place (from 1) of the chosen agency among those proposed; None when it was not among them."""
        codes = [code for code, _ in self.proposed.top3] if self.proposed else []
        return codes.index(self.decided.agency) + 1 if self.decided.agency in codes else None

    def to_trace(self) -> str:
        """Return it as JSON text, in the form that the module's text tells."""
        trace = {
            "correction": CORRECTION_VERSION,
            "by": self.by,
            "act": str(self.act),
            "proposed": None if self.proposed is None else _proposal(self.proposed, self.before.field),
            "before": _marks(self.before),
            "decided": _marks(self.decided) | {"agency": self.decided.agency},
            "more": dict(self.more),
        }
        return json.dumps(trace, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_trace(cls, trace: str) -> Correction:
        """Read what `to_trace` wrote. Raises ValueError for anything else."""
        try:
            value = json.loads(trace)
            if value["correction"] != CORRECTION_VERSION:
                raise ValueError(f"a correction of version {value['correction']!r} cannot be read")
            return cls(
                act=Act(value["act"]),
                by=value["by"],
                proposed=None if value["proposed"] is None else _read_proposal(value["proposed"]),
                before=_read_marks(value["before"]),
                decided=_read_marks(value["decided"]),
                more=dict(value["more"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a correction: {error!r}") from error


def _proposal(one: Proposal, field_code: str | None) -> dict[str, Any]:
    return {
        "outcome": one.outcome,
        "class": one.case_class,
        "agency": one.agency,
        # The machine reads the field that the submitter chose and proposes none of its own.
        "field": field_code,
        "urgent": one.urgent,
        "confidence": one.confidence,
        "top3": [[code, share] for code, share in one.top3],
    }


def _read_proposal(value: dict[str, Any]) -> Proposal:
    return Proposal(
        outcome=value["outcome"],
        case_class=value["class"],
        agency=value["agency"],
        urgent=bool(value["urgent"]),
        confidence=float(value["confidence"]),
        top3=tuple((code, float(share)) for code, share in value["top3"]),
    )


def _marks(one: Marks) -> dict[str, Any]:
    return {"class": one.case_class, "field": one.field, "urgent": one.urgent}


def _read_marks(value: dict[str, Any]) -> Marks:
    known = value["class"]
    return Marks(
        None if known is None else str(CaseClass(known)),
        value["field"],
        bool(value["urgent"]),
        value.get("agency"),
    )
