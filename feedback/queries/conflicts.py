"""Who is in a conflict of interest with a restricted case: the rows and the positions of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.conflicts import ConflictKind, Conflicts
from feedback.models import Case, Holding, Position, RestrictedConflict
from feedback.queries.people import holding_on


def recorded(session: Session, case_ids: Collection[UUID]) -> dict[UUID, dict[ConflictKind, set[int]]]:
    """Give the recorded conflicts of cases: by case and kind the accounts."""
    found: dict[UUID, dict[ConflictKind, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = session.execute(
        select(RestrictedConflict.case_id, RestrictedConflict.kind, RestrictedConflict.account_id).where(
            RestrictedConflict.case_id.in_(case_ids)
        )
    )
    for case_id, kind, account_id in rows:
        found[case_id][ConflictKind(kind)].add(account_id)
    return found


def conflicts_of(session: Session, cases: Iterable[Case]) -> dict[UUID, Conflicts]:
    """Give what each case has against people, as far as the session's actor sees the case."""
    every = {case.id: case for case in cases}
    rows = recorded(session, every.keys())
    return {
        case_id: Conflicts(
            case.accused_agency_id,
            frozenset(rows[case_id][ConflictKind.NAMED]),
            frozenset(rows[case_id][ConflictKind.DECLARED]),
        )
        for case_id, case in every.items()
    }


def agencies_of(session: Session, account_ids: Collection[int], on: date) -> dict[int, frozenset[int]]:
    """Give the agencies in which accounts hold or act in any position on the day `on`."""
    found: dict[int, set[int]] = {account_id: set() for account_id in account_ids}
    rows = session.execute(
        select(Holding.account_id, Position.agency_id)
        .join(Position, Position.id == Holding.position_id)
        .where(Holding.account_id.in_(found), holding_on(on))
    )
    for account_id, agency_id in rows:
        found[account_id].add(agency_id)
    return {account_id: frozenset(agencies) for account_id, agencies in found.items()}


def in_conflict(
    session: Session, case: Case, account_ids: Collection[int], on: date
) -> dict[int, ConflictKind]:
    """Give those of `account_ids` who may not see `case` on the day `on`, each with the reason."""
    conflicts = conflicts_of(session, [case])[case.id]
    found = {
        account_id: conflicts.of(account_id, agencies)
        for account_id, agencies in agencies_of(session, account_ids, on).items()
    }
    return {account_id: kind for account_id, kind in found.items() if kind is not None}
