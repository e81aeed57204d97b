"""Lines over weeks as numbers for an inline SVG; the template draws them, a table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 12, 28


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: its name, the class that gives its look, points and the path through them.

    A week without a share leaves a gap.
    """

    name: str
    style: str
    path: str
    points: tuple[tuple[float, float], ...]


def x_of(position: int, count: int) -> float:
    """Give the place of week `position` (from 0) of `count` across the chart."""
    room = WIDTH - _LEFT - _RIGHT
    return round(_LEFT + (room / 2 if count == 1 else room * position / (count - 1)), 1)


def ticks(days: Sequence[date], most: int = 8) -> list[tuple[float, date]]:
    """Give the days to be written below the chart, at most `most`, each with its place."""
    step = -(-len(days) // most) or 1
    return [(x_of(position, len(days)), days[position]) for position in range(0, len(days), step)]


def y_of(share: float) -> float:
    """Give the height of a share (0 to 1) in the chart."""
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share), 1)


def line(name: str, style: str, shares: Sequence[float | None]) -> Line:
    """Draw a line through the shares that there are."""
    path, points, drawing = [], [], False
    for position, share in enumerate(shares):
        if share is None:
            drawing = False
            continue
        x, y = x_of(position, len(shares)), y_of(share)
        path.append(f"{'L' if drawing else 'M'}{x} {y}")
        points.append((x, y))
        drawing = True
    return Line(name, style, " ".join(path), tuple(points))
