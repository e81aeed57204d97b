"""Fifty thousand random calendars, starts and durations of all four units, counted in two ways."""

import datetime as dt
import random
from collections import Counter

import pytest

from feedback.domain.calendar import VIETNAM, CalendarDay, DayKind, DayStatus, OfficeHours, WorkingCalendar
from feedback.domain.deadline import compute_due
from feedback.domain.duration import Duration, Unit
from tests.domain import oracle

CASES = 50_000
FIRST = dt.datetime(2025, 12, 1)  # noqa: DTZ001 - the oracle knows local moments
SPREAD = 200
"""Days in which exceptions lie; starts lie in them and around them."""

WEEKS = ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4, 5, 6), (2,), (5, 6))
OFFICES = (
    ((dt.time(7, 30), dt.time(11, 30)), (dt.time(13, 30), dt.time(17, 0))),
    ((dt.time(7, 0), dt.time(11, 0)),),
    ((dt.time(0, 0), dt.time(5, 45)), (dt.time(6, 0), dt.time(18, 20)), (dt.time(22, 0), dt.time(23, 59))),
)
MOST = {Unit.WALL_HOURS: 200, Unit.WORKING_HOURS: 60, Unit.WORKING_DAYS: 60, Unit.DAYS: 120}


def draw_days(draw: random.Random) -> dict[dt.date, bool]:
    """Some dates and whether each is worked: some against the week, some that only say what it says.

    Runs, as holidays are, and single days.
    """
    days: dict[dt.date, bool] = {}
    for _ in range(draw.randrange(8)):
        first = FIRST.date() + dt.timedelta(days=draw.randrange(SPREAD))
        worked = draw.random() < 0.35
        for offset in range(draw.choice((1, 1, 1, 2, 3, 9))):
            days[first + dt.timedelta(days=offset)] = worked
    return days


def product_calendar(days: dict[dt.date, bool], week: tuple[int, ...]) -> WorkingCalendar:
    kinds = {True: DayKind.WORKING_DAY, False: DayKind.DAY_OFF}
    rows = [CalendarDay(day, kinds[worked], DayStatus.OFFICIAL, "TB 1") for day, worked in days.items()]
    return WorkingCalendar.from_days(rows, frozenset(week))


def draw_start(draw: random.Random) -> dt.datetime:
    """A local moment, often at an edge: midnight, an opening, a closing, the last microsecond of a day."""
    day = FIRST + dt.timedelta(days=draw.randrange(-20, SPREAD + 20))
    edges = [dt.time(), dt.time(7, 30), dt.time(11, 30), dt.time(17), dt.time(23, 59, 59, 999_999)]
    if draw.random() < 0.3:
        return dt.datetime.combine(day, draw.choice(edges))
    return day + dt.timedelta(seconds=draw.randrange(86_400), microseconds=draw.randrange(1_000_000))


@pytest.mark.slow
def test_fifty_thousand_due_dates_agree_with_counting_day_by_day() -> None:
    draw = random.Random(20260213)
    seen: Counter[Unit] = Counter()
    moved = 0
    for number in range(CASES):
        week = draw.choice(WEEKS)
        days = draw_days(draw)
        periods = draw.choice(OFFICES)
        start = draw_start(draw)
        unit = draw.choice(tuple(Unit))
        duration = Duration(draw.randint(1, MOST[unit]), unit)

        expected = oracle.due(
            start,
            duration.amount,
            str(unit),
            lambda day, days=days, week=week: days.get(day, day.weekday() in week),  # type: ignore[misc]
            periods,
        )
        # Half of the starts come as the database gives them, in UTC.
        aware = start.replace(tzinfo=VIETNAM)
        given = aware.astimezone(dt.UTC) if number % 2 else aware
        due_on, due_at = compute_due(given, duration, product_calendar(days, week), OfficeHours(periods))

        case = f"number {number}: {duration} from {start} with {days}, week {week}, office {periods}"
        assert due_at.replace(tzinfo=None) == expected, case
        assert due_at.tzinfo is VIETNAM, case
        assert due_on == oracle.last_day(expected), case
        seen[unit] += 1
        moved += any(start.date() < day <= due_on for day in days)
    # The draw is worth nothing when it misses a unit, or when the exceptions lie beside every term.
    assert min(seen[unit] for unit in Unit) > CASES / 5
    assert moved > CASES / 4
