"""What the sweeper looks for: rows that wait although somebody should have taken them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from feedback.models import Message, Work
from feedback.services.work import BELLS, WorkKind

PATIENCE = timedelta(seconds=5)
"""What was written a moment ago has rung itself."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The bells to ring again (``routing``, ``messages``), each for at least one waiting row."""

    bells: tuple[str, ...]


def forgotten(session: Session, now: datetime) -> Forgotten:
    """Find which queues hold rows that were due before `now` - PATIENCE and that nobody holds."""
    before = now - PATIENCE
    bells = []
    for kind in WorkKind:
        waits = exists().where(
            Work.kind == str(kind),
            Work.done_at.is_(None),
            Work.failed_at.is_(None),
            Work.available_at <= before,
            or_(Work.lease_until.is_(None), Work.lease_until < now),
        )
        if session.scalar(select(waits)):
            bells.append(BELLS[kind])
    waits = exists().where(
        Message.state == "pending",
        Message.not_before <= before,
        or_(Message.lease_until.is_(None), Message.lease_until < now),
    )
    if session.scalar(select(waits)):
        bells.append("messages")
    return Forgotten(tuple(dict.fromkeys(bells)))
