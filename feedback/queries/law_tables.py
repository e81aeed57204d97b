"""The law's rows as they stand in their tables, for a page that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import CalendarDay, LadderStep, StateLimit, Term


@dataclass(frozen=True, slots=True)
class Tables:
    """Every version of the terms, steps and limits, and the calendar of one year."""

    terms: Sequence[Term]
    ladder: Sequence[LadderStep]
    limits: Sequence[StateLimit]
    days: Sequence[CalendarDay]
    years: Sequence[int]


def read(session: Session, year: int) -> Tables:
    """Read them; `year` chooses the days (a year without any gives none)."""
    current = CalendarDay.superseded_at.is_(None)
    dates = session.scalars(select(CalendarDay.date).where(current).order_by(CalendarDay.date)).all()
    wanted: Sequence[CalendarDay] = []
    if 1 < year < 9999:
        wanted = session.scalars(
            select(CalendarDay)
            .where(current, CalendarDay.date >= date(year, 1, 1), CalendarDay.date <= date(year, 12, 31))
            .order_by(CalendarDay.date)
        ).all()
    return Tables(
        terms=session.scalars(select(Term).order_by(Term.key, Term.valid_from)).all(),
        ladder=session.scalars(select(LadderStep).order_by(LadderStep.id)).all(),
        limits=session.scalars(select(StateLimit).order_by(StateLimit.id)).all(),
        days=wanted,
        years=sorted({day.year for day in dates}),
    )
