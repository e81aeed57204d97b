"""Whose lists somebody sees: the agencies they act for, the external bodies they relay for, the province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.permission_table import RELAYERS
from feedback.domain.permissions import HANDLERS, TOP
from feedback.domain.positions import LINE_KINDS, Actor, PositionKind
from feedback.models import Agency
from feedback.queries.kept import Kept

_HEADS = TOP | {PositionKind.HEAD_OF_UNIT}


def _read_liaisons(session: Session, now: datetime) -> dict[int, int]:
    rows = session.execute(select(Agency.id, Agency.liaison_id).where(Agency.liaison_id.is_not(None)))
    return {external: desk for external, desk in rows if desk is not None}


_liaisons = Kept(_read_liaisons, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an actor stands to the lists of a day.

    agency_ids: the agencies whose cases come to them, with the external bodies that those speak
    for. approves_for, heads, handles: those of them for which they approve, lead people, and do
    the work at all. province: every agency's cases are theirs to see. unit_ids: the units in which
    they hold a position, leads_units those that they lead, leads_units_of the agencies of those (as above).
    position_ids: to which the ladder climbs. speaks_for: the external bodies whose cases they relay.
    chief: they head the coordinating office.
    """

    account_id: int
    agency_ids: tuple[int, ...]
    approves_for: tuple[int, ...]
    heads: tuple[int, ...]
    handles: tuple[int, ...]
    province: bool
    unit_ids: tuple[int, ...] = ()
    leads_units: tuple[int, ...] = ()
    position_ids: tuple[int, ...] = ()
    speaks_for: tuple[int, ...] = ()
    leads_units_of: tuple[int, ...] = ()
    chief: bool = False


def desk_of(session: Session, actor: Actor, now: datetime) -> Desk:
    """Give the desk of `actor`; reads at most the short list of external bodies, once a minute."""
    liaisons = _liaisons.get(session, now)

    def agencies(kinds: frozenset[PositionKind]) -> tuple[int, ...]:
        own = {held.agency_id for held in actor.positions if held.kind in kinds}
        return tuple(sorted(own | {outer for outer, desk in liaisons.items() if desk in own}))

    at_desks = {held.agency_id for held in actor.positions if held.kind in RELAYERS}
    units = [(held.unit_id, held.kind) for held in actor.positions if held.unit_id is not None]
    return Desk(
        account_id=actor.account_id,
        agency_ids=agencies(LINE_KINDS),
        approves_for=agencies(TOP),
        heads=agencies(_HEADS),
        handles=agencies(HANDLERS),
        province=actor.sees_province,
        unit_ids=tuple(sorted({unit for unit, _ in units})),
        leads_units=tuple(sorted({unit for unit, kind in units if kind is PositionKind.HEAD_OF_UNIT})),
        position_ids=tuple(sorted(held.position_id for held in actor.positions)),
        speaks_for=tuple(sorted(outer for outer, desk in liaisons.items() if desk in at_desks)),
        leads_units_of=agencies(frozenset({PositionKind.HEAD_OF_UNIT})),
        chief=actor.holds({PositionKind.COORDINATOR_HEAD}),
    )
