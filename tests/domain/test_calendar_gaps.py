"""Rest days within holidays: which rows are missing."""

from datetime import date

import pytest

from feedback.domain.calendar import CalendarDay, DayKind, DayStatus
from feedback.domain.calendar_gaps import rest_days_within

FRI, SAT, SUN, MON = (date(2024, 2, day) for day in (9, 10, 11, 12))
OFF, WORKED = DayKind.DAY_OFF, DayKind.WORKING_DAY


def row(day, kind=OFF, status=DayStatus.OFFICIAL):
    return CalendarDay(day, kind, status, "CV 1", "Tết Nguyên đán", "Lunar New Year")


@pytest.mark.parametrize(
    ("days", "weekdays", "missing"),
    [
        ([row(FRI), row(MON)], {5}, [SAT]),
        ([row(MON), row(FRI)], {5, 6}, [SAT, SUN]),
        ([row(FRI), row(MON)], {0, 4}, []),
        ([row(FRI), row(MON)], set(), []),
        ([row(FRI), row(SAT), row(MON)], {5}, []),
        ([row(FRI), row(SAT, WORKED), row(MON)], {5}, []),
        ([row(FRI)], {5}, []),
        ([row(MON)], {5}, []),
        ([row(FRI), row(MON, WORKED)], {5}, []),
        ([], {5, 6}, []),
    ],
)
def test_only_what_stands_between_two_days_off_is_missing(days, weekdays, missing):
    found = rest_days_within(days, frozenset(weekdays))
    assert [day.date for day in found] == missing
    assert all((day.kind, day.name_vi, day.source) == (OFF, "Tết Nguyên đán", "CV 1") for day in found)


def test_the_row_is_no_more_certain_than_its_neighbours():
    (found,) = rest_days_within([row(FRI), row(MON, status=DayStatus.PROPOSED)], frozenset({5}))
    assert found.status is DayStatus.PROPOSED
