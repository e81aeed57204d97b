"""Trying a change of the rules on the cases that came in last, and keeping what the workers counted.

Each case is decided twice, by the rules of the day as they are and with the change. Restricted cases
and those that were ever suspected are left out: nobody who may change a rule may learn of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing import (
    Classifier,
    Decision,
    Message,
    Outcome,
    Reading,
    RuleError,
    decide,
    undecided,
)
from feedback.domain.routing.correction import OUTCOMES, Act
from feedback.domain.routing.trial import TrialResult, difference, proposes_otherwise
from feedback.models import Agency, Case, RoutingDecision, RuleTrial, Work
from feedback.queries.routing_data import Proposed, RoutingBook, read_routing_book
from feedback.services import chunks
from feedback.services.casework.routing import message_of
from feedback.services.law import one_by_one
from feedback.services.law.one_by_one import LEASE, renew
from feedback.services.work import WorkKind, claim, fail, finish
from feedback.storage import Storage

CASES = 1000
CHUNK = 100
"""Cases between two steps of the progress."""

KEPT_FOR = timedelta(days=30)
"""How long a trial that was never saved keeps the cases it found; the sums stay."""

_log = structlog.get_logger(__name__)
Now = Callable[[], datetime]
Sessions = sessionmaker[Session]
Pair = tuple[RoutingBook, RoutingBook]


@dataclass(frozen=True, slots=True)
class _Job:
    """A trial that this run holds."""

    work_id: UUID
    trial_id: UUID
    proposed: Proposed
    on: date


class _Once:
    """A classifier that reads a message once for both decisions."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._last: tuple[str, str, Reading] | None = None

    @property
    def version(self) -> str:
        """The version of the classifier behind it."""
        return self._classifier.version

    def read(self, subject: str, text: str) -> Reading:
        """Read one message."""
        if self._last is None or self._last[:2] != (subject, text):
            self._last = (subject, text, self._classifier.read(subject, text))
        return self._last[2]


def work_through(sessions: Sessions, now: Now, *, longest: float, storage: Storage | None = None) -> bool:
    """Try what waits; gives False when `longest` seconds were not enough.

    storage: where the models of the province lie; without it the shipped model reads.
    """
    return one_by_one.work_through(
        sessions, now, "trials", longest=longest, take=_take, give_up=_give_up,
        do=lambda job: _try(sessions, job, now, storage),
    )  # fmt: skip


def drop_old(session: Session, now: datetime) -> int:
    """Take the cases out of trials that were counted longer than KEPT_FOR ago; gives how many.

    For a worker; running it twice does no harm. A case that was set apart since leaves the list with them.
    """
    done = 0
    query = select(RuleTrial).where(RuleTrial.counted_at < now - KEPT_FOR, RuleTrial.result.is_not(None))
    for trial in session.scalars(query):
        result = TrialResult.from_json(trial.result or "{}")
        if result.listed:
            trial.result = result.sums_only().to_json()
            done += 1
    return done


def _take(session: Session, now: datetime) -> _Job | None:
    for work in claim(session, WorkKind.TRY_RULE, now, 1):
        trial = session.get_one(RuleTrial, work.subject)
        work.lease_until = now + LEASE
        row = None if trial.row is None else json.loads(trial.row)
        return _Job(work.id, trial.id, {trial.code: row}, trial.first_day)
    return None


def _try(sessions: Sessions, job: _Job, now: Now, storage: Storage | None) -> None:
    books = chunks.read(sessions, partial(read_pair, proposed=job.proposed, on=job.on, storage=storage))
    ids = chunks.read(sessions, last_cases)
    chunks.write(sessions, partial(_progress, job=job, at=now(), cases_total=len(ids), cases_done=0))
    result = TrialResult()
    for part in chunks.parts(ids, CHUNK):
        result = chunks.read(sessions, partial(add_cases, ids=part, books=books, result=result))
        chunks.write(sessions, partial(_progress, job=job, at=now(), cases_done=result.cases))
    chunks.write(sessions, partial(_finish, job=job, result=result, now=now()))


def read_pair(session: Session, proposed: Proposed, on: date, storage: Storage | None = None) -> Pair:
    """Give what routing decides by on a day as it is, and with what is proposed."""
    return (
        read_routing_book(session, on, storage),
        read_routing_book(session, on, storage, proposed),
    )


def last_cases(session: Session) -> Sequence[UUID]:
    """Give the cases that came in last, at most CASES, without those that few may know of."""
    suspected = exists().where(
        RoutingDecision.case_id == Case.id,
        RoutingDecision.outcome.in_([str(Outcome.RESTRICTED_TRIAGE), OUTCOMES[Act.SET_APART]]),
    )
    return session.scalars(
        select(Case.id)
        .where(
            Case.restricted_at.is_(None),
            Case.state_before_restriction.is_(None),
            Case.anonymised_at.is_(None),
            or_(Case.case_class.is_(None), Case.case_class.not_in([CaseClass.D, CaseClass.E])),
            ~suspected,
        )
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(CASES)
    ).all()


def add_cases(session: Session, ids: Sequence[UUID], books: Pair, result: TrialResult) -> TrialResult:
    """Decide these cases by both books and give the sums with them."""
    before, after = books
    found, proposals, seen = [], 0, 0
    persons = _persons(session, ids)
    reader = None if before.classifier is None else _Once(before.classifier)
    # A case may have been set apart since the list was made.
    cases = session.scalars(select(Case).where(Case.id.in_(ids), Case.restricted_at.is_(None)))
    for case in sorted(cases, key=lambda case: ids.index(case.id)):
        message = message_of(case, before.field_codes)
        was, will_be = (_decide(message, book, reader) for book in (before, after))
        one = difference(case.reference, was, will_be, persons.get(case.id))
        seen += 1
        proposals += proposes_otherwise(was, will_be)
        if one is not None and Outcome.RESTRICTED_TRIAGE not in (was.outcome, will_be.outcome):
            found.append(one)
    return result.plus(seen, found, proposals)


def _decide(message: Message, book: RoutingBook, reader: Classifier | None) -> Decision:
    try:
        return decide(message, book.data, reader)
    except RuleError as error:
        return undecided(error.rule_code)


def _persons(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Give the agency that a member of staff gave each case to at last."""
    rows = session.execute(
        select(RoutingDecision.case_id, Agency.code)
        .join(Agency, Agency.id == RoutingDecision.agency_id)
        .where(
            RoutingDecision.case_id.in_(ids),
            RoutingDecision.decided_by.is_not(None),
            RoutingDecision.superseded_at.is_(None),
        )
        .order_by(RoutingDecision.decided_at, RoutingDecision.id)
    )
    return {row.case_id: row.code for row in rows}


def _progress(session: Session, job: _Job, at: datetime, **columns: int) -> None:
    session.execute(
        update(RuleTrial)
        .where(RuleTrial.id == job.trial_id)
        .values(columns)
        .execution_options(synchronize_session=False)
    )
    renew(session, job.work_id, at)


def _finish(session: Session, job: _Job, result: TrialResult, now: datetime) -> None:
    trial = session.get_one(RuleTrial, job.trial_id)
    trial.result, trial.counted_at = result.to_json(), now
    finish(session, [session.get_one(Work, job.work_id)], now)
    _log.info("rule_tried", trial=str(job.trial_id), cases=result.cases, different=result.different)


def _give_up(session: Session, job: _Job, error: str, now: datetime) -> None:
    _log.error("rule_trial_failed", trial=str(job.trial_id), error=error)
    fail(session, session.get_one(Work, job.work_id), error, now)
