"""Who may be let see a restricted case: those who lead, inspect, police and coordinate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.positions import PROVINCE_KINDS, AgencyKind, PositionKind
from feedback.models import Account, Agency, Holding, Position
from feedback.queries.people import holding_on

_BODIES = (AgencyKind.INSPECTORATE, AgencyKind.POLICE, AgencyKind.COORDINATOR)
_KINDS = (
    frozenset({PositionKind.HEAD_OF_AGENCY, PositionKind.HEAD_OF_UNIT, PositionKind.OFFICER}) | PROVINCE_KINDS
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account with the position by which it comes into question."""

    account_id: int
    name: str
    title_vi: str
    title_en: str
    agency: Agency


def candidates(session: Session, on: date) -> list[Candidate]:
    """Give each such account once, on the day `on`, by agency and name."""
    rows = session.execute(
        select(Account.id, Account.name, Position.title_vi, Position.title_en, Agency)
        .join(Holding, Holding.account_id == Account.id)
        .join(Position, Position.id == Holding.position_id)
        .join(Agency, Agency.id == Position.agency_id)
        .where(
            Agency.kind.in_([str(kind) for kind in _BODIES]),
            Position.kind.in_([str(kind) for kind in _KINDS]),
            Account.active,
            holding_on(on),
        )
        .order_by(Agency.name_vi, Account.name, Position.id)
    )
    found: dict[int, Candidate] = {}
    for row in rows:
        found.setdefault(row[0], Candidate(*row))
    return list(found.values())
