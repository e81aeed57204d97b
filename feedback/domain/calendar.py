"""The working calendar of the public sector as a value: weekly rest, days off, rest days worked.

Counting is by arithmetic on the weekly pattern plus a short sorted list of exceptions, so it has no first
or last year and costs two bisections, however long the term.
"""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""Legal dates are dates of this zone, +07:00 all year."""

MONDAY_TO_FRIDAY = frozenset(range(5))


class DayKind(StrEnum):
    """What a calendar row says of its date."""

    DAY_OFF = "day_off"
    WORKING_DAY = "working_day"


class DayStatus(StrEnum):
    """How certain a calendar row is: decided by a document, derived from a law, or only proposed."""

    OFFICIAL = "official"
    COMPUTED = "computed"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A date on which work differs from the weekly pattern, with the document that says so.

    ``source`` cites the document in a form shown as it is in both languages; the names say which holiday or
    swap.
    """

    date: dt.date
    kind: DayKind
    status: DayStatus
    source: str
    name_vi: str = ""
    name_en: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "CalendarDay":
        """Read a CSV row with ``date`` (ISO), ``kind``, ``status``, ``source`` and, if present, the names.

        Raises ValueError (naming the row) for an unknown kind or status, a date that is none, or a missing
        column.
        """
        try:
            return cls(
                date=dt.date.fromisoformat(row["date"].strip()),
                kind=DayKind(row["kind"].strip()),
                status=DayStatus(row["status"].strip()),
                source=row["source"].strip(),
                name_vi=(row.get("name_vi") or "").strip(),
                name_en=(row.get("name_en") or "").strip(),
            )
        except (KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"not a calendar row: {dict(row)!r} ({error})") from error


Periods = tuple[tuple[dt.time, dt.time], ...]
"""Opening and closing times of a day, local, in order and without overlap."""


def _check_periods(periods: Periods) -> None:
    edges = [edge for period in periods for edge in period]
    if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError("office hours are periods in order, each closing after it opens")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office is open, local time.

    ``periods``: of a usual working day, each (opening, closing). ``special``: weekdays (Monday is 0) that
    have periods of their own; on such a weekday the office opens even where it is no working day (duty on
    Saturday mornings), unless a dated day off closes it. Raises ValueError for periods out of order or a
    weekday named twice.
    """

    periods: Periods = (
        (dt.time(7, 30), dt.time(11, 30)),
        (dt.time(13, 30), dt.time(17, 0)),
    )
    special: tuple[tuple[int, Periods], ...] = ()

    def __post_init__(self) -> None:
        _check_periods(self.periods)
        for _, periods in self.special:
            _check_periods(periods)
        named = [weekday for weekday, _ in self.special]
        if len(set(named)) < len(named) or not set(named) <= set(range(7)):
            raise ValueError("hours of a weekday are said once, 0 (Monday) to 6 (Sunday)")

    def of_weekday(self, weekday: int) -> Periods | None:
        """The periods that a weekday (Monday is 0) has of its own; None where it is like any other."""
        return dict(self.special).get(weekday)


OFFICE_HOURS = OfficeHours()


def local_date(moment: dt.datetime) -> dt.date:
    """The date of an aware moment in Vietnam.

    Raises ValueError for a naive one, whose date nobody knows.
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(VIETNAM).date()


def day_start(day: dt.date) -> dt.datetime:
    """00:00 of a local day, aware."""
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def day_end(day: dt.date) -> dt.datetime:
    """24:00 of a local day (Bộ luật Dân sự 2015 Đ.148.6): the next midnight, aware, exclusive."""
    return day_start(day + dt.timedelta(days=1))


def last_day(end: dt.datetime) -> dt.date:
    """The local day that an exclusive end closes: of 24:00 (the next midnight) the day before it."""
    return local_date(end - dt.timedelta(microseconds=1))


class WorkingCalendar:
    """Which days are worked. Immutable; build it with ``from_days``.

    ``days`` are dated exceptions to the weekly pattern; ``weekdays`` are the weekdays worked (Monday is 0):
    an office that opens on Saturdays has its own calendar with the same days.
    """

    __slots__ = ("_base", "_by_date", "_offsets", "_ordinals", "_prefix", "_ranks", "_years", "weekdays")

    def __init__(self, days: Mapping[dt.date, CalendarDay], weekdays: frozenset[int]) -> None:
        if not weekdays or not weekdays <= frozenset(range(7)):
            raise ValueError("a calendar works on some weekdays, 0 (Monday) to 6 (Sunday)")
        self.weekdays = weekdays
        self._by_date = dict(sorted(days.items()))
        self._offsets = sorted(weekdays)
        self._base = list(accumulate(int(weekday in weekdays) for weekday in range(7)))
        exceptions = [
            day
            for day in self._by_date.values()
            if (day.kind is DayKind.WORKING_DAY) != (day.date.weekday() in weekdays)
        ]
        self._ordinals = [day.date.toordinal() for day in exceptions]
        steps = (1 if day.kind is DayKind.WORKING_DAY else -1 for day in exceptions)
        self._prefix = list(accumulate(steps, initial=0))
        self._ranks = [self._base_rank(o) + p for o, p in zip(self._ordinals, self._prefix[1:], strict=True)]
        self._years: dict[int, DayStatus] = {}
        certainty = list(DayStatus)
        for day in self._by_date.values():
            known = self._years.get(day.date.year, day.status)
            self._years[day.date.year] = min(known, day.status, key=certainty.index)

    @classmethod
    def from_days(
        cls, rows: Iterable[CalendarDay], weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    ) -> "WorkingCalendar":
        """A calendar of these days. Raises ValueError when two rows of one date contradict each other."""
        days: dict[dt.date, CalendarDay] = {}
        for row in rows:
            if days.setdefault(row.date, row) != row:
                raise ValueError(f"the calendar says two things of {row.date.isoformat()}")
        return cls(days, weekdays)

    @property
    def days(self) -> tuple[CalendarDay, ...]:
        """The dated rows, in order."""
        return tuple(self._by_date.values())

    def day(self, day: dt.date) -> CalendarDay | None:
        """The dated row of a day, if the calendar has one."""
        return self._by_date.get(day)

    def days_status(self, year: int) -> DayStatus | None:
        """The most certain status among a year's rows; None for a year it knows nothing of."""
        return self._years.get(year)

    def is_official(self, year: int) -> bool:
        """Whether any decision on the year's days off is in: if not, dates in it are forecasts."""
        return self._years.get(year) is DayStatus.OFFICIAL

    def is_working(self, day: dt.date) -> bool:
        """Whether the public sector works on this day (also a rest day worked in exchange)."""
        row = self._by_date.get(day)
        return day.weekday() in self.weekdays if row is None else row.kind is DayKind.WORKING_DAY

    def next_working_day(self, day: dt.date) -> dt.date:
        """The first working day strictly after a day."""
        return self.add_working_days(day, 1)

    def on_or_next_working_day(self, day: dt.date) -> dt.date:
        """The day itself when it is worked, else the next working day (Bộ luật Dân sự 2015 Đ.148.5)."""
        return day if self.is_working(day) else self.next_working_day(day)

    def add_working_days(self, start: dt.date, n: int) -> dt.date:
        """The n-th working day after ``start``, which itself never counts (Bộ luật Dân sự 2015 Đ.147.2).

        A negative n counts working days strictly before it; 0 gives ``start`` back, worked or not. Raises
        ValueError when the result leaves the years 1 to 9999.
        """
        if n == 0:
            return start
        ordinal = start.toordinal()
        rank = self._rank(ordinal) + n if n > 0 else self._rank(ordinal - 1) + n + 1
        return dt.date.fromordinal(self._nth(rank))

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """Working days after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        return self._rank(end.toordinal()) - self._rank(start.toordinal())

    def working_time(
        self, start: dt.datetime, hours: int, office: OfficeHours = OFFICE_HOURS
    ) -> list[tuple[dt.datetime, dt.datetime]]:
        """The stretches of office time that ``hours`` (1 or more) of work after ``start`` fill.

        Local and aware, ends exclusive. Counting begins at once (Bộ luật Dân sự 2015 Đ.147.1), or
        at the next opening when the office is closed.
        """
        if hours < 1:
            raise ValueError("working time is at least one hour")
        left = dt.timedelta(hours=hours)
        day = local_date(start)
        stretches: list[tuple[dt.datetime, dt.datetime]] = []
        while True:
            for opening, closing in self.open_periods(day, office):
                begin = max(dt.datetime.combine(day, opening, VIETNAM), start.astimezone(VIETNAM))
                end = min(dt.datetime.combine(day, closing, VIETNAM), begin + left)
                if begin < end:
                    stretches.append((begin, end))
                    left -= end - begin
                if not left:
                    return stretches
            day += dt.timedelta(days=1)

    def open_periods(self, day: dt.date, office: OfficeHours = OFFICE_HOURS) -> Periods:
        """When an office is open on a day; empty when it is closed.

        A dated day off closes it; a rest day worked in exchange has the hours of a usual working day.
        """
        row = self._by_date.get(day)
        if row is not None and day.weekday() not in self.weekdays:
            return office.periods if row.kind is DayKind.WORKING_DAY else ()
        if row is not None and row.kind is DayKind.DAY_OFF:
            return ()
        own = office.of_weekday(day.weekday())
        if own is not None:
            return own
        return office.periods if self.is_working(day) else ()

    def add_working_hours(
        self, start: dt.datetime, hours: int, office: OfficeHours = OFFICE_HOURS
    ) -> dt.datetime:
        """The moment at which ``hours`` (1 or more) hours of office time after ``start`` are used up."""
        return self.working_time(start, hours, office)[-1][1]

    def office_moment(self, moment: dt.datetime, office: OfficeHours = OFFICE_HOURS) -> dt.datetime:
        """The moment itself when the office is open then, else the next opening; local and aware."""
        return self.working_time(moment, 1, office)[0][0]

    def with_weekdays(self, weekdays: frozenset[int]) -> "WorkingCalendar":
        """The calendar of an office with the same dated days and other weekdays worked."""
        return self if weekdays == self.weekdays else WorkingCalendar(self._by_date, weekdays)

    def _base_rank(self, ordinal: int) -> int:
        """Days of the weekly pattern up to an ordinal; ordinal 1 is a Monday."""
        weeks, weekday = divmod(ordinal - 1, 7)
        return weeks * len(self._offsets) + self._base[weekday]

    def _rank(self, ordinal: int) -> int:
        """Working days up to and with an ordinal."""
        return self._base_rank(ordinal) + self._prefix[bisect_right(self._ordinals, ordinal)]

    def _nth(self, rank: int) -> int:
        """The ordinal of the working day with this rank: the inverse of ``_rank``.

        Between two exceptions the week alone decides, so: find the first exception whose rank reaches the
        one sought, and count weeks from the exceptions before it. Where the week runs past that exception,
        the exception is itself the day sought (a rest day worked).
        """
        at = bisect_left(self._ranks, rank)
        weeks, position = divmod(rank - self._prefix[at] - 1, len(self._offsets))
        ordinal = weeks * 7 + self._offsets[position] + 1
        return min(ordinal, self._ordinals[at]) if at < len(self._ordinals) else ordinal
