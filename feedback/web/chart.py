"""Lines over weeks as numbers for an inline SVG; the template draws them, a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: its name, the class that gives its look, points and the path through them.

    A week without a share leaves a gap.
    """

    name: str
    style: str
    path: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """The room of a chart, in units of its viewBox: all of it, and what its labels take at each side."""

    width: int
    height: int
    left: int = 48
    right: int = 12
    top: int = 12
    bottom: int = 28

    def x_of(self, position: int, count: int) -> float:
        """Give the place of week `position` (from 0) of `count` across the chart."""
        room = self.width - self.left - self.right
        return round(self.left + (room / 2 if count == 1 else room * position / (count - 1)), 1)

    def y_of(self, share: float) -> float:
        """Give the height of a share (0 to 1) in the chart."""
        return round(self.top + (self.height - self.top - self.bottom) * (1 - share), 1)

    def ticks(self, days: Sequence[date], most: int = 8) -> list[tuple[float, date]]:
        """Give the days to be written below the chart, at most `most`, each with its place."""
        step = -(-len(days) // most) or 1
        return [(self.x_of(position, len(days)), days[position]) for position in range(0, len(days), step)]

    def line(self, name: str, style: str, shares: Sequence[float | None]) -> Line:
        """Draw a line through the shares that there are."""
        path, points, drawing = [], [], False
        for position, share in enumerate(shares):
            if share is None:
                drawing = False
                continue
            x, y = self.x_of(position, len(shares)), self.y_of(share)
            path.append(f"{'L' if drawing else 'M'}{x} {y}")
            points.append((x, y))
            drawing = True
        return Line(name, style, " ".join(path), tuple(points))


WIDE = Frame(720, 220, right=24)
"""Across a page of figures; a phone scrolls it."""
NARROW = Frame(360, 170, left=40, right=16)
"""Beside other things, and whole on a phone."""
