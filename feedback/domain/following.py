"""When a message may wait for its sender to look at one that was there before, and may join it.

A condition in the field (a hole in the road, a dark lamp) is everybody's: one answer serves all who
report it. What accuses somebody, what is somebody's own dossier and what cannot wait is never
held up by the question, and never joins another case, whatever was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.domain.lifecycle import CaseClass, State
from feedback.domain.routing import Decision, Outcome

_WITH_AN_AGENCY = frozenset(
    {State.ASSIGNED, State.IN_PROGRESS, State.AWAITING_SUBMITTER, State.AWAITING_APPROVAL}
)
_ON_ITS_OWN = frozenset({CaseClass.A, CaseClass.D, CaseClass.E, CaseClass.G})


def may_join(decision: Decision) -> bool:
    """Tell whether what the rules and the classifier read in a message lets it join another case."""
    return (
        decision.outcome is not Outcome.RESTRICTED_TRIAGE
        and not decision.urgent
        and decision.case_class not in _ON_ITS_OWN
    )


@dataclass(frozen=True, slots=True)
class Joinable:
    """What decides whether a case may be followed.

    has_agency: it lies with one. set_apart: it is on the restricted track, or was once. suspected: the worker
    ever read a denunciation, a complaint or a crime in it. erased: its personal data are gone.
    """

    state: State | str
    case_class: str | None
    has_agency: bool
    set_apart: bool
    suspected: bool
    urgent: bool
    confidential: bool
    erased: bool


def may_be_joined(case: Joinable) -> bool:
    """Tell whether a case may be followed: a condition or incident (class C) that lies openly with an agency.

    The conditions of the function `already_reported` (migration 0038). An answered case is none of them: its
    answer was written to one citizen, and nobody looked whether it names somebody.
    """
    return (
        State(case.state) in _WITH_AN_AGENCY
        and case.case_class == CaseClass.C
        and case.has_agency
        and not (case.set_apart or case.suspected or case.urgent or case.confidential or case.erased)
    )
