"""Who is in a position on a day, and where a letter goes when nobody is.

Escalation addresses the position (NĐ 20/2008/NĐ-CP Đ.18), never a person: whoever acts in it that day, else
its holder. A vacant position's letters go one level up and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from feedback.domain.positions import PROVINCE_KINDS, HoldingKind, PositionKind, in_force

ONE_UP: Mapping[PositionKind, PositionKind | None] = {
    PositionKind.OFFICER: PositionKind.HEAD_OF_UNIT,
    PositionKind.RECEPTION: PositionKind.HEAD_OF_UNIT,
    PositionKind.HEAD_OF_UNIT: PositionKind.HEAD_OF_AGENCY,
    PositionKind.ADMINISTRATOR: PositionKind.HEAD_OF_AGENCY,
    PositionKind.HEAD_OF_AGENCY: PositionKind.COORDINATOR_HEAD,
    PositionKind.DISPATCHER: PositionKind.COORDINATOR_HEAD,
    PositionKind.COORDINATOR_HEAD: PositionKind.CHAIRMAN,
    PositionKind.CHAIRMAN: None,
    PositionKind.SUPERVISOR: None,
}
"""The position above each: unit, agency, Văn phòng UBND tỉnh, Chủ tịch UBND tỉnh; none above supervisors,
who stand outside the line."""


@dataclass(frozen=True, slots=True)
class Position:
    """A post in an agency or in one of its units; its first and last day of existence both count."""

    id: int
    kind: PositionKind
    agency_id: int
    unit_id: int | None = None
    valid_from: date = date.min
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """An account in a position, appointed or acting; the first and last day both count."""

    position_id: int
    account_id: int
    kind: HoldingKind
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """A position and who answers in it that day.

    account_id is None only when no position on the way up is held: the letter then waits in the highest
    one. skipped_vacant names the kinds that were passed because nobody holds them. joins: the account is to
    be put on the access list of the restricted case, which it cannot open yet.
    """

    position: Position
    account_id: int | None
    acting: bool = False
    skipped_vacant: tuple[PositionKind, ...] = ()
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Seal:
    """Whom the letters of a restricted case may reach.

    Never a position in the agencies or units named, nor the accounts named: the accused, those beside
    them, and whoever is in a conflict with the case. `access_list` holds the accounts
    that may know of the case, in the order in which they stand in for others; None means a case that is not
    restricted.
    """

    agency_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    account_ids: frozenset[int] = frozenset()
    access_list: tuple[int, ...] | None = None

    def bars(self, position: Position, account_id: int | None) -> bool:
        """Tell whether this position in these hands may not be addressed."""
        return self._accuses(position, account_id) or (
            self.access_list is not None and account_id not in self.access_list
        )

    def admits(self, position: Position, account_id: int, agencies: Iterable[int]) -> bool:
        """Tell whether who is not on the access list joins it when a step reaches them.

        So it is for the chairman, over whom nobody stands: a matter that those on the list leave lying must
        reach somebody. Not so where the position, or one in `agencies` that the account is in today, is the
        accused's.
        """
        return (
            position.kind is PositionKind.CHAIRMAN
            and not self._accuses(position, account_id)
            and self.agency_ids.isdisjoint(agencies)
        )

    def _accuses(self, position: Position, account_id: int | None) -> bool:
        return (
            position.agency_id in self.agency_ids
            or position.unit_id in self.unit_ids
            or account_id in self.account_ids
        )


OPEN = Seal()
"""No seal: a case of the public track."""


class Directory:
    """All positions and holdings, indexed: built once a run, asked a hundred thousand times."""

    def __init__(self, positions: Iterable[Position], holdings: Iterable[Holding]) -> None:
        self._positions = {position.id: position for position in positions}
        self._by_kind: dict[PositionKind, list[Position]] = defaultdict(list)
        self._by_agency: dict[tuple[PositionKind, int], list[Position]] = defaultdict(list)
        for position in sorted(self._positions.values(), key=lambda position: position.id):
            self._by_kind[position.kind].append(position)
            self._by_agency[position.kind, position.agency_id].append(position)
        self._holdings: dict[int, list[Holding]] = defaultdict(list)
        self._by_account: dict[int, list[Holding]] = defaultdict(list)
        for holding in holdings:
            self._holdings[holding.position_id].append(holding)
            self._by_account[holding.account_id].append(holding)

    def answering(self, position_id: int, on: date) -> Holding | None:
        """Who answers in a position on a day: who acts in it, else its holder; of several the latest."""
        current = [
            holding
            for holding in self._holdings.get(position_id, ())
            if in_force(holding.valid_from, holding.valid_to, on)
        ]
        if not current:
            return None
        return max(
            current,
            key=lambda held: (held.kind is HoldingKind.ACTING, held.valid_from, -held.account_id),
        )

    def holds(self, account_id: int | None, position_id: int, on: date) -> bool:
        """Whether an account holds or acts in a position that day, even while another acts for it."""
        return any(
            holding.account_id == account_id and in_force(holding.valid_from, holding.valid_to, on)
            for holding in self._holdings.get(position_id, ())
        )

    def candidates(
        self, kind: PositionKind, agency_id: int | None, unit_id: int | None, on: date
    ) -> list[Position]:
        """The positions of a kind that exist that day for a case of this agency and unit, lowest id first.

        Positions of the province are the same for every agency; a head of agency is of no unit; officers
        are all those of the agency, since a case names its officer by account.
        """
        found: Iterable[Position] = ()
        if kind in PROVINCE_KINDS:
            found = self._by_kind.get(kind, ())
        elif agency_id is not None:
            found = self._by_agency.get((kind, agency_id), ())
        if kind is PositionKind.HEAD_OF_UNIT:
            found = (position for position in found if unit_id is not None and position.unit_id == unit_id)
        return [position for position in found if in_force(position.valid_from, position.valid_to, on)]

    def agencies_of(self, account_id: int, on: date) -> frozenset[int]:
        """The agencies in which an account holds or acts in any position that day."""
        return frozenset(
            self._positions[holding.position_id].agency_id
            for holding in self._by_account.get(account_id, ())
            if holding.position_id in self._positions and in_force(holding.valid_from, holding.valid_to, on)
        )

    def held_by(self, account_id: int, on: date) -> Iterator[Position]:
        """The existing positions in which an account is the one that answers that day."""
        for holding in sorted(self._by_account.get(account_id, ()), key=lambda held: held.position_id):
            position = self._positions.get(holding.position_id)
            answering = self.answering(holding.position_id, on)
            if (
                position is not None
                and in_force(position.valid_from, position.valid_to, on)
                and answering is not None
                and answering.account_id == account_id
            ):
                yield position


def resolve_position(
    kind: PositionKind,
    agency_id: int | None,
    unit_id: int | None,
    directory: Directory,
    on: date,
    *,
    officer_id: int | None = None,
    seal: Seal = OPEN,
) -> Recipient | None:
    """Who answers for a kind of position in this agency and unit on a local day.

    A case without agency or unit, a position that nobody holds, and the officer of a case that has none (or
    whose officer holds the post no more) lead one level up, and the kinds passed are told. A sealed
    position is passed without a word about it; when the way up ends in barred hands, the access list says
    who acts instead. The chairman, when asked for as such, joins the list.

    Returns None when no position that may be addressed exists at all.
    """
    skipped: list[PositionKind] = []
    empty: Position | None = None
    level: PositionKind | None = kind
    while level is not None:
        vacant = True
        for position in directory.candidates(level, agency_id, unit_id, on):
            held = directory.answering(position.id, on)
            if held is None:
                empty = empty if seal.bars(position, None) else position
            elif level is not PositionKind.OFFICER or directory.holds(officer_id, position.id, on):
                vacant = False
                barred = _barred(position, held.account_id, directory, on, seal)
                joins = barred and level is kind and _joins(position, held.account_id, directory, on, seal)
                if joins or not barred:
                    return Recipient(
                        position, held.account_id, held.kind is HoldingKind.ACTING, tuple(skipped), joins
                    )
        if vacant:
            skipped.append(level)
        level = ONE_UP[level]
    return _stand_in(directory, on, seal, tuple(skipped)) or (
        None if empty is None else Recipient(empty, None, skipped_vacant=tuple(skipped))
    )


def _barred(position: Position, account_id: int, directory: Directory, on: date, seal: Seal) -> bool:
    """Tell whether a letter may not reach this account here, for its other posts too."""
    if seal.bars(position, account_id):
        return True
    return bool(seal.agency_ids) and not seal.agency_ids.isdisjoint(directory.agencies_of(account_id, on))


def _joins(position: Position, account_id: int, directory: Directory, on: date, seal: Seal) -> bool:
    return seal.admits(position, account_id, directory.agencies_of(account_id, on))


def _stand_in(
    directory: Directory, on: date, seal: Seal, skipped: tuple[PositionKind, ...]
) -> Recipient | None:
    """The first of the access list who answers in a position that the seal allows."""
    for account_id in seal.access_list or ():
        for position in directory.held_by(account_id, on):
            if not _barred(position, account_id, directory, on, seal):
                return Recipient(position, account_id, skipped_vacant=skipped)
    return None
