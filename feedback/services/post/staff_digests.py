"""The mail of the day to a member of staff: what they chose to be told of in one piece, at their hour."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import and_, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.notices import NoticeKind
from feedback.domain.notifications import digest_due
from feedback.models import Message, Notification
from feedback.queries.law_book import LawBook
from feedback.queries.notifications import FOR_DIGEST, agencies_of, preferences_of
from feedback.services.post import notices
from feedback.services.work import ring

_SPACE = UUID("5b0e4c52-6f0d-4c39-9d0a-2b9c1f6f41ce")
"""The name space of the numbers of digests."""


def digest_number(account_id: int, on: str) -> UUID:
    """Give the number of an account's digest of a local day (ISO): for one day always the same."""
    return uuid5(_SPACE, f"{account_id}:{on}")


def write_digest(session: Session, account_id: int, now: datetime, book: LawBook) -> bool:
    """Write the digest of the day when its hour has come and there is something for it; tell whether it is.

    What is told of later that day waits for the next one. The message's key lets nobody write it twice, and
    the notifications are taken into it in the same transaction.
    """
    on = local_date(now)
    preferences = preferences_of(session, [account_id])[account_id]
    agency_id = agencies_of(session, [account_id], on).get(account_id)
    if not digest_due(now, preferences, book.calendar_of(agency_id, on), None):
        return False
    waiting = and_(Notification.account_id == account_id, FOR_DIGEST)
    if not session.scalar(select(exists().where(waiting))):
        return False
    number = digest_number(account_id, on.isoformat())
    values = notices.notice_values(
        cause=number, kind=NoticeKind.STAFF_DIGEST, recipient=notices.to_account(account_id), now=now,
        params={"digest": str(number)},
    )  # fmt: skip
    new = session.scalar(insert(Message).values(values).on_conflict_do_nothing().returning(Message.id))
    if new is None:
        return False
    session.execute(
        update(Notification)
        .where(waiting)
        .values(digest_id=number)
        .execution_options(synchronize_session=False)
    )
    ring(session, "messages")
    return True
