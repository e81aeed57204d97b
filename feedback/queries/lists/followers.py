"""What the senders of cases that joined another one wrote, and nobody has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, literal, select
from sqlalchemy.orm import Session, aliased

from feedback.domain.lifecycle import State
from feedback.models import Attachment, Case
from feedback.queries.lists.inbox import capped

MOST = 30


@dataclass(frozen=True, slots=True)
class Unread:
    """A case that follows `main` by its sender's choice; files: whether some came with it."""

    case: Case
    main: Case
    files: bool


def _waits(row: type[Case]) -> Sequence[ColumnElement[bool]]:
    # In the form of the partial index `ix_cases_follower_unread`.
    return (
        row.follows_id.is_not(None),
        row.state == State.MERGED.value,
        row.follower_read_at.is_(None),
        row.restricted_at.is_(None),
    )


def unread(session: Session, most: int = MOST) -> list[Unread]:
    """Give what waits to be read, the oldest first."""
    main = aliased(Case)
    files = exists().where(Attachment.case_id == Case.id)
    rows = session.execute(
        select(Case, main, files)
        .join(main, main.id == Case.merged_into_id)
        .where(*_waits(Case))
        .order_by(Case.received_at, Case.id)
        .limit(most)
    )
    return [Unread(*row) for row in rows]


def unread_count() -> Any:
    """Give, as a column, how much waits to be read, counted to 1,001."""
    return capped(select(literal(1)).where(*_waits(Case)))
