"""The posts around a head: who is appointed to them or acts in them, today and in days to come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from feedback.domain import recipients as rules
from feedback.domain.delegation import Posts
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.models import Account, Holding, Position
from feedback.queries import bundle


@dataclass(frozen=True, slots=True)
class Seat:
    """A holding with the name of the account. created_by: the account that recorded it."""

    id: int
    position_id: int
    account_id: int
    name: str
    kind: str
    valid_from: date
    valid_to: date | None
    basis: str
    created_by: int | None

    @property
    def acting(self) -> bool:
        """Whether it is for dates, in the place of the holder."""
        return self.kind == HoldingKind.ACTING


@dataclass(frozen=True)
class Around:
    """The positions of some agencies and of the people in them, with who is in them from a day on."""

    positions: Sequence[Position]
    seats: Sequence[Seat]

    @cached_property
    def by_id(self) -> dict[int, Position]:
        """The positions by their numbers."""
        return {position.id: position for position in self.positions}

    @cached_property
    def posts(self) -> Posts:
        """The same as the rules read it."""
        return Posts(
            [position_of(row) for row in self.positions],
            [
                rules.Holding(
                    seat.position_id, seat.account_id, HoldingKind(seat.kind), seat.valid_from, seat.valid_to
                )
                for seat in self.seats
            ],
        )

    def posts_of(self, account_id: int, on: date) -> list[Position]:
        """The positions to which somebody is appointed on a day."""
        return [self.by_id[position.id] for position in self.posts.appointed(account_id, on, on)]

    def name_of(self, account_id: int) -> str:
        """Name somebody who is in one of the positions."""
        return next((seat.name for seat in self.seats if seat.account_id == account_id), "")


def position_of(row: Position) -> rules.Position:
    """Give a position as the rules read it."""
    return rules.Position(
        row.id, PositionKind(row.kind), row.agency_id, row.unit_id, row.valid_from, row.valid_to
    )


def around_queries(agency_ids: Collection[int], on: date) -> bundle.Queries:
    """Ask for what `around_from` needs: whatever counts on the day `on` (Vietnamese date) or later.

    Accounts that were closed hold nothing, and what was called off never counts. The positions are those in
    which somebody of the agencies is, in whichever agency.
    """
    lasting = or_(
        Holding.valid_to.is_(None), and_(Holding.valid_to >= on, Holding.valid_to >= Holding.valid_from)
    )
    people = (
        select(Holding.account_id)
        .join(Position, Position.id == Holding.position_id)
        .where(Position.agency_id.in_(agency_ids), lasting)
    )
    near = select(Holding.position_id).where(Holding.account_id.in_(people), lasting)
    positions = select(Position).where(
        or_(Position.agency_id.in_(agency_ids), Position.id.in_(near)),
        or_(Position.valid_to.is_(None), Position.valid_to >= on),
    )
    seats = (
        select(
            Holding.id, Holding.position_id, Holding.account_id, Account.name, Holding.kind,
            Holding.valid_from, Holding.valid_to, Holding.basis, Holding.created_by,
        )
        .join(Account, Account.id == Holding.account_id)
        .where(Account.active, lasting, Holding.position_id.in_(near))
        .order_by(Holding.valid_from, Holding.id)
    )  # fmt: skip
    found: dict[str, tuple[type, object]] = {"positions": (Position, positions), "seats": (Seat, seats)}
    return found  # type: ignore[return-value]


def around(session: Session, agency_ids: Collection[int], on: date) -> Around:
    """Read the posts of some agencies and of the people in them, as they are from the day `on`."""
    found = bundle.load(session, around_queries(agency_ids, on))
    return Around(found["positions"], found["seats"])
