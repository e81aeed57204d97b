"""A confusion matrix as a picture: an SVG file that needs nothing to be drawn."""

from __future__ import annotations

from collections import Counter
from html import escape

_CELL = 34
_LEFT = 110
_TOP = 110


def confusion_svg(counts: Counter[tuple[str, str]], title: str) -> str:
    """Draw (expected, put first) → count, the expected downwards; darker is more of the row."""
    labels = sorted({label for pair in counts for label in pair})
    totals = {row: sum(counts[row, column] for column in labels) for row in labels}
    size = len(labels) * _CELL
    box = f"0 0 {_LEFT + size + 20} {_TOP + size + 20}"
    told = escape(title)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{box}" font-family="sans-serif" '
        f'font-size="11"><title>{told}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="18" font-size="14">{told}</text>'
    ]
    for number, label in enumerate(labels):
        middle = number * _CELL + _CELL // 2 + 4
        parts.append(f'<text x="{_LEFT - 6}" y="{_TOP + middle}" text-anchor="end">{escape(label)}</text>')
        across = _LEFT + middle
        parts.append(f'<text transform="translate({across},{_TOP - 6}) rotate(-60)">{escape(label)}</text>')
    for down, row in enumerate(labels):
        for along, column in enumerate(labels):
            if counts[row, column]:
                share = counts[row, column] / totals[row]
                parts.append(_cell(along, down, share, counts[row, column], wrong=row != column))
    return "".join(parts) + "</svg>\n"


def _cell(along: int, down: int, share: float, count: int, *, wrong: bool) -> str:
    left, top = _LEFT + along * _CELL, _TOP + down * _CELL
    colour = "#b3261e" if wrong else "#1f5f8b"
    ink = "#fff" if share > 0.5 else "#111"
    return (
        f'<rect x="{left}" y="{top}" width="{_CELL - 1}" height="{_CELL - 1}" fill="{colour}" '
        f'fill-opacity="{0.15 + 0.85 * share:.2f}"/>'
        f'<text x="{left + _CELL // 2}" y="{top + _CELL // 2 + 4}" text-anchor="middle" '
        f'fill="{ink}">{count}</text>'
    )
