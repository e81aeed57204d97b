"""The law's rows as they stand in their tables, for the pages that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models import Agency, LadderStep, OfficeSchedule, StateLimit, Term

_CLOCKS = ("urgent", "state", "agency", "citizen")


def terms(session: Session) -> Sequence[Term]:
    """Give every version of every term, in the order in which the terms were first written."""
    return session.scalars(select(Term).order_by(Term.id)).all()


def ladder(session: Session) -> Sequence[LadderStep]:
    """Give every row of the ladder: the open track first, by clock, then in the order of writing."""
    rows = session.scalars(select(LadderStep).order_by(LadderStep.id)).all()
    first = {code: n for n, code in reversed(list(enumerate(row.code for row in rows)))}
    return sorted(
        rows,
        key=lambda row: (row.restricted, _CLOCKS.index(row.clock), first[row.code], row.valid_from),
    )


def limits(session: Session) -> Sequence[StateLimit]:
    """Give every limit of a state, versions of one state together in their order."""
    rows = session.scalars(select(StateLimit).order_by(StateLimit.id)).all()
    first = {state: n for n, state in reversed(list(enumerate(row.state for row in rows)))}
    return sorted(rows, key=lambda row: (first[row.state], row.valid_from))


def offices(session: Session) -> Sequence[OfficeSchedule]:
    """Give every version of office hours, the province's first, then agencies by code."""
    return session.scalars(
        select(OfficeSchedule)
        .outerjoin(Agency, Agency.id == OfficeSchedule.agency_id)
        .order_by(Agency.code.nulls_first(), OfficeSchedule.valid_from)
    ).all()


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows of a table are in force on a day, and how many begin later."""

    in_force: int
    planned: int


def figures(session: Session, on: date) -> dict[str, Figures]:
    """Count the rows of each table, by its name."""
    found = {}
    for model in (Term, LadderStep, StateLimit, OfficeSchedule):
        ended = model.valid_to.is_not(None) & (model.valid_to < on)
        current, planned = session.execute(
            select(
                func.count().filter(model.valid_from <= on, ~ended),
                func.count().filter(model.valid_from > on),
            ).select_from(model)
        ).one()
        found[model.__tablename__] = Figures(current, planned)
    return found
