"""What the form offers while somebody types a place."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from feedback.domain.gazetteer import Gazetteer, place_key

_SCANNED = 400


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A commune of today that fits what was typed; `old_name` tells by which former name it was found."""

    commune_code: str
    name: str
    old_name: str | None


def suggest(prefix: str, gazetteer: Gazetteer, limit: int = 8) -> list[Suggestion]:
    """Return at most `limit` communes whose name, now or before July 2025, has words starting with `prefix`.

    Marks, tone style and case do not matter. Today's names come first, then names that begin with
    the prefix, then names with it inside. A former commune that was split gives one suggestion for
    each commune that took a part. An empty prefix gives nothing.
    """
    typed = " ".join(place_key(prefix))
    if not typed:
        return []
    starts = gazetteer.label_starts
    first = bisect_left(starts, (typed, -1))
    found: set[tuple[bool, bool, int]] = set()
    for key, position in starts[first : first + _SCANNED]:
        if not key.startswith(typed):
            break
        label = gazetteer.labels[position]
        found.add((label.old_name is not None, not label.key.startswith(typed), position))
    labels = [gazetteer.labels[position] for _, _, position in sorted(found)[:limit]]
    return [Suggestion(label.commune_code, label.name, label.old_name) for label in labels]
