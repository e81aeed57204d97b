"""What routing is told: the message, and the rows of agencies and fields it may point to."""

from __future__ import annotations

from dataclasses import dataclass

COMMUNE_OF_THE_PLACE = "UBNDX"
"""In rules and fields: the People's Committee of the commune where the matter lies."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as routing sees it: cleaned text, no identity.

    `place_text` is the place in the submitter's words, `commune_code` the commune they picked,
    `field_code` the field they chose, `submitter_kind` a value of `SubmitterKind`.
    """

    subject: str
    text: str
    place_text: str = ""
    commune_code: str | None = None
    field_code: str | None = None
    submitter_kind: str = "citizen"


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency that a case can be assigned to; `commune_code` is set for a commune's committee."""

    code: str
    name_vi: str
    name_en: str
    kind: str
    commune_code: str | None = None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of public life and its leading agency (`UBNDX` for the commune of the place)."""

    code: str
    name_vi: str
    name_en: str
    agency_code: str
