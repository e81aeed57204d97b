"""A year of the working calendar as twelve little tables of weeks."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from feedback.domain.calendar import CalendarDay, DayKind, WorkingCalendar

_MONDAY_FIRST = Calendar(firstweekday=0)


class DayLook(StrEnum):
    """How a day stands in the calendar: as in any week, off by a row, or worked by a row."""

    WORK = "work"
    REST = "rest"
    OFF = "off"
    WORKED = "worked"


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of a month, with the row that says something of it, if one does."""

    date: date
    look: DayLook
    row: CalendarDay | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday to Sunday; None where a week reaches into another month."""

    first: date
    weeks: tuple[tuple[YearDay | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months. official: whether a decision on the year is in. off, worked: how many such days."""

    number: int
    months: tuple[Month, ...]
    official: bool
    off: int
    worked: int


def year_of(days: Iterable[CalendarDay], number: int) -> Year:
    """Lay out a year (2 to 9998) of the calendar that these rows make."""
    calendar = WorkingCalendar.from_days(days)
    rows = [row for row in calendar.days if row.date.year == number]
    return Year(
        number=number,
        months=tuple(_month(calendar, number, month) for month in range(1, 13)),
        official=calendar.is_official(number),
        off=sum(row.kind is DayKind.DAY_OFF for row in rows),
        worked=sum(row.kind is DayKind.WORKING_DAY for row in rows),
    )


def _month(calendar: WorkingCalendar, year: int, month: int) -> Month:
    weeks = tuple(
        tuple(_day(calendar, day) if day.month == month else None for day in week)
        for week in _MONDAY_FIRST.monthdatescalendar(year, month)
    )
    return Month(date(year, month, 1), weeks)


def _day(calendar: WorkingCalendar, day: date) -> YearDay:
    row = calendar.day(day)
    if row is not None:
        return YearDay(day, DayLook.OFF if row.kind is DayKind.DAY_OFF else DayLook.WORKED, row)
    return YearDay(day, DayLook.WORK if calendar.is_working(day) else DayLook.REST, None)
