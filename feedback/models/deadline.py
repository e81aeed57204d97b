"""Periods, deadlines and extensions: the two clocks of a case."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.domain.clocks import Clock
from feedback.models.base import Base, one_of


class Period(Base):
    """One run of the citizen's clock: from submission, or from a reopening, to the answer."""

    __tablename__ = "periods"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    citizen_due_on: Mapped[date]
    reopening_reason: Mapped[str] = mapped_column(server_default="")
    ended_at: Mapped[datetime | None]
    on_time: Mapped[bool | None]


class Deadline(Base):
    """A version of a clock's due date with the trace that explains it.

    `due_at` is exclusive (24:00 of `due_on` in Vietnam). A new version supersedes the
    active one; `met_at` or `superseded_at` ends it. `state` is set for the clock of a state.
    `fixed_on` is the day that a granted extension promised: a calendar change moves it off
    rest days only.
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        CheckConstraint(one_of("clock", Clock), name="clock"),
        UniqueConstraint("case_id", "period", "clock", "version"),
        Index(
            "uq_deadlines_active",
            "case_id",
            "clock",
            unique=True,
            postgresql_where=text("superseded_at IS NULL AND met_at IS NULL"),
        ),
        Index(
            "ix_deadlines_due",
            "due_at",
            "id",
            postgresql_where=text("superseded_at IS NULL AND met_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    period: Mapped[int]
    clock: Mapped[str]
    version: Mapped[int]
    state: Mapped[str | None]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    term_key: Mapped[str | None]
    duration: Mapped[str]
    started_at: Mapped[datetime]
    due_on: Mapped[date]
    due_at: Mapped[datetime]
    fixed_on: Mapped[date | None]
    trace: Mapped[str]
    created_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]


class Extension(Base):
    """A request for a later due date of the agency's clock, which an approver decides."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint(one_of("decision", ("pending", "granted", "denied")), name="decision"),
        Index("uq_extensions_pending", "case_id", unique=True, postgresql_where=text("decision = 'pending'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str]
    new_due_on: Mapped[date]
    decision: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    remarks: Mapped[str] = mapped_column(server_default="")
