"""Counting and spreading changes of the calendar."""

from __future__ import annotations

from feedback import clock
from feedback.services.law.recompute import work_through
from workers.app import app
from workers.process import heard, ring, sessions

LONGEST = 8 * 60.0
"""Seconds after which a task takes up no further change and rings again."""


@app.task(name="workers.recompute.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Do what waits for a change of the calendar."""
    heard("recompute")
    if not work_through(sessions(), clock.now, longest=LONGEST):
        ring("recompute")
