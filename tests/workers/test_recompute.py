"""A changed calendar over 2,000 open cases: every date checked, and workers that are killed half-way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
import redis
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from bench.calendar_change import (
    NOW,
    SWAP,
    apply,
    draft_reversal,
    draft_swap,
    lay,
    preview_of,
    taken,
)
from bench.checks import check_applied, check_reversed, expected_moves
from feedback import db
from feedback.doorbell import Doorbell
from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.models import CalendarChange, Work
from feedback.queries.law_book import LawBook
from feedback.services import audit
from feedback.services.law import calendar_changes, recompute
from feedback.services.sweeping import forgotten
from feedback.settings import Settings
from tests.workers.conftest import environment_of
from tests.workers.processes import Process, celery_worker, python, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.usefixtures("workers_app")]

# Spreads what waits in small chunks; it keeps three and holds the fourth, done and not committed, until it
# is killed.
SLOWLY = """
import time
from datetime import datetime
from feedback.db import make_engine, session_factory
from feedback.services import chunks
from feedback.services.law import recompute
committed, begun = chunks.write, []
def write(sessions, action):
    begun.append(action)
    def hold(session):
        action(session)
        time.sleep(600)
    return committed(sessions, action if len(begun) < 4 else hold)
chunks.write = write
now = datetime.fromisoformat({at!r})
recompute.work_through(session_factory(make_engine({url!r})), lambda: now, longest=600, chunk=20)
"""


@dataclass
class Ground:
    """A staffed province with open cases in a database of its own."""

    sessions: sessionmaker[Session]
    urls: Urls
    book: LawBook

    def change(self, change_id: UUID) -> CalendarChange:
        with db.transaction(self.sessions, db.WORKER) as session:
            return session.get_one(CalendarChange, change_id)

    def start(self, change_id: UUID) -> None:
        with db.transaction(self.sessions, db.WORKER) as session:
            calendar_changes.start(session, change_id, actor=audit.COMMAND, account_id=None, now=NOW)

    def check_trail(self) -> None:
        with db.transaction(self.sessions, db.WORKER) as session:
            assert audit.verify(session).sound


def ground_of(urls: Urls, sockets: Path, process_name: str, number: int) -> Iterator[Ground]:
    engine = db.make_engine(urls.worker)
    sessions = db.session_factory(engine)
    with databases.connect(sockets, f"fresh_{process_name}") as connection:
        connection.autocommit = False
        yield Ground(sessions, urls, lay(sessions, connection, number))
    engine.dispose()


@pytest.fixture
def many(fresh_database: Urls, sockets: Path, process_name: str) -> Iterator[Ground]:
    yield from ground_of(fresh_database, sockets, process_name, 2000)


@pytest.fixture
def some(fresh_database: Urls, sockets: Path, process_name: str) -> Iterator[Ground]:
    yield from ground_of(fresh_database, sockets, process_name, 300)


def test_a_swap_over_two_thousand_cases_there_and_back(many: Ground) -> None:
    before = taken(many.sessions)
    expected = expected_moves(before, many.book, SWAP)
    change_id = draft_swap(many.sessions)
    figures = preview_of(many.sessions, change_id)
    assert figures.steps > 0
    apply(many.sessions, change_id)
    check_applied(before, taken(many.sessions), expected, figures)
    apply(many.sessions, draft_reversal(many.sessions, change_id))
    check_reversed(before, taken(many.sessions), expected)
    many.check_trail()


def test_a_killed_worker_leaves_the_rest_to_the_next_and_nothing_is_done_twice(
    some: Ground, tmp_path: Path
) -> None:
    before = taken(some.sessions)
    expected = expected_moves(before, some.book, SWAP)
    change_id = draft_swap(some.sessions)
    some.start(change_id)
    for number in range(2):
        at = NOW + number * 2 * recompute.LEASE
        code = SLOWLY.format(at=at.isoformat(), url=some.urls.worker)
        done = some.change(change_id).cases_done
        process = python(code, {}, tmp_path / "recompute.log")
        try:
            wait_for(lambda done=done: some.change(change_id).cases_done == done + 60, 60, "three chunks")
        finally:
            process.kill_and_wait(some.sessions)
    left = some.change(change_id)
    assert left.status == "applying"
    assert 120 == left.cases_done < (left.cases_total or 0)

    later = NOW + 6 * recompute.LEASE
    with db.transaction(some.sessions, db.WORKER) as session:
        assert forgotten(session, NOW).bells == ()  # under its lease, nobody else takes it
        assert forgotten(session, later).bells == ("recompute", "messages")
    recompute.work_through(some.sessions, lambda: later, longest=60)
    row = some.change(change_id)
    assert (row.status, row.cases_done) == ("applied", row.cases_total)
    check_applied(before, taken(some.sessions), expected, preview_of(some.sessions, change_id))
    assert row.settled_at == later  # nobody counts with the calendar of before by then
    with db.transaction(some.sessions, db.WORKER) as session:
        assert session.query(Work).filter(Work.kind == "recompute", Work.done_at.is_(None)).count() == 0
    some.check_trail()


def test_a_real_worker_counts_and_applies_when_the_bell_rings(
    some: Ground, redis_url: str, tmp_path: Path, workers_app: ModuleType
) -> None:
    environment = environment_of(some.urls, redis_url, "smtp://127.0.0.1:9", tmp_path)
    settings = Settings.from_env(environment)
    bell = Doorbell(settings.redis_url, settings.broker_url)
    with redis.Redis.from_url(redis_url) as broker:
        broker.flushdb()
    with db.transaction(some.sessions, db.WORKER) as session:
        drafted = calendar_changes.draft(
            session, put=[(None, day) for day in SWAP], origin=calendar_changes.ChangeOrigin.FORM,
            account_id=None, now=NOW,
        )  # fmt: skip
    worker: Process = celery_worker(environment, tmp_path / "worker.log")
    try:
        wait_for(lambda: some.change(drafted.id).preview is not None, 60, "the preview")
        some.start(drafted.id)
        bell.ring("recompute")
        wait_for(lambda: some.change(drafted.id).status == "applied", 60, "the application")
    finally:
        worker.stop()
    with db.transaction(some.sessions, db.WORKER) as session:
        query = "SELECT count(*) FROM audit_events WHERE kind = 'case.deadline_recomputed'"
        assert session.scalar(text(query)) == some.change(drafted.id).cases_done > 0


def test_a_change_that_fails_again_and_again_is_given_up_and_can_be_tried_again(
    some: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_id = draft_swap(some.sessions)
    some.start(change_id)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    with monkeypatch.context() as patch:
        patch.setattr(recompute, "spread", broken)
        at = NOW
        for _ in range(8):
            recompute.work_through(some.sessions, lambda: at, longest=60)  # noqa: B023 - read at once
            at += timedelta(hours=2)
    assert some.change(change_id).status == "failed"
    with db.transaction(some.sessions, db.WORKER) as session:
        work = session.query(Work).filter(Work.subject == change_id, Work.failed_at.is_not(None)).one()
        assert work.last_error == "RuntimeError"
        work.failed_at, work.attempts, work.available_at = None, 0, at
    recompute.work_through(some.sessions, lambda: at, longest=60)
    assert some.change(change_id).status == "applied"
