"""What the lead of a case asks of an agency beside it, and what came."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class Contribution(Base):
    """A part that an agency is to give to a case that another one leads, due on a working day.

    It is open until it is answered or ends: `ended_at` is set when the case is answered or taken from its
    lead. Words between offices: a submitter reads none of it.
    """

    __tablename__ = "contributions"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
        Index(
            "uq_contributions_open",
            "case_id",
            "agency_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL AND ended_at IS NULL"),
        ),
        Index(
            "ix_contributions_due",
            "agency_id",
            "due_on",
            postgresql_where=text("answered_at IS NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    request: Mapped[str]
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answer: Mapped[str] = mapped_column(server_default="")
    ended_at: Mapped[datetime | None]
