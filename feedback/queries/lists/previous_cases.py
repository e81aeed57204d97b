"""What was sent before about the same procedure, spot or field, and how it was answered.

A procedure is known by the code that the message gives (`domain/procedures.py`); the form asks for it in
the message, and there is no column of its own. Row-level security decides which of them somebody sees; cases
set apart are left out for everybody. Nothing is looked up by who sent a case: names and contacts are sealed
(`services/casework/identity.py`), and no mark is kept by which two cases of one sender could be told to be of
the same (docs/adr/0017).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from feedback.domain.lifecycle import UNCOUNTED
from feedback.domain.procedures import procedure_codes
from feedback.models import Answer, Case
from feedback.queries import bundle

MOST = 12
_LOOKED_THROUGH = 300
_ABOUT_100_METRES = 0.001
"""Degrees: some 110 m to the north, 108 m to the east at the latitudes of the country's south."""
_EXCERPT = 320


@dataclass(frozen=True, slots=True)
class Previous:
    """A case that came in before; `answer` is the beginning of what was answered, empty while nothing was."""

    id: Any
    reference: str
    title: str
    state: str
    received_at: datetime
    answered_at: datetime | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class PreviousCases:
    """What came before, the newest first: of the procedure; at the spot; in the field, here and elsewhere.

    A case stands in the first list that it belongs to. `codes`: of the procedures that the case names.
    `procedure`: those that the same agency leads and that name one of them. `field`: in the commune;
    `elsewhere`: those that the same agency leads.
    """

    codes: tuple[str, ...]
    procedure: list[Previous]
    spot: list[Previous]
    field: list[Previous]
    elsewhere: list[Previous]


def may_have_previous(case: Case) -> bool:
    """Tell whether there is anything to look for: not for a case set apart, or of which nothing is known."""
    known = case.commune_code is not None or case.field_id is not None or bool(_codes(case))
    return case.restricted_at is None and known


def previous_cases(session: Session, case: Case) -> PreviousCases:
    """Give what came in before `case` as far as the session's actor sees it; one statement.

    Looked through are the last 300 cases of the commune and the last 300 of the agency that leads.
    """
    if not may_have_previous(case):
        return PreviousCases((), [], [], [], [])
    codes = _codes(case)
    in_commune = and_(Case.commune_code == case.commune_code, literal(case.commune_code is not None))
    of_agency = and_(Case.lead_agency_id == case.lead_agency_id, literal(case.lead_agency_id is not None))
    of_field = and_(Case.field_id == case.field_id, literal(case.field_id is not None))
    found = bundle.load(
        session,
        {
            "procedure": (Previous, _query(case, of_agency, _names_one_of(codes))),
            "spot": (Previous, _query(case, in_commune, _at_spot(case))),
            "field": (Previous, _query(case, in_commune, of_field)),
            "elsewhere": (Previous, _query(case, of_agency, of_field)),
        },
    )
    shown: set[Any] = set()
    lists = []
    for name in ("procedure", "spot", "field", "elsewhere"):
        rows = [row for row in found[name] if row.id not in shown][:MOST]
        shown |= {row.id for row in rows}
        lists.append(rows)
    return PreviousCases(codes, *lists)


def _codes(case: Case) -> tuple[str, ...]:
    return procedure_codes(f"{case.title}\n{case.body}")


def _names_one_of(codes: tuple[str, ...]) -> ColumnElement[bool]:
    """A message that holds one of the codes; what looks like it inside a longer number is rare, and shown."""
    return or_(literal(False), *(func.concat(Case.title, " ", Case.body).contains(code) for code in codes))


def _at_spot(case: Case) -> ColumnElement[bool]:
    """The same words for the place within the commune, or a position that is not 100 metres away."""
    same_words = and_(
        func.lower(Case.place_detail) == case.place_detail.lower(), literal(bool(case.place_detail))
    )
    if case.latitude is None or case.longitude is None:
        return same_words
    near = _ABOUT_100_METRES
    return or_(
        same_words,
        and_(
            Case.latitude.between(case.latitude - near, case.latitude + near),
            Case.longitude.between(case.longitude - near, case.longitude + near),
        ),
    )


def _query(case: Case, among: ColumnElement[bool], wanted: ColumnElement[bool]) -> Any:
    """Ask for the newest of those that are `wanted` among the last ones before `case`."""
    last = (
        select(Case.id, wanted.label("wanted"))
        .where(
            among,
            Case.received_at < case.received_at,
            Case.restricted_at.is_(None),
            Case.merged_into_id.is_(None),
            Case.state.not_in([str(state) for state in UNCOUNTED]),
        )
        .order_by(Case.received_at.desc())
        .limit(_LOOKED_THROUGH)
        .subquery()
    )
    words = (
        select(func.left(Answer.text, _EXCERPT))
        .where(Answer.case_id == Case.id, Answer.status == "approved")
        .order_by(Answer.period.desc(), Answer.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Case.id, Case.reference, Case.title, Case.state, Case.received_at, Case.answered_at,
            words.label("answer"),
        )
        .join(last, last.c.id == Case.id)
        .where(last.c.wanted)
        .order_by(Case.received_at.desc(), Case.id)
        # Some of them may stand in a list before this one.
        .limit(3 * MOST)
    )  # fmt: skip
