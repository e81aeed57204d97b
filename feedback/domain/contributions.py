"""What an agency that leads a case asks of one that handles beside it: until when the part may be due."""

from __future__ import annotations

from datetime import date

from feedback.domain.calendar import WorkingCalendar

USUAL_DAYS = 5
"""Working days that are proposed for a part."""


def latest_due(today: date, agency_due_on: date | None, calendar: WorkingCalendar) -> date | None:
    """Give the last day for which a part may be asked: the date of the lead's own clock.

    A clock that has run out leaves the next working day. None: no clock runs, nothing limits the part.
    """
    if agency_due_on is None:
        return None
    return max(agency_due_on, calendar.next_working_day(today))


def proposed_due(today: date, agency_due_on: date | None, calendar: WorkingCalendar) -> date:
    """Give the day that a form proposes: five working days from today, or the latest that is allowed."""
    usual = calendar.add_working_days(today, USUAL_DAYS)
    latest = latest_due(today, agency_due_on, calendar)
    return usual if latest is None else min(usual, latest)


def due_objection(
    due_on: date, today: date, agency_due_on: date | None, calendar: WorkingCalendar
) -> str | None:
    """Say why a part cannot be due on a day, as a code, or None.

    Codes: ``past`` (today or before), ``not_working_day``, ``after_agency`` (later than the lead's date).
    """
    if due_on <= today:
        return "past"
    if not calendar.is_working(due_on):
        return "not_working_day"
    latest = latest_due(today, agency_due_on, calendar)
    return "after_agency" if latest is not None and due_on > latest else None
