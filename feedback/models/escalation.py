"""Steps of the ladder that were reached, the digests that brought them, and the heads' promises."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class EscalationStep(Base):
    """A step that a version of a deadline reached for a position, exactly once.

    `reached_on` is the day the step fell due by its dates, `recorded_at` when a run saw
    it. `retracted_at` is set when a calendar or deadline change took it back, `settled_at`
    when its deadline ended and the step asks for nothing more, `raised_at` when it was
    left unacknowledged and shown one level up.
    """

    __tablename__ = "escalation_steps"
    __table_args__ = (
        UniqueConstraint("deadline_id", "step", "position_id"),
        Index(
            "ix_escalation_steps_position",
            "position_id",
            "reached_on",
            postgresql_where=text("acknowledged_at IS NULL AND retracted_at IS NULL"),
        ),
        Index(
            "ix_escalation_steps_open",
            "deadline_id",
            "step",
            postgresql_where=text("settled_at IS NULL AND retracted_at IS NULL"),
        ),
        Index(
            "ix_escalation_steps_standing",
            "position_id",
            "case_id",
            postgresql_where=text("settled_at IS NULL AND retracted_at IS NULL"),
        ),
        Index("ix_escalation_steps_digest_id", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
        Index(
            "ix_escalation_steps_undigested",
            "position_id",
            "id",
            postgresql_where=text("digest_id IS NULL AND settled_at IS NULL AND retracted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadlines.id"))
    step: Mapped[str]
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"))
    skipped_vacant: Mapped[str] = mapped_column(server_default="")
    raised_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("escalation_steps.id"))
    reached_on: Mapped[date]
    recorded_at: Mapped[datetime]
    digest_id: Mapped[UUID | None] = mapped_column(ForeignKey("digests.id"))
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    promised_on: Mapped[date | None]
    promise_reason: Mapped[str] = mapped_column(server_default="")
    retracted_at: Mapped[datetime | None]
    retraction_reason: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    raised_at: Mapped[datetime | None]


class Digest(Base):
    """The one letter a position gets in a day (`local_date`, Vietnam) with its new steps."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("position_id", "local_date"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"))
    local_date: Mapped[date]
    deliver_at: Mapped[datetime]
    created_at: Mapped[datetime]
