"""The lists of the inbox as conditions: whose cases, in which state, due when."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, literal, literal_column, select
from sqlalchemy.dialects.postgresql import array

from feedback.domain.lifecycle import State
from feedback.models import Assignment, Case, EscalationStep
from feedback.models.case import PRESSING
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.search_plan import Plan, narrowed

MOST_FOUND = 1_000
"""Cases that a search sorts; where more hold the words, it walks its list in order instead."""

_CURSOR = re.compile(r"([0-9T:.+\-]{10,40})_([0-9a-f\-]{36})")


class View(StrEnum):
    """A saved list of the inbox."""

    OPEN = "open"
    MINE = "mine"
    UNIT = "unit"
    UNASSIGNED = "unassigned"
    APPROVAL = "approval"
    TODAY = "today"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    WAITING = "waiting"
    SHARED = "shared"
    ANSWERED = "answered"
    ALL = "all"


class Window(StrEnum):
    """When a case is due, seen from today."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


class Sort(StrEnum):
    """In which order a list of open cases stands; each has its index.

    PRESSING: urgent cases that nobody has called yet first, then by due date.
    """

    DUE = "due"
    RECEIVED = "received"
    PRESSING = "pressing"


BY_RECEPTION = frozenset({View.ANSWERED, View.ALL})
"""Lists that look back: the newest first, in no other order."""
_PRESSING: Any = literal_column(PRESSING, Case.due_on.type)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the key of the row at the edge of the page that was shown."""

    key: date | datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.key.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str, view: View, sort: Sort = Sort.DUE) -> Cursor | None:
        """Read what `str` wrote for a list of this kind and order; None for anything else."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            return None
        try:
            by_moment = view in BY_RECEPTION or sort is Sort.RECEIVED
            read = datetime.fromisoformat if by_moment else date.fromisoformat
            key = read(found[1])
            if isinstance(key, datetime) and key.utcoffset() is None:
                return None
            return cls(key, UUID(found[2]))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asks of a list. `soon_until`: the last day that counts as due soon (with `window`).

    text: as typed into the search; plan: what was understood of it.
    """

    view: View
    today: date
    soon_until: date
    state: State | None = None
    window: Window | None = None
    field_id: int | None = None
    agency_id: int | None = None
    text: str = ""
    plan: Plan | None = None
    sort: Sort = Sort.DUE
    after: Cursor | None = None
    before: Cursor | None = None

    @property
    def key(self) -> Any:
        """What the list is sorted by, before the id."""
        if self.newest_first:
            return Case.received_at
        return _PRESSING if self.sort is Sort.PRESSING else Case.due_on

    @property
    def newest_first(self) -> bool:
        """Whether the list begins with what came in last, and not with what is most pressing."""
        return self.view in BY_RECEPTION or self.sort is Sort.RECEIVED

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked besides the list."""
        return any((self.state, self.window, self.field_id, self.agency_id, self.text))


AHEAD = timedelta(days=36_500)
"""How far ahead of their date urgent cases stand (feedback.models.case.PRESSING)."""


def key_of(case: Any, filters: Filters) -> date | datetime:
    """Give what a list sorts `case` (or a row that shows one) by."""
    if filters.newest_first:
        received: datetime = case.received_at
        return received
    due: date = case.due_on
    called = case.contacted if hasattr(case, "contacted") else case.contacted_at is not None
    return due - AHEAD if filters.sort is Sort.PRESSING and case.urgent and not called else due


def _open() -> list[ColumnElement[bool]]:
    return [Case.closed_at.is_(None), Case.restricted_at.is_(None)]


def _of_view(view: View, desk: Desk, today: date) -> list[ColumnElement[bool]]:
    """Give the conditions of a list, besides whose cases it shows."""
    if view is View.ALL:
        return [Case.restricted_at.is_(None)]
    if view is View.ANSWERED:
        return [Case.state == str(State.ANSWERED), Case.restricted_at.is_(None)]
    more: dict[View, list[ColumnElement[bool]]] = {
        View.MINE: [Case.officer_id == desk.account_id],
        View.UNASSIGNED: [Case.officer_id.is_(None)],
        View.APPROVAL: [Case.state == str(State.AWAITING_APPROVAL)],
        View.TODAY: [Case.due_on == today],
        View.OVERDUE: [Case.due_on < today],
        View.UNIT: [Case.unit_id == any_(_numbers(desk.unit_ids))],
        View.WAITING: [Case.state == str(State.AWAITING_SUBMITTER)],
    }
    return [*_open(), *more.get(view, [])]


def _whose(view: View, desk: Desk) -> tuple[int, ...] | None:
    """Give the agencies whose cases a list shows; None for those of all that the actor sees."""
    if view is View.APPROVAL:
        return desk.approves_for
    if view is View.UNASSIGNED:
        return desk.heads
    if view in _BY_PERSON or desk.province:
        return None
    return desk.agency_ids


_BY_PERSON = frozenset({View.MINE, View.UNIT, View.ESCALATED})


def _elsewhere(view: View, desk: Desk) -> ColumnElement[bool] | None:
    """Give the condition of a list that rows of another table make up; None for other lists."""
    if view is View.SHARED:
        return _shared_with(desk.agency_ids)
    return _climbed_to(desk.position_ids) if view is View.ESCALATED else None


def _climbed_to(position_ids: Collection[int]) -> ColumnElement[bool]:
    return Case.id.in_(
        select(EscalationStep.case_id).where(
            EscalationStep.position_id == any_(_numbers(position_ids)),
            EscalationStep.settled_at.is_(None),
            EscalationStep.retracted_at.is_(None),
        )
    )


def _shared_with(agency_ids: Collection[int]) -> ColumnElement[bool]:
    return Case.id.in_(
        select(Assignment.case_id).where(
            Assignment.agency_id == any_(_numbers(agency_ids)),
            Assignment.role == "co",
            Assignment.ended_at.is_(None),
        )
    )


def _numbers(values: Collection[int]) -> Any:
    return array(list(values), type_=Assignment.agency_id.type)


def _of_filters(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.state is not None:
        found.append(Case.state == str(filters.state))
    if filters.field_id is not None:
        found.append(Case.field_id == filters.field_id)
    if filters.window is not None:
        found.append(
            {
                Window.OVERDUE: Case.due_on < filters.today,
                Window.TODAY: Case.due_on == filters.today,
                Window.SOON: Case.due_on.between(filters.today, filters.soon_until),
                Window.LATER: Case.due_on > filters.soon_until,
            }[filters.window]
        )
    return found


def _asked(desk: Desk, filters: Filters) -> tuple[list[ColumnElement[bool]], tuple[int, ...] | None]:
    """Give the conditions of a list as it was narrowed, and whose cases it shows (None: no agency's)."""
    conditions = [*_of_view(filters.view, desk, filters.today), *_of_filters(filters)]
    conditions += filters.plan.conditions if filters.plan else ()
    elsewhere = _elsewhere(filters.view, desk)
    if elsewhere is not None:
        conditions.append(elsewhere)
    whose = None if elsewhere is not None else _whose(filters.view, desk)
    if filters.agency_id is not None:
        whose = (filters.agency_id,) if whose is None or filters.agency_id in whose else ()
    return conditions, whose


def branches(desk: Desk, filters: Filters) -> list[list[ColumnElement[bool]]]:
    """Give one set of conditions for each agency, so that each walks its own index in order."""
    conditions, whose = _asked(desk, filters)
    if whose is None:
        return [conditions]
    return [[Case.lead_agency_id == agency_id, *conditions] for agency_id in whose]


def at_once(desk: Desk, filters: Filters) -> list[ColumnElement[bool]]:
    """Give the conditions of a list for all its agencies together, for what needs no order."""
    conditions, whose = _asked(desk, filters)
    return conditions if whose is None else [Case.lead_agency_id == any_(_numbers(whose)), *conditions]


def marks_of(desk: Desk, filters: Filters) -> list[str]:
    """Give what a search in this list can ask of the index of words, as parts of a tsquery."""
    marks = ["'@open'"] if filters.view not in BY_RECEPTION else []
    marks += [f"'@s{State.ANSWERED}'"] if filters.view is View.ANSWERED else []
    marks += [f"'@o{desk.account_id}'"] if filters.view is View.MINE else []
    marks += [f"'@s{filters.state}'"] if filters.state else []
    marks += [f"'@f{filters.field_id}'"] if filters.field_id else []
    marks += [f"'@a{filters.agency_id}'"] if filters.agency_id else []
    whose = None if filters.view is View.SHARED else _whose(filters.view, desk)
    if whose:
        marks.append("(" + " | ".join(f"'@a{agency_id}'" for agency_id in whose) + ")")
    return marks


def counted(view: View, desk: Desk, today: date = date.min) -> Select[Any]:
    """Give a query with a row for each case of a list; `today` only matters to lists of due dates."""
    return counted_filters(desk, Filters(view=view, today=today, soon_until=today))


def counted_filters(desk: Desk, filters: Filters) -> Select[Any]:
    """Give a query with a row for each case that `filters` leave of a list; a search looks through
    `MOST_FOUND` cases."""
    query = select(literal(1)).where(*at_once(desk, filters))
    if filters.plan is not None and filters.plan.by_index:
        plan = narrowed(filters.plan, marks_of(desk, filters))
        query = query.where(Case.id.in_(select(plan.found(MOST_FOUND))), *plan.beside())
    return query
