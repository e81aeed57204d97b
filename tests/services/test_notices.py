"""Notices: one row for each cause, kind and recipient, taken back only while it was not sent."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.notices import NoticeKind
from feedback.models import Message
from feedback.services.post import notices
from feedback.services.post.notices import DESK, SUBMITTER, cancel_unsent, notify
from tests.services.stage import Stage

RECIPIENTS = (SUBMITTER, DESK, notices.to_account(7), notices.to_position(7), notices.to_agency(7))


def rows(session: Session, case_id: UUID | None = None) -> list[Message]:
    session.expire_all()
    query = select(Message).order_by(Message.id)
    return list(session.scalars(query if case_id is None else query.where(Message.case_id == case_id)))


def test_recipients_are_named_one_way() -> None:
    assert RECIPIENTS == ("submitter", "desk", "account:7", "position:7", "agency:7")


def test_a_notice_is_written_once_however_often_it_is_asked_for(
    worker_session: Session, now: datetime
) -> None:
    causes = [uuid4(), uuid4()]
    kinds = [NoticeKind.RECEIPT, NoticeKind.ANSWER]
    for _ in range(3):
        for cause, kind, recipient in product(causes, kinds, RECIPIENTS):
            notify(worker_session, cause=cause, kind=kind, recipient=recipient, now=now)
    written = [(row.cause, row.kind, row.recipient) for row in rows(worker_session)]
    assert len(written) == len(set(written)) == 2 * 2 * len(RECIPIENTS)


def test_the_first_writing_stands(worker_session: Session, now: datetime) -> None:
    cause = uuid4()
    for text in ("lần đầu", "lần hai"):
        notify(
            worker_session, cause=cause, kind=NoticeKind.ANSWER, recipient=SUBMITTER, now=now,
            locale="en", params={"text": text}, not_before=now + timedelta(hours=1),
        )  # fmt: skip
    [row] = rows(worker_session)
    assert json.loads(row.params) == {"text": "lần đầu"}
    assert (row.locale, row.state, row.attempts) == ("en", "pending", 0)
    assert (row.created_at, row.not_before) == (now, now + timedelta(hours=1))


def test_a_second_transaction_writes_no_second_notice(stage: Stage) -> None:
    cause = uuid4()
    for _ in range(2):
        with db.transaction(stage.factory, db.WORKER) as session:
            notify(session, cause=cause, kind=NoticeKind.RECEIPT, recipient=SUBMITTER, now=stage.now)
    assert len(rows(stage.worker)) == 1


def test_the_bell_rings_once_for_many(worker_session: Session, now: datetime) -> None:
    rung: list[str] = []
    worker_session.info["ring"] = rung.append
    for recipient in RECIPIENTS:
        notify(worker_session, cause=uuid4(), kind=NoticeKind.RECEIPT, recipient=recipient, now=now)
    db.commit(worker_session)
    assert rung == ["messages"]


def test_what_was_not_sent_is_taken_back_but_the_submitters_is_left(stage: Stage) -> None:
    case_id, other = stage.in_progress(), stage.in_progress()
    before = {row.id: row.state for row in rows(stage.worker, other)}
    for recipient in (SUBMITTER, "agency:1", "account:1"):
        notify(
            stage.worker,
            cause=uuid4(),
            kind=NoticeKind.ANSWER,
            recipient=recipient,
            now=stage.now,
            case_id=case_id,
        )
    sent = next(row for row in rows(stage.worker, case_id) if row.recipient == "account:1")
    sent.state, sent.sent_at = "sent", stage.now
    stage.worker.flush()

    cancel_unsent(stage.worker, case_id, stage.now)
    after = rows(stage.worker, case_id)
    assert {row.state for row in after if row.recipient == SUBMITTER} == {"pending"}
    assert {row.state for row in after if row.recipient.startswith("agency:")} == {"cancelled"}
    assert {row.cancelled_at for row in after if row.state == "cancelled"} == {stage.now}
    assert sent.state == "sent"
    assert {row.id: row.state for row in rows(stage.worker, other)} == before

    cancel_unsent(stage.worker, case_id, stage.now, staff_only=False)
    assert "pending" not in {row.state for row in rows(stage.worker, case_id)}
