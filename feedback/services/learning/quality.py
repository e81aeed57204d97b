"""Keeping the weekly counts of how routing does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.models import RoutingWeek
from feedback.queries.learning.quality import count_week, weeks_to_count


def refresh(session: Session, now: datetime) -> int:
    """Count the newest weeks anew, and those that were never counted; gives how many. For a worker."""
    days = weeks_to_count(session, now)
    for day in days:
        statement = insert(RoutingWeek).values(
            week=day, computed_at=now, payload=count_week(session, day).to_json()
        )
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["week"],
                set_={"computed_at": statement.excluded.computed_at, "payload": statement.excluded.payload},
            )
        )
    return len(days)
