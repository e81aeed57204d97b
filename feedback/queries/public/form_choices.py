"""What the public forms and filters let people choose from: fields, agencies, communes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.domain.calendar import local_date
from feedback.domain.positions import AgencyKind
from feedback.models import Agency, Field, ProvinceSetting
from feedback.queries.kept import Kept

_LIFETIME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of public life that is in force today."""

    id: int
    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together in the form, under one heading."""

    name_vi: str
    name_en: str
    fields: tuple[FieldChoice, ...]


@dataclass(frozen=True, slots=True)
class AgencyChoice:
    """An agency that exists today."""

    id: int
    code: str
    name_vi: str
    name_en: str
    commune_code: str | None


def _in_force(
    valid_from: InstrumentedAttribute[date], valid_to: InstrumentedAttribute[date | None], on: date
) -> ColumnElement[bool]:
    return (valid_from <= on) & or_(valid_to.is_(None), valid_to >= on)


def _read_fields(session: Session, now: datetime) -> tuple[FieldGroup, ...]:
    rows = session.execute(
        select(Field.group_vi, Field.group_en, Field.id, Field.code, Field.name_vi, Field.name_en)
        .where(_in_force(Field.valid_from, Field.valid_to, local_date(now)))
        .order_by(Field.rank, Field.id)
    )
    return tuple(
        FieldGroup(
            name_vi, name_en, tuple(FieldChoice(row.id, row.code, row.name_vi, row.name_en) for row in group)
        )
        for (name_vi, name_en), group in groupby(rows, key=lambda row: (row.group_vi, row.group_en))
    )


def _read_agencies(session: Session, now: datetime) -> tuple[AgencyChoice, ...]:
    rows = session.execute(
        select(Agency.id, Agency.code, Agency.name_vi, Agency.name_en, Agency.commune_code)
        .where(
            _in_force(Agency.valid_from, Agency.valid_to, local_date(now)),
            Agency.kind != str(AgencyKind.OVERSIGHT),
        )
        .order_by(Agency.commune_code.is_not(None), Agency.name_vi)
    )
    return tuple(AgencyChoice(*row) for row in rows)


def _read_settings(session: Session, now: datetime) -> Mapping[str, str]:
    return {row.key: row.value for row in session.execute(select(ProvinceSetting.key, ProvinceSetting.value))}


_fields = Kept(_read_fields, _LIFETIME)
_agencies = Kept(_read_agencies, _LIFETIME)
_settings = Kept(_read_settings, _LIFETIME)


def field_groups(session: Session, now: datetime) -> tuple[FieldGroup, ...]:
    """Give the fields in force on the Vietnamese date of `now`, grouped as the form shows them."""
    return _fields.get(session, now)


def agencies(session: Session, now: datetime) -> tuple[AgencyChoice, ...]:
    """Give the agencies that exist on the Vietnamese date of `now`: provincial ones first, then communes."""
    return _agencies.get(session, now)


def province_settings(session: Session, now: datetime) -> Mapping[str, str]:
    """Give the settings of the province by key (its names, telephone numbers)."""
    return _settings.get(session, now)
