"""Keeping the public figures, so that pages need not count and see no case."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.models import StatisticsSnapshot
from feedback.queries.public.statistics import NAME, Figures, compute


def refresh(session: Session, now: datetime) -> Figures:
    """Count the figures as they stand at `now` and keep them in place of those before.

    For a worker, whose scope sees every case.
    """
    figures = compute(session, now)
    payload = json.dumps(asdict(figures), default=str)
    statement = insert(StatisticsSnapshot).values(name=NAME, computed_at=now, payload=payload)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"computed_at": statement.excluded.computed_at, "payload": statement.excluded.payload},
        )
    )
    return figures
