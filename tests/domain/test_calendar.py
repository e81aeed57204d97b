"""The working calendar against vectors worked out by hand and against counting day by day."""

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.domain.calendar import (
    VIETNAM,
    CalendarDay,
    DayKind,
    DayStatus,
    OfficeHours,
    WorkingCalendar,
    day_end,
    last_day,
    local_date,
)
from tests.domain.reference import ROOT, at, calendar, day, rows

VECTORS = rows(ROOT / "tests" / "data" / "calendar_vectors.csv")
ONE_DAY = dt.timedelta(days=1)
FIRST = dt.date(2023, 12, 20)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['start']}+{v['working_days']}")
def test_vector(vector: dict[str, str]) -> None:
    start, due = dt.date.fromisoformat(vector["start"]), dt.date.fromisoformat(vector["due"])
    assert calendar().add_working_days(start, int(vector["working_days"])) == due
    assert calendar().working_days_between(start, due) == int(vector["working_days"])


def test_there_are_all_the_vectors() -> None:
    assert len(VECTORS) == 26


@pytest.mark.parametrize(
    ("date", "works"),
    [
        ("Fri 2026-01-02", False),  # swapped with
        ("Sat 2026-01-10", True),
        ("Sun 2026-01-11", False),
        ("Mon 2026-02-16", False),  # Tết
        ("Fri 2026-02-20", False),
        ("Mon 2026-02-23", True),
        ("Mon 2026-04-27", False),  # made up for a Sunday
        ("Tue 2026-11-24", False),  # Ngày Văn hóa Việt Nam
        ("Mon 2027-05-03", False),  # computed, not announced
        ("Thu 2031-07-03", True),  # the week alone
        ("Sat 2031-07-05", False),
    ],
)
def test_is_working(date: str, works: bool) -> None:
    assert calendar().is_working(day(date)) is works


@pytest.mark.parametrize(
    ("date", "after", "on_or_after"),
    [
        ("Thu 2026-01-08", "Fri 2026-01-09", "Thu 2026-01-08"),
        ("Fri 2026-01-09", "Sat 2026-01-10", "Fri 2026-01-09"),
        ("Sat 2026-01-10", "Mon 2026-01-12", "Sat 2026-01-10"),
        ("Sun 2026-01-11", "Mon 2026-01-12", "Mon 2026-01-12"),
        ("Fri 2026-02-13", "Mon 2026-02-23", "Fri 2026-02-13"),
        ("Wed 2026-02-18", "Mon 2026-02-23", "Mon 2026-02-23"),
    ],
)
def test_next_working_day(date: str, after: str, on_or_after: str) -> None:
    assert calendar().next_working_day(day(date)) == day(after)
    assert calendar().on_or_next_working_day(day(date)) == day(on_or_after)


@pytest.mark.parametrize(
    ("start", "n", "result"),
    [
        ("Mon 2026-02-23", -1, "Fri 2026-02-13"),
        ("Sun 2026-02-22", -1, "Fri 2026-02-13"),
        ("Mon 2026-01-12", -2, "Fri 2026-01-09"),
        ("Sun 2026-02-15", 0, "Sun 2026-02-15"),
    ],
)
def test_counting_back(start: str, n: int, result: str) -> None:
    assert calendar().add_working_days(day(start), n) == day(result)


def test_years_and_their_certainty() -> None:
    assert [calendar().is_official(year) for year in (2023, 2024, 2025, 2026, 2027, 2028)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip
    row = CalendarDay(dt.date(2028, 1, 3), DayKind.DAY_OFF, DayStatus.COMPUTED, "BLLĐ 2019 Đ.111.3")
    forecast = WorkingCalendar.from_days([*calendar().days, row])
    assert forecast.days_status(2028) is DayStatus.COMPUTED
    assert forecast.days_status(2029) is None
    assert not forecast.is_official(2028)


def test_an_office_that_opens_on_saturdays_keeps_the_holidays() -> None:
    office = WorkingCalendar.from_days(calendar().days, weekdays=frozenset(range(6)))
    assert office.is_working(day("Sat 2026-01-17"))
    assert office.add_working_days(day("Sat 2026-02-14"), 1) == day("Sat 2026-02-21")
    assert office.add_working_days(day("Fri 2026-01-09"), 2) == day("Mon 2026-01-12")


def test_contradicting_rows_are_refused() -> None:
    row = calendar().days[0]
    assert WorkingCalendar.from_days([row, row]).days == (row,)
    other = CalendarDay(row.date, DayKind.WORKING_DAY, row.status, row.source)
    with pytest.raises(ValueError, match="two things of 2024-01-01"):
        WorkingCalendar.from_days([row, other])
    with pytest.raises(ValueError, match="weekdays"):
        WorkingCalendar.from_days([], weekdays=frozenset())


@pytest.mark.parametrize(
    "change", [{"date": "2026-13-01"}, {"kind": "off"}, {"status": ""}, {"source": None}]
)
def test_a_bad_row_is_named(change: dict[str, str]) -> None:
    good = {"date": "2026-01-01", "kind": "day_off", "status": "official", "source": "TB 1"}
    assert CalendarDay.from_row(good).name_vi == ""
    with pytest.raises(ValueError, match=r"not a calendar row: \{'date'"):
        CalendarDay.from_row(good | change)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("Thu 2026-01-08 07:30", 4, "Thu 2026-01-08 11:30"),
        ("Thu 2026-01-08 10:30", 2, "Thu 2026-01-08 14:30"),
        ("Thu 2026-01-08 12:00", 1, "Thu 2026-01-08 14:30"),
        ("Fri 2026-01-09 16:30", 1, "Sat 2026-01-10 08:00"),  # the Saturday is worked
        ("Sat 2026-01-10 16:30", 1, "Mon 2026-01-12 08:00"),
        ("Fri 2026-02-13 16:40", 8, "Tue 2026-02-24 07:40"),  # Tết
        ("Tue 2026-02-17 03:00", 1, "Mon 2026-02-23 08:30"),
    ],
)
def test_working_hours(start: str, hours: int, end: str) -> None:
    assert calendar().add_working_hours(at(start), hours) == at(end)
    assert calendar().add_working_hours(at(start).astimezone(dt.UTC), hours) == at(end)


def test_working_hours_begin_with_one() -> None:
    with pytest.raises(ValueError, match="at least one hour"):
        calendar().add_working_hours(at("Thu 2026-01-08 07:30"), 0)


@pytest.mark.parametrize(
    "periods", [(), ((dt.time(8), dt.time(8)),), ((dt.time(8), dt.time(12)), (dt.time(11), dt.time(17)))]
)
def test_office_hours_in_order(periods: tuple[tuple[dt.time, dt.time], ...]) -> None:
    with pytest.raises(ValueError, match="periods in order"):
        OfficeHours(periods)


def test_local_days() -> None:
    assert local_date(dt.datetime(2026, 2, 13, 16, 59, tzinfo=dt.UTC)) == dt.date(2026, 2, 13)
    assert local_date(dt.datetime(2026, 2, 13, 17, 0, tzinfo=dt.UTC)) == dt.date(2026, 2, 14)
    with pytest.raises(ValueError, match="time zone"):
        local_date(dt.datetime(2026, 2, 13))  # noqa: DTZ001
    end = day_end(dt.date(2026, 2, 13))
    assert end == dt.datetime(2026, 2, 13, 17, tzinfo=dt.UTC)
    assert end.tzinfo is VIETNAM
    assert last_day(end) == dt.date(2026, 2, 13)


# What follows agrees with a count that asks each day in turn: 4,000 + 3,000 + 3,000 cases.


def slow_add(cal: WorkingCalendar, start: dt.date, n: int) -> dt.date:
    step, found = (ONE_DAY, n) if n > 0 else (-ONE_DAY, -n)
    while found:
        start += step
        found -= cal.is_working(start)
    return start


def slow_between(cal: WorkingCalendar, start: dt.date, end: dt.date) -> int:
    if end < start:
        return -slow_between(cal, end, start)
    return sum(cal.is_working(start + ONE_DAY * i) for i in range(1, (end - start).days + 1))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    offsets = draw(st.lists(st.integers(0, 120), max_size=25, unique=True))
    kinds = draw(st.integers(0, 2**25))
    week = draw(st.sampled_from(["01234", "012345", "0", "6", "0123456"]))
    days = (
        CalendarDay(FIRST + ONE_DAY * o, list(DayKind)[kinds >> i & 1], DayStatus.OFFICIAL, "")
        for i, o in enumerate(offsets)
    )
    return WorkingCalendar.from_days(days, weekdays=frozenset(map(int, week)))


dates = st.integers(-15, 140).map(lambda offset: FIRST + ONE_DAY * offset)
quick = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@settings(max_examples=4000, **quick)
@given(calendars(), dates, st.integers(-40, 40))
def test_adding_agrees_with_counting(cal: WorkingCalendar, start: dt.date, n: int) -> None:
    assert cal.add_working_days(start, n) == slow_add(cal, start, n)


@settings(max_examples=3000, **quick)
@given(calendars(), dates, dates)
def test_between_agrees_with_counting(cal: WorkingCalendar, start: dt.date, end: dt.date) -> None:
    assert cal.working_days_between(start, end) == slow_between(cal, start, end)
    assert cal.working_days_between(end, start) == -cal.working_days_between(start, end)


@settings(max_examples=3000, **quick)
@given(st.dates(dt.date(2023, 6, 1), dt.date(2028, 6, 1)), st.integers(-80, 80))
def test_the_shipped_calendar_agrees_with_counting(start: dt.date, n: int) -> None:
    due = calendar().add_working_days(start, n)
    assert due == slow_add(calendar(), start, n)
    if n > 0:
        assert calendar().working_days_between(start, due) == n


@settings(max_examples=500, **quick)
@given(calendars(), dates, st.integers(1, 40), st.integers(0, 120))
def test_one_more_day_off_is_never_earlier(cal: WorkingCalendar, start: dt.date, n: int, offset: int) -> None:
    off = CalendarDay(FIRST + ONE_DAY * offset, DayKind.DAY_OFF, DayStatus.OFFICIAL, "")
    more = WorkingCalendar.from_days([*(d for d in cal.days if d.date != off.date), off], cal.weekdays)
    assert more.add_working_days(start, n) >= cal.add_working_days(start, n)


@settings(max_examples=500, **quick)
@given(calendars(), dates, st.integers(1, 40))
def test_later_or_longer_is_never_earlier(cal: WorkingCalendar, start: dt.date, n: int) -> None:
    due = cal.add_working_days(start, n)
    assert cal.is_working(due)
    assert cal.add_working_days(start + ONE_DAY, n) >= due
    assert cal.add_working_days(start, n + 1) > due


def test_a_hundred_thousand_dates_in_a_second() -> None:
    cal, start = calendar(), dt.date(2026, 2, 13)
    cost = []
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(2000):
            cal.add_working_days(start, 15)
        cost.append((time.perf_counter() - begin) / 2000)
    assert min(cost) < 10e-6
