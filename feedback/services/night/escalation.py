"""The night: everything that is due climbs the ladder, in committed chunks, and each head gets one digest.

A run selects what is due and not yet done; the rows' unique keys make each step and each
digest happen once. A night that was missed, repeated or killed half-way therefore ends as
if it had run once. The advisory lock only saves two runners from doing the same work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, transaction
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.clocks import Clock
from feedback.models import JobRun
from feedback.queries.administration.job_runs import DONE, ESCALATION, last_as_of
from feedback.queries.law_book import LawBook
from feedback.queries.night.open_steps import ended_steps, unacknowledged
from feedback.queries.night.overdue import due_steps
from feedback.queries.night.recipients import read_directory
from feedback.services import chunks
from feedback.services.night import steps
from feedback.services.night.digests import positions_waiting, write_digest
from feedback.services.restricted_track.conflicts import end_conflicted
from feedback.services.turns import turn

CHUNK = 500
"""Deadlines, or steps, that one transaction writes: short enough for a page that waits for one of them."""

_log = structlog.get_logger(__name__)
Item = TypeVar("Item")
Sessions = sessionmaker[Session]


class ClockBehind(Exception):
    """The moment to compute for lies before one that was computed already: a clock is wrong.

    `at` and `last` are the two moments (aware).
    """

    def __init__(self, at: datetime, last: datetime) -> None:
        super().__init__(
            f"the escalation was already computed for {last.astimezone(VIETNAM):%Y-%m-%d %H:%M} (Vietnam), "
            f"which is later than {at.astimezone(VIETNAM):%Y-%m-%d %H:%M}: correct this machine's clock, "
            "or name a later time"
        )
        self.at = at
        self.last = last


@dataclass(frozen=True, slots=True)
class EscalationSummary:
    """What a run came to.

    steps: newly recorded; raised: unacknowledged ones newly shown one level up; retracted:
    taken back; settled: whose clock ended; digests: new letters; unaddressed: steps for which
    no position exists at all. busy: another run was under way and nothing was done.
    """

    as_of: datetime
    steps: int = 0
    raised: int = 0
    retracted: int = 0
    settled: int = 0
    digests: int = 0
    unaddressed: int = 0
    busy: bool = False

    def figures(self) -> dict[str, object]:
        """Give the summary as JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat()}


def escalate(
    sessions: Sessions, at: datetime, book: LawBook, *, now: datetime, chunk: int = CHUNK
) -> EscalationSummary:
    """Bring everything that is due by `at` to the positions of the ladder; commits chunk by chunk.

    at: the moment to compute for; now: the present moment (both aware). They differ in a
    rehearsal, or when a past night is made up for. sessions: makes sessions of the worker's role.

    Raises ClockBehind when a later moment was computed already.
    """
    began = time.monotonic()
    with turn(sessions, ESCALATION) as held:
        if not held:
            return EscalationSummary(at, busy=True)
        run_id = _start(sessions, at, now)
        outcome = "failed"
        try:
            run = _Run(sessions, at, book, chunk)
            for stage in (run.end_conflicted, run.close, run.record, run.raise_up, run.write_digests):
                stage()
            outcome = DONE
        finally:
            finished = now + timedelta(seconds=time.monotonic() - began)
            _finish(sessions, run_id, outcome, finished)
    _log.info("escalation_done", seconds=round(time.monotonic() - began, 3), **run.summary.figures())
    return run.summary


class _Run:
    """One run's stages; each works through what it selected, a transaction a chunk."""

    def __init__(self, sessions: Sessions, at: datetime, book: LawBook, chunk: int = CHUNK) -> None:
        self.sessions = sessions
        self.at = at
        self.book = book
        self.chunk = chunk
        self.at_once = steps.at_once_codes(book)
        self.directory = chunks.read(sessions, partial(read_directory, on=local_date(at)))
        self.summary = EscalationSummary(at)

    def end_conflicted(self) -> None:
        """Take off the access lists who came into a conflict, so that no step reaches them."""
        chunks.write(self.sessions, partial(end_conflicted, now=self.at))

    def close(self) -> None:
        """Close the steps that have ended or that the dates no longer justify."""
        for part in self._parts(partial(ended_steps, at=self.at, book=self.book)):
            settled, retracted = chunks.write(self.sessions, partial(steps.close, ended=part, at=self.at))
            self._count(settled=settled, retracted=retracted)

    def record(self, clocks: Collection[Clock] = frozenset(Clock)) -> None:
        """Record what these clocks have reached."""
        for part in self._parts(partial(due_steps, at=self.at, book=self.book, clocks=clocks)):
            action = partial(steps.record, due=part, at=self.at, book=self.book, directory=self.directory)
            recorded = chunks.write(self.sessions, action)
            self._count(steps=recorded.steps, unaddressed=recorded.unaddressed)

    def raise_up(self) -> None:
        """Show one level up what was left unacknowledged."""
        question = partial(unacknowledged, at=self.at, book=self.book, at_once=self.at_once)
        for part in self._parts(question):
            action = partial(steps.raise_up, left=part, at=self.at, book=self.book, directory=self.directory)
            self._count(raised=chunks.write(self.sessions, action))

    def write_digests(self) -> None:
        """Write each position's letter; a transaction a position, so that a letter is whole or not there."""
        for position_id in chunks.read(self.sessions, partial(positions_waiting, at_once=self.at_once)):
            action = partial(
                write_digest, position_id=position_id, at=self.at, book=self.book, at_once=self.at_once
            )
            self._count(digests=int(chunks.write(self.sessions, action)))

    def _parts(self, question: Callable[[Session], Sequence[Item]]) -> Iterator[Sequence[Item]]:
        return chunks.parts(chunks.read(self.sessions, question), self.chunk)

    def _count(self, **more: int) -> None:
        counted = {name: getattr(self.summary, name) + number for name, number in more.items()}
        self.summary = replace(self.summary, **counted)


def check_urgent(sessions: Sessions, at: datetime, book: LawBook) -> EscalationSummary:
    """Tell at once, day or night, of urgent cases whose agency was not contacted in time."""
    run = _Run(sessions, at, book)
    run.record({Clock.URGENT})
    return run.summary


def _start(sessions: Sessions, at: datetime, now: datetime) -> int:
    with transaction(sessions, WORKER) as session:
        # A rehearsal for next week must not silence the hourly runs until then.
        last = last_as_of(session, ESCALATION, rehearsals=at != now)
        if last is not None and at < last:
            raise ClockBehind(at, last)
        run = JobRun(name=ESCALATION, as_of=at, started_at=now)
        session.add(run)
        session.flush()
        return run.id


def _finish(sessions: Sessions, run_id: int, outcome: str, at: datetime) -> None:
    with transaction(sessions, WORKER) as session:
        session.execute(update(JobRun).where(JobRun.id == run_id).values(outcome=outcome, finished_at=at))
