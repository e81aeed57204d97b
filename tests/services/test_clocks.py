"""The clocks of a case, for any date: no working day is lost or gained, and one deadline runs a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.calendar import VIETNAM, WorkingCalendar, day_start, local_date
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import CLOSED, OPEN, State
from feedback.domain.trace import Trace
from feedback.models import Case, Deadline, Period
from feedback.queries.law_book import LawBook, read_law_book
from feedback.services import clocks
from feedback.services.arrival import intake
from tests.factories import Factory
from tests.services.stage import TYPED

TERM = 15
PROPERTIES = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

days = st.dates(date(2025, 9, 1), date(2027, 12, 1)) | st.dates(date(2027, 1, 10), date(2027, 2, 20))
moments = st.builds(lambda day, at: datetime.combine(day, at, VIETNAM), days, st.times())
waits = st.tuples(st.integers(0, 12), st.integers(0, 25))

EVE_OF_TET = datetime(2027, 2, 3, 23, 59, 59, tzinfo=VIETNAM)
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=VIETNAM)


class Desk:
    """Makes cases and takes them back; a case is received at `start` and given to an agency at once."""

    def __init__(self, session: Session, make: Factory) -> None:
        make.law()
        self.session = session
        self.agency_id = make.agency("SXD").id
        self.book: LawBook = read_law_book(session)
        self.calendar: WorkingCalendar = self.book.calendar

    @contextmanager
    def case(self, start: datetime) -> Iterator[Case]:
        savepoint = self.session.begin_nested()
        try:
            case_id = db.new_id()
            submission = replace(TYPED, commune_code=None)
            intake.receive(self.session, submission, case_id=case_id, now=start, book=self.book)
            case = self.session.get_one(Case, case_id)
            clocks.start_agency_clock(self.session, case, self.agency_id, start, self.book)
            yield case
        finally:
            savepoint.rollback()
            self.session.expunge_all()

    def after(self, moment: datetime, working_days: int) -> datetime:
        """The same hour so many working days later."""
        day = self.calendar.add_working_days(local_date(moment), working_days)
        return datetime.combine(day, moment.astimezone(VIETNAM).time(), VIETNAM)

    def rows(self, case_id: UUID, clock: Clock) -> list[Deadline]:
        self.session.flush()
        query = select(Deadline).where(Deadline.case_id == case_id, Deadline.clock == str(clock))
        return list(self.session.scalars(query.order_by(Deadline.period, Deadline.version)))

    def worked(self, after: date, until: date) -> int:
        """Working days after one date up to and with another, counted one by one."""
        span = (until - after).days
        return sum(self.calendar.is_working(after + timedelta(days=n)) for n in range(1, span + 1))

    def whole(self, case: Case) -> None:
        """What must hold of the clocks of a case whatever was done to them."""
        self.session.flush()
        running = self.session.scalars(
            select(Deadline).where(
                Deadline.case_id == case.id, Deadline.superseded_at.is_(None), Deadline.met_at.is_(None)
            )
        ).all()
        by_clock = {row.clock: row for row in running}
        assert len(by_clock) == len(running)
        assert case.due_on == (case.agency_due_on or case.citizen_due_on)
        for clock, due_on in (("agency", case.agency_due_on), ("citizen", case.citizen_due_on)):
            if clock in by_clock:
                assert by_clock[clock].due_on == due_on
        for clock in Clock:
            rows = self.rows(case.id, clock)
            numbers = [(row.period, row.version) for row in rows]
            assert numbers == sorted(set(numbers))
            for row in rows:
                trace = Trace.from_json(row.trace)
                assert (trace.due_on, trace.due_at) == (row.due_on, row.due_at)
                assert row.started_at < row.due_at
                if row.clock != Clock.URGENT:
                    assert self.calendar.is_working(row.due_on)


@pytest.fixture
def desk(worker_session: Session, make: Factory) -> Desk:
    return Desk(worker_session, make)


@PROPERTIES
@given(start=moments, wait=waits)
@example(start=EVE_OF_TET, wait=(0, 3))
@example(start=SATURDAY_NIGHT, wait=(4, 20))
@example(start=datetime(2026, 8, 28, 8, 0, tzinfo=VIETNAM), wait=(1, 1))
def test_a_pause_takes_no_working_day_and_gives_none(
    desk: Desk, start: datetime, wait: tuple[int, int]
) -> None:
    with desk.case(start) as case:
        citizen, first_due = case.citizen_due_on, case.agency_due_on
        assert first_due is not None
        assert desk.worked(local_date(start), first_due) == TERM
        asked = desk.after(start, wait[0]) if wait[0] else start + timedelta(minutes=1)
        replied = asked + timedelta(days=wait[1], minutes=5)
        clocks.pause_agency_clock(desk.session, case, asked)
        clocks.resume_agency_clock(desk.session, case, replied, desk.book)
        due = case.agency_due_on
        assert due is not None
        used = desk.worked(local_date(start), local_date(asked))
        assert used + desk.worked(local_date(replied), due) == TERM
        assert due >= first_due
        assert case.citizen_due_on == citizen
        before, after = desk.rows(case.id, Clock.AGENCY)
        assert (before.superseded_at, before.due_on, before.met_at) == (replied, first_due, None)
        assert (after.version, after.paused_at, after.agency_id) == (2, None, desk.agency_id)
        desk.whole(case)


@PROPERTIES
@given(start=moments, pauses=st.lists(waits, min_size=2, max_size=4))
def test_many_pauses_take_no_working_day_either(
    desk: Desk, start: datetime, pauses: list[tuple[int, int]]
) -> None:
    with desk.case(start) as case:
        now, used = start, 0
        for days_of_work, days_of_waiting in pauses:
            asked = desk.after(now, days_of_work % 4) if days_of_work % 4 else now + timedelta(minutes=1)
            used += desk.worked(local_date(now), local_date(asked))
            now = asked + timedelta(days=days_of_waiting, minutes=5)
            clocks.pause_agency_clock(desk.session, case, asked)
            clocks.resume_agency_clock(desk.session, case, now, desk.book)
        assert case.agency_due_on is not None
        assert used + desk.worked(local_date(now), case.agency_due_on) == TERM
        desk.whole(case)


def test_a_wait_ends_when_its_term_ended_not_when_somebody_saw_it(desk: Desk) -> None:
    start = datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)
    dues = []
    for late in (0, 9):
        with desk.case(start) as case:
            clocks.pause_agency_clock(desk.session, case, start)
            seen = datetime(2026, 11, 17, 1, 0, tzinfo=VIETNAM) + timedelta(days=late)
            clocks.resume_agency_clock(
                desk.session, case, seen, desk.book, since=day_start(date(2026, 11, 16))
            )
            dues.append(case.agency_due_on)
    # 15 working days after Monday the 16th; the 24th is a holiday.
    assert dues == [date(2026, 12, 8)] * 2


def test_a_clock_paused_with_no_day_left_is_due_the_working_day_after_the_reply(desk: Desk) -> None:
    with desk.case(datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as case:
        assert case.agency_due_on == date(2026, 11, 23)
        clocks.pause_agency_clock(desk.session, case, datetime(2026, 11, 27, 9, 0, tzinfo=VIETNAM))
        clocks.resume_agency_clock(
            desk.session, case, datetime(2026, 11, 28, 9, 0, tzinfo=VIETNAM), desk.book
        )
        assert case.agency_due_on == date(2026, 11, 30)


def test_resuming_what_does_not_stand_still_changes_nothing(desk: Desk) -> None:
    start = datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)
    with desk.case(start) as case:
        due = case.agency_due_on
        clocks.resume_agency_clock(desk.session, case, desk.after(start, 3), desk.book)
        assert (case.agency_due_on, len(desk.rows(case.id, Clock.AGENCY))) == (due, 1)
        clocks.stop_agency_clock(desk.session, case, start)
        clocks.pause_agency_clock(desk.session, case, start)
        clocks.resume_agency_clock(desk.session, case, start, desk.book)
        assert case.agency_due_on is None


@PROPERTIES
@given(start=moments, later=st.integers(0, 400), again=st.integers(1, 40))
def test_a_stopped_clock_gives_the_next_agency_a_whole_term(
    desk: Desk, start: datetime, later: int, again: int
) -> None:
    with desk.case(start) as case:
        stopped = start + timedelta(hours=later)
        clocks.stop_agency_clock(desk.session, case, stopped)
        assert (case.agency_due_on, case.due_on) == (None, case.citizen_due_on)
        desk.whole(case)
        given_again = stopped + timedelta(hours=again)
        clocks.start_agency_clock(desk.session, case, desk.agency_id, given_again, desk.book)
        assert case.agency_due_on is not None
        assert desk.worked(local_date(given_again), case.agency_due_on) == TERM
        assert [row.superseded_at for row in desk.rows(case.id, Clock.AGENCY)] == [stopped, None]
        desk.whole(case)


@PROPERTIES
@given(start=moments, answered=st.integers(0, 25), reopened=st.integers(0, 30))
def test_a_reopened_case_has_a_term_of_its_own_and_keeps_the_first(
    desk: Desk, start: datetime, answered: int, reopened: int
) -> None:
    with desk.case(start) as case:
        at = start + timedelta(days=answered, minutes=9)
        promised = case.citizen_due_on
        on_time = clocks.end_period(desk.session, case, at)
        clocks.enter_state(desk.session, case, State.ANSWERED, at, desk.book)
        assert on_time is (local_date(at) <= promised)
        assert {row.met_at for row in desk.rows(case.id, Clock.CITIZEN)} == {at}
        again = at + timedelta(days=reopened)
        clocks.open_period(desk.session, case, again, desk.book, "Chưa xong")
        clocks.start_agency_clock(desk.session, case, desk.agency_id, again, desk.book)
        clocks.enter_state(desk.session, case, State.IN_PROGRESS, again, desk.book)
        assert (case.period, case.answered_at, case.closed_at) == (2, None, None)
        assert desk.worked(local_date(again), case.citizen_due_on) == TERM
        assert [(row.period, row.version) for row in desk.rows(case.id, Clock.CITIZEN)] == [(1, 1), (2, 1)]
        first = desk.session.get_one(Period, (case.id, 1))
        assert (first.citizen_due_on, first.ended_at, first.on_time) == (promised, at, on_time)
        assert desk.session.get_one(Period, (case.id, 2)).ended_at is None
        desk.whole(case)


Act = Callable[[Desk, Case, datetime], object]
ACTS: dict[str, Act] = {
    "give": lambda desk, case, now: clocks.start_agency_clock(
        desk.session, case, desk.agency_id, now, desk.book
    ),
    "take": lambda desk, case, now: clocks.stop_agency_clock(desk.session, case, now),
    "ask": lambda desk, case, now: clocks.pause_agency_clock(desk.session, case, now),
    "reply": lambda desk, case, now: clocks.resume_agency_clock(desk.session, case, now, desk.book),
    "hurry": lambda desk, case, now: clocks.start_urgent_clock(desk.session, case, now, desk.book),
    "contact": lambda desk, case, now: clocks.meet(desk.session, case.id, [Clock.URGENT], now),
    "reopen": lambda desk, case, now: clocks.open_period(desk.session, case, now, desk.book, "lại"),
    **{
        f"to {state}": lambda desk, case, now, state=state: clocks.enter_state(  # type: ignore[misc]
            desk.session, case, state, now, desk.book
        )
        for state in State
    },
}


@PROPERTIES
@given(start=moments, acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(1, 90)), max_size=8))
def test_whatever_is_done_one_deadline_runs_a_clock(
    desk: Desk, start: datetime, acts: list[tuple[str, int]]
) -> None:
    with desk.case(start) as case:
        now = start
        for name, hours in acts:
            now += timedelta(hours=hours)
            ACTS[name](desk, case, now)
            desk.whole(case)
            if name.startswith("to "):
                state = State(name.removeprefix("to "))
                assert (case.state, case.state_since) == (state, now)
                assert case.closed_at == (now if state in CLOSED else None)
                running = clocks.active_deadline(desk.session, case.id, Clock.STATE)
                limited = state in OPEN and state is not State.IN_PROGRESS
                assert (running is not None) is limited
                if state in CLOSED:
                    assert all(
                        clocks.active_deadline(desk.session, case.id, clock) is None for clock in Clock
                    )


def test_the_two_urgent_hours_count_from_the_reception_on_the_wall(desk: Desk) -> None:
    night = datetime.combine(date(2027, 2, 8), time(2, 30), VIETNAM)
    with desk.case(night) as case:
        row = clocks.start_urgent_clock(desk.session, case, night + timedelta(minutes=50), desk.book)
        assert row.due_at == night + timedelta(hours=2)
