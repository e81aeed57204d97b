"""The ladder of escalation as dated rows: its steps, and the limits of the states of a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from feedback.domain.clocks import Clock
from feedback.domain.duration import MOST, Duration, Unit
from feedback.domain.lifecycle import CaseClass
from feedback.domain.positions import AgencyKind, PositionKind, in_force

_OFFSET = re.compile(r"([+-])([0-9]{1,6})(wd|h)")


@dataclass(frozen=True, slots=True)
class Offset:
    """When a step is reached, from the due date: ``-3wd`` before it, ``+0wd`` as it passes, ``+2wd`` after.

    Before: from the morning on which that many working days remain (the inbox shows the same number).
    After: when that many whole working days have passed since the end of the due date, the due date not
    counted (as Bộ luật Dân sự 2015 Đ.147-148 counts any term). Hours are hours on the wall from the due
    moment.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in (Unit.WORKING_DAYS, Unit.WALL_HOURS) or abs(self.amount) > MOST:
            raise ValueError("an offset is in working days or hours")

    @classmethod
    def parse(cls, text: str) -> Offset:
        """Read ``-3wd``, ``+0wd``, ``+2h``; the sign is required. Raises ValueError for anything else."""
        found = _OFFSET.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(f"not an offset: {text!r} (write -3wd, +0wd or +2h)")
        return cls(int(found[1] + found[2]), Unit(found[3]))

    def __str__(self) -> str:
        return f"{self.amount:+d}{self.unit.value}"


class StateRole(StrEnum):
    """Recipients that the limit of the state names: its owner position, and the level above it."""

    OWNER = "owner"
    NEXT_UP = "next_up"


Addressee = PositionKind | StateRole


def _addressee(text: str) -> Addressee:
    return StateRole(text) if text in StateRole.__members__.values() else PositionKind(text)


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A row of the ladder. `restricted` rows are for restricted cases only, all others never for them.

    It may be for some cases alone: of these classes, urgent or not (None: either), led by agencies of these
    kinds. An empty set asks for none in particular.
    """

    code: str
    clock: Clock
    offset: Offset
    recipients: tuple[Addressee, ...]
    restricted: bool
    basis: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date | None
    case_classes: frozenset[CaseClass] = frozenset()
    urgent: bool | None = None
    agency_kinds: frozenset[AgencyKind] = frozenset()

    def concerns(self, case_class: str | None, urgent: bool, agency_kind: str | None) -> bool:
        """Whether the row is for a case of this class and urgency, led by an agency of this kind.

        None: a case without a class, or that no agency has; a row that names some is not for it.
        """
        return (
            (not self.case_classes or case_class in self.case_classes)
            and (self.urgent is None or self.urgent is urgent)
            and (not self.agency_kinds or agency_kind in self.agency_kinds)
        )

    @property
    def at_once(self) -> bool:
        """Whether the step is told day or night, and not with the digest."""
        return self.clock is Clock.URGENT

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> LadderStep:
        """Read a row with the columns of ``ladder.csv``; raises ValueError naming the row."""
        try:
            return cls(
                code=row["code"],
                clock=Clock(row["clock"]),
                offset=Offset.parse(row["offset"]),
                recipients=tuple(_addressee(kind.strip()) for kind in row["recipients"].split(";")),
                restricted={"yes": True, "no": False}[row["restricted"]],
                basis=row["basis"],
                name_vi=row["name_vi"],
                name_en=row["name_en"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                case_classes=frozenset(CaseClass(name) for name in row["case_classes"].split(";") if name),
                urgent={"any": None, "yes": True, "no": False}[row["urgent"]],
                agency_kinds=frozenset(AgencyKind(name) for name in row["agency_kinds"].split(";") if name),
            )
        except (KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"not a ladder step: {dict(row)!r} ({error})") from error


@dataclass(frozen=True, slots=True)
class StateLimit:
    """How long a case may stay in a state, whose task that is, and who hears next."""

    state: str
    duration: Duration
    owner: PositionKind
    next_up: PositionKind
    basis: str
    valid_from: date
    valid_to: date | None

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> StateLimit:
        """Read a row with the columns of ``state_limits.csv``; raises ValueError naming the row."""
        try:
            return cls(
                state=row["state"],
                duration=Duration.parse(row["duration"]),
                owner=PositionKind(row["owner"]),
                next_up=PositionKind(row["next_up"]),
                basis=row["basis"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
        except (KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"not a limit of a state: {dict(row)!r} ({error})") from error


def limit_in_force(limits: Iterable[StateLimit], state: str, on: date) -> StateLimit | None:
    """The limit of a state on the local day it was entered; None for a state that has none of its own."""
    found = [
        limit for limit in limits if limit.state == state and in_force(limit.valid_from, limit.valid_to, on)
    ]
    return max(found, key=lambda limit: limit.valid_from, default=None)
