"""What an administrator looks through: given-up work and mail, the audit trail, runs of jobs, seals."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import AuditEvent, AuditSeal, JobRun, Message, Work

PAGE = 50
AUDIT_VERIFY = "audit_verify"
"""The name under which a verification of the audit trail writes its run."""


def failed_work(session: Session, most: int = PAGE) -> Sequence[Work]:
    """Give the work rows that were given up, the newest first."""
    return session.scalars(
        select(Work)
        .where(Work.failed_at.is_not(None), Work.done_at.is_(None))
        .order_by(Work.failed_at.desc())
        .limit(most)
    ).all()


def failed_messages(session: Session, most: int = PAGE) -> Sequence[Message]:
    """Give the messages that were given up, the newest first. Their texts are nobody's business here."""
    return session.scalars(
        select(Message).where(Message.state == "failed").order_by(Message.id.desc()).limit(most)
    ).all()


def settings_trail(
    session: Session, *, stream: str = "", before: UUID | None = None, most: int = PAGE
) -> tuple[Sequence[AuditEvent], UUID | None]:
    """Give the events of accounts and settings, the newest first, and the id to go on from.

    stream: one stream, ``settings`` or ``account:<number>``, or all. Events of cases are not here:
    they are read on the case's page by who may see the case.
    """
    query = (
        select(AuditEvent).where(AuditEvent.case_id.is_(None)).order_by(AuditEvent.id.desc()).limit(most + 1)
    )
    if stream:
        query = query.where(AuditEvent.stream == stream)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    found = session.scalars(query).all()
    return found[:most], found[most - 1].id if len(found) > most else None


def last_run(session: Session, name: str) -> JobRun | None:
    """Give the last run of a job that ended."""
    return session.scalar(
        select(JobRun)
        .where(JobRun.name == name, JobRun.finished_at.is_not(None))
        .order_by(JobRun.started_at.desc())
        .limit(1)
    )


def last_runs(session: Session, most: int = 10) -> Sequence[JobRun]:
    """Give the last runs of all jobs, the newest first."""
    return session.scalars(select(JobRun).order_by(JobRun.started_at.desc()).limit(most)).all()


def last_seal(session: Session) -> AuditSeal | None:
    """Give the last seal over the audit streams."""
    return session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))
