"""The kinds of conditions that a routing rule can have: a class for each kind.

A condition is JSON text, an object whose entries must all hold:

- ``{"words_any": ["xe rác", "rác thải"], "at_least": 1}``: at least so many different phrases occur;
- ``{"words_all": ["hồ sơ|giấy phép", "xây dựng"]}``: one phrase of every entry occurs;
- ``{"asked": ["quản lý thị trường"]}``: the message asks this body to act ("nhờ … kiểm tra");
- ``{"agency_named": ["STC"]}``: the message names one of these agencies in full;
- ``{"procedure": ["1.004227"]}``: the message gives one of these codes of administrative procedures;
- ``{"field": ["can-cuoc"]}``, ``{"submitter_kind": ["business"]}``: what the submitter chose;
- ``{"commune": ["24769"]}``: it happened in one of these communes; ``{"commune_known": true}``;
- ``{"not": {…}}``: the inner object does not hold; ``{"any": [{…}, {…}]}``: one of them holds.

A new kind is a class here with its line in `KINDS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from feedback.domain.routing.view import View
from feedback.domain.text import tokens

Evidence = frozenset[str]
NOTHING: Evidence = frozenset()


class Condition(Protocol):
    """Something that holds of a message or does not."""

    def check(self, view: View) -> Evidence | None:
        """Return the phrases that made it hold (perhaps none), or None when it does not hold."""

    def phrases(self) -> Iterator[str]:
        """Yield the phrases that must be looked for before this can be checked."""

    def agencies(self) -> Iterator[str]:
        """Yield the codes of agencies that it names."""

    def fields(self) -> Iterator[str]:
        """Yield the codes of fields that it names."""

    def communes(self) -> Iterator[str]:
        """Yield the codes of communes that it names."""


class BadCondition(ValueError):
    """A condition that cannot be read: which `fault`, about what (`detail`), and where in the text.

    `line` and `column` count from 1; they are 0 where the place is not known. Its text is English.
    """

    def __init__(self, fault: str, detail: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(
            FAULTS[fault].format(detail=detail) + (f" (line {line}, column {column})" if line else "")
        )
        self.fault = fault
        self.detail = detail
        self.line = line
        self.column = column


FAULTS = {
    "not_json": "the condition is not JSON: {detail}",
    "too_deep": "the condition is nested too deeply",
    "not_an_object": "a condition is an object with at least one entry",
    "at_least_alone": "at_least belongs beside words_any",
    "unknown_kind": "unknown kind of condition {detail!r}",
    "twice": "the entry {detail!r} stands twice",
    "not_texts": "{detail} needs a list of texts, none of them empty",
    "bars": "{detail} takes one phrase an entry; bars belong in words_all",
    "no_word": "{detail} has an entry without a word",
    "at_least_range": "at_least is a number from 1 to the number of phrases",
    "not_yes_or_no": "{detail} is true or false",
    "not_conditions": "any needs a list of conditions",
}


class _Plain:
    """A condition that looks for no phrase and names no agency, field or commune."""

    def phrases(self) -> Iterator[str]:
        return iter(())

    def agencies(self) -> Iterator[str]:
        return iter(())

    def fields(self) -> Iterator[str]:
        return iter(())

    def communes(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class WordsAny(_Plain):
    """At least `at_least` different phrases of the list occur."""

    words: tuple[str, ...]
    at_least: int = 1

    def check(self, view: View) -> Evidence | None:
        found = frozenset(phrase for phrase in self.words if phrase in view.found)
        return found if len(found) >= self.at_least else None

    def phrases(self) -> Iterator[str]:
        return iter(self.words)


@dataclass(frozen=True, slots=True)
class WordsAll(_Plain):
    """Of every entry, a list of phrases that can stand for each other, one occurs."""

    entries: tuple[tuple[str, ...], ...]

    def check(self, view: View) -> Evidence | None:
        evidence: list[str] = []
        for alternatives in self.entries:
            found = [phrase for phrase in alternatives if phrase in view.found]
            if not found:
                return None
            evidence.extend(found[:1])
        return frozenset(evidence)

    def phrases(self) -> Iterator[str]:
        return (phrase for alternatives in self.entries for phrase in alternatives)


@dataclass(frozen=True, slots=True)
class Asked(_Plain):
    """The message asks one of these bodies to do something."""

    bodies: tuple[str, ...]

    def check(self, view: View) -> Evidence | None:
        found = frozenset(body for body in self.bodies if body in view.asked)
        return found or None

    def phrases(self) -> Iterator[str]:
        return iter(self.bodies)


@dataclass(frozen=True, slots=True)
class ProcedureNamed(WordsAny):
    """The message gives one of these codes of administrative procedures, looked for like a phrase."""


@dataclass(frozen=True, slots=True)
class AgencyNamed(_Plain):
    """The message names one of these agencies by its full name."""

    codes: tuple[str, ...]

    def check(self, view: View) -> Evidence | None:
        found = frozenset(view.agency_names[code] for code in self.codes if view.names_agency(code))
        return found or None

    def agencies(self) -> Iterator[str]:
        return iter(self.codes)


@dataclass(frozen=True, slots=True)
class FieldChosen(_Plain):
    """The submitter chose one of these fields."""

    codes: tuple[str, ...]

    def check(self, view: View) -> Evidence | None:
        return NOTHING if view.message.field_code in self.codes else None

    def fields(self) -> Iterator[str]:
        return iter(self.codes)


@dataclass(frozen=True, slots=True)
class FromKind(_Plain):
    """The submitter is of one of these kinds."""

    kinds: tuple[str, ...]

    def check(self, view: View) -> Evidence | None:
        return NOTHING if view.message.submitter_kind in self.kinds else None


@dataclass(frozen=True, slots=True)
class InCommune(_Plain):
    """It happened in one of these communes; a place that may lie in several does not count."""

    codes: tuple[str, ...]

    def check(self, view: View) -> Evidence | None:
        return NOTHING if view.place.commune_code in self.codes else None

    def communes(self) -> Iterator[str]:
        return iter(self.codes)


@dataclass(frozen=True, slots=True)
class CommuneKnown(_Plain):
    """The commune is known, or is not."""

    wanted: bool

    def check(self, view: View) -> Evidence | None:
        return NOTHING if (view.place.commune_code is not None) == self.wanted else None


@dataclass(frozen=True, slots=True)
class All:
    """Every one of several conditions holds."""

    parts: tuple[Condition, ...]

    def check(self, view: View) -> Evidence | None:
        evidence = NOTHING
        for part in self.parts:
            found = part.check(view)
            if found is None:
                return None
            evidence |= found
        return evidence

    def phrases(self) -> Iterator[str]:
        return (phrase for part in self.parts for phrase in part.phrases())

    def agencies(self) -> Iterator[str]:
        return (code for part in self.parts for code in part.agencies())

    def fields(self) -> Iterator[str]:
        return (code for part in self.parts for code in part.fields())

    def communes(self) -> Iterator[str]:
        return (code for part in self.parts for code in part.communes())


@dataclass(frozen=True, slots=True)
class AnyOf(All):
    """One of several conditions holds at least."""

    def check(self, view: View) -> Evidence | None:
        held = [found for part in self.parts if (found := part.check(view)) is not None]
        return NOTHING.union(*held) if held else None


@dataclass(frozen=True, slots=True)
class Not(All):
    """What stands inside does not hold."""

    def check(self, view: View) -> Evidence | None:
        return NOTHING if All.check(self, view) is None else None


def parse_condition(text: str) -> Condition:
    """Read a condition. Raises BadCondition that says what is wrong with it, and where if it can be told."""
    try:
        return _all(json.loads(text, object_pairs_hook=_once))
    except json.JSONDecodeError as error:
        raise BadCondition("not_json", error.msg, error.lineno, error.colno) from error
    except RecursionError as error:
        raise BadCondition("too_deep") from error
    except BadCondition as error:
        raise BadCondition(error.fault, error.detail, *_place(text, error.detail)) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its entries; JSON lets one stand twice, of which only the last would count."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BadCondition("twice", key)
        found[key] = value
    return found


def _place(text: str, word: str) -> tuple[int, int]:
    """Find the line and column, from 1, of an entry named `word`; zeros when it is not there."""
    at = text.find(f'"{word}"') if word else -1
    if at < 0:
        return 0, 0
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _all(value: object) -> Condition:
    if not isinstance(value, dict) or not value:
        raise BadCondition("not_an_object")
    parts: list[Condition] = []
    for kind, argument in value.items():
        if kind == "at_least":
            if "words_any" not in value:
                raise BadCondition("at_least_alone", kind)
            continue
        if kind not in KINDS:
            raise BadCondition("unknown_kind", str(kind))
        parts.append(KINDS[kind](argument, value))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _texts(kind: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise BadCondition("not_texts", kind)
    texts = [item.strip() for item in value if isinstance(item, str) and item.strip()]
    if len(texts) != len(value):
        raise BadCondition("not_texts", kind)
    return tuple(texts)


def _phrases(kind: str, value: object) -> tuple[str, ...]:
    """Read a list of phrases; each entry, and each part of one between bars, has a word."""
    texts = _texts(kind, value)
    if kind != "words_all" and any("|" in text for text in texts):
        raise BadCondition("bars", kind)
    for part in "|".join(texts).split("|"):
        if not tokens(part):
            raise BadCondition("no_word", kind)
    return texts


def _words_any(value: object, beside: Mapping[str, object]) -> Condition:
    words = _phrases("words_any", value)
    at_least = beside.get("at_least", 1)
    if type(at_least) is not int or not 1 <= at_least <= len(words):
        raise BadCondition("at_least_range", "at_least")
    return WordsAny(words, at_least)


def _words_all(value: object, _: Mapping[str, object]) -> Condition:
    entries = _phrases("words_all", value)
    return WordsAll(tuple(tuple(part.strip() for part in entry.split("|")) for entry in entries))


def _commune_known(value: object, _: Mapping[str, object]) -> Condition:
    if not isinstance(value, bool):
        raise BadCondition("not_yes_or_no", "commune_known")
    return CommuneKnown(value)


def _not(value: object, _: Mapping[str, object]) -> Condition:
    return Not((_all(value),))


def _any(value: object, _: Mapping[str, object]) -> Condition:
    if not isinstance(value, list) or not value:
        raise BadCondition("not_conditions", "any")
    return AnyOf(tuple(_all(item) for item in value))


KINDS: dict[str, Callable[[object, Mapping[str, object]], Condition]] = {
    "words_any": _words_any,
    "words_all": _words_all,
    "asked": lambda value, _: Asked(_phrases("asked", value)),
    "procedure": lambda value, _: ProcedureNamed(_phrases("procedure", value)),
    "agency_named": lambda value, _: AgencyNamed(_texts("agency_named", value)),
    "field": lambda value, _: FieldChosen(_texts("field", value)),
    "submitter_kind": lambda value, _: FromKind(_texts("submitter_kind", value)),
    "commune": lambda value, _: InCommune(_texts("commune", value)),
    "commune_known": _commune_known,
    "not": _not,
    "any": _any,
}
