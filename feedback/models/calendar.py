"""A change of the working calendar: what it puts and removes, what it does to open cases, how far it got."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.domain.calendar_change import ChangeOrigin, ChangeStatus
from feedback.models.account import Account
from feedback.models.base import Base, one_of


class CalendarChange(Base):
    """A change of calendar days, from its draft to the last open case that it moved.

    `put`, `removed`: JSON text, rows and dates (feedback.domain.calendar_change). `before`: the
    rows that stood on those dates when it was drafted; it starts only while they still stand, and a
    reversal puts them back. `preview`: the figures counted before it started, JSON text. Its days
    are in force from `started_at`; `finished_at`: every open case follows them; `settled_at`: also
    those that a process with the calendar of a moment before wrote meanwhile.
    """

    __tablename__ = "calendar_changes"
    __table_args__ = (
        CheckConstraint(one_of("status", ChangeStatus), name="status"),
        CheckConstraint(one_of("origin", ChangeOrigin), name="origin"),
        Index(
            "uq_calendar_changes_applying",
            "status",
            unique=True,
            postgresql_where=text("status = 'applying'"),
        ),
        Index("ix_calendar_changes_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    origin: Mapped[str]
    put: Mapped[str]
    removed: Mapped[str]
    before: Mapped[str]
    reverts_id: Mapped[UUID | None] = mapped_column(ForeignKey("calendar_changes.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    preview: Mapped[str | None]
    counted_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    started_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    finished_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    cases_total: Mapped[int | None]
    cases_done: Mapped[int] = mapped_column(server_default=text("0"))
    deadlines_moved: Mapped[int] = mapped_column(server_default=text("0"))
    steps_retracted: Mapped[int] = mapped_column(server_default=text("0"))
    promises_moved: Mapped[int] = mapped_column(server_default=text("0"))

    author: Mapped[Account | None] = relationship(foreign_keys=[created_by])
    starter: Mapped[Account | None] = relationship(foreign_keys=[started_by])
