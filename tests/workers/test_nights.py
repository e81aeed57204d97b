"""Ten nights, each twice, two left out, one killed half-way: every step once, one digest a head a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.escalation import address, steps_due
from feedback.domain.events import EventKind
from feedback.embedded.databases import Urls
from feedback.models import Deadline, Digest, EscalationStep, JobRun, Message
from feedback.queries.night.overdue import due_steps, running
from feedback.queries.night.recipients import read_directory
from feedback.services import audit
from feedback.services.night.escalation import escalate
from tests.services.committed import CommittedStage, committed_stage
from tests.workers.processes import python, wait_for

CASES = 12
FIRST_NIGHT = datetime(2026, 11, 17, 0, 10, tzinfo=VIETNAM)
NIGHTS = 10
LEFT_OUT = {2, 7}
KILLED = 3

RUN = """
from datetime import datetime
from feedback.db import WORKER, make_engine, session_factory, transaction
from feedback.queries.law_book import read_law_book
from feedback.services.night.escalation import escalate
sessions = session_factory(make_engine({url!r}))
with transaction(sessions, WORKER) as session:
    book = read_law_book(session)
at = datetime.fromisoformat({at!r})
escalate(sessions, at, book, now=at, chunk=2)
"""


@pytest.fixture
def stage(fresh_database: Urls) -> Iterator[CommittedStage]:
    """Cases of two agencies, received over four days from 2 November 2026, none of them answered."""
    start = datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)
    with committed_stage(fresh_database, start) as found:
        for number in range(CASES):
            found.in_progress(found.works if number % 2 else found.home)
            found.wait(hours=2 if number % 3 else 20)
        yield found


def run(stage: CommittedStage, at: datetime) -> None:
    escalate(stage.sessions, at, stage.book, now=at)


def count_steps(stage: CommittedStage) -> int:
    count = stage.worker.scalar(select(func.count()).select_from(EscalationStep))
    stage.worker.commit()
    return count or 0


def run_killed(stage: CommittedStage, at: datetime, folder: Path) -> None:
    """Start the night in a process of its own and kill it between its commits.

    An event of the case that comes last, not yet committed here, holds that case's audit
    stream, so that the run stops there for certain, with its first chunks committed.
    """
    before = count_steps(stage)
    due = due_steps(stage.worker, at, stage.book)
    last = stage.worker.get_one(Deadline, due[-1].deadline_id)
    audit.record(stage.worker, kind=EventKind.CONTACT_LOGGED, actor=audit.WORKER, at=at, case_id=last.case_id)
    process = python(RUN.format(url=stage.urls.worker, at=at.isoformat()), {}, folder / "night.log")
    try:
        with stage.sessions() as looker:
            looker.info["scope"] = stage.worker.info["scope"]
            query = select(func.count()).select_from(EscalationStep)

            def first_chunks_are_in() -> bool:
                found = (looker.scalar(query) or 0) > before
                looker.rollback()
                return found

            wait_for(first_chunks_are_in, 30, "a first chunk")
    finally:
        process.kill()
        stage.worker.rollback()  # one of its connections waits for ours
        process.wait_until_let_go(stage.sessions)
    assert due_steps(stage.worker, at, stage.book), "the night was over before it was killed"
    stage.worker.commit()


def expected_steps(stage: CommittedStage, at: datetime) -> Counter[tuple[object, str, int]]:
    """What the rules alone say of the untouched deadlines as of the last night."""
    directory = read_directory(stage.worker, local_date(at))
    ids = list(stage.worker.scalars(select(Deadline.id)))
    found: Counter[tuple[object, str, int]] = Counter()
    for deadline_id, case in running(stage.worker, ids, stage.book).items():
        for step in steps_due(case.facts, stage.book.ladder, stage.book.calendar, at):
            to = address(step.recipient_kind, case.facts, directory, local_date(at))
            assert to is not None
            found[deadline_id, step.step_code, to.position.id] += 1
    # Officers are not named on these cases, so a step for them goes to their head of unit, once.
    return Counter(dict.fromkeys(found, 1))


@pytest.mark.slow
def test_ten_nights(stage: CommittedStage, tmp_path: Path) -> None:
    at = FIRST_NIGHT
    for number in range(NIGHTS):
        at = FIRST_NIGHT + timedelta(days=number)
        if number in LEFT_OUT:
            continue
        if number == KILLED:
            run_killed(stage, at, tmp_path)
        run(stage, at)
        steps = count_steps(stage)
        run(stage, at)
        assert count_steps(stage) == steps

    session = stage.worker
    rows = session.scalars(select(EscalationStep)).all()
    own = Counter((row.deadline_id, row.step, row.position_id) for row in rows if row.raised_from_id is None)
    raised = {(row.deadline_id, row.step, row.position_id) for row in rows if row.raised_from_id is not None}
    expected = expected_steps(stage, at)
    # A position may have been shown a step from below before the step reached it by its own date.
    assert set(own) | raised >= set(expected)
    assert set(own) <= set(expected)
    assert set(own.values()) == {1}
    assert sum(own.values()) > 3 * CASES
    assert raised
    assert Counter(row.raised_from_id for row in rows if row.raised_from_id).most_common(1)[0][1] == 1

    digests = session.scalars(select(Digest)).all()
    days = Counter((digest.position_id, digest.local_date) for digest in digests)
    assert set(days.values()) == {1}
    assert {row.digest_id for row in rows} == {digest.id for digest in digests}
    letters = Counter(session.scalars(select(Message.cause).where(Message.kind == "escalation_digest")))
    assert letters == Counter(digest.id for digest in digests)
    assert all(stage.book.calendar.is_working(digest.local_date) for digest in digests)

    done = Counter(session.scalars(select(JobRun.outcome)))
    assert done == {"done": 2 * (NIGHTS - len(LEFT_OUT)), None: 1}
    assert audit.verify(session).sound
