"""Where a text names or numbers a private person: what is proposed for masking before publication.

The spans are suggestions. They come from forms and from the words around them, not from a list of
people, so an officer looks at each one. A position alone, an agency, a street named after somebody
and the numbers of public services are not personal data and are left alone.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.personal_data_names import name_spans
from feedback.domain.personal_data_numbers import number_spans


class PersonalDataKind(StrEnum):
    """Kinds of personal data (Luật 91/2025/QH15 Art. 2) that are looked for.

    IDENTITY: citizen card, former identity card, passport, insurance,
    tax and customer numbers, and the date of birth. PLATE: of
    vehicles, and the registration of fishing boats. PARCEL: parcel and map sheet, or the number of
    a land-use certificate.
    """

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    IDENTITY = "identity"
    PLATE = "plate"
    BANK_ACCOUNT = "bank_account"
    ADDRESS = "address"
    PARCEL = "parcel"


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """One place in a text: ``text[start:end]`` in characters of the text that was given."""

    kind: PersonalDataKind
    start: int
    end: int

    def of(self, text: str) -> str:
        """Give the words of the span; `text` is the one in which it was found."""
        return text[self.start : self.end]


def find_personal_data(
    text: str, place_names: Container[tuple[str, ...]] = frozenset()
) -> list[PersonalSpan]:
    """Find personal data in `text` (NFC, as `clean_text` gives it), in order and without overlap.

    place_names: keys of known places as `gazetteer.place_key` writes them (`Gazetteer.senses` will
    do), so that Phan Thiết is not taken for somebody of the family Phan. Time is linear in the
    length of the text.
    """
    numbers = [PersonalSpan(PersonalDataKind(kind), start, end) for kind, start, end in number_spans(text)]
    taken = [(span.start, span.end) for span in numbers]
    names = [
        PersonalSpan(PersonalDataKind.NAME, start, end) for start, end in name_spans(text, place_names, taken)
    ]
    return sorted([*numbers, *names], key=lambda span: span.start)


def masked(text: str, spans: Iterable[PersonalSpan], mask: str = "[…]") -> str:
    """Return `text` with each of `spans` (in order, without overlap) replaced by `mask`."""
    parts: list[str] = []
    end = 0
    for span in spans:
        parts += [text[end : span.start], mask]
        end = span.end
    return "".join([*parts, text[end:]])
