"""Positions and who holds or acts in them.

Escalation and rights address the position; the person is looked up for the day
(NĐ 20/2008/NĐ-CP Đ.18: responsibility lies with the head, whoever that is).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.domain.positions import HoldingKind, PositionKind
from feedback.models.agency import Agency, Unit
from feedback.models.base import Base, one_of


class Position(Base):
    """A post in an agency, or in one of its units."""

    __tablename__ = "positions"
    __table_args__ = (
        CheckConstraint(one_of("kind", PositionKind), name="kind"),
        Index("ix_positions_agency_id_kind", "agency_id", "kind"),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[str]
    title_vi: Mapped[str]
    title_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    agency: Mapped[Agency] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Holding(Base):
    """An account in a position, from a first to a last day (both count, Vietnamese dates).

    One that was called off before it began has the day before its first as its last.
    """

    __tablename__ = "holdings"
    __table_args__ = (
        CheckConstraint(one_of("kind", HoldingKind), name="kind"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from - 1", name="dates"),
        # One at a time acts in a position; a called-off holding has no days that another could meet.
        ExcludeConstraint(
            (text("int4range(position_id, position_id, '[]')"), "&&"),
            (text("daterange(valid_from, valid_to + 1)"), "&&"),
            name="uq_holdings_acting",
            using="gist",
            where=text("kind = 'acting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("positions.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    position: Mapped[Position] = relationship()
