"""The hours of an office as a dated row: which weekdays it works, and when it is open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feedback.domain.calendar import OfficeHours, Periods

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Weekdays as a row names them, Monday first."""

_DAYS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?")
_PERIOD = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def parse_weekdays(text: str) -> frozenset[int]:
    """Read ``mon-fri;sat`` as weekdays, Monday is 0. Raises ValueError for anything else."""
    found: set[int] = set()
    for part in text.lower().split(";"):
        match = _DAYS.fullmatch(part.strip())
        if match is None or not {match[1], match[2] or match[1]} <= set(WEEKDAYS):
            raise ValueError(f"not weekdays: {text!r} (write mon-fri or mon;wed)")
        first, last = WEEKDAYS.index(match[1]), WEEKDAYS.index(match[2] or match[1])
        if last < first:
            raise ValueError(f"not weekdays: {text!r} (the week begins with mon)")
        found.update(range(first, last + 1))
    return frozenset(found)


def weekdays_text(weekdays: Iterable[int]) -> str:
    """Write weekdays as ``parse_weekdays`` reads them: ``mon;tue;sat``."""
    return ";".join(WEEKDAYS[weekday] for weekday in sorted(weekdays))


def parse_periods(text: str) -> Periods:
    """Read ``07:30-11:30 13:30-17:00``. Raises ValueError for anything else; their order is not checked."""
    periods = []
    for part in text.split():
        match = _PERIOD.fullmatch(part)
        if match is None:
            raise ValueError(f"not office hours: {text!r} (write 07:30-11:30 13:30-17:00)")
        periods.append((dt.time.fromisoformat(match[1]), dt.time.fromisoformat(match[2])))
    if not periods:
        raise ValueError("office hours have at least one period")
    return tuple(periods)


def periods_text(periods: Periods) -> str:
    """Write periods as ``parse_periods`` reads them."""
    return " ".join(f"{opening:%H:%M}-{closing:%H:%M}" for opening, closing in periods)


@dataclass(frozen=True, slots=True)
class OfficeSchedule:
    """One version of the hours of an agency, or of the province where an agency has none of its own.

    ``weekdays`` are its working days: terms in working days are counted by them. ``hours`` may open it on
    other weekdays too; such duty counts for working hours and letters, not for terms in days.
    """

    agency_id: int | None
    weekdays: frozenset[int]
    hours: OfficeHours
    valid_from: dt.date
    valid_to: dt.date | None
    source: str = ""

    def in_force(self, on: dt.date) -> bool:
        """Whether this version counts on a local day; the first and the last day both count."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def periods(self, weekday: int) -> Periods:
        """When the office is open on a weekday (Monday is 0); empty when it is closed."""
        own = self.hours.of_weekday(weekday)
        if own is not None:
            return own
        return self.hours.periods if weekday in self.weekdays else ()

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> OfficeSchedule:
        """Read a row of ``office_schedules`` as texts; raises ValueError naming the row.

        ``weekly`` is ``mon-fri 07:30-11:30 13:30-17:00, sat 07:30-11:30``; its first part says the hours of
        a usual working day. ``working_weekdays`` is ``mon-fri``, and each of them must have hours.
        """
        try:
            return cls(
                agency_id=int(row["agency_id"]) if row["agency_id"] else None,
                weekdays=(weekdays := parse_weekdays(row["working_weekdays"])),
                hours=parse_hours(row["weekly"], weekdays),
                valid_from=dt.date.fromisoformat(row["valid_from"]),
                valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                source=row["source"],
            )
        except (KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"not the hours of an office: {dict(row)!r} ({error})") from error


def parse_hours(weekly: str, weekdays: frozenset[int]) -> OfficeHours:
    """Read the week of an office whose working days are ``weekdays``.

    Raises ValueError for hours that cannot be read, a weekday said twice, or a working day without hours.
    """
    week: dict[int, Periods] = {}
    usual: Periods = ()
    for part in weekly.split(","):
        days, _, times = part.strip().partition(" ")
        periods = parse_periods(times)
        usual = usual or periods
        for weekday in parse_weekdays(days):
            if weekday in week:
                raise ValueError(f"{WEEKDAYS[weekday]} is said twice")
            week[weekday] = periods
    if missing := weekdays - week.keys():
        raise ValueError(f"no hours for {weekdays_text(missing)}")
    special = tuple(
        (weekday, periods)
        for weekday, periods in sorted(week.items())
        if weekday not in weekdays or periods != usual
    )
    return OfficeHours(usual, special)


def weekly_text(week: Mapping[int, Periods]) -> str:
    """Write a week, from weekday to its periods (closed days left out), as ``parse_hours`` reads it.

    Days with the same hours stand together; the hours that most days have come first.
    """
    groups: dict[Periods, list[int]] = {}
    for weekday, periods in sorted(week.items()):
        if periods:
            groups.setdefault(periods, []).append(weekday)
    parts = sorted(groups.items(), key=lambda group: -len(group[1]))
    return ", ".join(f"{weekdays_text(days)} {periods_text(periods)}" for periods, days in parts)


def schedule_in_force(
    schedules: Iterable[OfficeSchedule], agency_id: int | None, on: dt.date | None
) -> OfficeSchedule | None:
    """The hours of an agency on a local day, else those of the province; None when there are neither.

    No day: the latest version.
    """
    for owner in (agency_id, None) if agency_id is not None else (None,):
        found = [
            schedule
            for schedule in schedules
            if schedule.agency_id == owner and (on is None or schedule.in_force(on))
        ]
        if found:
            return max(found, key=lambda schedule: schedule.valid_from)
    return None
