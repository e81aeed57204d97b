"""Keeping the public figures, so that pages need not count and see no case."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.models import StatisticsSnapshot
from feedback.queries.law.routing_rules import USE, count_use
from feedback.queries.lists import on_time_weeks
from feedback.queries.public.statistics import NAME, Figures, compute


def refresh(session: Session, now: datetime) -> Figures:
    """Count the figures as they stand at `now` and keep them in place of those before.

    Beside the public ones: how often each routing rule decided, for its administrator, and what each unit
    answered on time week by week, for its head. For a worker, whose scope sees every case.
    """
    figures = compute(session, now)
    _keep(session, NAME, json.dumps(asdict(figures), default=str), now)
    _keep(session, USE, json.dumps(count_use(session, now)), now)
    _keep(session, on_time_weeks.NAME, json.dumps(on_time_weeks.compute(session, now)), now)
    return figures


def _keep(session: Session, name: str, payload: str, now: datetime) -> None:
    statement = insert(StatisticsSnapshot).values(name=name, computed_at=now, payload=payload)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"computed_at": statement.excluded.computed_at, "payload": statement.excluded.payload},
        )
    )
