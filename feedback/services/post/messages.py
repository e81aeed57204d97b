"""Sending what the message rows say: claimed under a lease, each sent and marked in its own transaction.

SMTP cannot promise exactly-once. What holds: one row a notice, the same Message-ID at each
attempt, and at most one repeated mail when a sender is killed between the server's yes and
our commit.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import structlog
from jinja2 import TemplateError
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from feedback import mail
from feedback.db import WORKER, transaction
from feedback.domain.notices import NoticeKind
from feedback.models import Message
from feedback.services.post.composing import Nobody, Post, compose
from feedback.services.post.notices import SUBMITTER
from feedback.services.post.telling import tell_due

LEASE = timedelta(minutes=2)
"""How long a claimed message is left alone; one that a killed sender held is taken up again after it."""

BATCH = 50
BUDGET = 60.0
"""Seconds after which a batch gives back what it has not sent, long before its lease ends."""

MOST_ATTEMPTS = 8
_WAITS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1),
    timedelta(hours=4), timedelta(hours=12),
)  # fmt: skip
_UNREACHABLE_WAIT = timedelta(minutes=1)
_log = structlog.get_logger(__name__)
Sessions = sessionmaker[Session]


class Outcome(StrEnum):
    """What became of a claimed message."""

    SENT = "sent"
    POSTPONED = "postponed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Claim:
    """A message held for sending; `attempt` is its number and tells this claim from a later one."""

    message_id: UUID
    attempt: int


def claim(session: Session, now: datetime, limit: int = BATCH) -> list[Claim]:
    """Hold up to `limit` messages that are due, oldest first, until `now` + LEASE.

    Those for staff are told in the product first (`tell_due`), which says whose mail waits.
    The attempt is counted here, in its own transaction, so that a message that kills its
    sender is given up after MOST_ATTEMPTS like any other.
    """
    due = (
        select(Message.id)
        .where(
            Message.state == "pending",
            Message.not_before <= now,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
            or_(Message.recipient == SUBMITTER, Message.told_at.is_not(None)),
        )
        .order_by(Message.not_before, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(Message)
        .where(Message.id.in_(due.scalar_subquery()))
        .values(lease_until=now + LEASE, attempts=Message.attempts + 1)
        .returning(Message.id, Message.attempts, Message.not_before)
        .execution_options(synchronize_session=False)
    ).all()
    rows = sorted(rows, key=lambda row: (row.not_before, row.id))
    return [Claim(row.id, row.attempts) for row in rows]


def waiting(session: Session, now: datetime) -> int:
    """Give how many messages are due and held by nobody."""
    count = session.scalar(
        select(func.count()).where(
            Message.state == "pending",
            Message.not_before <= now,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
        )
    )
    return count or 0


def send_due(sessions: Sessions, post: Post, now: datetime, limit: int = BATCH) -> dict[Outcome, int]:
    """Send one batch of what is due at `now`, over one connection; gives how many came to what.

    Empty when nothing was due. When the server cannot be reached everything waits a minute
    and no attempt is counted: an outage, however long, loses no letter. Staff are told in the product
    first, outage or not.
    """
    tell_due(sessions, now, limit)
    with transaction(sessions, WORKER) as session:
        claims = claim(session, now, limit)
    if not claims:
        return {}
    counts: dict[Outcome, int] = {}
    began = time.monotonic()
    left = list(claims)
    try:
        while left and time.monotonic() - began < BUDGET:
            with mail.connect(post.server) as connection:
                while left and connection.whole and time.monotonic() - began < BUDGET:
                    outcome = _send_one(sessions, post, connection, left[0], now)
                    counts[outcome] = counts.get(outcome, 0) + 1
                    left.pop(0)
    except mail.Unreachable as error:
        _log.warning("mail_server_unreachable", error=str(error), waiting=len(left))
        _give_back(sessions, left, now + _UNREACHABLE_WAIT, str(error))
        counts[Outcome.POSTPONED] = counts.get(Outcome.POSTPONED, 0) + len(left)
    else:
        _give_back(sessions, left, now, None)
    return counts


def _send_one(
    sessions: Sessions, post: Post, connection: mail.Connection, held: Claim, now: datetime
) -> Outcome:
    """Send one message in a transaction that holds its row.

    Who takes back a case's notices meanwhile waits for the row, and so learns whether the letter left.
    """
    with transaction(sessions, WORKER) as session:
        row = session.scalars(
            select(Message)
            .where(
                Message.id == held.message_id, Message.state == "pending", Message.attempts == held.attempt
            )
            .with_for_update()
        ).one_or_none()
        if row is None:
            return Outcome.GONE
        outcome = _try(session, post, connection, row, now)
    _log.info("message", message=str(held.message_id), kind=row.kind, outcome=str(outcome))
    return outcome


def _try(session: Session, post: Post, connection: mail.Connection, row: Message, now: datetime) -> Outcome:
    try:
        with session.begin_nested():
            letter = compose(session, post, row, now)
        refused = connection.send(letter)
    except Nobody as nobody:
        return _cancel(row, str(nobody), now)
    except mail.Refused as error:
        return _fail(row, str(error))
    except (mail.Deferred, mail.Unreachable) as error:
        # A conversation cut short counts against the letter at hand: it may be what the server chokes on.
        return _postpone(row, str(error), now)
    except Exception as error:
        # A letter that cannot be written must not hold up the others. Its error may quote the letter, so
        # only a template's own complaint is kept.
        detail = f": {error}" if isinstance(error, TemplateError) else ""
        _log.warning("letter_unwritable", message=str(row.id), kind=row.kind, error=type(error).__name__)
        return _postpone(row, f"{type(error).__name__}{detail}", now)
    row.state = "sent"
    row.sent_at = now
    _forget_link(row)
    row.lease_until = None
    row.last_error = f"{refused} of the recipients were refused" if refused else None
    return Outcome.SENT


def _forget_link(row: Message) -> None:
    """Drop the text of an account's letter, which holds a one-time link, once it will not be sent again."""
    if row.kind == NoticeKind.ACCOUNT_MAIL:
        row.params = "{}"


def _cancel(row: Message, why: str, now: datetime) -> Outcome:
    row.state = "cancelled"
    row.cancelled_at = now
    _forget_link(row)
    row.last_error = why
    row.lease_until = None
    return Outcome.CANCELLED


def _fail(row: Message, why: str) -> Outcome:
    row.state = "failed"
    row.last_error = why
    row.lease_until = None
    return Outcome.FAILED


def _postpone(row: Message, why: str, now: datetime) -> Outcome:
    if row.attempts >= MOST_ATTEMPTS:
        return _fail(row, why)
    row.not_before = now + _WAITS[min(row.attempts, len(_WAITS)) - 1]
    row.last_error = why
    row.lease_until = None
    return Outcome.POSTPONED


def _give_back(sessions: Sessions, claims: Sequence[Claim], not_before: datetime, why: str | None) -> None:
    """Let go of messages that were not tried; the attempt counted at their claim is taken off."""
    if not claims:
        return
    values: dict[str, object] = {"lease_until": None, "attempts": Message.attempts - 1}
    if why is not None:
        values |= {"not_before": func.greatest(Message.not_before, not_before), "last_error": why}
    with transaction(sessions, WORKER) as session:
        for held in claims:
            session.execute(
                update(Message)
                .where(Message.id == held.message_id, Message.attempts == held.attempt)
                .values(values)
                .execution_options(synchronize_session=False)
            )
