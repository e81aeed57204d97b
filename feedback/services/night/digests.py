"""Digests: the one letter that a position gets in a day, with every step that is new for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.escalation import delivery_time
from feedback.domain.notices import NoticeKind
from feedback.models import Digest, EscalationStep, Message, Position
from feedback.queries.law_book import LawBook
from feedback.services.post import notices

# The first half of the advisory locks that this module takes; the second is the position's number.
_LOCK_SPACE = 20_260_722


def _waiting(at_once: Collection[str]) -> ColumnElement[bool]:
    """The condition of a step that no letter has brought yet; what is told at once needs none."""
    told = and_(EscalationStep.step.in_(at_once), EscalationStep.raised_from_id.is_(None))
    return and_(
        EscalationStep.digest_id.is_(None),
        EscalationStep.settled_at.is_(None),
        EscalationStep.retracted_at.is_(None),
        not_(told),
    )


def positions_waiting(session: Session, at_once: Collection[str]) -> list[int]:
    """Give the positions with steps that no digest has brought yet, in the order of their numbers."""
    return list(
        session.scalars(
            select(EscalationStep.position_id)
            .where(_waiting(at_once))
            .distinct()
            .order_by(EscalationStep.position_id)
        )
    )


def write_digest(
    session: Session, position_id: int, at: datetime, book: LawBook, at_once: Collection[str]
) -> bool:
    """Put every waiting step of a position into its next digest; tell whether that is a new letter.

    The next digest is the one already written and not yet sent, else a new one for the first
    office hours of its agency in which the position has had none that day. Each step is in one digest only.
    """
    # Two runs at the same position take turns, or both would begin a letter.
    session.execute(select(func.pg_advisory_xact_lock(_LOCK_SPACE, position_id)))
    waiting = and_(EscalationStep.position_id == position_id, _waiting(at_once))
    if not session.scalar(select(exists().where(waiting))):
        return False
    latest = session.scalars(
        select(Digest).where(Digest.position_id == position_id).order_by(Digest.local_date.desc()).limit(1)
    ).one_or_none()
    joins = latest is not None and _can_take_more(session, latest, at)
    digest_id = latest.id if latest is not None and joins else _write(session, position_id, latest, at, book)
    session.execute(
        update(EscalationStep)
        .where(waiting)
        .values(digest_id=digest_id)
        .execution_options(synchronize_session=False)
    )
    return not joins


def _can_take_more(session: Session, digest: Digest, at: datetime) -> bool:
    """Tell whether a digest is still to be sent, and hold its message until this transaction ends.

    Whoever sends it holds the same row while the letter is written and handed over, so a step
    is either in the letter or waits for the next.
    """
    if digest.deliver_at <= at:
        return False
    message = session.scalar(
        select(Message.id)
        .where(
            Message.cause == digest.id,
            Message.kind == str(NoticeKind.ESCALATION_DIGEST),
            Message.state == "pending",
        )
        .with_for_update()
    )
    return message is not None


def _write(session: Session, position_id: int, latest: Digest | None, at: datetime, book: LawBook) -> UUID:
    agency_id = session.scalars(select(Position.agency_id).where(Position.id == position_id)).one()
    on = local_date(at)
    deliver_at = delivery_time(
        at,
        book.calendar_of(agency_id, on),
        book.office_of(agency_id, on),
        last_digest_on=None if latest is None else latest.local_date,
    )
    digest_id = new_id()
    session.execute(
        insert(Digest).values(
            id=digest_id,
            position_id=position_id,
            local_date=local_date(deliver_at),
            deliver_at=deliver_at,
            created_at=at,
        )
    )
    notices.notify(
        session,
        cause=digest_id,
        kind=NoticeKind.ESCALATION_DIGEST,
        recipient=notices.to_position(position_id),
        now=at,
        not_before=deliver_at,
        params={"digest": str(digest_id)},
    )
    return digest_id
