"""What belongs to a restricted case alone: who may see it, who may not, and where it was forwarded."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.domain.conflicts import RECORDED
from feedback.models.base import Base, one_of


class RestrictedAccess(Base):
    """Leave for one account to see one restricted case, granted with a reason."""

    __tablename__ = "restricted_accesses"
    __table_args__ = (
        Index(
            "uq_restricted_accesses_open",
            "case_id",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_restricted_accesses_account", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str]
    ended_at: Mapped[datetime | None]


class RestrictedConflict(Base):
    """An account that may not see a restricted case: the message names it, or it said so itself.

    While there is such a row PostgreSQL lets nobody put the account on the access list. A conflict by
    working for the accused agency has no row: it follows from the positions of the day.
    """

    __tablename__ = "restricted_conflicts"
    __table_args__ = (
        CheckConstraint(one_of("kind", RECORDED), name="kind"),
        UniqueConstraint("case_id", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))


class Forwarding(Base):
    """To whom a restricted case was forwarded, by which document, and that it arrived there.

    The body is an agency of the province, or outside it a name. `received_on` is the day of which the
    body says it; `receipt_number` its own document, if it sent one.
    """

    __tablename__ = "forwardings"
    __table_args__ = (
        CheckConstraint("(to_agency_id IS NULL) <> (to_body = '')", name="to"),
        CheckConstraint(
            "(received_on IS NULL) = (confirmed_at IS NULL)"
            " AND (received_on IS NULL) = (confirmed_by IS NULL)",
            name="confirmed",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    forwarded_at: Mapped[datetime]
    forwarded_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    to_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    to_body: Mapped[str] = mapped_column(server_default="")
    document_number: Mapped[str]
    document_date: Mapped[date]
    received_on: Mapped[date | None]
    receipt_number: Mapped[str] = mapped_column(server_default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
