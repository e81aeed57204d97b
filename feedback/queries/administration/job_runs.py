"""What the scheduled jobs say of themselves: when one last succeeded, and whether it fell silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.models import JobRun

ESCALATION = "escalation"
DONE = "done"
SILENT_AFTER = timedelta(hours=26)
"""A nightly job without success for this long is a fault that somebody must look at."""

# A run for a later moment than the clock showed is a rehearsal.
_REHEARSED = JobRun.as_of > JobRun.started_at + timedelta(minutes=1)


def last_as_of(session: Session, name: str, *, rehearsals: bool = True) -> datetime | None:
    """Give the latest moment that a successful run of the job computed for, None before the first.

    rehearsals: count runs for moments that lay in the future when they ran, too.
    """
    query = select(func.max(JobRun.as_of)).where(JobRun.name == name, JobRun.outcome == DONE)
    if not rehearsals:
        query = query.where(~_REHEARSED)
    return session.scalar(query)


def is_silent(session: Session, name: str, now: datetime) -> bool:
    """Tell whether the job has not succeeded for SILENT_AFTER before `now`; not before it first ran."""
    last = session.scalar(
        select(func.max(JobRun.started_at)).where(JobRun.name == name, JobRun.outcome == DONE)
    )
    first = session.scalar(select(func.min(JobRun.started_at)).where(JobRun.name == name))
    return first is not None and now - (last or first) > SILENT_AFTER
