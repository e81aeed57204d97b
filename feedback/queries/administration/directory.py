"""Lists for the administration: accounts, positions with who is in them, agencies, fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from feedback.domain.positions import HoldingKind
from feedback.models import Account, Agency, Field, Holding, Position, Unit
from feedback.queries.people import holding_on

PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """An account with the titles it has on the day, in both languages, and the agencies' names."""

    account: Account
    positions: tuple[tuple[Position, bool], ...]


def accounts(
    session: Session, on: date, *, text: str = "", state: str = "", after: int = 0, most: int = PAGE
) -> tuple[list[Person], int | None]:
    """Give accounts by number from after number `after`, and the number to go on from, if there are more.

    text: part of a name or an address. state: ``active``, ``inactive``, ``locked``, or any.
    """
    query = select(Account).where(Account.id > after).order_by(Account.id).limit(most + 1)
    if text:
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(or_(Account.name.ilike(pattern), Account.email.ilike(pattern)))
    if state in {"active", "inactive"}:
        query = query.where(Account.active.is_(state == "active"))
    elif state == "locked":
        query = query.where(Account.locked_until.is_not(None))
    found = session.scalars(query).all()
    page, more = found[:most], len(found) > most
    held = _held(session, [account.id for account in page], on)
    people = [Person(account, tuple(held.get(account.id, ()))) for account in page]
    return people, page[-1].id if more else None


def _held(session: Session, account_ids: Sequence[int], on: date) -> dict[int, list[tuple[Position, bool]]]:
    rows = session.execute(
        select(Holding.account_id, Position, Holding.kind)
        .join(Position, Position.id == Holding.position_id)
        .where(Holding.account_id.in_(account_ids), holding_on(on))
        .options(joinedload(Position.agency))
        .order_by(Position.id)
    )
    held: dict[int, list[tuple[Position, bool]]] = {}
    for account_id, position, how in rows:
        held.setdefault(account_id, []).append((position, how == HoldingKind.ACTING))
    return held


def holdings_of_account(session: Session, account_id: int) -> Sequence[Holding]:
    """Give every holding of an account, the newest first."""
    return session.scalars(
        select(Holding)
        .where(Holding.account_id == account_id)
        .options(joinedload(Holding.position).joinedload(Position.agency))
        .order_by(Holding.valid_from.desc(), Holding.id.desc())
    ).all()


def holdings_of_position(session: Session, position_id: int) -> Sequence[tuple[Holding, Account]]:
    """Give every holding of a position with its account, the newest first."""
    rows = session.execute(
        select(Holding, Account)
        .join(Account, Account.id == Holding.account_id)
        .where(Holding.position_id == position_id)
        .order_by(Holding.valid_from.desc(), Holding.id.desc())
    )
    return [(holding, account) for holding, account in rows]


def candidates(session: Session, agency_id: int, on: date, most: int = 4 * PAGE) -> Sequence[Account]:
    """Give the active accounts that a position of the agency is likely for: of people who are in a position
    there on the day, or in none at all.
    """
    held = select(Holding.account_id).join(Position, Position.id == Holding.position_id).where(holding_on(on))
    here = held.where(Position.agency_id == agency_id)
    query = select(Account).where(Account.active, or_(Account.id.not_in(held), Account.id.in_(here)))
    return session.scalars(query.order_by(Account.name, Account.id).limit(most)).all()


@dataclass(frozen=True, slots=True)
class Seat:
    """A position with those in it on the day (name, whether acting)."""

    position: Position
    people: tuple[tuple[str, bool], ...]


def seats(session: Session, agency_id: int, on: date) -> list[Seat]:
    """Give the positions of an agency that exist on the day, units after the agency's own."""
    positions = session.scalars(
        select(Position)
        .where(
            Position.agency_id == agency_id,
            Position.valid_from <= on,
            or_(Position.valid_to.is_(None), Position.valid_to >= on),
        )
        .options(joinedload(Position.unit))
        .order_by(Position.unit_id.nulls_first(), Position.kind, Position.id)
    ).all()
    rows = session.execute(
        select(Holding.position_id, Account.name, Holding.kind)
        .join(Position, Position.id == Holding.position_id)
        .join(Account, Account.id == Holding.account_id)
        .where(Position.agency_id == agency_id, holding_on(on))
        .order_by(Holding.kind, Account.id)
    )
    people: dict[int, list[tuple[str, bool]]] = {}
    for position_id, name, how in rows:
        people.setdefault(position_id, []).append((name, how == HoldingKind.ACTING))
    return [Seat(position, tuple(people.get(position.id, ()))) for position in positions]


def agencies(session: Session, *, kind: str = "", text: str = "") -> Sequence[Agency]:
    """Give agencies by kind and name; communes come last."""
    query = select(Agency).order_by(Agency.commune_code.nulls_first(), Agency.name_vi)
    if kind:
        query = query.where(Agency.kind == kind)
    if text:
        query = query.where(func.lower(Agency.name_vi).contains(text.lower(), autoescape=True))
    return session.scalars(query).all()


def units(session: Session, agency_id: int, on: date) -> Sequence[Unit]:
    """Give the units of an agency that exist on the day."""
    return session.scalars(
        select(Unit)
        .where(
            and_(
                Unit.agency_id == agency_id,
                Unit.valid_from <= on,
                or_(Unit.valid_to.is_(None), Unit.valid_to >= on),
            )
        )
        .order_by(Unit.name_vi)
    ).all()


def fields(session: Session) -> Sequence[Field]:
    """Give the fields of public life in the order in which a form shows them."""
    return session.scalars(select(Field).order_by(Field.rank, Field.id)).all()
