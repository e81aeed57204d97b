"""Legal terms as dated rows: how long, counted from which event, on what basis, in force when."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.duration import Duration
from feedback.domain.positions import PositionKind


class StartEvent(StrEnum):
    """What a term is counted from."""

    SUBMISSION = "submission"
    RECEPTION = "reception"
    RECEIPT = "receipt"
    ASSIGNMENT = "assignment"
    TRANSFER = "transfer"
    REOPENING = "reopening"
    SUPPLEMENT_REQUEST = "supplement_request"
    STATUS_UPDATE = "status_update"
    ANSWER_APPROVED = "answer_approved"
    ACCEPTANCE = "acceptance"
    REQUEST = "request"
    DETECTION = "detection"
    STATE_ENTERED = "state_entered"
    RESUMPTION = "resumption"


class TermNotFound(LookupError):
    """No term of this key is in force on the day; the message says which of its versions exist."""


@dataclass(frozen=True, slots=True)
class Term:
    """One version of a legal term.

    ``counted_from`` names one or more StartEvents, ``;``-separated, the usual one first. ``basis`` cites
    the source and is shown as it is. The first and the last day of validity both count; no last day: still
    in force.

    ``pauses``: whether a request to the submitter may let it stand still. ``extend_by``: the kinds of
    positions that may grant more time, none when nobody may. ``extend_at_most``: how much they may add in
    all to the date that the term gives; None when the source names no limit.
    """

    key: str
    duration: Duration
    counted_from: str
    basis: str
    valid_from: dt.date
    valid_to: dt.date | None
    name_vi: str
    name_en: str
    pauses: bool = False
    extend_by: tuple[PositionKind, ...] = ()
    extend_at_most: Duration | None = None

    def __post_init__(self) -> None:
        if self.duration.amount < 1:
            raise ValueError(f"term {self.key}: a term lasts at least one unit")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"term {self.key}: it ends before it begins")
        if not self.start_events:
            raise ValueError(f"term {self.key}: counted from nothing")
        if self.extend_at_most is not None and not self.extend_by:
            raise ValueError(f"term {self.key}: nobody may extend it, and yet by so much")
        if self.extend_at_most is not None and self.extend_at_most.unit is not self.duration.unit:
            raise ValueError(f"term {self.key}: it is extended by what it is counted in")

    @property
    def start_events(self) -> tuple[StartEvent, ...]:
        """The events it may be counted from. Raises ValueError for an unknown one."""
        return tuple(StartEvent(event.strip()) for event in self.counted_from.split(";") if event.strip())

    def in_force(self, on: dt.date) -> bool:
        """Whether this version counts for an event of that local day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "Term":
        """Read a row with the columns of ``feedback/data/terms.csv``; raises ValueError naming the row."""
        try:
            return cls(
                key=row["key"],
                duration=Duration.parse(row["duration"]),
                counted_from=row["counted_from"],
                basis=row["basis"],
                valid_from=dt.date.fromisoformat(row["valid_from"]),
                valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                name_vi=row["name_vi"],
                name_en=row["name_en"],
                pauses={"yes": True, "no": False}[row["pauses"]],
                extend_by=tuple(PositionKind(kind) for kind in row["extend_by"].split(";") if kind),
                extend_at_most=Duration.parse(row["extend_at_most"]) if row["extend_at_most"] else None,
            )
        except (KeyError, ValueError, AttributeError) as error:
            raise ValueError(f"not a term: {dict(row)!r} ({error})") from error


def term_in_force(terms: Iterable[Term], key: str, on: dt.date) -> Term:
    """The version of a term in force on the local day of its start event; of several, the latest begun.

    The caller pins it to the case: a later version does not move a term that already runs. Raises
    TermNotFound.
    """
    versions = [term for term in terms if term.key == key]
    in_force = [term for term in versions if term.in_force(on)]
    if in_force:
        return max(in_force, key=lambda term: term.valid_from)
    known = ", ".join(f"{term.valid_from} to {term.valid_to or 'now'}" for term in versions) or "none at all"
    raise TermNotFound(f"no term {key!r} is in force on {on.isoformat()}; versions: {known}")
