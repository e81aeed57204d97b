"""A real worker is killed in the middle of its work: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
import redis
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.doorbell import Doorbell
from feedback.embedded.databases import Urls
from feedback.services.post.composing import Post
from feedback.settings import Settings
from tests.faults.invariants import look_for_faults
from tests.faults.province import drain, explain, receive, settle, unfinished, worker_sessions
from tests.workers.conftest import environment_of
from tests.workers.processes import Process, celery_worker, mail_catcher, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.usefixtures("workers_app")]


@dataclass
class Ground:
    """A province, a mail catcher and the environment of a worker on both."""

    sessions: sessionmaker[Session]
    environment: dict[str, str]
    box: Path
    folder: Path

    @property
    def post(self) -> Post:
        return Post.of(self.environment["FEEDBACK_SMTP_URL"], "hoi-am@localhost", "http://localhost")

    def worker(self) -> Process:
        return celery_worker(self.environment, self.folder / "worker.log")

    def count(self, query: str) -> int:
        with db.transaction(self.sessions, db.WORKER) as session:
            return session.scalars(text(query)).one()


@pytest.fixture
def ground(fresh_database: Urls, redis_url: str, tmp_path: Path) -> Iterator[Ground]:
    broker = redis.Redis.from_url(redis_url)
    broker.flushdb()
    with worker_sessions(fresh_database) as sessions, mail_catcher(tmp_path) as (smtp_url, box):
        settle(sessions)
        yield Ground(sessions, environment_of(fresh_database, redis_url, smtp_url, tmp_path), box, tmp_path)
    broker.flushdb()
    broker.close()


def routed(ground: Ground) -> int:
    return ground.count("SELECT count(*) FROM routing_decisions")


def sent(ground: Ground) -> int:
    return ground.count("SELECT count(*) FROM messages WHERE state = 'sent'")


def is_idle(redis_url: str) -> bool:
    """Whether no task waits in the broker and none that was handed out is still at work."""
    with redis.Redis.from_url(redis_url) as broker:
        return not broker.llen("celery") and not broker.hlen("unacked")


def test_a_ring_is_answered_without_a_sweep(ground: Ground) -> None:
    worker = ground.worker()
    try:
        wait_for(lambda: b"ready" in worker.log.read_bytes(), 30, "the worker")
        settings = Settings.from_env(ground.environment)
        bell = Doorbell(settings.redis_url, settings.broker_url)
        cases = [receive(ground.sessions, number) for number in range(10)]
        bell.ring("routing")
        wait_for(lambda: routed(ground) == 10, 15, "the routing")
        wait_for(lambda: not unfinished(ground.sessions), 10, "the mail")
    finally:
        worker.stop()
    with db.transaction(ground.sessions, db.WORKER) as session:
        found = look_for_faults(session, cases, ground.box, most_repeated=0)
    assert not found.wrong, explain(found)
    assert found.mails >= 10


def test_a_worker_killed_while_it_routes_and_mails(ground: Ground, workers_app: ModuleType) -> None:
    """Killed three times, at a different stage each; then another does what is left."""
    cases = [receive(ground.sessions, number) for number in range(120)]
    stages = (
        lambda: routed(ground) >= 50,
        lambda: sent(ground) >= 10,
        lambda: sent(ground) >= 40,
    )
    kills = 0
    for stage in stages:
        worker = ground.worker()
        try:
            # A killed sender's messages are left alone until its lease ends; a later batch goes on.
            wait_for(stage, 90, f"stage {kills + 1}")
        finally:
            worker.kill_and_wait(ground.sessions)
        kills += 1
    assert unfinished(ground.sessions), "all was done before the last kill"
    drain(ground.sessions, ground.post)
    with db.transaction(ground.sessions, db.WORKER) as session:
        found = look_for_faults(session, cases, ground.box, most_repeated=kills)
    assert not found.wrong, explain(found)
    assert found.cases == 120


def test_what_a_flushed_broker_forgot_the_sweeper_finds(ground: Ground, redis_url: str) -> None:
    cases = [receive(ground.sessions, number) for number in range(20)]
    with redis.Redis.from_url(redis_url) as broker:
        broker.flushdb()
    worker = ground.worker()
    try:
        wait_for(lambda: not unfinished(ground.sessions), 30, "what the start of a worker looks for")
        # What its start still has it look for would take the next rows too.
        wait_for(lambda: is_idle(redis_url), 60, "a worker that has looked everywhere")
        # Rows written by a process whose bell was lost, found by the sweep that the timetable asks for.
        cases += [receive(ground.sessions, number) for number in range(20, 40)]
        settings = Settings.from_env(ground.environment)
        bell = Doorbell(settings.redis_url, settings.broker_url)
        wait_for(lambda: ground.count(_WAITING) == 20, 15, "rows that nobody took")
        bell.ring("sweeper")
        wait_for(lambda: not unfinished(ground.sessions), 20, "the sweep")
    finally:
        worker.stop()
    with db.transaction(ground.sessions, db.WORKER) as session:
        found = look_for_faults(session, cases, ground.box, most_repeated=0)
    assert not found.wrong, explain(found)


_WAITING = "SELECT count(*) FROM work WHERE done_at IS NULL AND available_at < now() - interval '5 seconds'"
