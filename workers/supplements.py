"""Ending the waits for submitters who were asked for more and did not reply in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.queries.law_book import load_law_book
from feedback.services.casework.supplements import expire
from workers.app import app
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.supplements.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """End every wait whose term has passed."""
    heard("supplements")
    drain(sessions(), clock.now)


def drain(makers: sessionmaker[Session], now: Callable[[], datetime]) -> int:
    """End waits batch after batch; gives how many were ended. What fails is tried again by the next run."""
    total = 0
    failed: set[UUID] = set()
    while True:
        at, before = now(), len(failed)
        with transaction(makers, WORKER) as session:
            ended = expire(session, at, load_law_book(session, at), failed=failed)
        if not ended and len(failed) == before:
            return total
        total += ended
        if ended:
            _log.info("waits_ended", number=ended)
