"""What a letter says: the case in the language of its reader, the steps of a digest, the links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.models import (
    Agency,
    Case,
    Commune,
    Deadline,
    Digest,
    EscalationStep,
    Field,
    LadderStep,
    Position,
    ProvinceSetting,
    RestrictedAccess,
)

MOST_LINES = 100
"""More steps than this are counted in a digest and shown in the system only."""


def case_facts(session: Session, case: Case, locale: str) -> dict[str, object]:
    """Give what letters may say of a case: never the submitter's text, name, files or exact place.

    The title and the tracking code are the submitter's own and stand in letters to them alone. Of a
    restricted case only reference and dates are given: a letter passes through many hands.
    """
    name = "name_en" if locale == "en" else "name_vi"
    sealed = case.restricted_at is not None
    agency = None if case.lead_agency_id is None or sealed else session.get(Agency, case.lead_agency_id)
    field = None if case.field_id is None or sealed else session.get(Field, case.field_id)
    commune = None if case.commune_code is None or sealed else session.get(Commune, case.commune_code)
    return {
        "reference": case.reference,
        "tracking_code": case.tracking_code,
        "title": case.title,
        "received_on": local_date(case.received_at),
        "due_on": case.due_on,
        "citizen_due_on": case.citizen_due_on,
        "agency_due_on": case.agency_due_on,
        "agency": "" if agency is None else getattr(agency, name),
        "field": "" if field is None else getattr(field, name),
        "place": "" if commune is None else commune.name,
        "urgent": case.urgent,
        "restricted": sealed,
    }


def links(base_url: str, case: Case | None) -> dict[str, str]:
    """Give the addresses that letters name; `base_url` is the configured one, never a request's."""
    found = {
        "home": base_url,
        "tracking": f"{base_url}/track",
        "cases": f"{base_url}/staff/cases",
        "escalations": f"{base_url}/staff/head",
        "notifications": f"{base_url}/staff/notifications",
        "sign_in": f"{base_url}/staff/login",
    }
    if case is not None:
        found["track"] = f"{base_url}/track/{case.tracking_code}"
        found["case"] = f"{base_url}/staff/cases/{case.reference}"
    return found


def office_name(session: Session, locale: str) -> str:
    """Give the name of the office that letters are signed with."""
    key = "office_en" if locale == "en" else "office_vi"
    name = session.scalar(select(ProvinceSetting.value).where(ProvinceSetting.key == key))
    return name or ("Provincial People's Committee" if locale == "en" else "Ủy ban nhân dân tỉnh")


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A step in a digest. closed: its clock has ended since; retracted: it was taken back since."""

    code: str
    reference: str
    agency: str
    due_on: date
    raised: bool
    vacant: bool
    closed: bool
    retracted: bool
    restricted: bool


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """The lines of one step of the ladder, the most urgent first."""

    name: str
    lines: tuple[DigestLine, ...]


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """A digest as a letter shows it; `more` counts the steps beyond MOST_LINES."""

    on: date
    title: str
    total: int
    more: int
    groups: tuple[DigestGroup, ...]


def digest_facts(session: Session, digest_id: UUID, account_id: int | None, locale: str) -> DigestFacts:
    """Give a digest as `account_id`, who answers in the position today, may read it.

    Steps of restricted cases are left out when that account is not on their access list: the
    post may have changed hands since the night.
    """
    digest = session.get_one(Digest, digest_id)
    position = session.get_one(Position, digest.position_id)
    listed = select(RestrictedAccess.case_id).where(
        RestrictedAccess.account_id == account_id, RestrictedAccess.ended_at.is_(None)
    )
    shown = (
        EscalationStep.digest_id == digest_id,
        or_(Case.restricted_at.is_(None), Case.id.in_(listed)),
    )
    total = session.scalar(
        select(func.count())
        .select_from(EscalationStep)
        .join(Case, Case.id == EscalationStep.case_id)
        .where(*shown)
    )
    rows = session.execute(
        select(EscalationStep, Case, Deadline.due_on, Agency)
        .join(Case, Case.id == EscalationStep.case_id)
        .join(Deadline, Deadline.id == EscalationStep.deadline_id)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .where(*shown)
        .order_by(EscalationStep.step, Deadline.due_on, EscalationStep.id)
        .limit(MOST_LINES)
    )
    lines = [_line(step, case, due_on, agency, locale) for step, case, due_on, agency in rows]
    names = _step_names(session, locale)
    groups = tuple(
        DigestGroup(names.get(code, code), tuple(found))
        for code, found in groupby(lines, key=lambda line: line.code)
    )
    title = position.title_en if locale == "en" else position.title_vi
    return DigestFacts(digest.local_date, title, total or 0, max((total or 0) - len(lines), 0), groups)


def _line(step: EscalationStep, case: Case, due_on: date, agency: Agency | None, locale: str) -> DigestLine:
    sealed = case.restricted_at is not None
    name = "" if agency is None or sealed else agency.name_en if locale == "en" else agency.name_vi
    return DigestLine(
        code=step.step,
        reference=case.reference,
        agency=name,
        due_on=due_on,
        raised=step.raised_from_id is not None,
        vacant=bool(step.skipped_vacant),
        closed=step.settled_at is not None,
        retracted=step.retracted_at is not None,
        restricted=sealed,
    )


def _step_names(session: Session, locale: str) -> Mapping[str, str]:
    name = LadderStep.name_en if locale == "en" else LadderStep.name_vi
    rows = session.execute(select(LadderStep.code, name).order_by(LadderStep.valid_from))
    return {row.code: row[1] for row in rows}
