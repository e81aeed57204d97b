"""What a verb says when it cannot do what it was asked, apart from rights and states.

`permissions.Refused` and `lifecycle.TransitionRefused` speak of who and when; these of what
was typed, and of two people on one case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from feedback.domain.standard_text import gaps
from feedback.domain.text import clean_text, fold

LONGEST = 10_000
"""The most characters that a text written by staff or a submitter may have."""


class InvalidInput(ValueError):
    """An argument cannot be taken: `field` names it, `code` says why, for a face to put into words."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to a case since a page was shown: an event's kind, moment and actor."""

    kind: str
    at: datetime
    actor: str


class Conflict(Exception):
    """Somebody else changed the case since the page was shown; nothing of this act was written.

    changes: what happened meanwhile, oldest first (empty for the submitter, who does not read the trail).
    """

    def __init__(self, case_id: UUID, expected: int, found: int, changes: tuple[Change, ...]) -> None:
        super().__init__(f"version {expected} was expected of case {case_id}, {found} was found")
        self.case_id = case_id
        self.expected = expected
        self.found = found
        self.changes = changes


def checked_text(text: str, field: str, *, least: int = 1, most: int = LONGEST) -> str:
    """Give `text` as it may be stored (see `clean_text`), without blanks at its ends.

    Raises InvalidInput of `field`: ``required`` when nothing is left, ``too_short`` below `least`
    characters, ``too_long`` above `most`.
    """
    cleaned = clean_text(text).strip()
    # Folding drops what takes no room on a page: a text of such characters alone says nothing.
    if least and not fold(cleaned):
        raise InvalidInput(field, "required")
    if len(cleaned) < least:
        raise InvalidInput(field, "too_short")
    if len(cleaned) > most:
        raise InvalidInput(field, "too_long")
    return cleaned


def finished_text(text: str, field: str, *, least: int = 1) -> str:
    """Give words that go out as they are: `checked_text` in which nothing is left to be filled in.

    Raises InvalidInput of `field`: as `checked_text`, and ``gaps`` (`domain.standard_text`).
    """
    words = checked_text(text, field, least=least)
    if gaps(words):
        raise InvalidInput(field, "gaps")
    return words
