"""Office hours by agency: what a row says, duty on Saturdays, and terms counted by the office's own week."""

import datetime as dt
from dataclasses import replace

import pytest

from feedback.domain.calendar import (
    OFFICE_HOURS,
    CalendarDay,
    DayKind,
    DayStatus,
    OfficeHours,
    WorkingCalendar,
)
from feedback.domain.deadline import compute_deadline, compute_due
from feedback.domain.duration import Duration
from feedback.domain.escalation import delivery_time
from feedback.domain.offices import (
    OfficeSchedule,
    parse_hours,
    parse_periods,
    parse_weekdays,
    schedule_in_force,
    weekly_text,
)
from tests.domain.reference import DATA, at, calendar, day, rows

DUTY = OfficeHours(special=((5, ((dt.time(7, 30), dt.time(11, 30)),)),))
"""Open on Saturday mornings, which are no working days."""
SATURDAYS = frozenset(range(6))


def schedule(**changes: str) -> OfficeSchedule:
    row = {
        "agency_id": "7", "weekly": "mon-fri 07:30-11:30 13:30-17:00, sat 07:30-11:30", "source": "QĐ 1",
        "working_weekdays": "mon-fri", "valid_from": "2025-07-01", "valid_to": "",
    }  # fmt: skip
    return OfficeSchedule.from_row(row | changes)


def test_a_row_says_the_week() -> None:
    found = schedule()
    assert found.hours == DUTY
    assert found.weekdays == frozenset(range(5))
    assert found.periods(0) == OFFICE_HOURS.periods
    assert found.periods(5) == ((dt.time(7, 30), dt.time(11, 30)),)
    assert found.periods(6) == ()
    short = schedule(weekly="mon-thu 08:00-12:00 13:00-17:00, fri 08:00-11:00")
    assert short.hours.special == ((4, ((dt.time(8), dt.time(11)),)),)
    assert parse_weekdays("mon;wed;fri-sun") == frozenset({0, 2, 4, 5, 6})


@pytest.mark.parametrize("name", ["offices.csv", "demonstration/offices.csv"])
def test_the_shipped_rows_are_read_and_written_alike(name: str) -> None:
    for row in rows(DATA / name):
        found = OfficeSchedule.from_row({**row, "agency_id": "7" if row["agency_code"] else ""})
        text = weekly_text({weekday: found.periods(weekday) for weekday in range(7)})
        assert parse_hours(text, found.weekdays) == found.hours
    assert [row["agency_code"] for row in rows(DATA / "offices.csv")] == [""]


@pytest.mark.parametrize(
    "change",
    [
        {"weekly": "mon-fri 7:30-11:30"},
        {"weekly": "mon-fri"},
        {"weekly": "mon-fri 11:30-07:30"},
        {"weekly": "mon-fri 07:30-11:30, fri 07:30-09:00"},
        {"weekly": "mon-thu 07:30-11:30"},
        {"weekly": "fri-mon 07:30-11:30"},
        {"working_weekdays": "weekend"},
        {"working_weekdays": ""},
        {"valid_from": ""},
    ],
    ids=lambda change: "-".join(f"{key}={value}" for key, value in change.items()),
)
def test_a_bad_row_is_named(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"not the hours of an office: \{'agency_id': '7'"):
        schedule(**change)


def test_hours_of_a_weekday_are_said_once() -> None:
    morning = parse_periods("07:30-11:30")
    for special in (((5, morning), (5, morning)), ((7, morning),)):
        with pytest.raises(ValueError, match="said once"):
            OfficeHours(special=special)


def test_an_agency_without_hours_of_its_own_has_those_of_the_province() -> None:
    province = schedule(agency_id="", weekly="mon-fri 08:00-12:00")
    own = schedule(valid_to="2026-06-30")
    later = schedule(valid_from="2026-07-01", weekly="mon-fri 09:00-12:00")
    versions = [later, own, province]
    assert schedule_in_force(versions, 7, dt.date(2026, 6, 30)) is own
    assert schedule_in_force(versions, 7, dt.date(2026, 7, 1)) is later
    assert schedule_in_force(versions, 7, None) is later
    assert schedule_in_force(versions, 8, dt.date(2026, 7, 1)) is province
    assert schedule_in_force(versions, None, dt.date(2026, 7, 1)) is province
    assert schedule_in_force([own], 7, dt.date(2026, 7, 1)) is None


# Working hours: (start, hours, end with duty on Saturday mornings).
@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("Fri 2026-03-13 16:30", 1, "Sat 2026-03-14 08:00"),
        ("Sat 2026-03-14 11:00", 1, "Mon 2026-03-16 08:00"),
        ("Sat 2026-03-14 12:00", 4, "Mon 2026-03-16 11:30"),
        ("Fri 2026-01-09 16:30", 8, "Sat 2026-01-10 17:00"),  # worked in exchange: a usual day's hours
        ("Sat 2026-01-10 16:30", 1, "Mon 2026-01-12 08:00"),
    ],
)
def test_duty_on_saturday_counts_for_working_hours(start: str, hours: int, end: str) -> None:
    assert calendar().add_working_hours(at(start), hours, DUTY) == at(end)
    due = compute_deadline(at(start), Duration.parse(f"{hours}wh"), calendar(), office=DUTY)
    open_days = {part.begin.date() for part in due.trace.stretches}
    assert not any(run.first <= day <= run.last for run in due.trace.skipped for day in open_days)


def test_duty_on_saturday_is_no_working_day() -> None:
    for text in ("1wd", "15wd", "7d"):
        duration = Duration.parse(text)
        start = at("Fri 2026-03-13 16:30")
        assert compute_due(start, duration, calendar(), DUTY) == compute_due(start, duration, calendar())


def test_a_dated_day_off_closes_the_duty_too() -> None:
    off = CalendarDay(day("Sat 2026-03-14"), DayKind.DAY_OFF, DayStatus.OFFICIAL, "CV 1")
    closed = WorkingCalendar.from_days([*calendar().days, off])
    assert closed.add_working_hours(at("Fri 2026-03-13 16:30"), 1, DUTY) == at("Mon 2026-03-16 08:00")
    assert closed.open_periods(day("Sat 2026-03-14"), DUTY) == ()


def test_working_saturdays_count_in_the_agencys_own_calendar() -> None:
    own = calendar().with_weekdays(SATURDAYS)
    start = at("Mon 2026-03-02 09:00")
    assert compute_due(start, Duration.parse("15wd"), calendar())[0] == day("Mon 2026-03-23")
    assert compute_due(start, Duration.parse("15wd"), own)[0] == day("Thu 2026-03-19")
    assert own.days == calendar().days
    assert calendar().with_weekdays(calendar().weekdays) is calendar()


@pytest.mark.parametrize(
    ("computed", "delivered"),
    [
        ("Sat 2026-03-14 00:10", "Sat 2026-03-14 07:30"),
        ("Sat 2026-03-14 12:00", "Mon 2026-03-16 07:30"),
        ("Sun 2026-03-15 00:10", "Mon 2026-03-16 07:30"),
    ],
)
def test_letters_come_in_the_duty_hours_of_the_office(computed: str, delivered: str) -> None:
    assert delivery_time(at(computed), calendar(), DUTY) == at(delivered)
    friday = day("Fri 2026-03-13")
    assert delivery_time(at("Fri 2026-03-13 10:00"), calendar(), DUTY, last_digest_on=friday) == at(
        "Sat 2026-03-14 07:30"
    )


def test_an_office_that_works_saturday_mornings_only_on_some_days_has_its_own_hours() -> None:
    found = replace(schedule(), weekdays=SATURDAYS, hours=parse_hours(
        "mon-fri 07:00-11:30 13:30-16:30, sat 07:00-11:00", SATURDAYS))  # fmt: skip
    own = calendar().with_weekdays(found.weekdays)
    assert own.add_working_hours(at("Fri 2026-03-13 16:00"), 1, found.hours) == at("Sat 2026-03-14 07:30")
    assert own.open_periods(day("Fri 2026-05-01"), found.hours) == ()
