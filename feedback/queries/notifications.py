"""What members of staff were told in the product, and how they want to be told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from feedback.domain.notifications import Channel, NotificationKind, Preferences, Topic
from feedback.models import (
    Account,
    Case,
    EscalationStep,
    Holding,
    Notification,
    NotificationChoice,
    NotificationTimes,
    Position,
    RestrictedAccess,
)
from feedback.queries.people import holding_on

PAGE = 40
MOST_UNREAD = 100
"""Unread notifications are counted up to here; a page shows one more as "99+"."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification with its case, None where it is about none or its reader no longer sees it."""

    row: Notification
    case: Case | None


def preferences_of(session: Session, account_ids: Collection[int]) -> dict[int, Preferences]:
    """Give what each account chose; whoever chose nothing has the usual preferences."""
    channels: dict[int, dict[Topic, Channel]] = {account_id: {} for account_id in account_ids}
    chosen = select(NotificationChoice).where(NotificationChoice.account_id.in_(channels))
    for choice in session.scalars(chosen):
        channels[choice.account_id][Topic(choice.topic)] = Channel(choice.channel)
    found = {account_id: Preferences(channels=own) for account_id, own in channels.items()}
    for times in session.scalars(select(NotificationTimes).where(NotificationTimes.account_id.in_(channels))):
        found[times.account_id] = Preferences(
            channels[times.account_id], times.digest_at, times.quiet_from, times.quiet_to, times.quiet_days
        )
    return found


def agencies_of(session: Session, account_ids: Collection[int], on: date) -> dict[int, int]:
    """Give the agency by whose calendar each account works: of its oldest holding that counts on `on`."""
    rows = session.execute(
        select(Holding.account_id, Position.agency_id)
        .join(Position, Position.id == Holding.position_id)
        .where(Holding.account_id.in_(account_ids), holding_on(on))
        .order_by(Holding.account_id, Holding.valid_from, Holding.id)
    )
    found: dict[int, int] = {}
    for account_id, agency_id in rows:
        found.setdefault(account_id, agency_id)
    return found


def _unread(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Notification.account_id == account_id, Notification.read_at.is_(None))


def unread_count(account_id: int) -> ScalarSelect[int]:
    """Give the expression that counts what an account has not read, up to `MOST_UNREAD`.

    An expression, so that a page asks for it in a statement that it needs anyway.
    """
    few = select(literal(1)).select_from(Notification).where(*_unread(account_id)).limit(MOST_UNREAD)
    return select(func.count()).select_from(few.subquery()).scalar_subquery()


def shown_to(
    session: Session,
    account_id: int,
    *,
    unread: bool = False,
    before: tuple[datetime, UUID] | None = None,
    most: int = PAGE,
) -> tuple[Sequence[Shown], bool]:
    """Give a page of what an account was told, the newest first, and whether there is more.

    Cases come through the row policies of the reader: one that they no longer see is None. before: the
    moment and the number of the last one of the page before.
    """
    query = (
        select(Notification, Case)
        .outerjoin(Case, Case.id == Notification.case_id)
        .where(Notification.account_id == account_id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
        .limit(most + 1)
    )
    if unread:
        query = query.where(Notification.read_at.is_(None))
    if before is not None:
        query = query.where(tuple_(Notification.created_at, Notification.id) < tuple_(*map(literal, before)))
    rows = [Shown(row, case) for row, case in session.execute(query)]
    return rows[:most], len(rows) > most


def _readable_by(account_id: int) -> ColumnElement[bool]:
    """The condition that a case is no restricted one, or has the account on its access list."""
    listed = select(RestrictedAccess.case_id).where(
        RestrictedAccess.account_id == account_id, RestrictedAccess.ended_at.is_(None)
    )
    return or_(Case.restricted_at.is_(None), Case.id.in_(listed))


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of the ladder that a digest brings. raised: nobody one level below acknowledged it."""

    id: UUID
    code: str
    case_id: UUID
    raised: bool
    restricted: bool


def steps_in(session: Session, digest_id: UUID, account_id: int) -> list[StepTold]:
    """Give the steps of an escalation digest that still stand and that an account may read of."""
    rows = session.execute(
        select(
            EscalationStep.id,
            EscalationStep.step,
            EscalationStep.case_id,
            EscalationStep.raised_from_id,
            Case.restricted_at,
        )
        .join(Case, Case.id == EscalationStep.case_id)
        .where(
            EscalationStep.digest_id == digest_id,
            EscalationStep.settled_at.is_(None),
            EscalationStep.retracted_at.is_(None),
            _readable_by(account_id),
        )
        .order_by(EscalationStep.id)
    )
    return [
        StepTold(step_id, code, case_id, below is not None, sealed is not None)
        for step_id, code, case_id, below, sealed in rows
    ]


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A notification in the mail of the day. reference: of its case, empty where it is about none."""

    kind: NotificationKind
    reference: str
    restricted: bool
    urgent: bool


def digest_lines(session: Session, digest_id: UUID, account_id: int) -> list[DigestLine]:
    """Give what the mail of the day tells an account: what it has not read meanwhile and may still read."""
    rows = session.execute(
        select(Notification.kind, Case.reference, Case.restricted_at, Case.urgent)
        .join(Case, Case.id == Notification.case_id)
        .where(Notification.digest_id == digest_id, *_unread(account_id), _readable_by(account_id))
        .order_by(Notification.kind, Notification.created_at, Notification.id)
    )
    return [
        DigestLine(NotificationKind(kind), reference, sealed is not None, urgent and sealed is None)
        for kind, reference, sealed, urgent in rows
    ]


FOR_DIGEST = and_(Notification.in_digest, Notification.digest_id.is_(None), Notification.read_at.is_(None))
"""The condition of what the next digest of its reader brings."""


def waiting_for_digest(session: Session) -> list[int]:
    """Give the active accounts that have something for their next digest, in the order of their numbers."""
    return list(
        session.scalars(
            select(Notification.account_id)
            .join(Account, Account.id == Notification.account_id)
            .where(Account.active, FOR_DIGEST)
            .distinct()
            .order_by(Notification.account_id)
        )
    )
