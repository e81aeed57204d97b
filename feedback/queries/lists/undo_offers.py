"""Which of somebody's last decisions can still be taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.domain.events import EventKind
from feedback.domain.lifecycle import State
from feedback.domain.undo import UNDO_WINDOW, LastAct, undo_objection
from feedback.models import AuditEvent, Case, Message


@dataclass(frozen=True, slots=True)
class Offer:
    """A decision that can be taken back until `until`, of a case that stands at `version`."""

    reference: str
    version: int
    until: datetime


def undo_offers(session: Session, account_id: int, references: Collection[str], now: datetime) -> list[Offer]:
    """Give those of the cases named whose last decision `account_id` made and can take back, in one query.

    In the order in which they are named: after a merge the main case comes first, because what leaves it
    moves it on.
    """
    later, part = aliased(AuditEvent), aliased(Case)
    fresh = [str(state) for state in (State.RECEIVED, State.ASSIGNED, State.REJOINED)]
    rows = session.execute(
        select(Case.reference, Case.version, AuditEvent.kind, AuditEvent.at, AuditEvent.actor)
        .join(AuditEvent, AuditEvent.case_id == Case.id)
        .where(
            Case.reference.in_(references),
            AuditEvent.stream == func.concat("case:", Case.id),
            ~exists().where(later.stream == AuditEvent.stream, later.seq > AuditEvent.seq),
            ~exists().where(
                Message.cause == AuditEvent.id, or_(Message.state == "sent", Message.told_at.is_not(None))
            ),
            ~exists().where(part.split_from_id == Case.id, part.state.not_in(fresh)),
        )
    )
    order = {reference: place for place, reference in enumerate(references)}
    found = [
        Offer(reference, version, at + UNDO_WINDOW)
        for reference, version, kind, at, actor in rows
        if undo_objection(LastAct(EventKind(kind), at, _account(actor)), account_id, now) is None
    ]
    return sorted(found, key=lambda one: order[one.reference])


def _account(actor: str) -> int | None:
    number = actor.removeprefix("account:")
    return int(number) if number.isdigit() else None
