"""Open cases by the thousand, written with COPY: dates as the services would have counted them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from feedback.db import new_id
from feedback.domain.calendar import VIETNAM, day_start, local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import Deadline, compute_deadline
from feedback.domain.duration import Duration
from feedback.domain.lifecycle import State
from feedback.domain.recount import fixed_deadline
from feedback.domain.terms import StartEvent, Term
from feedback.queries.law_book import LawBook

SEED = 20260102
_STATES = (
    State.RECEIVED, State.TRIAGE, State.ASSIGNED, State.ASSIGNED, State.IN_PROGRESS, State.IN_PROGRESS,
    State.IN_PROGRESS, State.AWAITING_SUBMITTER, State.AWAITING_SUBMITTER, State.AWAITING_APPROVAL,
)  # fmt: skip
_TEXT = (
    "đường hẻm nước thải rác thải đèn chiếu sáng vỉa hè cây xanh tiếng ồn xây dựng trái phép giấy phép hồ sơ"
    " đất đai trễ hẹn chợ trường học bệnh viện xe buýt ngập mưa cống thoát công viên hàng rong khói bụi"
)
_WORDS = _TEXT.split()
_CASES = (
    "id", "reference", "tracking_code", "submission_digest", "channel", "locale", "state", "state_since",
    "title", "body", "submitter_kind", "anonymous", "reachable_by", "consent_publish", "confidential",
    "urgent", "received_at", "lead_agency_id", "due_on", "citizen_due_on", "agency_due_on",
)  # fmt: skip
_DEADLINES = (
    "id", "case_id", "period", "clock", "version", "state", "agency_id", "term_key", "duration",
    "started_at", "due_on", "due_at", "fixed_on", "trace", "created_at", "paused_at",
)  # fmt: skip
_PERIODS = ("case_id", "number", "opened_at", "citizen_due_on")
_SUPPLEMENTS = ("id", "case_id", "asked_at", "asked_by", "question", "pauses", "due_on")
_HEADS = """
    INSERT INTO audit_events (stream, id, at, actor, kind, case_id, payload)
    SELECT 'case:' || id, gen_random_uuid(), received_at, 'submitter', 'case.received', id, '{"version":1}'
    FROM cases ORDER BY id"""

Row = tuple[Any, ...]


class _Maker:
    """Makes the rows of one case after the other; a date is counted once for each kind of it."""

    def __init__(self, book: LawBook, now: datetime, agencies: list[int], account_id: int) -> None:
        self.book, self.now = book, now
        self.agencies, self.account_id = agencies, account_id
        self.random = random.Random(SEED)
        self.known: dict[tuple[Any, ...], Deadline] = {}
        self.rows: dict[str, list[Row]] = {
            "cases": [], "deadlines": [], "periods": [], "supplements": [],
        }  # fmt: skip

    def case(self, number: int, first: date) -> None:
        draw, case_id = self.random, new_id()
        state = _STATES[number % len(_STATES)]
        span = 3 if state is State.RECEIVED else (local_date(self.now) - first).days
        # Most open cases are young: the older the day, the fewer of its cases are still open.
        age = int((span + 1) * (1 - draw.random() ** 0.3))
        received = self._moment(local_date(self.now) - timedelta(days=age))
        agency = None if state in {State.RECEIVED, State.TRIAGE} else draw.choice(self.agencies)
        taken = min(received + timedelta(days=1, minutes=draw.randrange(300)), self.now)
        since = received
        if state is not State.RECEIVED:
            since = max(taken, self.now - timedelta(minutes=draw.randrange(6 * 24 * 60)))
        citizen = self._deadline(case_id, Clock.CITIZEN, received, self.book.term("answer", received))
        agency_due = None if agency is None else self._agency(case_id, number, taken, agency, state, since)
        if (limit := self.book.limit(state, since)) is not None:
            self._write(case_id, Clock.STATE, since, limit.duration, StartEvent.STATE_ENTERED, state=state)
        if number % 10 == 3:
            self._deadline(case_id, Clock.URGENT, received, self.book.term("contact_urgent", received))
        if state is State.AWAITING_SUBMITTER:
            wait = self._count(since, self.book.term("supplement_reply", since), None)
            self.rows["supplements"].append(
                (new_id(), case_id, since, self.account_id, "Xin cho biết số nhà.", True, wait.due_on)
            )
        self.rows["periods"].append((case_id, 1, received, citizen.due_on))
        self.rows["cases"].append(
            (
                case_id, f"{number:08d}", f"T{number:020d}", f"{number}", "web", "vi", str(state), since,
                self._words(8), self._words(60), "citizen", False, "email" if number % 5 else "", False,
                False, number % 10 == 3, received, agency, agency_due or citizen.due_on, citizen.due_on,
                agency_due,
            )
        )  # fmt: skip

    def _agency(
        self, case_id: UUID, number: int, taken: datetime, agency: int, state: State, since: datetime
    ) -> date:
        paused = since if state is State.AWAITING_SUBMITTER else None
        term = self.book.term("answer", taken)
        if number % 100 == 4:
            promised = self.book.calendar.on_or_next_working_day(local_date(taken) + timedelta(days=35))
            due = fixed_deadline(day_start(local_date(taken)), promised, self.book.calendar, term=term)
            self._row(case_id, Clock.AGENCY, due, taken, agency=agency, paused=paused)
            return due.due_on
        return self._deadline(case_id, Clock.AGENCY, taken, term, agency=agency, paused=paused).due_on

    def _deadline(self, case_id: UUID, clock: Clock, start: datetime, term: Term, **more: Any) -> Deadline:
        due = self._count(start, term, more.get("agency"))
        self._row(case_id, clock, due, start, **more)
        return due

    def _count(self, start: datetime, term: Term, agency: int | None) -> Deadline:
        on = local_date(start)
        whole = str(term.duration).endswith("d")
        key = (on if whole else start, term.key, self.book.calendar_of(agency, on))
        if key not in self.known:
            begin = day_start(on) if whole else start
            calendar = self.book.calendar_of(agency, on)
            self.known[key] = compute_deadline(begin, term.duration, calendar, term=term)
        return self.known[key]

    def _write(
        self,
        case_id: UUID,
        clock: Clock,
        start: datetime,
        duration: Duration,
        event: StartEvent,
        state: State,
    ) -> None:
        key = (local_date(start), str(duration), event)
        if key not in self.known:
            begin = day_start(local_date(start))
            self.known[key] = compute_deadline(begin, duration, self.book.calendar, event=event)
        self._row(case_id, clock, self.known[key], start, state=state)

    def _row(
        self,
        case_id: UUID,
        clock: Clock,
        due: Deadline,
        start: datetime,
        *,
        agency: int | None = None,
        state: State | None = None,
        paused: datetime | None = None,
    ) -> None:
        trace = due.trace
        begun = trace.started_at.isoformat()
        text = trace.to_json().replace(begun, start.astimezone(VIETNAM).isoformat(), 1)
        self.rows["deadlines"].append(
            (
                new_id(), case_id, 1, str(clock), 1, None if state is None else str(state), agency,
                trace.term_key or None, str(trace.duration), start, due.due_on, due.due_at, trace.fixed_on,
                text, start, paused,
            )
        )  # fmt: skip

    def _moment(self, day: date) -> datetime:
        return min(day_start(day) + timedelta(minutes=self.random.randrange(420, 1300)), self.now)

    def _words(self, number: int) -> str:
        return " ".join(self.random.choices(_WORDS, k=number))


def lay_open_cases(
    connection: psycopg.Connection,
    number: int,
    *,
    book: LawBook,
    now: datetime,
    first: date,
    agencies: list[int],
    account_id: int,
) -> None:
    """Write `number` open cases that came in from the day `first` to `now`, with their running deadlines.

    connection: as superuser, because COPY knows no row security. agencies: the ids that cases are given
    to. account_id: who asked the submitters. The same rows each time.
    """
    maker = _Maker(book, now, agencies, account_id)
    for at in range(number):
        maker.case(at, first)
    with connection.transaction(), connection.cursor() as cursor:
        for table, columns in _tables():
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in maker.rows[table]:
                    copy.write_row(row)
        cursor.execute(_HEADS)


def _tables() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "cases", _CASES
    yield "periods", _PERIODS
    yield "deadlines", _DEADLINES
    yield "supplements", _SUPPLEMENTS
