"""Agencies, fields and communes by their codes, and codes by what a person writes for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import Agency, Commune, Field


@dataclass(frozen=True, slots=True)
class Names:
    """The rows by code, those that are over too."""

    agencies: Mapping[str, Agency]
    fields: Mapping[str, Field]
    communes: Mapping[str, Commune]

    def field(self, code: str) -> str:
        """A field's Vietnamese name, or the code itself."""
        row = self.fields.get(code)
        return code if row is None else row.name_vi

    def commune(self, code: str) -> str:
        """A commune's name, or the code itself."""
        row = self.communes.get(code)
        return code if row is None else row.name

    def agency(self, code: str) -> str:
        """An agency's Vietnamese name, or the code itself."""
        row = self.agencies.get(code)
        return code if row is None else row.name_vi


def names(session: Session) -> Names:
    """Read the rows."""
    return Names(
        {row.code: row for row in session.scalars(select(Agency).order_by(Agency.id))},
        {row.code: row for row in session.scalars(select(Field).order_by(Field.rank))},
        {row.code: row for row in session.scalars(select(Commune).order_by(Commune.code))},
    )


def codes_by_word(named: Mapping[str, str]) -> dict[str, str]:
    """Give each code by itself and by its name, both as `word_key` writes them.

    A name that several rows have is left out: it would name the wrong one.
    """
    found: dict[str, str] = {}
    doubled: set[str] = set()
    for code, name in named.items():
        key = word_key(name)
        if found.setdefault(key, code) != code:
            doubled.add(key)
    for key in doubled:
        del found[key]
    return found | {word_key(code): code for code in named}


def word_key(text: str) -> str:
    """A name as names are compared: lower case, marks kept, spaces single, hyphens without theirs."""
    return " ".join(text.casefold().replace("–", "-").replace("-", " ").split())
