"""Who may grant more time, as PostgreSQL answers it from the row of the running term."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, ScalarSelect, cast, func, or_, select

from feedback.domain.calendar import VIETNAM
from feedback.models import Deadline, Term


def extend_by(case_id: Any, clock: Any) -> ScalarSelect[str]:
    """Ask which kinds of positions (``;``-separated) the running term of a case's clock names.

    The version of the term counts that holds for the Vietnamese day on which the clock began. NULL: no such
    clock runs, or no row is written for its term.
    """
    began_on = cast(func.timezone(VIETNAM.key, Deadline.started_at), Date)
    return (
        select(Term.extend_by)
        .join(Deadline, Deadline.term_key == Term.key)
        .where(
            Deadline.case_id == case_id,
            Deadline.clock == clock,
            Deadline.superseded_at.is_(None),
            Deadline.met_at.is_(None),
            Term.valid_from <= began_on,
            or_(Term.valid_to.is_(None), Term.valid_to >= began_on),
        )
        .order_by(Term.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
