"""The sweeper: finds what a lost bell left lying, and rings again."""

from __future__ import annotations

import structlog

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.sweeping import forgotten
from workers.app import app
from workers.process import heard, ring, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.sweeper.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Ring for every queue with rows that wait and that nobody holds."""
    heard("sweeper")
    with transaction(sessions(), WORKER) as session:
        found = forgotten(session, clock.now())
    for bell in found.bells:
        _log.info("swept", bell=bell)
        ring(bell, again=True)
