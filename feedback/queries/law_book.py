"""The law in force, read from its rows once and kept for a short while."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import OFFICE_HOURS, CalendarDay, OfficeHours, WorkingCalendar, local_date
from feedback.domain.ladder import LadderStep, StateLimit, limit_in_force
from feedback.domain.lifecycle import State
from feedback.domain.offices import OfficeSchedule, schedule_in_force
from feedback.domain.terms import Term, term_in_force
from feedback.models import Base
from feedback.models import CalendarDay as CalendarDayRow
from feedback.models import LadderStep as LadderStepRow
from feedback.models import OfficeSchedule as OfficeScheduleRow
from feedback.models import StateLimit as StateLimitRow
from feedback.models import Term as TermRow

KEPT_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class LawBook:
    """Calendar, terms, ladder, limits and office hours as values; every version, for any day to be asked for.

    `calendar` is the province's; an agency with working Saturdays has its own (`calendar_of`).
    """

    calendar: WorkingCalendar
    terms: tuple[Term, ...]
    ladder: tuple[LadderStep, ...]
    limits: tuple[StateLimit, ...]
    offices: tuple[OfficeSchedule, ...] = ()

    def term(self, key: str, at: datetime) -> Term:
        """Give the version of the term `key` in force on the Vietnamese date of `at`.

        Raises TermNotFound when none is.
        """
        return term_in_force(self.terms, key, local_date(at))

    def limit(self, state: State, at: datetime) -> StateLimit | None:
        """Give the limit of `state` in force on the Vietnamese date of `at`, if it has one."""
        return limit_in_force(self.limits, str(state), local_date(at))

    @property
    def office(self) -> OfficeHours:
        """Give the hours of the province's offices."""
        return self.office_of(None)

    def schedule_of(self, agency_id: int | None, on: date | None = None) -> OfficeSchedule | None:
        """Give the office row that holds for an agency: its own, else the province's, if there is one.

        on: the Vietnamese day asked for; for a term, the day of its start event (as terms, hours are
        pinned to it). Left out: the latest version.
        """
        return schedule_in_force(self.offices, agency_id, on)

    def calendar_of(self, agency_id: int | None, on: date | None = None) -> WorkingCalendar:
        """Give the calendar by which an agency's working days are counted (`on` as in `schedule_of`)."""
        schedule = None if agency_id is None else self.schedule_of(agency_id, on)
        if schedule is None or schedule.agency_id is None:
            return self.calendar
        return _with_weekdays(self.calendar, schedule.weekdays)

    def office_of(self, agency_id: int | None, on: date | None = None) -> OfficeHours:
        """Give the hours in which an agency is open (`on` as in `schedule_of`)."""
        schedule = self.schedule_of(agency_id, on)
        return OFFICE_HOURS if schedule is None else schedule.hours


@lru_cache(maxsize=32)
def _with_weekdays(calendar: WorkingCalendar, weekdays: frozenset[int]) -> WorkingCalendar:
    return calendar.with_weekdays(weekdays)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


def _rows(session: Session, model: type[Base], *conditions: object) -> Iterable[Mapping[str, str]]:
    """Give the rows of `model` as texts by column, the form that the domain reads and a CSV has."""
    columns = [column.key for column in inspect(model).columns]
    query = select(*(getattr(model, name) for name in columns)).where(*conditions)  # type: ignore[arg-type]
    for row in session.execute(query):
        yield dict(zip(columns, map(_text, row), strict=True))


def read_law_book(session: Session) -> LawBook:
    """Read the law as it stands in the database now."""
    current = CalendarDayRow.superseded_at.is_(None)
    return LawBook(
        calendar=WorkingCalendar.from_days(
            [CalendarDay.from_row(row) for row in _rows(session, CalendarDayRow, current)]
        ),
        terms=tuple(Term.from_row(row) for row in _rows(session, TermRow)),
        ladder=tuple(LadderStep.from_row(row) for row in _rows(session, LadderStepRow)),
        limits=tuple(StateLimit.from_row(row) for row in _rows(session, StateLimitRow)),
        offices=tuple(OfficeSchedule.from_row(row) for row in _rows(session, OfficeScheduleRow)),
    )


class LawBookShelf:
    """Keeps the last book read for `KEPT_FOR`, so that a request does not read the law each time.

    An administrator's change is in force everywhere within that time; the change itself
    recomputes the open deadlines that it touches.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._book: LawBook | None = None
        self._read_at: datetime | None = None

    def book(self, session: Session, now: datetime) -> LawBook:
        """Give the book, read anew when the kept one is older than `KEPT_FOR` or from a later moment."""
        with self._lock:
            book, read_at = self._book, self._read_at
        if book is not None and read_at is not None and read_at <= now < read_at + KEPT_FOR:
            return book
        fresh = read_law_book(session)
        with self._lock:
            self._book, self._read_at = fresh, now
        return fresh


_shelves: dict[str, LawBookShelf] = {}


def load_law_book(session: Session, now: datetime) -> LawBook:
    """Give the law as the database of `session` holds it, read at most every `KEPT_FOR`.

    now: the present moment (aware); only its distance from the last reading counts.
    """
    address = str(session.get_bind().engine.url)
    return _shelves.setdefault(address, LawBookShelf()).book(session, now)
