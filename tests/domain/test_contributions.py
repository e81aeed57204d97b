"""Until when a part of a case may be asked for: a table by hand, and what holds for every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar import WorkingCalendar
from feedback.domain.contributions import due_objection, latest_due, proposed_due

CALENDAR = WorkingCalendar.from_days([])
MONDAY, FRIDAY, SATURDAY = date(2026, 11, 2), date(2026, 11, 6), date(2026, 11, 7)
DAYS = st.dates(MONDAY - timedelta(days=60), MONDAY + timedelta(days=60))


@pytest.mark.parametrize(
    ("due_on", "agency_due_on", "why"),
    [
        (FRIDAY, FRIDAY, None),
        (FRIDAY, None, None),
        (MONDAY, FRIDAY, "past"),
        (MONDAY - timedelta(days=3), None, "past"),
        (SATURDAY, SATURDAY + timedelta(days=9), "not_working_day"),
        (FRIDAY, FRIDAY - timedelta(days=1), "after_agency"),
        # The lead is late itself: the next working day is still possible, no more.
        (MONDAY + timedelta(days=1), MONDAY - timedelta(days=7), None),
        (MONDAY + timedelta(days=2), MONDAY - timedelta(days=7), "after_agency"),
    ],
)
def test_when_a_part_may_be_due(due_on: date, agency_due_on: date | None, why: str | None) -> None:
    assert due_objection(due_on, MONDAY, agency_due_on, CALENDAR) == why


@given(today=DAYS, agency_due_on=st.none() | DAYS)
def test_what_is_proposed_is_allowed(today: date, agency_due_on: date | None) -> None:
    proposed = proposed_due(today, agency_due_on, CALENDAR)
    latest = latest_due(today, agency_due_on, CALENDAR)
    assert today < proposed <= (latest or date.max)
    # An agency's date is a working day; of another one the proposal is the date itself.
    if agency_due_on is None or CALENDAR.is_working(agency_due_on):
        assert due_objection(proposed, today, agency_due_on, CALENDAR) is None
