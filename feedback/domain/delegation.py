"""Handing one's own post over to somebody for some days, and what stands against it.

A head who is away names who acts in the post (ADR 0002: rights follow the position). A decision from above,
or a longer absence, is an appointment that the administrator records. Days are Vietnamese dates; the first
and the last of them count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from feedback.domain.lifecycle import Action
from feedback.domain.permission_table import RULES, Relation
from feedback.domain.positions import HoldingKind, PositionKind, in_force
from feedback.domain.recipients import Holding, Position

MOST_DAYS = 90
"""The longest that a head hands a post over for, in days, the first and the last counted."""
FURTHEST = timedelta(days=365)
"""How far ahead the first day may lie."""

_P = PositionKind
STANDS_IN: Mapping[PositionKind, frozenset[PositionKind]] = {
    _P.HEAD_OF_UNIT: frozenset({_P.OFFICER, _P.DISPATCHER, _P.HEAD_OF_UNIT}),
    _P.HEAD_OF_AGENCY: frozenset({_P.OFFICER, _P.DISPATCHER, _P.HEAD_OF_UNIT, _P.HEAD_OF_AGENCY}),
    _P.COORDINATOR_HEAD: frozenset({_P.HEAD_OF_UNIT, _P.HEAD_OF_AGENCY, _P.COORDINATOR_HEAD}),
    _P.CHAIRMAN: frozenset({_P.COORDINATOR_HEAD, _P.HEAD_OF_AGENCY, _P.CHAIRMAN}),
}
"""For each post that can be handed over, the posts whose holders may act in it: of a unit's head those of the
same unit, else those of the same agency. Over the whole province act only those who lead something."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What stands against a delegation: `field` says of what, `code` says why.

    ``first_day``: ``past``, ``too_far``. ``last_day``: ``before_start``, ``too_many_days``. ``position``:
    ``not_delegable`` (a kind that is not), ``not_holder`` (the giver is not appointed to it on every day; who
    acts in a post cannot pass it on), ``occupied`` (somebody acts in it already on one of the days),
    ``stands_in`` (the giver acts for somebody else on one of them). ``account``: ``self``, ``outside`` (no
    fitting post there on every day), ``away`` (handed over a post of their own on one of them).
    """

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody hands a position over to somebody else from one day to another."""

    position: Position
    giver_id: int
    taker_id: int
    first_day: date
    last_day: date


class Posts:
    """The positions and holdings around a giver, asked about days."""

    def __init__(self, positions: Iterable[Position], holdings: Iterable[Holding]) -> None:
        self.positions = {position.id: position for position in positions}
        self._holdings = [held for held in holdings if not called_off(held.valid_from, held.valid_to)]

    def appointed(self, account_id: int, first: date, last: date) -> Iterator[Position]:
        """The known positions to which an account is appointed on each of these days."""
        for held in self._holdings:
            position = self.positions.get(held.position_id)
            whole = in_force(held.valid_from, held.valid_to, first) and in_force(
                held.valid_from, held.valid_to, last
            )
            if (
                position is not None
                and held.account_id == account_id
                and held.kind is HoldingKind.HOLDER
                and whole
            ):
                yield position

    def acted_in(self, position_id: int, first: date, last: date) -> bool:
        """Whether somebody acts in a position on one of these days."""
        return any(held.position_id == position_id for held in self._acting(first, last))

    def stands_in(self, account_id: int, first: date, last: date) -> bool:
        """Whether an account acts for somebody on one of these days."""
        return any(held.account_id == account_id for held in self._acting(first, last))

    def away(self, account_id: int, first: date, last: date) -> bool:
        """Whether somebody acts, on one of these days, in a position to which an account is appointed."""
        own = {
            held.position_id
            for held in self._holdings
            if held.account_id == account_id and held.kind is HoldingKind.HOLDER and _meets(held, first, last)
        }
        return any(
            held.position_id in own and held.account_id != account_id for held in self._acting(first, last)
        )

    def candidates(self, position: Position, giver_id: int, on: date) -> list[int]:
        """The accounts that could act in a position, by their posts of the day `on`, each once."""
        found = {
            held.account_id: None
            for held in self._holdings
            if held.account_id != giver_id and _fits(self, position, held.account_id, on, on)
        }
        return list(found)

    def _acting(self, first: date, last: date) -> Iterator[Holding]:
        for held in self._holdings:
            if held.kind is HoldingKind.ACTING and _meets(held, first, last):
                yield held


def powers(kind: PositionKind) -> list[Action]:
    """Give what whoever acts in a post of `kind` may do beyond an officer, in the order of the table.

    Acknowledging what was brought before the post comes first; what an access list allows is left out, since
    it names people and not posts.
    """
    beyond = [
        what
        for what, rules in RULES.items()
        if isinstance(what, Action)
        and any(relation is not Relation.ACCESS_LIST and kind in kinds for relation, kinds in rules)
        and not any(relation is not Relation.ACCESS_LIST and _P.OFFICER in kinds for relation, kinds in rules)
    ]
    return [Action.ACKNOWLEDGE, *beyond]


def called_off(valid_from: date, valid_to: date | None) -> bool:
    """Tell whether a holding was called off before it began: its last day lies before its first."""
    return valid_to is not None and valid_to < valid_from


def objection(wanted: Delegation, posts: Posts, today: date) -> Objection | None:
    """Say what stands against a delegation, or None: the days first, then the post, then the person."""
    return _of_days(wanted, today) or _of_post(wanted, posts) or _of_person(wanted, posts)


def _of_days(wanted: Delegation, today: date) -> Objection | None:
    if wanted.first_day < today:
        return Objection("first_day", "past")
    if wanted.first_day > today + FURTHEST:
        return Objection("first_day", "too_far")
    if wanted.last_day < wanted.first_day:
        return Objection("last_day", "before_start")
    if (wanted.last_day - wanted.first_day).days >= MOST_DAYS:
        return Objection("last_day", "too_many_days")
    return None


def _of_post(wanted: Delegation, posts: Posts) -> Objection | None:
    position, first, last = wanted.position, wanted.first_day, wanted.last_day
    if position.kind not in STANDS_IN:
        return Objection("position", "not_delegable")
    if position.id not in {held.id for held in posts.appointed(wanted.giver_id, first, last)}:
        return Objection("position", "not_holder")
    if posts.acted_in(position.id, first, last):
        return Objection("position", "occupied")
    if posts.stands_in(wanted.giver_id, first, last):
        return Objection("position", "stands_in")
    return None


def _of_person(wanted: Delegation, posts: Posts) -> Objection | None:
    first, last = wanted.first_day, wanted.last_day
    if wanted.taker_id == wanted.giver_id:
        return Objection("account", "self")
    if not _fits(posts, wanted.position, wanted.taker_id, first, last):
        return Objection("account", "outside")
    if posts.away(wanted.taker_id, first, last):
        return Objection("account", "away")
    return None


def _fits(posts: Posts, position: Position, account_id: int, first: date, last: date) -> bool:
    """Whether an account has, on all these days, a post from which one acts in `position`."""
    kinds = STANDS_IN.get(position.kind, frozenset())
    return any(
        own.kind in kinds
        and own.agency_id == position.agency_id
        and (position.kind is not _P.HEAD_OF_UNIT or own.unit_id == position.unit_id)
        for own in posts.appointed(account_id, first, last)
    )


def _meets(held: Holding, first: date, last: date) -> bool:
    return held.valid_from <= last and (held.valid_to is None or held.valid_to >= first)
