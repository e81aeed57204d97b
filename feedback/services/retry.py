"""Trying again what was given up after too many attempts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.domain.events import EventKind
from feedback.models import Message, Work
from feedback.services import audit
from feedback.services.work import BELLS, WorkKind, ring

STREAM = "settings"


def retry_work(session: Session, work_id: UUID, *, actor: str, now: datetime) -> bool:
    """Put a failed work row back into its queue. False when it is no longer a failed one."""
    kind = session.scalar(
        update(Work)
        .where(Work.id == work_id, Work.failed_at.is_not(None), Work.done_at.is_(None))
        .values(failed_at=None, attempts=0, available_at=now, lease_until=None)
        .returning(Work.kind)
        .execution_options(synchronize_session=False)
    )
    if kind is None:
        return False
    audit.record(session, kind=EventKind.WORK_RETRIED, actor=actor, at=now, stream=STREAM, work=str(work_id))
    ring(session, BELLS[WorkKind(kind)])
    return True


def retry_message(session: Session, message_id: UUID, *, actor: str, now: datetime) -> bool:
    """Have a failed message sent after all. False when it is no longer a failed one."""
    found = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.state == "failed")
        .values(state="pending", attempts=0, not_before=now, lease_until=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if found is None:
        return False
    audit.record(
        session, kind=EventKind.MESSAGE_RETRIED, actor=actor, at=now, stream=STREAM, message=str(message_id)
    )
    ring(session, "messages")
    return True
