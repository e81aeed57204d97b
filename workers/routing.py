"""Routing what was received, batch by batch, until nothing is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.queries.law_book import load_law_book
from feedback.queries.routing_data import load_routing_book
from feedback.services.casework.routing import RoutingCounts, route_cases
from feedback.services.work import WorkKind, claim, fail
from feedback.storage import storage_at
from workers.app import app, settings
from workers.process import heard, ring, sessions

BATCH = 100
LONGEST = 60.0
"""Seconds after which a task makes room for another and rings again."""

_log = structlog.get_logger(__name__)


@app.task(name="workers.routing.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Route every received case."""
    heard("routing")
    if not drain(sessions(), clock.now):
        ring("routing")


def drain(makers: sessionmaker[Session], now: Callable[[], datetime], longest: float = LONGEST) -> bool:
    """Route batch after batch; gives whether nothing was left within `longest` seconds."""
    began = time.monotonic()
    while time.monotonic() - began < longest:
        try:
            counts = _batch(makers, now())
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            _log.error("routing_batch_failed", error=name_of(error))
            counts = _one_by_one(makers, now())
        if not counts.claimed:
            return True
        _log.info(
            "routed",
            claimed=counts.claimed,
            assigned=counts.assigned,
            triage=counts.triage,
            followed=counts.followed,
        )
    return False


def name_of(error: Exception) -> str:
    """Name an error without its text, in which the database quotes the row that it refused."""
    diagnosis = getattr(getattr(error, "orig", None), "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    return f"{type(error).__name__} {constraint}" if constraint else type(error).__name__


def _batch(makers: sessionmaker[Session], now: datetime) -> RoutingCounts:
    with transaction(makers, WORKER) as session:
        return _route(session, now, BATCH)


def _route(session: Session, now: datetime, limit: int) -> RoutingCounts:
    routing = load_routing_book(session, now, storage_at(settings.storage_url))
    return route_cases(session, now, load_law_book(session, now), routing, limit)


def _one_by_one(makers: sessionmaker[Session], now: datetime) -> RoutingCounts:
    """Route each case of a batch that failed in a transaction of its own, to find the one at fault.

    Its failure is counted in its work row, whose next attempt waits longer each time and
    ends, after services.work.MOST_ATTEMPTS, as a failed row that staff see.
    """
    total = RoutingCounts()
    for _ in range(BATCH):
        with transaction(makers, WORKER) as session:
            rows = claim(session, WorkKind.ROUTE, now, 1)
            if not rows:
                break
            try:
                with session.begin_nested():
                    # Claims the same row again: this transaction holds it, so it is not passed over.
                    counts = _route(session, now, 1)
            except Exception as error:
                if isinstance(error, DBAPIError) and error.connection_invalidated:
                    raise
                _log.error("case_unroutable", work=str(rows[0].id), error=name_of(error))
                fail(session, rows[0], name_of(error), now)
                counts = RoutingCounts(claimed=1, failed=1)
        total = RoutingCounts(
            total.claimed + counts.claimed,
            total.assigned + counts.assigned,
            total.triage + counts.triage,
            total.failed + counts.failed,
            total.followed + counts.followed,
        )
    return total
