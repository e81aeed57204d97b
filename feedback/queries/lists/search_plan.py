"""A search of the inbox as PostgreSQL runs it: one query of words and marks, and conditions beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, exists, func, not_, or_, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from feedback.domain.calendar import day_start
from feedback.domain.lifecycle import State
from feedback.domain.search_query import Asked, Operator, Problem, SearchQuery
from feedback.domain.text import fold
from feedback.models import Account, Attachment, Case, NoteWords
from feedback.queries.kept import Kept
from feedback.queries.lists.search_words import asking, in_notes, matching, phrase, without_order

MOST_OFFICERS = 20
_ONE = timedelta(days=1)
_HIDDEN = frozenset({State.RESTRICTED, State.FORWARDED, State.GUIDED})
_MARKS = {Operator.STATE: "s", Operator.FIELD: "f", Operator.AGENCY: "a", Operator.OFFICER: "o"}
_COLUMNS: dict[Operator, Any] = {
    Operator.STATE: Case.state,
    Operator.FIELD: Case.field_id,
    Operator.AGENCY: Case.lead_agency_id,
    Operator.OFFICER: Case.officer_id,
}


@dataclass(frozen=True, slots=True)
class Names:
    """What operators may name: folded names with the numbers (or states) that they mean.

    me: the account that ``officer:me`` means.
    """

    states: Mapping[str, State]
    fields: Sequence[tuple[str, int]]
    agencies: Sequence[tuple[str, int]]
    people: Sequence[tuple[int, str]]
    me: int


NOBODY = Names({}, (), (), (), 0)
"""No names, for a search without operators."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A search. words, notes: parts of a query of words, None where none was typed; conditions: all else.

    words are those of the case's texts, notes those of what staff left on it. loose: with phrases, the words
    without the order of theirs. marks: what the conditions ask of states, fields, agencies and officers, as
    the index of words knows it; marks_of_notes: the same for that of notes, which knows whose a case is and
    whether it is open, and no more.
    """

    typed: SearchQuery
    words: str | None
    notes: str | None
    conditions: tuple[ColumnElement[bool], ...]
    problems: tuple[Problem, ...]
    loose: str | None = None
    marks: tuple[str, ...] = ()
    marks_of_notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is asked."""
        return not self.by_index and not self.conditions

    @property
    def by_index(self) -> bool:
        """Whether words are asked for, which an index finds."""
        return self.words is not None or self.notes is not None

    def found(self, most: int) -> Any:
        """Give the function that finds at most `most` cases by an index: that of notes, if both are asked."""
        if self.notes is not None:
            return func.search_notes(asking(self.notes, self.marks_of_notes), most)
        return func.search_cases(asking(self.words or "", self.marks), most)

    def candidates(self, most: int) -> Any | None:
        """Give the function that finds at most `most` cases among which those of the phrases are.

        None where there is no phrase, or notes are searched: then `found` is as good.
        """
        if self.loose is None or self.notes is not None:
            return None
        return func.search_cases(asking(self.loose, self.marks), most)

    def beside(self) -> list[ColumnElement[bool]]:
        """Say what else must hold of what `found` gives: the words, where it looked for those of notes."""
        return self._holds_words() if self.notes is not None else []

    def holding(self) -> list[ColumnElement[bool]]:
        """Say of a case that it holds the words, and its notes theirs."""
        if self.notes is None:
            return self._holds_words()
        of_case = NoteWords.case_id == Case.id
        asked = NoteWords.words.bool_op("@@")(asking(self.notes, self.marks_of_notes))
        return [*self._holds_words(), exists(select(1).where(of_case, asked))]

    def _holds_words(self) -> list[ColumnElement[bool]]:
        if self.words is None:
            return []
        return [Case.search_vector.bool_op("@@")(asking(self.words, self.marks))]


def plan_of(typed: SearchQuery, names: Names) -> Plan:
    """Look up what the operators of `typed` name; what nothing is found for becomes a problem."""
    problems = list(typed.problems)
    chosen: dict[tuple[Operator, bool], set[Any]] = {}
    conditions: list[ColumnElement[bool]] = []
    for term, asked in typed.asked:
        if asked.operator is Operator.NOTE:
            continue
        if asked.operator not in _MARKS:
            conditions.append(_condition(asked))
            continue
        found = _LOOKUPS[asked.operator](asked.value, names)
        if not found:
            problems.append(Problem(term, f"no_{asked.operator}"))
            continue
        chosen.setdefault((asked.operator, asked.negated), set()).update(found)
    marks = []
    for (operator, negated), values in sorted(chosen.items()):
        column = _COLUMNS[operator]
        within = column == any_(array(sorted(values), type_=column.type))
        conditions.append(or_(column.is_(None), not_(within)) if negated else within)
        one = " | ".join(f"'@{_MARKS[operator]}{value}'" for value in sorted(values))
        # The mark stands for helpers too, and a case counts for its lead alone: the condition excludes.
        if not (negated and operator is Operator.AGENCY):
            marks.append(f"!({one})" if negated else f"({one})")
    words = matching(typed)
    if words is None and typed.without:
        unwanted = asking(" | ".join(phrase(each) for each in typed.without))
        conditions.append(not_(Case.search_vector.bool_op("@@")(unwanted)))
    return Plan(
        typed=typed,
        words=words,
        notes=in_notes(typed),
        conditions=tuple(conditions),
        problems=tuple(problems),
        loose=without_order(typed),
        marks=tuple(marks),
    )


def narrowed(plan: Plan, marks: Sequence[str]) -> Plan:
    """Give `plan` whose words and notes also ask for all of `marks`, as far as their index knows them."""
    of_notes = [mark for mark in marks if mark.lstrip("('").startswith(("@a", "@open"))]
    return replace(plan, marks=(*plan.marks, *marks), marks_of_notes=(*plan.marks_of_notes, *of_notes))


def _condition(asked: Asked) -> ColumnElement[bool]:
    if asked.operator is Operator.HAS:
        has = exists(select(1).where(Attachment.case_id == Case.id, Attachment.origin != "answer"))
        return not_(has) if asked.negated else has
    if asked.operator is Operator.URGENT:
        return Case.urgent.is_(not asked.negated)
    found: list[ColumnElement[bool]] = []
    if asked.operator is Operator.DUE:
        found += [Case.due_on >= asked.first] if asked.first else []
        found += [Case.due_on <= asked.last] if asked.last else []
    else:
        found += [Case.received_at >= day_start(asked.first)] if asked.first else []
        found += [Case.received_at < day_start(asked.last + _ONE)] if asked.last else []
    return and_(*found)


def _states(value: str, names: Names) -> set[str]:
    exact = {str(state) for name, state in names.states.items() if name == value}
    found = exact or {str(state) for name, state in names.states.items() if value in name}
    return found - {str(state) for state in _HIDDEN}


def _named(known: Sequence[tuple[str, int]], value: str) -> set[int]:
    exact = {number for name, number in known if name == value}
    words = value.split()
    return exact or {number for name, number in known if all(word in name for word in words)}


def _read_people(session: Session, now: datetime) -> tuple[tuple[int, str], ...]:
    return tuple((number, fold(name)) for number, name in session.execute(select(Account.id, Account.name)))


people = Kept(_read_people, timedelta(minutes=1))
"""Every account with its folded name, read once a minute."""


def _officers(value: str, names: Names) -> set[int]:
    if value in {"me", "toi"}:
        return {names.me}
    words = value.split()
    fitting = [number for number, name in names.people if all(word in name.split() for word in words)]
    return set(fitting[:MOST_OFFICERS])


_LOOKUPS: dict[Operator, Callable[[str, Names], set[Any]]] = {
    Operator.STATE: _states,
    Operator.FIELD: lambda value, names: _named(names.fields, value),
    Operator.AGENCY: lambda value, names: _named(names.agencies, value),
    Operator.OFFICER: _officers,
}
