"""The simulated post: what the product would mail is marked as sent when it would leave; no letter leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_DELIVER = text(
    """
    UPDATE messages SET state = 'sent', sent_at = :at, attempts = attempts + 1, lease_until = NULL
    WHERE state = 'pending' AND not_before <= :at AND created_at >= :since
    """
)


def deliver(session: Session, at: datetime, since: datetime) -> None:
    """Mark as sent what is due at `at` among the messages written since `since` (both aware)."""
    session.execute(_DELIVER, {"at": at, "since": since})
