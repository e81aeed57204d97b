"""What the classifier learns from: the shipped texts with their agencies, classes and urgency.

feedback/data/routing/subject_agencies.csv says to which agency of this province the branches, fields
and topics of the official texts belong; what it leaves empty is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

from feedback.classifier.augment import asked, chance, variants
from feedback.data import read_rows

FOLDER = "routing"


class Source(StrEnum):
    """Where a text comes from; evaluation holds out one source as a whole."""

    CITIZEN = "citizen"
    WRITTEN = "written"
    LANG_SON = "lang_son"
    NATIONAL = "national"
    LAW = "law"
    TERMS = "terms"
    OWN = "own"
    """Cases of the province, which are no file."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what is known of it; None is not known. `first` is the writing nearest to the source."""

    subject: str
    text: str
    source: Source
    agency: str | None
    case_class: str | None = None
    urgent: bool | None = None
    also_ok: tuple[str, ...] = ()
    weight: float = 1.0
    first: bool = True


def read_lines(name: str) -> list[dict[str, object]]:
    """Return the objects of a shipped file of JSON lines, e.g. ``routing/citizen_messages.jsonl``."""
    text = files("feedback.data").joinpath(*name.split("/")).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def read_examples(without: Iterable[Source] = ()) -> list[Example]:
    """Return everything to learn from but the sources `without`, in a fixed order."""
    left_out = frozenset(without)
    readers = {
        Source.CITIZEN: _citizen,
        Source.WRITTEN: _written,
        Source.LANG_SON: _lang_son,
        Source.NATIONAL: _national,
        Source.LAW: _law,
        Source.TERMS: _terms,
    }
    return [one for source, read in readers.items() if source not in left_out for one in read()]


def official(source: Source) -> list[Example]:
    """Return the official titles of LANG_SON or NATIONAL with their agencies, as a set to be tested on."""
    read = _lang_son if source is Source.LANG_SON else _national
    return [one for one in read() if one.first and one.weight > _HINT]


_HINT = 0.45
_LABELLED = frozenset("ABCDEFGQ")


def _places() -> list[str]:
    return [row["name"] for row in read_rows("places/lam-dong/communes.csv")]


def _citizen() -> Iterator[Example]:
    places = _places()
    for row in read_lines(f"{FOLDER}/citizen_messages.jsonl"):
        known = _known(row)
        subject = str(row["subject"])
        yield Example(subject, str(row["text"]), Source.CITIZEN, weight=1.5, **known)
        for written in variants(str(row["text"]), places, 2)[1:]:
            yield Example("", written, Source.CITIZEN, weight=0.5, first=False, **known)


def _written() -> Iterator[Example]:
    places = _places()
    for row in read_lines(f"{FOLDER}/training_messages.jsonl"):
        known = _known(row)
        whole = ". ".join(filter(None, (str(row["subject"]), str(row["text"]))))
        for number, written in enumerate(variants(whole, places, 2)):
            first = number == 0
            yield Example("", written, Source.WRITTEN, weight=1.0 if first else 0.5, first=first, **known)


def _known(row: dict[str, object]) -> dict[str, Any]:
    case_class = str(row["class"])
    also_ok = row.get("also_ok") or ()
    assert isinstance(also_ok, list | tuple)  # noqa: S101 - tells the type checker what the file holds
    return {
        "agency": str(row["agency"]) if case_class in _LABELLED else None,
        "case_class": case_class,
        "urgent": bool(row["urgent"]),
        "also_ok": tuple(map(str, also_ok)),
    }


def _lang_son() -> Iterator[Example]:
    mapping = Mapping.of(Source.LANG_SON)
    fields: dict[tuple[str, str], None] = {}
    for row in read_rows(f"{FOLDER}/procedures_lang_son.csv"):
        title = row["ten_thu_tuc"]
        agency = mapping.agency(row["so"], row["linh_vuc"], title)
        if agency is None:
            continue
        fields[row["linh_vuc"], agency] = None
        yield Example("", title, Source.LANG_SON, agency)
        yield Example(
            "", asked(title, chance(title, "asked")), Source.LANG_SON, agency, weight=0.4, first=False
        )
    for field, agency in fields:
        yield Example("", field, Source.LANG_SON, agency, weight=_HINT)


def _national() -> Iterator[Example]:
    mapping = Mapping.of(Source.NATIONAL)
    for row in read_rows(f"{FOLDER}/procedures_national.csv"):
        agency = mapping.agency(row["nganh"], row["linh_vuc"], row["ten_thu_tuc"])
        if agency is not None:
            yield Example("", row["ten_thu_tuc"], Source.NATIONAL, agency, weight=0.5)


def _law() -> Iterator[Example]:
    mapping = Mapping.of(Source.LAW)
    for row in read_rows(f"{FOLDER}/law_article_titles.csv"):
        agency = mapping.agency(row["topic"], row["subject"], row["title"])
        if agency is not None:
            yield Example("", row["title"], Source.LAW, agency, weight=0.3)


def _terms() -> Iterator[Example]:
    for row in read_rows("agencies/fields.csv"):
        yield Example("", row["name_vi"], Source.TERMS, row["agency_code"])
    for row in read_rows("agencies/lam-dong-2026.csv"):
        if row["code"] != "UBNDX":
            yield Example("", row["name_vi"], Source.TERMS, row["code"])
    for row in read_rows(f"{FOLDER}/agency_terms.csv"):
        yield Example("", row["text"], Source.TERMS, row["agency_code"])


@dataclass(frozen=True, slots=True)
class Mapping:
    """The rows of subject_agencies.csv for one source; the first that fits decides."""

    rows: tuple[tuple[str, str, re.Pattern[str] | None, str], ...]

    @classmethod
    def of(cls, source: Source) -> Mapping:
        """Read the rows for `source`."""
        return cls(
            tuple(
                (
                    row["branch"],
                    row["field"],
                    re.compile(row["words"]) if row["words"] else None,
                    row["agency_code"],
                )
                for row in read_rows(f"{FOLDER}/subject_agencies.csv")
                if row["source"] == source
            )
        )

    def agency(self, branch: str, field: str, title: str) -> str | None:
        """Return the code of the agency, or None for what belongs to none of this province."""
        for known_branch, known_field, words, code in self.rows:
            if known_branch not in ("*", branch) or known_field not in ("*", field):
                continue
            if words is None or words.search(title.lower()):
                return code or None
        return None
