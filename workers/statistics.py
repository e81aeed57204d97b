"""Counting the public figures, every ten minutes."""

from __future__ import annotations

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.statistics import refresh
from workers.app import app
from workers.process import heard, sessions


@app.task(name="workers.statistics.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Count, and keep what was counted for the public pages."""
    heard("statistics")
    with transaction(sessions(), WORKER) as session:
        refresh(session, clock.now())
