"""The four kinds of duration that the law uses, kept apart as types so that they cannot be mixed."""

import re
from dataclasses import dataclass
from enum import StrEnum

MOST = 10_000
"""Largest amount accepted, in any unit: far above every legal term, small enough to compute at once."""

_PATTERN = re.compile(r"([0-9]{1,6})(wh|wd|h|d)")


class Unit(StrEnum):
    """What a duration counts. The value is the suffix used in text: ``2h``, ``8wh``, ``15wd``, ``20d``."""

    WALL_HOURS = "h"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"
    DAYS = "d"


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of one unit, from 0 to ``MOST``.

    Durations of different units neither add up nor compare.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MOST:
            raise ValueError(f"a duration is from 0 to {MOST}, not {self.amount}")

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read ``15wd`` and its like, in any case. Raises ValueError for anything else."""
        found = _PATTERN.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(f"not a duration: {text!r} (write 2h, 8wh, 15wd or 20d)")
        return cls(int(found[1]), Unit(found[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"
