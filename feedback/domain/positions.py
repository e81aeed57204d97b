"""Kinds of agencies and positions, and what holding a position on a day means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AgencyKind(StrEnum):
    """What sort of body an agency is.

    An external one is reached through a liaison desk. One of oversight (people's council, party committee)
    is never given a case: it watches how the others handle theirs.
    """

    COORDINATOR = "coordinator"
    DEPARTMENT = "department"
    INSPECTORATE = "inspectorate"
    AUTHORITY = "authority"
    POLICE = "police"
    EXTERNAL = "external"
    COMMUNE = "commune"
    OVERSIGHT = "oversight"


class PositionKind(StrEnum):
    """What a post is answerable for; rights and escalation follow from it."""

    OFFICER = "officer"
    HEAD_OF_UNIT = "head_of_unit"
    HEAD_OF_AGENCY = "head_of_agency"
    DISPATCHER = "dispatcher"
    COORDINATOR_HEAD = "coordinator_head"
    CHAIRMAN = "chairman"
    RECEPTION = "reception"
    ADMINISTRATOR = "administrator"
    SUPERVISOR = "supervisor"


class HoldingKind(StrEnum):
    """How somebody is in a position: appointed to it, or acting for dates."""

    HOLDER = "holder"
    ACTING = "acting"


PROVINCE_KINDS = frozenset({PositionKind.DISPATCHER, PositionKind.COORDINATOR_HEAD, PositionKind.CHAIRMAN})
LINE_KINDS = frozenset(PositionKind) - {PositionKind.ADMINISTRATOR, PositionKind.SUPERVISOR}
"""Who works on cases: the others keep the system, or watch from outside."""
SUPERVISING_BODIES = frozenset({AgencyKind.OVERSIGHT, AgencyKind.INSPECTORATE})
"""In which bodies there are supervisors."""


def may_sit(kind: PositionKind, body: AgencyKind) -> bool:
    """Tell whether there are positions of `kind` in such a body: supervisors sit in those that supervise,
    and a body of oversight has nobody else.
    """
    if kind is PositionKind.SUPERVISOR:
        return body in SUPERVISING_BODIES
    return body is not AgencyKind.OVERSIGHT


@dataclass(frozen=True, slots=True)
class HeldPosition:
    """A position that an account holds or acts in on the day at hand."""

    position_id: int
    kind: PositionKind
    agency_id: int
    unit_id: int | None
    acting: bool = False
    agency_kind: AgencyKind | None = None


def in_force(valid_from: date, valid_to: date | None, on: date) -> bool:
    """Tell whether a dated row counts on the day `on`; both its first and last day count."""
    return valid_from <= on and (valid_to is None or on <= valid_to)


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff with the positions of the day: what every verb is told of who acts."""

    account_id: int
    name: str
    positions: tuple[HeldPosition, ...]

    @property
    def agency_ids(self) -> tuple[int, ...]:
        """The agencies for which they work on cases today, each once, in order."""
        return tuple(dict.fromkeys(held.agency_id for held in self.positions if held.kind in LINE_KINDS))

    @property
    def unit_ids(self) -> frozenset[int]:
        """The units in which they hold a position today."""
        return frozenset(held.unit_id for held in self.positions if held.unit_id is not None)

    @property
    def sees_province(self) -> bool:
        """Whether one of their positions looks over every agency's unrestricted cases."""
        return any(held.kind in PROVINCE_KINDS for held in self.positions)

    @property
    def supervises(self) -> bool:
        """Whether they look on from outside: every position of theirs is a supervisor's.

        Who works in the line besides has the rights of the line alone.
        """
        kinds = {held.kind for held in self.positions}
        return kinds == {PositionKind.SUPERVISOR}

    @property
    def delivers_for_province(self) -> bool:
        """Whether they receive people at the coordinator's one-stop office, where all letters wait."""
        return any(
            held.kind is PositionKind.RECEPTION and held.agency_kind is AgencyKind.COORDINATOR
            for held in self.positions
        )

    def holds(self, kinds: Iterable[PositionKind], agency_id: int | None = None) -> bool:
        """Tell whether they hold one of `kinds`, in `agency_id` where one is named."""
        wanted = frozenset(kinds)
        return any(
            held.kind in wanted and (agency_id is None or held.agency_id == agency_id)
            for held in self.positions
        )
