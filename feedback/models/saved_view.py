"""Lists that somebody named: a search with its filters and order, kept to come back to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class SavedView(Base):
    """A list of the inbox under a name of its owner's.

    `query` is what the address asks for, without the place in the list. `shared_unit_id`: the unit whose
    people see it too. `starts`: the list with which the owner's inbox opens. A view that was deleted
    keeps its row (nothing is ever deleted by the web role).
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        Index("ix_saved_views_account", "account_id", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_saved_views_unit", "shared_unit_id", postgresql_where=text("deleted_at IS NULL")),
        Index(
            "uq_saved_views_starts",
            "account_id",
            unique=True,
            postgresql_where=text("starts AND deleted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    query: Mapped[str]
    shared_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    starts: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
