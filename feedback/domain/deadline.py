"""Due dates by Bộ luật Dân sự 2015 Đ.147-148, each with the trace that explains it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from feedback.domain.calendar import (
    MONDAY_TO_FRIDAY,
    OFFICE_HOURS,
    VIETNAM,
    DayKind,
    DayStatus,
    OfficeHours,
    WorkingCalendar,
    day_end,
    last_day,
    local_date,
)
from feedback.domain.duration import Duration, Unit
from feedback.domain.terms import StartEvent, Term
from feedback.domain.trace import RestRun, Stretch, Trace

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due date: the last local day, its exclusive end (aware, local), and why."""

    due_on: dt.date
    due_at: dt.datetime
    trace: Trace


def compute_due(
    start: dt.datetime, duration: Duration, calendar: WorkingCalendar, office: OfficeHours = OFFICE_HOURS
) -> tuple[dt.date, dt.datetime]:
    """The last local day and the exclusive end of a duration from an aware ``start``, without its trace.

    The start day does not count (Đ.147.2-3) and the last day runs to 24:00 (Đ.148.6); calendar days that
    end on a day off end with the next working day (Đ.148.5); hours start at once (Đ.147.1) and wall-clock
    hours know no rest. Raises ValueError for a naive start or an amount below 1.
    """
    if duration.amount < 1:
        raise ValueError("a term lasts at least one unit")
    start_day = local_date(start)
    match duration.unit:
        case Unit.WORKING_DAYS:
            due_on = calendar.add_working_days(start_day, duration.amount)
            return due_on, day_end(due_on)
        case Unit.DAYS:
            due_on = calendar.on_or_next_working_day(start_day + dt.timedelta(days=duration.amount))
            return due_on, day_end(due_on)
        case Unit.WALL_HOURS:
            due_at = (start.astimezone(dt.UTC) + dt.timedelta(hours=duration.amount)).astimezone(VIETNAM)
        case Unit.WORKING_HOURS:
            due_at = calendar.add_working_hours(start, duration.amount, office)
    return last_day(due_at), due_at


def compute_deadline(
    start: dt.datetime,
    duration: Duration,
    calendar: WorkingCalendar,
    *,
    term: Term | None = None,
    event: StartEvent | None = None,
    office: OfficeHours = OFFICE_HOURS,
) -> Deadline:
    """The due date as ``compute_due`` finds it, with its trace.

    ``event`` says what the start is where the term can be counted from several events; left out, it is the
    term's usual one, or the submission without a term. Raises ValueError as ``compute_due`` does.
    """
    due_on, due_at = compute_due(start, duration, calendar, office)
    asked_from = _asked_from(local_date(start), duration)
    stretches: tuple[Stretch, ...] = ()
    if duration.unit is Unit.WORKING_HOURS:
        stretches = tuple(Stretch(*part) for part in calendar.working_time(start, duration.amount, office))
    first_counted = _first_counted(local_date(start), duration, calendar, stretches)
    rows = [row for day in _days(asked_from, due_on) if (row := calendar.day(day))]

    def is_counted(day: dt.date) -> bool:
        if duration.unit is Unit.WORKING_HOURS:
            return bool(calendar.open_periods(day, office))
        return calendar.is_working(day)

    trace = Trace(
        started_at=start.astimezone(VIETNAM),
        event=event or (term.start_events[0] if term else StartEvent.SUBMISSION),
        duration=duration,
        due_on=due_on,
        due_at=due_at,
        first_counted=first_counted,
        skipped=tuple(_rest_runs(asked_from, due_on, calendar, is_counted)),
        worked=tuple(
            row
            for row in rows
            if row.kind is DayKind.WORKING_DAY
            and row.date.weekday() not in calendar.weekdays
            and first_counted is not None
            and row.date >= first_counted
        ),
        stretches=stretches,
        nominal_last=asked_from if duration.unit is Unit.DAYS and asked_from != due_on else None,
        unofficial_years=()
        if asked_from is None
        else tuple(
            year for year in range(asked_from.year, due_on.year + 1) if not calendar.is_official(year)
        ),
        unofficial_rows=tuple(row for row in rows if row.status is not DayStatus.OFFICIAL),
        weekdays=()
        if asked_from is None or calendar.weekdays == MONDAY_TO_FRIDAY
        else tuple(sorted(calendar.weekdays)),
        term_key=term.key if term else "",
        name_vi=term.name_vi if term else "",
        name_en=term.name_en if term else "",
        basis=term.basis if term else "",
    )
    return Deadline(due_on, due_at, trace)


def remaining_working_days(due_on: dt.date, today: dt.date, calendar: WorkingCalendar) -> int:
    """Working days left until a due date, seen on the local day ``today``.

    0 on the due date itself. Later, minus the number of the working day overdue: -1 from the first midnight
    after the due date (on a rest day too) to the end of the next working day, then -2. Before the due date
    at least 1.
    """
    days = calendar.working_days_between(today, due_on)
    if today > due_on:
        return min(days, -1)
    return max(days, 1) if today < due_on else 0


def _asked_from(start_day: dt.date, duration: Duration) -> dt.date | None:
    """The first day of which the count asks whether it is worked: none for hours on the wall."""
    match duration.unit:
        case Unit.WORKING_DAYS:
            return start_day + _ONE_DAY
        case Unit.WORKING_HOURS:
            return start_day
        case Unit.DAYS:
            return start_day + dt.timedelta(days=duration.amount)
        case Unit.WALL_HOURS:
            return None


def _first_counted(
    start_day: dt.date, duration: Duration, calendar: WorkingCalendar, stretches: tuple[Stretch, ...]
) -> dt.date | None:
    match duration.unit:
        case Unit.WORKING_DAYS:
            return calendar.next_working_day(start_day)
        case Unit.WORKING_HOURS:
            return stretches[0].begin.date()
        case Unit.DAYS:
            return start_day + _ONE_DAY
        case Unit.WALL_HOURS:
            return None


def _days(first: dt.date | None, last: dt.date) -> Iterator[dt.date]:
    if first is not None:
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            yield dt.date.fromordinal(ordinal)


def _rest_runs(
    first: dt.date | None, due_on: dt.date, calendar: WorkingCalendar, is_counted: Callable[[dt.date], bool]
) -> Iterator[RestRun]:
    """The runs of consecutive days not counted from ``first`` up to the due date."""
    run: list[dt.date] = []
    for day in _days(first, due_on):
        if not is_counted(day):
            run.append(day)
        elif run:
            yield RestRun(run[0], run[-1], tuple(row for rest in run if (row := calendar.day(rest))))
            run = []
