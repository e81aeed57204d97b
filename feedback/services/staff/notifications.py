"""Marking as read what one was told. No trail: what somebody looked at is their own matter."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.domain.positions import Actor
from feedback.models import Notification


def read(session: Session, actor: Actor, notification_id: UUID, now: datetime) -> Notification | None:
    """Mark one notification of the actor's own as read and give it; None for any other.

    With it goes everything else that they were told of the same case until then: who opens the case sees it.
    """
    row = session.scalars(
        select(Notification).where(
            Notification.id == notification_id, Notification.account_id == actor.account_id
        )
    ).one_or_none()
    if row is None:
        return None
    same = Notification.id == row.id if row.case_id is None else Notification.case_id == row.case_id
    session.execute(
        update(Notification)
        .where(
            Notification.account_id == actor.account_id,
            Notification.read_at.is_(None),
            Notification.created_at <= now,
            same,
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return row


def read_all(session: Session, actor: Actor, until: datetime, now: datetime) -> int:
    """Mark what the actor was told up to `until` (the moment of the page that they saw); gives how many."""
    done = session.execute(
        update(Notification)
        .where(
            Notification.account_id == actor.account_id,
            Notification.read_at.is_(None),
            Notification.created_at <= until,
        )
        .values(read_at=now)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())
