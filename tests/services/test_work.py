"""Work rows: written once, claimed by one, done with their effect, tried again, given up in sight."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.embedded.databases import Urls
from feedback.models import Work
from feedback.services.retry import retry_work
from feedback.services.sweeping import forgotten
from feedback.services.work import MOST_ATTEMPTS, WorkKind, backoff, claim, enqueue, fail, finish


def subjects(session: Session, now: datetime, limit: int = 100) -> list[UUID]:
    return [row.subject for row in claim(session, WorkKind.ROUTE, now, limit)]


def put(session: Session, now: datetime, number: int = 1) -> list[UUID]:
    """Enqueue work on `number` new subjects."""
    made = [uuid4() for _ in range(number)]
    for subject in made:
        enqueue(session, WorkKind.ROUTE, subject, now)
    session.flush()
    return made


def test_work_is_claimed_in_its_order_and_once_done_never_again(
    worker_session: Session, now: datetime
) -> None:
    late = put(worker_session, now)
    early = put(worker_session, now - timedelta(minutes=1))
    ahead = put(worker_session, now + timedelta(seconds=1))
    assert subjects(worker_session, now) == early + late
    assert subjects(worker_session, now, limit=1) == early
    finish(worker_session, claim(worker_session, WorkKind.ROUTE, now, 10), now)
    worker_session.expire_all()
    assert subjects(worker_session, now) == []
    done = worker_session.scalars(select(Work).where(Work.done_at.is_not(None))).all()
    assert {(row.attempts, row.done_at) for row in done} == {(1, now)}
    assert subjects(worker_session, now + timedelta(seconds=1)) == ahead
    finish(worker_session, [], now)


def test_the_same_work_waits_once(worker_session: Session, now: datetime) -> None:
    [subject] = put(worker_session, now)
    with pytest.raises(IntegrityError, match="uq_work_open"), worker_session.begin_nested():
        enqueue(worker_session, WorkKind.ROUTE, subject, now)
    finish(worker_session, claim(worker_session, WorkKind.ROUTE, now, 1), now)
    enqueue(worker_session, WorkKind.ROUTE, subject, now)
    assert subjects(worker_session, now) == [subject]


def test_the_bell_rings_once_and_only_for_what_is_kept(
    sessions: sessionmaker[Session], now: datetime
) -> None:
    rung: list[str] = []
    with db.transaction(sessions, db.WORKER) as session:
        session.info["ring"] = rung.append
        put(session, now, 3)
        assert rung == []
    assert rung == ["routing"]
    with sessions(info={"scope": db.WORKER, "ring": rung.append}) as session:
        put(session, now)
        db.rollback(session)
        db.commit(session)
    assert rung == ["routing"]


def test_a_failure_waits_longer_each_time_and_ends_in_sight(worker_session: Session, now: datetime) -> None:
    put(worker_session, now)
    moment = now
    for attempt in range(1, MOST_ATTEMPTS + 1):
        [row] = claim(worker_session, WorkKind.ROUTE, moment, 1)
        fail(worker_session, row, "ValueError: so", moment)
        worker_session.flush()
        assert (row.attempts, row.last_error) == (attempt, "ValueError: so")
        assert row.available_at == moment + backoff(attempt)
        assert subjects(worker_session, moment) == []
        assert subjects(worker_session, row.available_at - timedelta(microseconds=1)) == []
        moment = row.available_at
    assert row.failed_at is not None
    assert subjects(worker_session, moment + timedelta(days=365)) == []
    assert forgotten(worker_session, moment + timedelta(days=1)).bells == ()

    assert retry_work(worker_session, row.id, actor="account:1", now=moment)
    assert not retry_work(worker_session, row.id, actor="account:1", now=moment)
    worker_session.expire_all()
    assert subjects(worker_session, moment) == [row.subject]
    assert row.attempts == 0


def test_waits_double_up_to_an_hour() -> None:
    seconds = [backoff(attempt).total_seconds() for attempt in range(1, 14)]
    assert seconds[:4] == [5, 10, 20, 40]
    assert seconds[-1] == 3600
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("error", ["\x00nul", "half \ud800 of a pair", "line\nline", "x" * 9000])
def test_no_error_text_makes_a_failure_fail(worker_session: Session, now: datetime, error: str) -> None:
    put(worker_session, now)
    [row] = claim(worker_session, WorkKind.ROUTE, now, 1)
    fail(worker_session, row, error, now)
    worker_session.flush()
    worker_session.refresh(row)
    assert row.last_error is not None
    assert 0 < len(row.last_error) <= 500
    assert "\n" not in row.last_error


def test_a_lease_is_left_to_its_holder_until_it_ends(worker_session: Session, now: datetime) -> None:
    put(worker_session, now)
    [row] = claim(worker_session, WorkKind.ROUTE, now, 1)
    row.lease_until = now + timedelta(minutes=2)
    worker_session.flush()
    assert subjects(worker_session, now + timedelta(minutes=2)) == []
    assert len(subjects(worker_session, now + timedelta(minutes=2, microseconds=1))) == 1


def test_the_sweeper_hears_of_what_waits_too_long(worker_session: Session, now: datetime) -> None:
    put(worker_session, now)
    assert forgotten(worker_session, now + timedelta(seconds=4)).bells == ()
    assert forgotten(worker_session, now + timedelta(seconds=6)).bells == ("routing",)


def test_claimers_at_once_share_without_overlap(fresh_database: Urls, now: datetime) -> None:
    engine = db.make_engine(fresh_database.worker, pool_size=6)
    factory = db.session_factory(engine)
    with db.transaction(factory, db.WORKER) as session:
        made = put(session, now, 120)
    taken: list[UUID] = []
    begin = threading.Barrier(5)

    def work() -> None:
        begin.wait()
        while True:
            with db.transaction(factory, db.WORKER) as session:
                rows = claim(session, WorkKind.ROUTE, now, 7)
                if not rows:
                    return
                finish(session, rows, now)
            taken.extend(row.subject for row in rows)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.transaction(factory, db.WORKER) as session:
        left = session.scalar(select(func.count()).where(Work.done_at.is_(None)))
    engine.dispose()
    assert sorted(taken) == sorted(made)
    assert left == 0


def test_what_a_dying_claimer_held_is_claimed_by_the_next(fresh_database: Urls, now: datetime) -> None:
    engine = db.make_engine(fresh_database.worker)
    factory = db.session_factory(engine)
    with db.transaction(factory, db.WORKER) as session:
        made = put(session, now, 3)
    with factory(info={"scope": db.WORKER}) as dying:
        assert subjects(dying, now, limit=2) == made[:2]
        with db.transaction(factory, db.WORKER) as session:
            assert subjects(session, now) == made[2:]
        backend = dying.scalar(select(func.pg_backend_pid()))
        dying.connection().invalidate()
    # PostgreSQL gives the rows back when its backend notices the closed socket: soon, not at once.
    is_alive = text("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = :pid)")
    deadline = time.monotonic() + 30
    with db.transaction(factory, db.WORKER) as session:
        while session.scalar(is_alive, {"pid": backend}):
            assert time.monotonic() < deadline, "the backend of the dead claimer lives on"
            time.sleep(0.01)
            session.execute(text("SELECT pg_stat_clear_snapshot()"))
    with db.transaction(factory, db.WORKER) as session:
        assert subjects(session, now) == made
    engine.dispose()
