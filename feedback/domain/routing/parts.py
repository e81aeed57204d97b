"""A condition as the parts of a form, and back: what an administrator fills in without writing JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

_LISTS = {
    "fields": "field",
    "submitter_kinds": "submitter_kind",
    "communes": "commune",
    "procedures": "procedure",
    "words_all": "words_all",
    "asked": "asked",
    "agencies": "agency_named",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that must all hold; an empty one is not asked for.

    fields, submitter_kinds, communes, agencies: codes. words_any: phrases of which `at_least` occur.
    words_all: entries of which each occurs, alternatives between bars. words_none: phrases of which
    none occurs. asked: bodies asked to act. commune_known: whether the commune must be known.
    """

    fields: tuple[str, ...] = ()
    submitter_kinds: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    words_any: tuple[str, ...] = ()
    at_least: int = 1
    words_all: tuple[str, ...] = ()
    words_none: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    commune_known: bool | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for: such a rule would hold of every message."""
        return all(
            getattr(self, part.name) == part.default for part in fields(self) if part.name != "at_least"
        )

    def to_json(self) -> str:
        """Write the condition as a rule stores it."""
        found: dict[str, Any] = {}
        for name, kind in _LISTS.items():
            if value := getattr(self, name):
                found[kind] = list(value)
        if self.words_any:
            found["words_any"] = list(self.words_any)
            if self.at_least > 1:
                found["at_least"] = self.at_least
        if self.commune_known is not None:
            found["commune_known"] = self.commune_known
        if self.words_none:
            found["not"] = {"words_any": list(self.words_none)}
        return json.dumps(found, ensure_ascii=False)


def parts_of(condition: str) -> Parts | None:
    """Take a stored condition apart; None when the parts cannot say all of it, or it cannot be read."""
    try:
        value = json.loads(condition)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    found: dict[str, Any] = {
        name: _texts(value[kind])
        for name, kind in (_LISTS | {"words_any": "words_any"}).items()
        if kind in value
    }
    refused = value.get("not")
    if isinstance(refused, dict):
        found["words_none"] = _texts(refused.get("words_any"))
    found |= {name: value[name] for name in ("at_least", "commune_known") if name in value}
    parts = Parts(**found)
    at_least = value.get("at_least", 1)
    written = json.loads(parts.to_json()) | ({"at_least": 1} if at_least == 1 and "at_least" in value else {})
    return parts if written == value else None


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(item for item in value if isinstance(item, str))
