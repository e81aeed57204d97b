"""Communes of today and the names that communes had before 1 July 2025."""

from __future__ import annotations

from sqlalchemy import Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class Commune(Base):
    """A commune, ward or special zone as it exists now; codes are text and keep their zeros."""

    __tablename__ = "communes"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    province: Mapped[str]
    source: Mapped[str]


class OldPlace(Base):
    """A former commune and one commune of today that took it, or part of it, over.

    A former commune that `was_split` has several rows; then a name alone decides nothing.
    """

    __tablename__ = "old_places"
    __table_args__ = (
        UniqueConstraint("province", "district", "name", "commune_code", name="uq_old_places_row"),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    province: Mapped[str]
    district: Mapped[str]
    name: Mapped[str]
    commune_code: Mapped[str] = mapped_column(index=True)
    was_split: Mapped[bool]
