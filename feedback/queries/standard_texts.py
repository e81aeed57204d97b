"""Standard texts: those that a form offers for a case, and those that somebody keeps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from uuid import UUID

from sqlalchemy import Select, any_, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback.domain.calendar import local_date
from feedback.domain.standard_text import Placeholder, StandardKind
from feedback.models import Account, Agency, Case, Commune, StandardText

_MOST = 300


class Fit(IntEnum):
    """How well a text fits a case: written for its field, for any, or for others where its own is unknown."""

    FIELD = 0
    ANY = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Offered:
    """A text as a form offers it. own: an agency's own."""

    id: int
    title: str
    fit: Fit
    own: bool


def offered(session: Session, kind: StandardKind, case: Case, agency_ids: Collection[int]) -> list[Offered]:
    """Give the texts of a kind that may be offered for a case, the best fit first, own ones before others.

    agency_ids: the agencies for which the person works. A text for fields that are not the case's is left
    out, unless nobody has said yet which field the case is of.
    """
    code = case.field.code if case.field is not None else None
    rows = session.scalars(_offerable(kind, case.state, agency_ids).order_by(func.lower(StandardText.title)))
    found = [
        Offered(row.id, row.title, _fit(row, code), row.agency_id is not None)
        for row in rows
        if not row.fields or code is None or code in row.field_codes
    ]
    return sorted(found, key=lambda one: (one.fit, not one.own))


def _fit(row: StandardText, code: str | None) -> Fit:
    if not row.fields:
        return Fit.ANY
    return Fit.FIELD if code in row.field_codes else Fit.OTHER


def offered_text(
    session: Session, kind: StandardKind, case: Case, agency_ids: Collection[int], text_id: int
) -> StandardText | None:
    """Give one of the texts that may be offered, or None."""
    query = _offerable(kind, case.state, agency_ids).where(StandardText.id == text_id)
    found: StandardText | None = session.scalars(query).one_or_none()
    return found


def _offerable(kind: StandardKind, state: str, agency_ids: Collection[int]) -> Select[StandardText]:
    own = StandardText.agency_id.in_(list(agency_ids))
    fits = literal(state) == any_(func.string_to_array(StandardText.states, ";"))
    return (
        select(StandardText)
        .where(
            StandardText.kind == kind,
            StandardText.superseded_at.is_(None),
            StandardText.retired_at.is_(None),
            or_(StandardText.agency_id.is_(None), own),
            or_(StandardText.states == "", fits),
        )
        .limit(_MOST)
    )


def facts_of(
    session: Session, case: Case, agency_ids: Sequence[int], now: datetime
) -> dict[Placeholder, str]:
    """Give what placeholders stand for in a text about `case`; one that is not known has no entry.

    The words are Vietnamese, as letters are. agency_ids: who writes, where no agency leads yet.
    """
    agency = case.lead_agency
    if agency is None and agency_ids:
        agency = session.get(Agency, agency_ids[0])
    place = case.place_text
    if not place and case.commune_code is not None:
        place = session.scalar(select(Commune.name).where(Commune.code == case.commune_code)) or ""
    found = {
        Placeholder.REFERENCE: case.reference,
        Placeholder.TITLE: case.title,
        Placeholder.AGENCY: agency.name_vi if agency is not None else "",
        Placeholder.PHONE: (agency.phone or "") if agency is not None else "",
        Placeholder.RECEIVED_ON: f"{local_date(case.received_at):%d/%m/%Y}",
        Placeholder.DUE_ON: f"{case.citizen_due_on:%d/%m/%Y}",
        Placeholder.FIELD: case.field.name_vi if case.field is not None else "",
        Placeholder.PLACE: place,
        Placeholder.TODAY: f"{local_date(now):%d/%m/%Y}",
    }
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Kept:
    """A text with its newest version, and the name of who wrote that; empty for one that was shipped."""

    row: StandardText
    writer: str


def kept(session: Session, agency_ids: Collection[int], *, province: bool) -> list[Kept]:
    """Give the newest version of each text of these agencies, and of the province's where asked for."""
    whose = StandardText.agency_id.in_(list(agency_ids))
    query = (
        select(StandardText, Account.name)
        .outerjoin(Account, Account.id == StandardText.written_by)
        .where(
            StandardText.superseded_at.is_(None),
            or_(whose, StandardText.agency_id.is_(None)) if province else whose,
        )
        .options(joinedload(StandardText.agency))
        .order_by(StandardText.agency_id.nulls_first(), StandardText.kind, func.lower(StandardText.title))
    )
    return [Kept(row, name or "") for row, name in session.execute(query)]


def versions(session: Session, series: UUID) -> list[Kept]:
    """Give every version of a text that the session's actor sees, the newest first."""
    query = (
        select(StandardText, Account.name)
        .outerjoin(Account, Account.id == StandardText.written_by)
        .where(StandardText.series == series)
        .options(joinedload(StandardText.agency))
        .order_by(StandardText.version.desc())
    )
    return [Kept(row, name or "") for row, name in session.execute(query)]
