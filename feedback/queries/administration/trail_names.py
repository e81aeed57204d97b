"""The names behind the numbers that the trail of accounts and settings holds, read all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.models import Account, Agency, Position, StandardText, Unit


@dataclass(frozen=True, slots=True)
class TrailNames:
    """Rows by their number; one that is gone is missing."""

    accounts: Mapping[int, str]
    agencies: Mapping[int, Agency]
    units: Mapping[int, Unit]
    positions: Mapping[int, Position]
    texts: Mapping[str, str]
    """Titles of standard texts by their series, in their newest version."""


def names_of(session: Session, accounts: Iterable[int], payloads: Sequence[Mapping[str, Any]]) -> TrailNames:
    """Give the names that events speak of: of `accounts`, and of what their payloads number."""

    def numbers(key: str) -> set[int]:
        return {value for payload in payloads if isinstance(value := payload.get(key), int)}

    people = set(accounts) | numbers("account")
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(people)))
    agencies = session.scalars(select(Agency).where(Agency.id.in_(numbers("agency"))))
    units = session.scalars(select(Unit).where(Unit.id.in_(numbers("unit"))))
    positions = session.scalars(
        select(Position).where(Position.id.in_(numbers("position"))).options(joinedload(Position.agency))
    )
    series = {UUID(str(payload["text"])) for payload in payloads if "text" in payload}
    texts = session.scalars(
        select(StandardText).where(StandardText.series.in_(series)).order_by(StandardText.version)
    )
    return TrailNames(
        {row.id: row.name for row in found},
        {agency.id: agency for agency in agencies},
        {unit.id: unit for unit in units},
        {position.id: position for position in positions},
        {str(text.series): text.title for text in texts},
    )
