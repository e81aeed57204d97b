"""What a submitter sees of their own case, by its tracking code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

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
