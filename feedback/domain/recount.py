"""The due date of a running deadline counted again: a function of what its row pins and of a calendar.

A row pins when it began, its duration, and the day that a person promised, if one did. Everything else
follows from the calendar, so counting twice gives what counting once gave, and a calendar that is put back
gives the old date back.
"""

import datetime as dt
from dataclasses import replace

from feedback.domain.calendar import OFFICE_HOURS, OfficeHours, WorkingCalendar, day_end, local_date
from feedback.domain.deadline import Deadline, compute_deadline, compute_due
from feedback.domain.duration import Duration, Unit
from feedback.domain.terms import StartEvent, Term
from feedback.domain.trace import Trace


def recount_due(
    start: dt.datetime,
    duration: Duration,
    fixed_on: dt.date | None,
    calendar: WorkingCalendar,
    office: OfficeHours = OFFICE_HOURS,
) -> tuple[dt.date, dt.datetime]:
    """The last local day and the exclusive end, as ``compute_due``; a promised day moves off rest days only.

    ``fixed_on``: the day that a granted extension promised. Raises ValueError for a naive start.
    """
    if fixed_on is None:
        return compute_due(start, duration, calendar, office)
    due_on = calendar.on_or_next_working_day(fixed_on)
    return due_on, day_end(due_on)


def fixed_deadline(
    start: dt.datetime,
    fixed_on: dt.date,
    calendar: WorkingCalendar,
    *,
    term: Term | None = None,
    event: StartEvent | None = None,
) -> Deadline:
    """The deadline of a promised day, explained as the working days from its start.

    Raises ValueError when the promised day is not later than the start.
    """
    due_on, _ = recount_due(start, Duration(1, Unit.WORKING_DAYS), fixed_on, calendar)
    days = calendar.working_days_between(local_date(start), due_on)
    due = compute_deadline(start, Duration(days, Unit.WORKING_DAYS), calendar, term=term, event=event)
    return replace(due, trace=replace(due.trace, fixed_on=fixed_on))


def recount(
    pinned: Trace,
    calendar: WorkingCalendar,
    office: OfficeHours = OFFICE_HOURS,
    *,
    start: dt.datetime | None = None,
    fixed_on: dt.date | None = None,
) -> Deadline:
    """The deadline that a trace explains, with another calendar: same start, term, event and promise.

    ``start`` and ``fixed_on`` stand in for those of the trace.
    """
    start = start or pinned.started_at
    promised = fixed_on or pinned.fixed_on
    if promised is None:
        due = compute_deadline(start, pinned.duration, calendar, event=pinned.event, office=office)
    else:
        due = fixed_deadline(start, promised, calendar, event=pinned.event)
    named = replace(
        due.trace,
        term_key=pinned.term_key,
        name_vi=pinned.name_vi,
        name_en=pinned.name_en,
        basis=pinned.basis,
    )
    return replace(due, trace=named)
