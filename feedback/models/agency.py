"""Agencies, their units and the fields they answer for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.domain.positions import AgencyKind
from feedback.models.base import Base, one_of


class Agency(Base):
    """A body that can be given a case, or that a liaison desk speaks for.

    `commune_code` is set for the People's Committee of a commune. `liaison_id` names the
    agency whose desk relays to an external body. `valid_to` is the last day it exists;
    cases are never assigned to a body outside its dates.
    """

    __tablename__ = "agencies"
    __table_args__ = (CheckConstraint(one_of("kind", AgencyKind), name="kind"),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    commune_code: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    address: Mapped[str | None]
    liaison_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]


class Unit(Base):
    """A unit (phòng ban) within an agency."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    agency: Mapped[Agency] = relationship()


class Field(Base):
    """A field of public life (lĩnh vực) and the agency that leads in it.

    `agency_code` is ``UBNDX`` where the People's Committee of the place leads.
    """

    __tablename__ = "fields"
    __table_args__ = (Index("ix_fields_rank", "rank"),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    group_vi: Mapped[str]
    group_en: Mapped[str]
    agency_code: Mapped[str]
    rank: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
