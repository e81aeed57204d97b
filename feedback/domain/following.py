"""When a message may wait for its sender to look at one that was there before, and may join it.

A condition in the field (a hole in the road, a dark lamp) is everybody's: one answer serves all who
report it. What accuses somebody, what is somebody's own dossier and what cannot wait is never
held up by the question, and never joins another case, whatever was chosen.
"""

from __future__ import annotations

from feedback.domain.lifecycle import OPEN_PUBLIC, CaseClass, State
from feedback.domain.routing import Decision, Outcome

_ON_ITS_OWN = frozenset({CaseClass.A, CaseClass.D, CaseClass.E, CaseClass.G})


def may_join(decision: Decision) -> bool:
    """Tell whether what the rules and the classifier read in a message lets it join another case."""
    return (
        decision.outcome is not Outcome.RESTRICTED_TRIAGE
        and not decision.urgent
        and decision.case_class not in _ON_ITS_OWN
    )


def may_be_joined(state: State | str, *, restricted: bool, merged: bool) -> bool:
    """Tell whether a case may still be followed: open on the public track, or answered already."""
    return not restricted and not merged and State(state) in OPEN_PUBLIC | {State.ANSWERED}
