"""Demonstration cases: real messages passed through the real services at earlier times.

No finished row is inserted: each message is received, routed and worked by the
demonstration staff as its `path` says, in the order in which it would have happened, staff are
told of it at once, and the ladder runs on each night in between. The mails leave when a worker starts.
"""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, new_id, transaction
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import Submission
from feedback.models import Agency, Case, Field
from feedback.queries.law_book import LawBook
from feedback.queries.routing_data import RoutingBook
from feedback.services.arrival import intake
from feedback.services.casework.routing import route_cases
from feedback.services.night.escalation import escalate
from feedback.services.post.telling import tell_due
from feedback.services.seeding.cast import Cast
from feedback.services.seeding.scripts import SCRIPTS, Step

_NIGHT = time(0, 10)
_ROUTED_AFTER = timedelta(seconds=4)
_LATEST = timedelta(minutes=20)
_AT_ONCE = 500
"""Messages told after a happening; far more than one causes."""

Action = Callable[[Session, datetime], None]


@dataclass(order=True)
class _Happening:
    at: datetime
    number: int
    run: Callable[[datetime], None] = field(compare=False)


def read_messages() -> list[dict[str, Any]]:
    """Read the shipped messages, each with the path that its case takes."""
    text = files("feedback.data").joinpath("demonstration", "messages.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


class Demonstration:
    """Plays the messages up to `now`; `progress` is told how many of how many happenings are done."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        now: datetime,
        book: LawBook,
        routing: RoutingBook,
        progress: Callable[[int, int], None],
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._book = book
        self._routing = routing
        self._progress = progress
        self._queue: list[_Happening] = []
        self._numbers = itertools.count()
        self._cases: dict[str, UUID] = {}

    def play(self) -> int:
        """Let everything happen in its order and give the number of cases received."""
        messages = read_messages()
        starts = [self._start(message) for message in messages]
        for message, start in zip(messages, starts, strict=True):
            self._add(start, lambda at, message=message: self._receive(message, at))  # type: ignore[misc]
            for moment, step in self._script(message, start):
                self._add(moment, lambda at, step=step, message=message: self._do(step, message, at))  # type: ignore[misc]
        for night in self._nights(min(starts)):
            self._add(night, self._escalate)
        total = len(self._queue)
        for done in range(1, total + 1):
            happening = heapq.heappop(self._queue)
            happening.run(happening.at)
            tell_due(self._sessions, happening.at, _AT_ONCE)
            self._progress(done, total)
        return len(self._cases)

    def _add(self, at: datetime, run: Callable[[datetime], None]) -> None:
        if at <= self._now:
            heapq.heappush(self._queue, _Happening(at, next(self._numbers), run))

    def _start(self, message: dict[str, Any]) -> datetime:
        """Give the moment at which a message comes in: as many days ago as it says.

        Steps count working days. Where a holiday keeps the last one from being over by now, the message is
        older, so that there is something of everything to see in the weeks of Tết too. One of a single step
        has just come in, and that step may lie ahead.
        """
        day = local_date(self._now) - timedelta(days=message["days"])
        while True:
            moment = datetime.combine(day, time(message["hour"], 17), VIETNAM)
            start = min(moment, self._now - _LATEST)
            ends = [at for at, _ in self._script(message, start)]
            if len(ends) == 1 or max(ends) <= self._now:
                return start
            day -= timedelta(days=1)

    def _script(self, message: dict[str, Any], start: datetime) -> Iterator[tuple[datetime, Step]]:
        """Give the steps of the message's path with their moments: so many working days after the start."""
        for number, (days, hour, step) in enumerate(SCRIPTS[message["path"]]):
            day = local_date(start)
            if days:
                day = self._book.calendar.add_working_days(day, days)
            moment = datetime.combine(day, time(hour, 5 + number), VIETNAM)
            yield max(moment, start + timedelta(minutes=2 + number)), step

    def _nights(self, first: datetime) -> Iterator[datetime]:
        day = local_date(first)
        while day <= local_date(self._now):
            yield datetime.combine(day, _NIGHT, VIETNAM)
            day += timedelta(days=1)

    def _receive(self, message: dict[str, Any], at: datetime) -> None:
        case_id = new_id()
        with transaction(self._sessions, WORKER) as session:
            intake.receive(session, _submission(session, message), case_id=case_id, now=at, book=self._book)
        with transaction(self._sessions, WORKER) as session:
            route_cases(session, at + _ROUTED_AFTER, self._book, self._routing)
        self._cases[message["title"]] = case_id

    def _do(self, step: Step, message: dict[str, Any], at: datetime) -> None:
        with transaction(self._sessions, WORKER) as session:
            case = session.get_one(Case, self._cases[message["title"]])
            step(Cast(session, case, message, at, self._book, self._cases))

    def _escalate(self, at: datetime) -> None:
        escalate(self._sessions, at, self._book, now=at)


def _submission(session: Session, message: dict[str, Any]) -> Submission:
    field_id = None
    if message.get("field"):
        field_id = session.scalars(select(Field.id).where(Field.code == message["field"])).one()
    return Submission(
        channel=Channel(message.get("channel", "web")),
        locale="vi",
        title=message["title"],
        body=message["body"],
        place_text=message["place"],
        place_detail="",
        commune_code=_commune(session, message["place"]),
        happened="",
        field_id=field_id,
        submitter_kind=SubmitterKind(message["kind"]),
        anonymous=message.get("anonymous", False),
        name=message.get("name", ""),
        organisation=message.get("organisation", ""),
        business_code="",
        email=message.get("email", ""),
        phone=message.get("phone", ""),
        address=message.get("address", ""),
        consent_publish=message["consent"],
        confidential=False,
    )


def _commune(session: Session, place: str) -> str | None:
    if not place:
        return None
    name = f"UBND {place[0].lower()}{place[1:]}"
    return session.scalars(select(Agency.commune_code).where(Agency.name_vi == name)).one_or_none()
