"""Trying proposed changes of routing rules on past cases."""

from __future__ import annotations

from feedback import clock
from feedback.services.law.rule_trials import work_through
from feedback.storage import storage_at
from workers.app import app, settings
from workers.process import heard, ring, sessions

LONGEST = 2 * 60.0
"""Seconds after which a task takes up no further trial and rings again."""


@app.task(name="workers.trials.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Try what waits to be tried."""
    heard("trials")
    storage = storage_at(settings.storage_url)
    if not work_through(sessions(), clock.now, longest=LONGEST, storage=storage):
        ring("trials")
