"""What a submitter sees of their own case, by its tracking code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State
from feedback.domain.undo import is_held
from feedback.models import Case
from feedback.queries.case_file import CaseFile, find_case_by_code, read_case_file


@dataclass(frozen=True, slots=True)
class Tracked:
    """A case found by its code. `file` is None when it was set apart: then no detail is shown."""

    case: Case
    file: CaseFile | None


def track(session: Session, code: str) -> Tracked:
    """Read the case of a printed tracking code, in that code's public scope. Raises NotFound."""
    case = find_case_by_code(session, code)
    if case.restricted_at is not None:
        return Tracked(case, None)
    return Tracked(case, read_case_file(session, case))


def as_told(tracked: Tracked, now: datetime) -> Tracked:
    """Give a case as its sender may read it at `now`: what can still be taken back is not in it.

    A refused case, or a split one with its parts, stands in triage as before, with the clock of its answer.
    The row in the session reads so too, unsaved: for showing alone, after everything that is done to it.
    """
    file = tracked.file
    if file is None or not is_held(tracked.case.state, tracked.case.state_since, now):
        return tracked
    decided_at = tracked.case.state_since
    untold = [row for row in file.answers if row.decided_at is not None and row.decided_at >= decided_at]
    limits = [row for row in file.deadlines if row.clock == Clock.STATE and row.state == State.TRIAGE]
    before = {
        "state": str(State.TRIAGE),
        "state_since": limits[-1].started_at if limits else tracked.case.received_at,
        "closed_at": None,
        "refusal_code": None,
    }
    for name, value in before.items():
        set_committed_value(tracked.case, name, value)
    for row in file.deadlines:
        if row.clock == Clock.CITIZEN and row.met_at == decided_at:
            set_committed_value(row, "met_at", None)
    answers = [row for row in file.answers if row not in untold]
    kin = tuple(one for one in file.kin if one.relation != "part")
    return Tracked(tracked.case, replace(file, answers=answers, kin=kin))
