"""Work as rows: writing what must be done, and claiming it.

The shape follows what a transactional job queue needs: the row is written with its
cause, a claim takes rows nobody else holds, and the effect is committed together with
`done_at`. A worker that dies gives its rows back with its transaction. The bell after the
commit only saves waiting for the sweeper.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from feedback.db import after_commit, new_id
from feedback.domain.text import clean_line
from feedback.models import Work

MOST_ATTEMPTS = 8


class WorkKind(StrEnum):
    """What there is to do to a subject: a case, for RECOMPUTE a change of the calendar, TRY_RULE a trial.

    LEARN has one subject, the classifier of the province (`learning.runs.SUBJECT`).
    """

    ROUTE = "route"
    RECOMPUTE = "recompute"
    LEARN = "learn"
    TRY_RULE = "try_rule"


BELLS = {
    WorkKind.ROUTE: "routing",
    WorkKind.RECOMPUTE: "recompute",
    WorkKind.LEARN: "learning",
    WorkKind.TRY_RULE: "trials",
}


def work_values(
    kind: WorkKind, subject: UUID, now: datetime, *, not_before: datetime | None = None
) -> dict[str, object]:
    """Give the columns of a new work row, for a statement that writes more at once.

    not_before: until when nobody takes it up; the sweeper rings for it then.
    """
    return {
        "id": new_id(), "kind": str(kind), "subject": subject, "created_at": now,
        "available_at": not_before or now,
    }  # fmt: skip


def enqueue(
    session: Session, kind: WorkKind, subject: UUID, now: datetime, *, not_before: datetime | None = None
) -> None:
    """Write that `kind` must be done to `subject`, once, and ring after the commit."""
    values = work_values(kind, subject, now, not_before=not_before)
    session.execute(insert(Work).values(values).inline())
    ring(session, BELLS[kind])


def ring(session: Session, name: str) -> None:
    """Ring the bell `name` after the commit of `session`, where the entry point hung one up."""
    bell = session.info.get("ring")
    if bell is not None:
        after_commit(session, partial(bell, name), key=f"ring:{name}")


def claim(session: Session, kind: WorkKind, now: datetime, limit: int) -> Sequence[Work]:
    """Take up to `limit` rows of `kind` that are available at `now` and that nobody holds, oldest first.

    The rows stay locked until the transaction ends; rows that another transaction holds
    are passed over (SKIP LOCKED), so that workers share a queue without waiting. A row whose
    `lease_until` lies ahead is left to whoever set it.
    """
    return session.scalars(
        select(Work)
        .where(
            Work.kind == str(kind),
            Work.done_at.is_(None),
            Work.failed_at.is_(None),
            Work.available_at <= now,
            or_(Work.lease_until.is_(None), Work.lease_until < now),
        )
        .order_by(Work.available_at, Work.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def finish(session: Session, rows: Sequence[Work], now: datetime) -> None:
    """Mark `rows` done; to be committed together with their effect."""
    if rows:
        session.execute(
            update(Work)
            .where(Work.id.in_([row.id for row in rows]))
            .values(done_at=now, lease_until=None, attempts=Work.attempts + 1)
            .execution_options(synchronize_session=False)
        )


def backoff(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts: 5 s, doubling, at most an hour."""
    return min(timedelta(seconds=5 * 2 ** max(attempts - 1, 0)), timedelta(hours=1))


def fail(session: Session, row: Work, error: str, now: datetime) -> None:
    """Count a failed attempt at `row`: try again later, or give up where staff can see it.

    error: for staff; an error may quote what PostgreSQL does not store, so it is cleaned.
    """
    attempts = row.attempts + 1
    row.attempts = attempts
    row.last_error = clean_line(error)[:500]
    row.lease_until = None
    row.available_at = now + backoff(attempts)
    if attempts >= MOST_ATTEMPTS:
        row.failed_at = now
