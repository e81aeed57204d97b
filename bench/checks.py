"""What a change of the calendar must have done, held against dates that are counted one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.domain.calendar import CalendarDay, WorkingCalendar, local_date
from feedback.domain.calendar_change import CalendarChange
from feedback.domain.deadline import compute_due
from feedback.domain.duration import Duration
from feedback.domain.trace import Trace
from feedback.queries.law.calendar_preview import CalendarPreview
from feedback.queries.law_book import LawBook

Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Running:
    """A running deadline as it stands."""

    started_at: datetime
    duration: str
    fixed_on: date | None
    agency_id: int | None
    due_on: date
    due_at: datetime
    version: int
    trace: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every date: of running deadlines, cases, periods, open requests; events of the recount; open steps."""

    deadlines: Mapping[Key, Running]
    cases: Mapping[UUID, tuple[date, date, date | None]]
    periods: Mapping[UUID, date]
    requests: Mapping[UUID, tuple[datetime, date]]
    events: Counter[UUID]
    letters: Counter[UUID]
    steps: int


def snapshot(session: Session) -> Snapshot:
    """Read them in the worker's scope."""

    def rows(query: str) -> Iterable[Any]:
        return session.execute(text(query))

    return Snapshot(
        deadlines={
            (row.case_id, row.clock): Running(*row[2:])
            for row in rows(
                "SELECT case_id, clock, started_at, duration, fixed_on, agency_id, due_on, due_at, version,"
                " trace FROM deadlines WHERE superseded_at IS NULL AND met_at IS NULL"
            )
        },
        cases={
            row[0]: tuple(row[1:])
            for row in rows("SELECT id, due_on, citizen_due_on, agency_due_on FROM cases")
        },
        periods={row[0]: row[1] for row in rows("SELECT case_id, citizen_due_on FROM periods")},
        requests={
            row[0]: (row[1], row[2]) for row in rows("SELECT case_id, asked_at, due_on FROM supplements")
        },
        events=Counter(
            row[0] for row in rows("SELECT case_id FROM audit_events WHERE kind = 'case.deadline_recomputed'")
        ),
        letters=Counter(row[0] for row in rows("SELECT case_id FROM messages WHERE kind = 'date_moved'")),
        steps=next(
            iter(
                rows(
                    "SELECT count(*) FROM escalation_steps WHERE settled_at IS NULL AND retracted_at IS NULL"
                )
            )
        )[0],
    )


def expected_moves(before: Snapshot, book: LawBook, put: Iterable[CalendarDay]) -> dict[Key, date]:
    """Count every running date and every open request anew, one by one; gives those that move."""
    days = CalendarChange(tuple(put)).after(book.calendar.days)
    after = replace(book, calendar=WorkingCalendar.from_days(days))
    found: dict[Key, date] = {}
    for (case_id, clock), row in before.deadlines.items():
        on = local_date(row.started_at)
        calendar = after.calendar_of(row.agency_id if clock == "agency" else None, on)
        if row.fixed_on is not None:
            new = calendar.on_or_next_working_day(row.fixed_on)
        else:
            new = compute_due(row.started_at, Duration.parse(row.duration), calendar)[0]
        if new != row.due_on:
            found[case_id, clock] = new
    for case_id, (asked_at, due_on) in before.requests.items():
        new = compute_due(asked_at, after.term("supplement_reply", asked_at).duration, after.calendar)[0]
        if new != due_on:
            found[case_id, "reply"] = new
    return found


def check(holds: bool, what: str) -> None:
    """Raise AssertionError with `what` unless it holds."""
    if not holds:
        raise AssertionError(what)


def check_applied(
    before: Snapshot, after: Snapshot, expected: Mapping[Key, date], figures: CalendarPreview
) -> None:
    """Exactly the expected dates moved, each affected case has one event, and the preview said so."""
    touched = {case_id for case_id, _ in expected}
    promises = {case_id for case_id, clock in expected if clock == "citizen"}
    check(bool(touched), "the change touches no case at all")
    check(figures.cases == len(touched), f"the preview counted {figures.cases} cases, not {len(touched)}")
    check(figures.promises == len(promises), "the preview counted other promises")
    by_clock = Counter(clock for _, clock in expected)
    counted = {row.clock: row.earlier + row.later for row in figures.clocks}
    check(counted == dict(by_clock), f"the preview counted {counted}, not {by_clock}")
    check(sum(row.cases for row in figures.agencies) == len(touched), "the agencies do not add up")
    check(before.deadlines.keys() == after.deadlines.keys(), "clocks ended or began")
    for key, row in after.deadlines.items():
        old = before.deadlines[key]
        check(row.due_on == expected.get(key, old.due_on), f"{key} is due on {row.due_on}")
        check(row.version == old.version + (key in expected), f"{key} has version {row.version}")
        trace = Trace.from_json(row.trace)
        check(
            (trace.due_on, trace.due_at) == (row.due_on, row.due_at), f"the trace of {key} tells another date"
        )
        check(trace.started_at == row.started_at, f"the trace of {key} tells another start")
    for case_id, (due_on, citizen, agency) in after.cases.items():
        old_due, old_citizen, old_agency = before.cases[case_id]
        check(citizen == expected.get((case_id, "citizen"), old_citizen), f"citizen's date of {case_id}")
        check(agency == expected.get((case_id, "agency"), old_agency), f"agency's date of {case_id}")
        check(due_on == (agency or citizen), f"due date of {case_id}, before {old_due}")
        check(after.periods[case_id] == citizen, f"period of {case_id}")
    for case_id, (_, due_on) in after.requests.items():
        check(
            due_on == expected.get((case_id, "reply"), before.requests[case_id][1]), f"request of {case_id}"
        )
    check(after.events - before.events == Counter(touched), "not one event for each affected case")
    letters = after.letters - before.letters
    check(set(letters.values()) <= {1}, "a submitter was told twice")
    check(letters.total() == figures.told, f"{letters.total()} letters, the preview said {figures.told}")
    taken_back = before.steps - after.steps
    check(taken_back == figures.steps, f"{taken_back} steps taken back, the preview said {figures.steps}")


def check_reversed(before: Snapshot, after: Snapshot, expected: Mapping[Key, date]) -> None:
    """Every date is as it was; each affected case has two events."""
    for key, row in after.deadlines.items():
        old = before.deadlines[key]
        check((row.due_on, row.due_at) == (old.due_on, old.due_at), f"{key} is not as it was")
        check(row.trace == old.trace, f"the trace of {key} is not as it was")
    check(after.cases == before.cases, "the cases' dates are not as they were")
    check(after.periods == before.periods, "the periods' dates are not as they were")
    check(after.requests == before.requests, "the requests' dates are not as they were")
    touched = {case_id for case_id, _ in expected}
    check(after.events == Counter(dict.fromkeys(touched, 2)), "not two events for each affected case")
