"""The access list and the ladder: whom a step of a restricted case reaches can open the case.

A step goes to those on the list. When it climbs to the chairman, who answers for all of them, reaching them
puts them on it, with an event; unless they are the accused or beside them, or were taken off the list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.events import EventKind
from feedback.models import AuditEvent, Case, RestrictedAccess
from feedback.queries.conflicts import recorded
from feedback.queries.night.overdue import Running
from feedback.services import audit


def without_removed(session: Session, cases: Mapping[UUID, Running]) -> dict[UUID, Running]:
    """Bar from the steps of each restricted case who was taken off its list since it was set apart.

    cases: by the id of their deadline, as `overdue.running` gives them.
    """
    sealed = {case.case_id for case in cases.values() if case.facts.restricted}
    if not sealed:
        return dict(cases)
    removed: dict[UUID, set[int]] = {}
    rows = session.execute(
        select(RestrictedAccess.case_id, RestrictedAccess.account_id)
        .join(Case, Case.id == RestrictedAccess.case_id)
        .where(RestrictedAccess.case_id.in_(sealed), RestrictedAccess.ended_at >= Case.restricted_at)
    )
    for case_id, account_id in rows:
        removed.setdefault(case_id, set()).add(account_id)
    return {key: _barring(case, removed.get(case.case_id, set())) for key, case in cases.items()}


def _barring(case: Running, accounts: set[int]) -> Running:
    barred = accounts - set(case.facts.seal.access_list or ())
    if not barred:
        return case
    seal = replace(case.facts.seal, account_ids=case.facts.seal.account_ids | barred)
    return replace(case, facts=replace(case.facts, seal=seal))


def _sealed(session: Session, case_ids: Collection[UUID]) -> dict[UUID, frozenset[int]]:
    """Hold those of the cases that are set apart still; gives who is in a conflict with each by now.

    They were read without a lock: who returns one to triage, or records a conflict, waits from here on.
    """
    held = session.scalars(
        select(Case.id)
        .where(Case.id.in_(case_ids), Case.restricted_at.is_not(None))
        .order_by(Case.id)
        .with_for_update(read=True)
    ).all()
    conflicts = recorded(session, held)
    return {case_id: frozenset().union(*conflicts[case_id].values()) for case_id in held}


def admit(session: Session, wanted: Collection[tuple[UUID, int, str]], at: datetime) -> int:
    """Put accounts on access lists because a step reached them; gives how many were not on it.

    wanted: the case, the account, and the code of the step, which the event names. A case that is no longer
    set apart is passed over, and so is who has come into a conflict with one meanwhile.
    """
    admitted = 0
    may_be = _sealed(session, {case_id for case_id, _, _ in wanted})
    for case_id, account_id, step in sorted(set(wanted)):
        if account_id in may_be.get(case_id, frozenset({account_id})):
            continue
        added = session.execute(
            insert(RestrictedAccess)
            .values(
                id=new_id(), case_id=case_id, account_id=account_id, granted_at=at, granted_by=None, reason=""
            )
            .on_conflict_do_nothing()
            .returning(RestrictedAccess.id)
        ).one_or_none()  # fmt: skip
        if added is None:
            continue
        values = audit.event_values(
            kind=EventKind.ACCESS_GRANTED, actor=audit.WORKER, at=at, case_id=case_id, account=account_id,
            step=step,
        )  # fmt: skip
        session.execute(insert(AuditEvent).values(values).inline())
        admitted += 1
    return admitted
