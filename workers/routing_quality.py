"""Counting how routing does, every hour."""

from __future__ import annotations

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.learning import quality
from workers.app import app
from workers.process import heard, sessions


@app.task(name="workers.routing_quality.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Count the newest weeks, and keep what was counted for the page."""
    heard("routing_quality")
    with transaction(sessions(), WORKER) as session:
        quality.refresh(session, clock.now())
