"""Texts that staff start from: answers, requests, refusals, letters of guidance, reasons."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.domain.standard_text import StandardKind
from feedback.models.agency import Agency
from feedback.models.base import Base, one_of


class StandardText(Base):
    """A version of a standard text; the one without `superseded_at` counts, unless it was retired.

    `series` holds the versions of one text together. `agency_id`: whose own it is, None for one of the
    whole province. `fields`: codes of the fields it is meant for, ``;`` between them, none: any. `states`:
    the states in which it is offered, in the same way. `written_by` is None for a text that was shipped.
    """

    __tablename__ = "standard_texts"
    __table_args__ = (
        CheckConstraint(one_of("kind", StandardKind), name="kind"),
        UniqueConstraint("series", "version", name="uq_standard_texts_series"),
        Index(
            "uq_standard_texts_newest", "series", unique=True, postgresql_where=text("superseded_at IS NULL")
        ),
        Index(
            "ix_standard_texts_offered",
            "kind",
            "agency_id",
            postgresql_where=text("superseded_at IS NULL AND retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    series: Mapped[UUID]
    version: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[str]
    fields: Mapped[str] = mapped_column(server_default="")
    states: Mapped[str] = mapped_column(server_default="")
    title: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    superseded_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    agency: Mapped[Agency | None] = relationship()

    @property
    def field_codes(self) -> tuple[str, ...]:
        """The fields it is meant for; none: any."""
        return tuple(code for code in self.fields.split(";") if code)

    @property
    def state_codes(self) -> tuple[str, ...]:
        """The states in which it is offered; none: wherever its form opens."""
        return tuple(state for state in self.states.split(";") if state)
