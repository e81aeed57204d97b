"""Seals and expired waits: a process that is killed before its commit leaves nothing half done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from feedback import db
from feedback.domain.calendar import VIETNAM
from feedback.domain.notifications import Channel, Preferences, Topic
from feedback.embedded.databases import Urls
from feedback.models import AuditSeal, Message, Notification, ProvinceSetting, Supplement
from feedback.queries.people import scope_for
from feedback.services import audit
from feedback.services.casework import answers, supplements
from feedback.services.post.telling import tell_due
from feedback.services.sealing import seal, verify_seals
from feedback.services.staff import notification_settings
from tests.services.committed import CommittedStage, committed_stage
from tests.workers.processes import python, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("workers_app")]

# Does the work, says so, and waits for its death without committing.
UNFINISHED = """
import time
from datetime import datetime
from feedback.db import WORKER, make_engine, session_factory, transaction
from feedback.queries.law_book import read_law_book
from feedback.services.post.telling import tell_due
from feedback.services.sealing import seal
from feedback.services.casework.status_updates import begin
from feedback.services.casework.supplements import expire
from feedback.services.post.staff_digests import write_digest
from feedback.services.post.telling import tell
now = datetime.fromisoformat({at!r})
with transaction(session_factory(make_engine({url!r})), WORKER) as session:
    book = read_law_book(session)
    print("did", {call}, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def stage(fresh_database: Urls) -> Iterator[CommittedStage]:
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as found:
        yield found


def kill_before_commit(stage: CommittedStage, call: str, at: datetime, folder: Path) -> None:
    code = UNFINISHED.format(url=stage.urls.worker, at=at.isoformat(), call=call)
    process = python(code, {}, folder / "job.log")
    try:
        wait_for(lambda: b"did" in process.log.read_bytes(), 20, "the work")
    finally:
        process.kill_and_wait(stage.sessions)


def test_a_killed_sealer_leaves_no_seal_and_no_lock(stage: CommittedStage, tmp_path: Path) -> None:
    stage.in_progress()
    at = stage.now
    kill_before_commit(stage, "seal(session, now)", at, tmp_path)
    assert stage.worker.scalar(select(func.count()).select_from(AuditSeal)) == 0
    stage.worker.commit()
    with db.transaction(stage.sessions, db.WORKER) as session:
        assert seal(session, at) is not None
    with db.transaction(stage.sessions, db.WORKER) as session:
        assert seal(session, at) is None
        assert seal(session, at + timedelta(hours=1)) is not None
        assert verify_seals(session) == []


def test_updates_are_told_once_although_a_worker_was_killed(stage: CommittedStage, tmp_path: Path) -> None:
    from workers.status_updates import run

    cases = [stage.in_progress() for _ in range(3)]
    stage.wait(days=21)
    assert run(stage.sessions, lambda: stage.now) == 0  # the province did not choose them
    with db.transaction(stage.sessions, db.WORKER) as session:
        session.add(ProvinceSetting(key="status_updates", value="on"))
    kill_before_commit(stage, "begin(session, now, book)", stage.now, tmp_path)
    assert all("status_update" not in stage.active_clocks(case_id) for case_id in cases)
    stage.worker.commit()
    assert run(stage.sessions, lambda: stage.now) == 3
    assert run(stage.sessions, lambda: stage.now) == 0
    for case_id in cases:
        assert len(stage.rows(Message, case_id, Message.kind == "status_update")) == 1
    with db.transaction(stage.sessions, db.WORKER) as session:
        session.get_one(ProvinceSetting, "status_updates").value = "off"
    assert run(stage.sessions, lambda: stage.now) == 0
    assert all("status_update" not in stage.active_clocks(case_id) for case_id in cases)
    stage.worker.commit()
    assert audit.verify(stage.worker).sound


def test_waits_end_once_although_a_worker_was_killed(stage: CommittedStage, tmp_path: Path) -> None:
    from workers.supplements import drain

    cases = [stage.in_progress() for _ in range(3)]
    for case_id in cases:
        stage.act(stage.works.officer, supplements.ask, case_id, question="Xin cho biết số nhà, tên đường.")
    stage.wait_working_days(11)
    kill_before_commit(stage, "expire(session, now, book)", stage.now, tmp_path)
    assert all(stage.look(case_id).state == "awaiting_submitter" for case_id in cases)
    stage.worker.commit()
    assert drain(stage.sessions, lambda: stage.now) == 3
    assert drain(stage.sessions, lambda: stage.now) == 0
    for case_id in cases:
        assert stage.look(case_id).state == "in_progress"
        assert [row.expired_at for row in stage.rows(Supplement, case_id)] == [stage.now]
        assert len(stage.rows(Message, case_id, Message.kind == "supplement_expired")) == 1
    assert audit.verify(stage.worker).sound


def test_staff_are_told_once_and_get_one_digest_although_workers_were_killed(
    stage: CommittedStage, tmp_path: Path
) -> None:
    from workers.staff_digests import run

    officer = stage.actor(stage.works.officer)
    with db.transaction(stage.factory, scope_for(officer)) as session:
        wanted = Preferences({Topic.DECISIONS: Channel.DIGEST})
        notification_settings.change(session, officer, wanted, stage.now)
    cases = [stage.awaiting_approval() for _ in range(3)]
    for case_id in cases:
        stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    told = select(func.count()).where(Notification.account_id == officer.account_id)
    kill_before_commit(stage, "tell(session, now, 50)", stage.now, tmp_path)
    assert stage.worker.scalar(told) == 0
    stage.worker.commit()
    assert tell_due(stage.sessions, stage.now, 50) > 0
    assert tell_due(stage.sessions, stage.now, 50) == 0
    assert stage.worker.scalar(told) == 3
    stage.worker.commit()
    stage.wait(days=1)
    kill_before_commit(stage, f"write_digest(session, {officer.account_id}, now, book)", stage.now, tmp_path)
    assert run(stage.sessions, stage.now) == 1
    assert run(stage.sessions, stage.now) == 0
    assert stage.worker.scalar(told.where(Notification.digest_id.is_not(None))) == 3
    stage.worker.commit()
    digests = select(func.count()).select_from(Message).where(Message.kind == "staff_digest")
    assert stage.worker.scalar(digests) == 1
