"""Which rest days within holidays are open for lack of a row, and which agencies would be thought to work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import CalendarDay
from feedback.domain.calendar_gaps import SATURDAY, SUNDAY, rest_days_within
from feedback.models import Agency
from feedback.queries.law_book import LawBook


@dataclass(frozen=True, slots=True)
class OpenRestDays:
    """Rows that would close the days, in order, and the agencies that are open on such a weekday."""

    rows: Sequence[CalendarDay]
    agencies: Sequence[Agency]


def open_rest_days(
    session: Session,
    book: LawBook,
    days: Iterable[CalendarDay],
    today: date,
    but: Iterable[CalendarDay] = (),
) -> OpenRestDays | None:
    """Give what is open in a calendar of `days` from `today` on (Vietnamese date), or None for nothing.

    but: another calendar; what is open in it too is left out.
    Only the hours that agencies have now or later count, their duty on a rest day too.
    """
    weekdays: set[int] = set()
    agencies: set[int] = set()
    for office in book.offices:
        over = office.valid_to is not None and office.valid_to < today
        worked = {weekday for weekday in (SATURDAY, SUNDAY) if office.periods(weekday)}
        if office.agency_id is not None and worked and not over:
            weekdays |= worked
            agencies.add(office.agency_id)
    among = frozenset(weekdays)
    known = {row.date for row in rest_days_within(but, among)}
    rows = [row for row in rest_days_within(days, among) if row.date >= today and row.date not in known]
    if not rows:
        return None
    names = session.scalars(select(Agency).where(Agency.id.in_(agencies)).order_by(Agency.name_vi))
    return OpenRestDays(rows, names.all())
