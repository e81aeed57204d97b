"""What must be done, as rows: work for the workers, messages to people, runs of jobs.

A broker may lose everything it holds: these rows are written in the transaction of
their cause, a worker claims one under a lease, and a sweeper finds what was forgotten.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, one_of


class Work(Base):
    """One thing to do to one subject (the UUID of a case, or of a change of the calendar).

    A claim sets `lease_until` and counts an attempt; effect and `done_at` are committed
    together. `failed_at` marks work given up after too many attempts: staff see it.
    """

    __tablename__ = "work"
    __table_args__ = (
        Index("uq_work_open", "kind", "subject", unique=True, postgresql_where=text("done_at IS NULL")),
        Index(
            "ix_work_queue",
            "kind",
            "available_at",
            postgresql_where=text("done_at IS NULL AND failed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[UUID]
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class Message(Base):
    """A notice to one recipient about one event, once.

    `recipient` is a key resolved to an address when the mail is sent: ``submitter``,
    ``account:7``, ``position:5``, ``agency:3``, ``desk``. `params` is the JSON text the template
    reads. `cause` is the id of the audit event that called for it. `not_before` holds a
    digest back until office hours. `told_at`: the members of staff behind the recipient have it in the
    product, and the row is only the mail that is left of it; until then no mail of it leaves.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint(one_of("state", ("pending", "sent", "failed", "cancelled")), name="state"),
        UniqueConstraint("cause", "kind", "recipient"),
        Index("ix_messages_queue", "not_before", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_messages_case_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    cause: Mapped[UUID]
    kind: Mapped[str]
    recipient: Mapped[str]
    locale: Mapped[str]
    params: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="pending")
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class JobRun(Base):
    """A run of a scheduled job; `as_of` is the moment it computed for."""

    __tablename__ = "job_runs"
    __table_args__ = (Index("ix_job_runs_name_started_at", "name", "started_at"),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    name: Mapped[str]
    as_of: Mapped[datetime]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
