"""What staff have under their hands: forms half filled in, and who has a case open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class FormDraft(Base):
    """What one person typed into one form of one case and has not sent.

    fields: JSON, ``{name: [value, …]}`` as the browser would send them; empty once it was sent or dropped.
    case_version: the version of the case that the page showed. Nobody else reads it.
    """

    __tablename__ = "form_drafts"
    __table_args__ = (Index("ix_form_drafts_kept", "saved_at", postgresql_where=text("fields <> ''")),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[str] = mapped_column(server_default="")
    case_version: Mapped[int]
    saved_at: Mapped[datetime]


class CasePresence(Base):
    """Who had a form of a case open last, and since when; a row that is minutes old says nothing.

    agency_id: for which agency they were at it, so that others are told the agency and not the name.
    """

    __tablename__ = "case_presences"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
