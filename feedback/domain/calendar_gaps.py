"""Rest days that stand within a holiday and have no row: offices that work on them would count them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from feedback.domain.calendar import CalendarDay, DayKind, DayStatus

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
_CERTAINTY = list(DayStatus)


def rest_days_within(days: Iterable[CalendarDay], weekdays: frozenset[int]) -> list[CalendarDay]:
    """Give the rows that are missing: days off for the Saturdays and Sundays within a holiday.

    Official calendars list the working days that are off; between a Friday and a Monday that are both off,
    the weekend is passed over in silence, as nobody works then. An office that does (`weekdays`, Monday is
    0) would be thought to work in the middle of Tết. A date that has a row, of whatever kind, has been
    decided. The new row is named after Friday's and no more certain than both.
    """
    known = {day.date: day for day in days}
    found = []
    for friday in known.values():
        monday = known.get(friday.date + dt.timedelta(days=3))
        if friday.date.weekday() != FRIDAY or friday.kind is not DayKind.DAY_OFF:
            continue
        if monday is None or monday.kind is not DayKind.DAY_OFF:
            continue
        status = max(friday.status, monday.status, key=_CERTAINTY.index)
        for weekday in sorted(weekdays & {SATURDAY, SUNDAY}):
            date = friday.date + dt.timedelta(days=weekday - FRIDAY)
            if date not in known:
                found.append(replace(friday, date=date, status=status))
    return sorted(found, key=lambda row: row.date)
