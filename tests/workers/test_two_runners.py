"""Two runs of the night at the same moment, without the lock that usually keeps them apart."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from sqlalchemy import select

from feedback.domain.calendar import VIETNAM
from feedback.embedded.databases import Urls
from feedback.models import AuditEvent, Digest, EscalationStep, Message
from feedback.services import audit
from feedback.services.night import escalation
from feedback.services.night.escalation import EscalationSummary, escalate
from feedback.services.turns import turn
from tests.services.committed import CommittedStage, committed_stage

AT = datetime(2026, 11, 27, 0, 10, tzinfo=VIETNAM)


@pytest.fixture
def stage(fresh_database: Urls) -> Iterator[CommittedStage]:
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as found:
        for _ in range(20):
            found.in_progress()
        yield found


def test_the_keys_alone_keep_two_runners_right(
    stage: CommittedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def everybody(*_: object) -> Iterator[bool]:
        yield True

    monkeypatch.setattr(escalation, "turn", everybody)
    summaries: list[EscalationSummary] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        summaries.append(escalate(stage.sessions, AT, stage.book, now=AT, chunk=3))

    runners = [threading.Thread(target=run) for _ in range(2)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    steps = stage.worker.scalars(select(EscalationStep)).all()
    assert len(summaries) == 2
    assert sum(summary.steps + summary.raised for summary in summaries) == len(steps) > 60
    digests = stage.worker.scalars(select(Digest)).all()
    assert set(Counter(digest.position_id for digest in digests).values()) == {1}
    assert {step.digest_id for step in steps} == {digest.id for digest in digests}
    assert len(stage.worker.scalars(select(Message).where(Message.kind == "escalation_digest")).all()) == len(
        digests
    )
    reached = stage.worker.scalars(select(AuditEvent).where(AuditEvent.kind == "case.step_reached")).all()
    assert len(reached) == len(steps)
    assert audit.verify(stage.worker).sound


def test_who_finds_another_at_work_leaves(stage: CommittedStage) -> None:
    with turn(stage.sessions, "escalation") as mine:
        assert mine
        assert escalate(stage.sessions, AT, stage.book, now=AT) == EscalationSummary(AT, busy=True)
    assert escalate(stage.sessions, AT, stage.book, now=AT).steps > 0
