"""The restricted cases on whose access list somebody stands: until when, who else sees them, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import RestrictedKind
from feedback.domain.positions import Actor
from feedback.models import Account, Case, Deadline, Delivery, EscalationStep, Forwarding, RestrictedAccess
from feedback.queries import bundle

MOST = 200


class Part(StrEnum):
    """A part of the list: all open ones, those in which something waits, open ones of a kind, the closed."""

    OPEN = "open"
    WAITING = "waiting"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    CRIME = "crime"
    CLOSED = "closed"


class Waits(StrEnum):
    """What waits in a case for those on its list.

    DECISION: its check is overdue and nobody forwarded, guided or returned it. CALL: urgent, and nobody
    was called. STEP: a step of the ladder that reached the reader waits to be acknowledged. RECEIPT: it
    was forwarded, and the body has not said that it arrived. LETTER: a letter is to be handed over.
    """

    CALL = "call"
    STEP = "step"
    DECISION = "decision"
    RECEIPT = "receipt"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class SealedCase:
    """A line of the list. due_on: the last day of its check; None when it is closed. people: who sees it."""

    case: Case
    due_on: date | None
    people: tuple[str, ...]
    waits: tuple[Waits, ...]


def _listed(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        RestrictedAccess.account_id == account_id,
        RestrictedAccess.ended_at.is_(None),
        Case.restricted_at.is_not(None),
    )


def _cases(account_id: int, closed: bool) -> Select[Any]:
    query = (
        select(Case)
        .join(RestrictedAccess, RestrictedAccess.case_id == Case.id)
        .where(*_listed(account_id), Case.closed_at.is_not(None) if closed else Case.closed_at.is_(None))
    )
    order = (Case.closed_at.desc(), Case.id) if closed else (Case.due_on, Case.id)
    return query.order_by(*order).limit(MOST)


def sealed_cases(session: Session, actor: Actor, today: date) -> dict[Part, list[SealedCase]]:
    """Give the list in its parts; of open and closed cases each the first 200, the most urgent or newest.

    What row-level security hides from the actor, for a conflict of interest, stands in no part.
    """
    every = [case for closed in (False, True) for case in session.scalars(_cases(actor.account_id, closed))]
    rows = _rows(session, actor, every, today)
    open_ones = sorted(
        (row for row in rows if row.case.closed_at is None),
        key=lambda row: (row.due_on or date.max, row.case.received_at),
    )
    closed_ones = [row for row in rows if row.case.closed_at is not None]
    kinds = {Part(kind): kind for kind in RestrictedKind}
    return {
        Part.OPEN: open_ones,
        Part.WAITING: [row for row in [*open_ones, *closed_ones] if row.waits],
        **{
            part: [row for row in open_ones if row.case.restricted_kind == kind]
            for part, kind in kinds.items()
        },
        Part.CLOSED: closed_ones,
    }


def _rows(session: Session, actor: Actor, cases: Sequence[Case], today: date) -> list[SealedCase]:
    ids = [case.id for case in cases]
    positions = [held.position_id for held in actor.positions]
    found = bundle.load(
        session,
        {
            "deadlines": (
                Deadline,
                select(Deadline).where(
                    Deadline.case_id.in_(ids), Deadline.clock == str(Clock.STATE),
                    Deadline.superseded_at.is_(None), Deadline.met_at.is_(None),
                ),
            ),
            "steps": (
                EscalationStep,
                select(EscalationStep).where(
                    EscalationStep.case_id.in_(ids), EscalationStep.position_id.in_(positions),
                    EscalationStep.acknowledged_at.is_(None), EscalationStep.settled_at.is_(None),
                    EscalationStep.retracted_at.is_(None),
                ),
            ),
            "forwardings": (
                Forwarding,
                select(Forwarding).where(Forwarding.case_id.in_(ids), Forwarding.received_on.is_(None)),
            ),
            "deliveries": (
                Delivery,
                select(Delivery).where(
                    Delivery.case_id.in_(ids), Delivery.delivered_at.is_(None),
                    Delivery.cancelled_at.is_(None),
                ),
            ),
        },
    )  # fmt: skip
    due: dict[UUID, date] = {row.case_id: row.due_on for row in found["deadlines"]}
    with_rows = {name: {row.case_id for row in rows} for name, rows in found.items()}
    names = _people(session, ids)
    return [
        SealedCase(
            case,
            None if case.closed_at else due.get(case.id, case.due_on),
            tuple(names[case.id]),
            tuple(_waits(case, due.get(case.id), with_rows, today)),
        )
        for case in cases
    ]


def _people(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    rows = session.execute(
        select(RestrictedAccess.case_id, Account.name)
        .join(Account, Account.id == RestrictedAccess.account_id)
        .where(RestrictedAccess.case_id.in_(ids), RestrictedAccess.ended_at.is_(None))
        .order_by(RestrictedAccess.granted_at, RestrictedAccess.id)
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for case_id, name in rows:
        found[case_id].append(name)
    return found


def _waits(case: Case, due_on: date | None, rows: dict[str, set[UUID]], today: date) -> list[Waits]:
    is_open = case.closed_at is None
    holds = {
        Waits.CALL: is_open and case.urgent and case.contacted_at is None,
        Waits.STEP: case.id in rows["steps"],
        Waits.DECISION: is_open and due_on is not None and due_on < today,
        Waits.RECEIPT: case.id in rows["forwardings"],
        Waits.LETTER: case.id in rows["deliveries"],
    }
    return [what for what, waits in holds.items() if waits]


def open_count(account_id: int) -> Any:
    """Give the expression that counts the open restricted cases on whose list an account stands."""
    return (
        select(func.count())
        .select_from(Case)
        .join(RestrictedAccess, RestrictedAccess.case_id == Case.id)
        .where(*_listed(account_id), Case.closed_at.is_(None))
        .scalar_subquery()
    )
