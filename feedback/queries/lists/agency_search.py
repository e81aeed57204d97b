"""Agencies by what a dispatcher types: a name, a code, or a field that the agency answers for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.positions import AgencyKind
from feedback.domain.text import fold
from feedback.models import Agency, Field
from feedback.queries.kept import Kept

MOST = 10


@dataclass(frozen=True, slots=True)
class Known:
    """An agency that exists today, with the fields that it leads in (committees of communes: none named)."""

    id: int
    code: str
    name_vi: str
    name_en: str
    kind: str
    fields: tuple[tuple[str, str], ...]


def _in_force(model: Any, on: date) -> Any:
    return (model.valid_from <= on) & or_(model.valid_to.is_(None), model.valid_to >= on)


def _read(session: Session, now: datetime) -> Mapping[int, Known]:
    on = local_date(now)
    fields: dict[str, list[tuple[str, str]]] = {}
    for code, name_vi, name_en in session.execute(
        select(Field.agency_code, Field.name_vi, Field.name_en)
        .where(_in_force(Field, on))
        .order_by(Field.rank, Field.id)
    ):
        fields.setdefault(code, []).append((name_vi, name_en))
    rows = session.execute(
        select(Agency.id, Agency.code, Agency.name_vi, Agency.name_en, Agency.kind)
        .where(_in_force(Agency, on), Agency.kind != str(AgencyKind.OVERSIGHT))
        .order_by(Agency.commune_code.is_not(None), Agency.name_vi)
    )
    return {row.id: Known(*row, fields=tuple(fields.get(row.code, ()))) for row in rows}


_known = Kept(_read, timedelta(minutes=1))


def known_agencies(session: Session, now: datetime) -> Mapping[int, Known]:
    """Give the agencies that cases are given to today, by number: provincial ones first, then communes."""
    return _known.get(session, now)


def find_agencies(agencies: Mapping[int, Known], typed: str, most: int = MOST) -> list[Known]:
    """Give the agencies that `typed` may mean, the likeliest first; marks and case make no difference.

    A code or a name that begins so comes before a name that holds every word, and that before a
    field that does.
    """
    wanted = fold(typed)
    if not wanted:
        return []
    fitting = [one for one in agencies.values() if _rank(one, wanted)]
    return sorted(fitting, key=lambda one: _rank(one, wanted))[:most]


def named_agency(agencies: Mapping[int, Known], typed: str) -> Known | None:
    """Give the one agency that `typed` names: by its code or whole name, or because no other fits."""
    wanted = fold(typed)
    exact = [one for one in agencies.values() if wanted in _names(one)]
    found = exact or [one for one in agencies.values() if 0 < _rank(one, wanted) <= _BY_NAME]
    return found[0] if len(found) == 1 else None


_BY_NAME = 2


def _names(one: Known) -> tuple[str, ...]:
    return fold(one.code), fold(one.name_vi), fold(one.name_en)


def _rank(one: Known, wanted: str) -> int:
    """Rank how well an agency fits folded words: 1 best, 3 least, 0 not at all."""
    names = _names(one)
    if any(name.startswith(wanted) for name in names):
        return 1
    words = wanted.split()
    if any(all(word in name for word in words) for name in names):
        return _BY_NAME
    if any(all(word in fold(f"{vi} {en}") for word in words) for vi, en in one.fields):
        return 3
    return 0
