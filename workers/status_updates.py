"""Interim updates to submitters, each night, in a province that chose to send them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.queries.law_book import load_law_book
from feedback.services.casework import status_updates
from workers.app import app
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.status_updates.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Begin the clocks that are missing and tell whom an update is due."""
    heard("status_updates")
    run(sessions(), clock.now)


def run(makers: sessionmaker[Session], now: Callable[[], datetime]) -> int:
    """Work through what is due, batch after batch; gives how many submitters were told."""
    with transaction(makers, WORKER) as session:
        on = status_updates.is_on(session)
        if not on:
            status_updates.end_all(session, now())
    if not on:
        return 0
    while _begin(makers, now()):
        pass
    total = 0
    failed: set[UUID] = set()
    while True:
        before = len(failed)
        at = now()
        with transaction(makers, WORKER) as session:
            told = status_updates.tell(session, at, load_law_book(session, at), failed=failed)
        if not told and len(failed) == before:
            break
        total += told
    if total:
        _log.info("status_updates_told", number=total)
    return total


def _begin(makers: sessionmaker[Session], at: datetime) -> int:
    with transaction(makers, WORKER) as session:
        return status_updates.begin(session, at, load_law_book(session, at))
