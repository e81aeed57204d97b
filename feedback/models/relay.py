"""What the liaison desk relays to a body outside the province, and what that body replies."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base

_WAITS = text("answered_at IS NULL AND ended_at IS NULL")


class Relay(Base):
    """A letter to an external body that leads a case, and its reply.

    It waits until it is answered or ends, when the case is answered otherwise, taken back or withdrawn.
    `due_on`: until when the body was asked to reply. `replied_on`, `reply_number`: of its own letter. A file
    of it is an attachment of origin ``relay``, for staff alone.
    """

    __tablename__ = "relays"
    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (replied_on IS NULL)",
            name="answered",
        ),
        Index("uq_relays_open", "case_id", unique=True, postgresql_where=_WAITS),
        Index("ix_relays_due", "agency_id", "due_on", postgresql_where=_WAITS),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    relayed_at: Mapped[datetime]
    relayed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    document_number: Mapped[str]
    request: Mapped[str]
    due_on: Mapped[date]
    reminders: Mapped[int] = mapped_column(server_default=text("0"))
    reminded_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(server_default="")
    reply_number: Mapped[str] = mapped_column(server_default="")
    replied_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None]
