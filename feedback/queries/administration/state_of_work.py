"""How the product itself does: open and failed work, unsent mail, the last night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.models import JobRun, Message, Work
from feedback.queries.administration.job_runs import DONE, ESCALATION
from feedback.queries.law.routing_rules import broken_fields, broken_rules


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of the moment. `work_oldest` and `messages_oldest` are ages in seconds; `escalation_age`
    is the time since the last escalation that succeeded, None when there was none. `rules_broken`:
    routing rules, and fields, in force today that cannot be followed."""

    work_open: int
    work_failed: int
    work_oldest: float
    messages: Mapping[str, int]
    messages_oldest: float
    escalation_age: float | None
    rules_broken: int


def figures(session: Session, now: datetime) -> Figures:
    """Count, in the scope of an administrator or the worker."""
    # What is held back on purpose is not late; what failed and waits for its next attempt is.
    is_due = or_(Work.available_at <= now, Work.attempts > 0)
    is_open, failed, oldest = session.execute(
        select(
            func.count().filter(Work.failed_at.is_(None)),
            func.count().filter(Work.failed_at.is_not(None)),
            func.min(Work.created_at).filter(Work.failed_at.is_(None), is_due),
        ).where(Work.done_at.is_(None))
    ).one()
    waiting, given_up = session.execute(
        select(
            func.count().filter(Message.state == "pending"), func.count().filter(Message.state == "failed")
        ).where(Message.state.in_(("pending", "failed")))
    ).one()
    due = session.scalar(
        select(func.min(Message.not_before)).where(Message.state == "pending", Message.not_before <= now)
    )
    last = session.scalar(
        select(func.max(JobRun.finished_at)).where(JobRun.name == ESCALATION, JobRun.outcome == DONE)
    )
    today = local_date(now)
    return Figures(
        work_open=is_open,
        work_failed=failed,
        work_oldest=_age(oldest, now) or 0.0,
        messages={"pending": waiting, "failed": given_up},
        messages_oldest=_age(due, now) or 0.0,
        escalation_age=_age(last, now),
        rules_broken=len(broken_rules(session, today)) + len(broken_fields(session, today)),
    )


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else (now - moment).total_seconds()
