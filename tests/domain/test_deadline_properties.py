"""What a lawyer takes for granted of due dates, held on random calendars."""

import datetime as dt

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from feedback.domain.calendar import (
    VIETNAM,
    CalendarDay,
    DayKind,
    DayStatus,
    WorkingCalendar,
    local_date,
)
from feedback.domain.deadline import compute_deadline, compute_due
from feedback.domain.duration import Duration, Unit
from feedback.domain.trace import Trace

FIRST = dt.date(2026, 1, 1)
ONE_DAY = dt.timedelta(days=1)
PROPERTY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])

dates = st.integers(0, 90).map(lambda offset: FIRST + ONE_DAY * offset)
weeks = st.sampled_from(["01234", "012345", "0123456", "3"]).map(lambda week: frozenset(map(int, week)))
exceptions = st.dictionaries(dates, st.sampled_from(DayKind), max_size=20)
moments = st.datetimes(dt.datetime(2025, 12, 20), dt.datetime(2026, 4, 10), timezones=st.just(VIETNAM))  # noqa: DTZ001
durations = st.builds(Duration, st.integers(1, 60), st.sampled_from(Unit))
in_working_days = st.integers(1, 40)


def row(date: dt.date, kind: DayKind) -> CalendarDay:
    return CalendarDay(date, kind, DayStatus.OFFICIAL, "TB 1")


def build(days: dict[dt.date, DayKind], week: frozenset[int]) -> WorkingCalendar:
    return WorkingCalendar.from_days([row(date, kind) for date, kind in days.items()], week)


calendars = st.builds(build, exceptions, weeks)


def saying(cal: WorkingCalendar, date: dt.date, kind: DayKind) -> WorkingCalendar:
    """The calendar with one more row, in the place of what it said of that date."""
    others = [day for day in cal.days if day.date != date]
    return WorkingCalendar.from_days([*others, row(date, kind)], cal.weekdays)


@PROPERTY
@given(calendars, moments, durations, st.timedeltas(dt.timedelta(0), dt.timedelta(days=30)))
def test_a_later_start_never_ends_earlier(
    cal: WorkingCalendar, start: dt.datetime, duration: Duration, later: dt.timedelta
) -> None:
    due_on, due_at = compute_due(start, duration, cal)
    later_on, later_at = compute_due(start + later, duration, cal)
    assert later_at >= due_at > start
    assert later_on >= due_on


@PROPERTY
@given(calendars, moments, durations, st.integers(1, 30))
def test_a_longer_term_never_ends_earlier(
    cal: WorkingCalendar, start: dt.datetime, duration: Duration, more: int
) -> None:
    _, due_at = compute_due(start, duration, cal)
    _, longer = compute_due(start, Duration(duration.amount + more, duration.unit), cal)
    # Calendar days that end on a day off all end with the same working day.
    assert longer >= due_at if duration.unit is Unit.DAYS else longer > due_at


@PROPERTY
@given(calendars, moments, durations, dates)
def test_one_more_day_off_never_ends_a_term_earlier(
    cal: WorkingCalendar, start: dt.datetime, duration: Duration, off: dt.date
) -> None:
    _, due_at = compute_due(start, duration, cal)
    _, with_it = compute_due(start, duration, saying(cal, off, DayKind.DAY_OFF))
    assert with_it >= due_at
    if duration.unit is Unit.WALL_HOURS:
        assert with_it == due_at


@PROPERTY
@given(calendars, moments, durations, dates)
def test_one_more_worked_day_never_ends_a_term_later(
    cal: WorkingCalendar, start: dt.datetime, duration: Duration, worked: dt.date
) -> None:
    _, due_at = compute_due(start, duration, cal)
    _, with_it = compute_due(start, duration, saying(cal, worked, DayKind.WORKING_DAY))
    assert with_it <= due_at


@PROPERTY
@given(calendars, moments, in_working_days, dates)
def test_a_day_off_moves_a_term_by_working_days_only_when_it_lies_in_it(
    cal: WorkingCalendar, start: dt.datetime, n: int, off: dt.date
) -> None:
    assume(cal.is_working(off))
    due_on, _ = compute_due(start, Duration(n, Unit.WORKING_DAYS), cal)
    moved_on, _ = compute_due(start, Duration(n, Unit.WORKING_DAYS), saying(cal, off, DayKind.DAY_OFF))
    lies_in_it = local_date(start) < off <= due_on
    assert (moved_on > due_on) is lies_in_it
    if lies_in_it:
        assert moved_on == cal.next_working_day(due_on)


@PROPERTY
@given(exceptions, dates, st.integers(0, 60), st.integers(0, 60))
def test_a_swap_moves_only_the_terms_that_end_between_its_two_days(
    days: dict[dt.date, DayKind], start: dt.date, to_off: int, to_worked: int
) -> None:
    """A working day off for a rest day worked; what ends before both or after both stays."""
    cal = build(days, frozenset(range(5)))
    off = cal.next_working_day(start + ONE_DAY * to_off)
    worked = start + ONE_DAY * (to_worked + 1)
    while cal.is_working(worked):
        worked += ONE_DAY
    swapped = saying(saying(cal, off, DayKind.DAY_OFF), worked, DayKind.WORKING_DAY)
    for n in range(1, 80):
        due_on, moved_on = cal.add_working_days(start, n), swapped.add_working_days(start, n)
        if min(off, worked) <= due_on <= max(off, worked):
            assert abs(cal.working_days_between(due_on, moved_on)) <= 1
        else:
            assert moved_on == due_on


@PROPERTY
@given(calendars, moments, in_working_days, st.data())
def test_a_pause_and_its_end_lose_and_gain_no_working_day(
    cal: WorkingCalendar, start: dt.datetime, n: int, data: st.DataObject
) -> None:
    """The days left at a pause, counted on from its end, make up the term with those used before it."""
    begun = local_date(start)
    due_on = cal.add_working_days(begun, n)
    paused_on = data.draw(st.dates(begun, due_on - ONE_DAY))
    resumed_on = data.draw(st.dates(paused_on, paused_on + ONE_DAY * 40))
    left = cal.working_days_between(paused_on, due_on)
    again_on = cal.add_working_days(resumed_on, left)
    used = cal.working_days_between(begun, paused_on)
    assert used + cal.working_days_between(resumed_on, again_on) == n
    # A pause that ends on the day it began on never was.
    assert resumed_on != paused_on or again_on == due_on
    # While it lasts, exactly the working days in it are won.
    assert cal.working_days_between(due_on, again_on) == cal.working_days_between(paused_on, resumed_on)


@PROPERTY
@given(calendars, moments, durations, dates, st.sampled_from(DayKind))
def test_recomputing_twice_is_recomputing_once(
    cal: WorkingCalendar, start: dt.datetime, duration: Duration, date: dt.date, kind: DayKind
) -> None:
    """From what a deadline's row keeps, its date follows again, whatever calendar came in between."""
    first = compute_deadline(start, duration, cal)
    changed = saying(cal, date, kind)
    once = again(first.trace, changed)
    assert again(once.trace, changed) == once
    assert again(again(once.trace, changed).trace, cal) == first


def again(trace: Trace, cal: WorkingCalendar):  # type: ignore[no-untyped-def]
    kept = Trace.from_json(trace.to_json())
    return compute_deadline(kept.started_at, kept.duration, cal, event=kept.event)
