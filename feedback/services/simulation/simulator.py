"""The simulated days: messages come in, people do what they do, and each night the ladder is climbed.

What happens within one simulated hour is written in one transaction, in its order; the ladder, the urgent
checks and the seals write their own, as in the workers.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, new_id, transaction
from feedback.domain.calendar import VIETNAM, day_end, day_start, local_date
from feedback.domain.lifecycle import State
from feedback.domain.undo import notices_from
from feedback.models import Case
from feedback.queries.law_book import LawBook
from feedback.queries.routing_data import RoutingBook
from feedback.services import sealing
from feedback.services.arrival import intake
from feedback.services.casework import supplements
from feedback.services.casework.routing import route_cases
from feedback.services.night.escalation import check_urgent, escalate
from feedback.services.simulation import post
from feedback.services.simulation.acts import DOINGS, Scene
from feedback.services.simulation.arrivals import arrivals, days_between
from feedback.services.simulation.course import Act, Course, plan
from feedback.services.simulation.heads import acknowledge_some
from feedback.services.simulation.messages import Writers
from feedback.services.simulation.staff import Office

_NIGHT, _WAITS, _SEAL, _MORNING = time(0, 10), time(0, 40), time(1, 30), time(9, 0)
_URGENT_CHECK = timedelta(hours=2, minutes=5)
_HOUR = timedelta(hours=1)
_ROUTED_WITHIN = timedelta(minutes=30)

Sessions = sessionmaker[Session]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Setting:
    """What is to be simulated: the first and the last Vietnamese day, how many messages, the dice's seed."""

    first: date
    last: date
    cases: int
    seed: int = 1


@dataclass(slots=True)
class Tally:
    """What came of it: acts by name, and what the nights wrote."""

    received: int = 0
    routed: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    nights: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, int]:
        """All counts by name."""
        nights = {f"night_{name}": count for name, count in self.nights.items()}
        return {"received": self.received, "routed": self.routed, **nights, **dict(sorted(self.acts.items()))}


Happening = tuple[datetime, int, Callable[[datetime], None]]


class Simulator:
    """Plays a setting; the same seed on the same law and staff plays the same days."""

    def __init__(
        self,
        sessions: Sessions,
        setting: Setting,
        book: LawBook,
        routing: Callable[[date], RoutingBook],
        clock: Callable[[datetime], datetime],
    ) -> None:
        """`clock` gives the real moment for a simulated one, which tells a rehearsal from a night."""
        self.sessions = sessions
        self.setting = setting
        self.book = book
        self.tally = Tally()
        self._routing = routing
        self._clock = clock
        self._numbers = itertools.count()
        self._queue: list[Happening] = []
        self._courses: dict[int, Course] = {}
        self._unrouted: dict[UUID, Course] = {}
        self._waiting: dict[UUID, Course] = {}
        self._hour: Session | None = None
        self._routing_at: datetime | None = None
        self._held_until: dict[UUID, datetime] = {}
        with transaction(sessions, WORKER) as session:
            self.office = Office(session, book, setting.seed)
            self._writers = Writers(session, self._dice("messages"))

    def play(self, progress: Progress | None = None) -> Tally:
        """Let every day pass; `progress` is told how many of how many days are over."""
        days = days_between(self.setting.first, self.setting.last)
        moments = arrivals(
            self.setting.first,
            self.setting.last,
            self.setting.cases,
            self.book.calendar,
            self._dice("arrivals"),
        )
        coming = next(moments, None)
        for number, day in enumerate(days, start=1):
            self._begin(day)
            while coming is not None and local_date(coming) == day:
                self._at(coming, self._receive)
                coming = next(moments, None)
            self._pass_until(day_end(day))
            if progress is not None:
                progress(number, len(days))
        return self.tally

    def _dice(self, name: object) -> random.Random:
        return random.Random(f"{self.setting.seed}/{name}")  # noqa: S311 - the same days for a seed, no secret

    def _at(self, moment: datetime, do: Callable[[datetime], None]) -> None:
        heapq.heappush(self._queue, (moment, next(self._numbers), do))

    def _begin(self, day: date) -> None:
        alone = ((_NIGHT, self._night), (_SEAL, self._seal))
        for at, job in alone:
            self._at(datetime.combine(day, at, VIETNAM), self._by_itself(job))
        self._at(datetime.combine(day, _WAITS, VIETNAM), self._end_waits)
        if self.book.calendar.is_working(day):
            self._at(datetime.combine(day, _MORNING, VIETNAM), self._heads_read)

    def _pass_until(self, end: datetime) -> None:
        """Do everything that happens before `end`, an hour a transaction."""
        while self._queue and self._queue[0][0] < end:
            with transaction(self.sessions, WORKER) as session:
                self._hour = session
                begin = self._queue[0][0]
                self.office.come_to_work(session, begin)
                last = begin
                while self._queue and self._queue[0][0] < min(end, begin + _HOUR):
                    last, _, do = self._queue[0]
                    if isinstance(do, _Alone):
                        break
                    heapq.heappop(self._queue)
                    do(last)
                post.deliver(session, last, day_start(self.setting.first))
                self._hour = None
            if self._queue and self._queue[0][0] < end and isinstance(self._queue[0][2], _Alone):
                moment, _, do = heapq.heappop(self._queue)
                do(moment)

    @property
    def _session(self) -> Session:
        if self._hour is None:
            raise RuntimeError("no simulated hour is under way")
        return self._hour

    def _by_itself(self, job: Callable[[datetime], None]) -> _Alone:
        return _Alone(job)

    # What happens.

    def _receive(self, at: datetime) -> None:
        self.tally.received += 1
        number = self.tally.received
        written = self._writers.write(number)
        case_id = new_id()
        intake.receive(self._session, written.submission, case_id=case_id, now=at, book=self.book)
        course = Course(case_id, number, written.truth, self._dice(number), written.repeats)
        self._courses[number] = course
        self._await_routing(course, at)

    def _await_routing(self, course: Course, at: datetime) -> None:
        self._unrouted[course.case_id] = course
        self._plan_routing(at)

    def _plan_routing(self, at: datetime) -> None:
        if self._routing_at is None:
            self._routing_at = at + _ROUTED_WITHIN
            self._at(self._routing_at, self._route)

    def _route(self, at: datetime) -> None:
        self._routing_at = None
        while route_cases(self._session, at, self.book, self._routing(local_date(at))).claimed:
            pass
        cases = self._session.scalars(
            select(Case).where(Case.id.in_(self._unrouted), Case.state != str(State.RECEIVED))
        )
        for case in sorted(cases, key=lambda case: self._unrouted[case.id].number):
            course = self._unrouted.pop(case.id)
            self.tally.routed += 1
            self._watch_urgency(case, at)
            self._go_on(course, case, at)
        late = [case_id for case_id in self._unrouted if self._held_until.get(case_id, at) <= at]
        if late:
            raise RuntimeError(f"{len(late)} simulated cases could not be routed")
        if self._unrouted:
            self._plan_routing(at)

    def _watch_urgency(self, case: Case, at: datetime) -> None:
        if case.urgent and case.contacted_at is None:
            check = max(case.received_at + _URGENT_CHECK, at + timedelta(minutes=5))
            self._at(check, self._by_itself(self._check_urgent))

    def _go_on(self, course: Course, case: Case, at: datetime) -> None:
        """Plan what happens next to a case; an act planned before for it is forgotten."""
        course.turn += 1
        self._waiting.pop(course.case_id, None)
        found = plan(course, case, at, self.office)
        if found is not None:
            moment, act = found
            turn = course.turn
            self._at(max(moment, at), lambda then: self._act(course, act, turn, then))
        if case.state == State.AWAITING_SUBMITTER:
            self._waiting[course.case_id] = course

    def _act(self, course: Course, act: Act, turn: int, at: datetime) -> None:
        if turn != course.turn:
            return
        case = self._session.get_one(Case, course.case_id)
        born: list[Case] = []
        scene = Scene(self._session, case, course, at, self.book, self.office, self._courses, born)
        was_urgent = case.urgent
        DOINGS[act](scene)
        self.tally.acts[str(act)] += 1
        for child in born:
            self._bear(course, child, at)
        if case.urgent and not was_urgent:
            self._watch_urgency(case, at)
        self._go_on(course, case, at)
        self._look_after_followers(course, case, at)

    def _bear(self, parent: Course, child: Case, at: datetime) -> None:
        """Let a part of a split message go its own way."""
        number = -len(self._courses)
        course = Course(child.id, number, "C", self._dice(f"{parent.number}/{child.title}"))
        self._courses[number] = course
        if child.state == State.RECEIVED:
            # Not routed while the split can be undone: the next round may come too soon for it.
            self._held_until[child.id] = notices_from(at, urgent=False)
            self._await_routing(course, at)
        else:
            self._go_on(course, child, at)

    def _look_after_followers(self, course: Course, case: Case, at: datetime) -> None:
        """Go on with cases that were merged into one and no longer are."""
        for follower in list(course.followers):
            joined = self._session.get_one(Case, follower.case_id)
            if joined.state == State.MERGED:
                continue
            course.followers.remove(follower)
            follower.repeats = None
            if case.state == State.RESTRICTED:
                follower.truth = course.truth
            self._go_on(follower, joined, at)

    def _end_waits(self, at: datetime) -> None:
        """End the waits whose term has passed, as the worker does."""
        if not self._waiting:
            return
        ended = supplements.expire(self._session, at, self.book, limit=len(self._waiting))
        if not ended:
            return
        self.tally.acts["wait_ended"] += ended
        cases = self._session.scalars(
            select(Case).where(Case.id.in_(self._waiting), Case.state != str(State.AWAITING_SUBMITTER))
        )
        for case in sorted(cases, key=lambda case: self._waiting[case.id].number):
            self._go_on(self._waiting[case.id], case, at)

    def _heads_read(self, at: datetime) -> None:
        dice = self._dice(f"heads/{local_date(at)}")
        self.tally.acts["acknowledged"] += acknowledge_some(self._session, self.office, at, dice)

    def _night(self, at: datetime) -> None:
        summary = escalate(self.sessions, at, self.book, now=self._clock(at))
        self.tally.nights.update({k: v for k, v in summary.figures().items() if isinstance(v, int)})

    def _check_urgent(self, at: datetime) -> None:
        self.tally.nights["urgent"] += check_urgent(self.sessions, at, self.book).steps

    def _seal(self, at: datetime) -> None:
        with transaction(self.sessions, WORKER) as session:
            sealing.seal(session, at)


@dataclass(frozen=True, slots=True)
class _Alone:
    """A job that writes its own transactions: the hour's is committed before it begins."""

    job: Callable[[datetime], None]

    def __call__(self, at: datetime) -> None:
        self.job(at)
