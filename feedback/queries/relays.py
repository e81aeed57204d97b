"""What was relayed to external bodies: what waits for a reply, and what should be relayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.domain.lifecycle import State
from feedback.models import Case, Relay

MOST = 100
_HANDLED = (str(State.ASSIGNED), str(State.IN_PROGRESS), str(State.AWAITING_SUBMITTER))


def open_relay(session: Session, case_id: UUID) -> Relay | None:
    """Give what was relayed of a case and has no reply yet."""
    return session.scalars(
        select(Relay).where(Relay.case_id == case_id, Relay.answered_at.is_(None), Relay.ended_at.is_(None))
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Relayed:
    """A relay with its case and the external body, which leads it."""

    relay: Relay
    case: Case


def waiting(session: Session, bodies: Sequence[int], most: int = MOST) -> list[Relayed]:
    """Give what waits for a reply of `bodies` (external agencies), the most pressing first."""
    query = (
        select(Relay, Case)
        .join(Case, Case.id == Relay.case_id)
        .where(Relay.agency_id.in_(bodies), Relay.answered_at.is_(None), Relay.ended_at.is_(None))
        .options(joinedload(Case.lead_agency))
        .order_by(Relay.due_on, Relay.id)
        .limit(most)
    )
    return [Relayed(*row) for row in session.execute(query)]


def replied(session: Session, bodies: Sequence[int], most: int = 30) -> list[Relayed]:
    """Give the newest replies that were recorded of `bodies`, the newest first."""
    query = (
        select(Relay, Case)
        .join(Case, Case.id == Relay.case_id)
        .where(Relay.agency_id.in_(bodies), Relay.answered_at.is_not(None))
        .options(joinedload(Case.lead_agency))
        .order_by(Relay.answered_at.desc(), Relay.id)
        .limit(most)
    )
    return [Relayed(*row) for row in session.execute(query)]


def not_relayed(session: Session, bodies: Sequence[int], most: int = MOST) -> list[Case]:
    """Give the open cases that `bodies` lead and of which nothing was relayed in the running hands."""
    relayed = select(Relay.id).where(Relay.case_id == Case.id, Relay.ended_at.is_(None)).exists()
    query = (
        select(Case)
        .where(
            Case.lead_agency_id.in_(bodies), Case.state.in_(_HANDLED), Case.restricted_at.is_(None),
            Case.closed_at.is_(None), ~relayed,
        )
        .options(joinedload(Case.lead_agency))
        .order_by(Case.due_on, Case.id)
        .limit(most)
    )  # fmt: skip
    return list(session.scalars(query))


def pressing(bodies: Sequence[int], today: date) -> Any:
    """Give the query for what waits of `bodies` and is due today or was before, to be counted."""
    return select(Relay.id).where(
        Relay.agency_id.in_(bodies),
        Relay.answered_at.is_(None),
        Relay.ended_at.is_(None),
        Relay.due_on <= today,
    )
