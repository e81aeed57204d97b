"""Who somebody is on a day: an account with the positions it holds or acts in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback.db import Scope
from feedback.domain.positions import Actor, AgencyKind, HeldPosition, HoldingKind, PositionKind
from feedback.models import Account, Agency, Holding, Position


class NoSuchAccount(LookupError):
    """No active account has this number or address."""


def holding_on(on: date) -> ColumnElement[bool]:
    """The condition that a holding and its position both count on the day `on` (Vietnamese date)."""
    return and_(
        Holding.valid_from <= on,
        or_(Holding.valid_to.is_(None), Holding.valid_to >= on),
        Position.valid_from <= on,
        or_(Position.valid_to.is_(None), Position.valid_to >= on),
    )


def actor_for(session: Session, account_id: int, on: date) -> Actor:
    """Give the active account `account_id` as an actor with the positions of the day `on`.

    on: the Vietnamese date, whose first and last days of a holding both count.
    Raises NoSuchAccount for an account that is unknown or no longer active.
    """
    account = session.get(Account, account_id)
    if account is None or not account.active:
        raise NoSuchAccount(account_id)
    rows = session.execute(
        select(Position.id, Position.kind, Position.agency_id, Position.unit_id, Holding.kind, Agency.kind)
        .join(Holding, Holding.position_id == Position.id)
        .join(Agency, Agency.id == Position.agency_id)
        .where(Holding.account_id == account_id, holding_on(on))
        .order_by(Holding.kind.desc(), Position.id)
    )
    held = tuple(
        HeldPosition(
            position_id, PositionKind(kind), agency_id, unit_id, acting=how == HoldingKind.ACTING,
            agency_kind=AgencyKind(of_kind),
        )
        for position_id, kind, agency_id, unit_id, how, of_kind in rows
    )  # fmt: skip
    return Actor(account_id=account.id, name=account.name, positions=held)


def scope_for(actor: Actor) -> Scope:
    """Give the scope in which PostgreSQL lets `actor` see rows today."""
    return Scope(
        kind="staff",
        account_id=actor.account_id,
        agency_ids=actor.agency_ids,
        province=actor.sees_province,
        administrator=actor.holds({PositionKind.ADMINISTRATOR}),
        deliveries=actor.delivers_for_province,
        supervisor=actor.supervises,
    )


def works_for(session: Session, account_id: int, agency_id: int, on: date) -> bool:
    """Tell whether an active account holds or acts in a position of an agency on the day `on`.

    Of an external body these are the positions of the agency that speaks for it.
    """
    desk = select(func.coalesce(Agency.liaison_id, Agency.id)).where(Agency.id == agency_id).scalar_subquery()
    found = (
        exists()
        .where(Holding.account_id == account_id, Account.id == Holding.account_id, Account.active)
        .where(Position.id == Holding.position_id, Position.agency_id == desk, holding_on(on))
    )
    return bool(session.scalar(select(found)))


@dataclass(frozen=True, slots=True)
class Occupant:
    """An account in a position on a day."""

    account_id: int
    name: str
    email: str
    locale: str
    acting: bool


def occupants(session: Session, position_id: int, on: date) -> tuple[Occupant, ...]:
    """Give who holds or acts in a position on the day `on`, those who act first.

    A position without anybody that day gives an empty tuple: it is vacant.
    """
    rows = session.execute(
        select(Account, Holding.kind)
        .join(Holding, Holding.account_id == Account.id)
        .join(Position, Position.id == Holding.position_id)
        .where(Holding.position_id == position_id, Account.active, holding_on(on))
        .order_by(Holding.kind, Account.id)
    )
    return tuple(
        Occupant(account.id, account.name, account.email, account.locale, how == HoldingKind.ACTING)
        for account, how in rows
    )


def position_ids(
    session: Session, agency_id: int, kinds: Collection[PositionKind], on: date
) -> tuple[int, ...]:
    """Give the positions of `kinds` in an agency that exist on the day `on`, held or vacant."""
    return tuple(
        session.scalars(
            select(Position.id)
            .where(
                Position.agency_id == agency_id,
                Position.kind.in_([str(kind) for kind in kinds]),
                Position.valid_from <= on,
                or_(Position.valid_to.is_(None), Position.valid_to >= on),
            )
            .order_by(Position.id)
        )
    )


def positions_of(session: Session, position_ids: Collection[int]) -> tuple[Position, ...]:
    """Give positions by their numbers with their agencies and units, in the order of `position_ids`."""
    order = {position_id: rank for rank, position_id in enumerate(position_ids)}
    found = session.scalars(
        select(Position)
        .where(Position.id.in_(order))
        .options(joinedload(Position.agency), joinedload(Position.unit))
    )
    return tuple(sorted(found, key=lambda position: order[position.id]))
