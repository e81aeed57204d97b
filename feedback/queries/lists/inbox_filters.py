"""The lists of the inbox as conditions: whose cases, in which state, due when."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, literal, select
from sqlalchemy.dialects.postgresql import array

from feedback.domain.lifecycle import State
from feedback.models import Assignment, Case
from feedback.queries.lists.desk import Desk

_CURSOR = re.compile(r"([0-9T:.+\-]{10,40})_([0-9a-f\-]{36})")


class View(StrEnum):
    """A saved list of the inbox."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    APPROVAL = "approval"
    TODAY = "today"
    OVERDUE = "overdue"
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


BY_RECEPTION = frozenset({View.ANSWERED, View.ALL})


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the key of the row at the edge of the page that was shown."""

    key: date | datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.key.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str, view: View) -> Cursor | None:
        """Read what `str` wrote for a list of this kind; None for anything else."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            return None
        try:
            read = datetime.fromisoformat if view in BY_RECEPTION else date.fromisoformat
            key = read(found[1])
            if isinstance(key, datetime) and key.utcoffset() is None:
                return None
            return cls(key, UUID(found[2]))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asks of a list. `soon_until`: the last day that counts as due soon (with `window`)."""

    view: View
    today: date
    soon_until: date
    state: State | None = None
    window: Window | None = None
    field_id: int | None = None
    agency_id: int | None = None
    text: str = ""
    after: Cursor | None = None
    before: Cursor | None = None


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
        View.WAITING: [Case.state == str(State.AWAITING_SUBMITTER)],
    }
    return [*_open(), *more.get(view, [])]


def _whose(view: View, desk: Desk) -> tuple[int, ...] | None:
    """Give the agencies whose cases a list shows; None for those of all that the actor sees."""
    if view is View.APPROVAL:
        return desk.approves_for
    if view is View.UNASSIGNED:
        return desk.heads
    if view is View.MINE or desk.province:
        return None
    return desk.agency_ids


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


def branches(desk: Desk, filters: Filters, found: Sequence[UUID] | None) -> list[list[ColumnElement[bool]]]:
    """Give one set of conditions for each agency, so that each walks its own index in order."""
    conditions = [*_of_view(filters.view, desk, filters.today), *_of_filters(filters)]
    if found is not None:
        conditions.append(Case.id.in_(found))
    if filters.view is View.SHARED:
        return [[*conditions, _shared_with(desk.agency_ids)]]
    whose = _whose(filters.view, desk)
    if filters.agency_id is not None:
        whose = (filters.agency_id,) if whose is None or filters.agency_id in whose else ()
    if whose is None or (found is not None and filters.view is View.ALL and filters.agency_id is None):
        return [conditions]
    return [[Case.lead_agency_id == agency_id, *conditions] for agency_id in whose]


def counted(view: View, desk: Desk, today: date = date.min) -> Select[Any]:
    """Give a query with a row for each case of a list; `today` only matters to lists of due dates."""
    query = select(literal(1)).where(*_of_view(view, desk, today))
    if view is View.SHARED:
        return query.where(_shared_with(desk.agency_ids))
    whose = _whose(view, desk)
    return query if whose is None else query.where(Case.lead_agency_id == any_(_numbers(whose)))
