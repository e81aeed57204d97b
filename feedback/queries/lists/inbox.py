"""The inbox: one page of a list by key, and how long each list is, in a query each.

Every list of open cases walks an index on (due date, id) and stops when the page is full; no
page is reached by counting rows. Numbers of rows are counted to 1,001 and no further.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from feedback.domain.clocks import Clock
from feedback.models import Account, Agency, Case, Commune, Deadline, Period
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox_filters import BY_RECEPTION, Cursor, Filters, View, branches, counted
from feedback.queries.lists.search_words import prefix_query

PAGE = 30
MOST_COUNTED = 1_001
MOST_FOUND = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a list shows it.

    paused: the agency's clock stands still. on_time: how a period that ended was answered.
    """

    id: UUID
    reference: str
    title: str
    state: str
    case_class: str | None
    urgent: bool
    contacted: bool
    place_text: str
    commune: str | None
    agency: Agency | None
    officer: str | None
    officer_id: int | None
    received_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    due_on: date
    citizen_due_on: date
    paused: bool
    on_time: bool | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page with the places to go on from; `cut`: a search found more than it looks through."""

    rows: tuple[Row, ...]
    previous: Cursor | None
    next: Cursor | None
    cut: bool = False


def page_of(session: Session, desk: Desk, filters: Filters, size: int = PAGE) -> Page:
    """Give the page of a list that follows `filters.after`, or precedes `filters.before`.

    With a text, the list is searched among the first `MOST_FOUND` cases that hold its words (those
    the actor sees; marks make no difference).
    """
    found: list[UUID] | None = None
    query = prefix_query(filters.text) if filters.text else None
    if query is not None:
        words = func.to_tsquery("simple", query)
        found = list(session.scalars(select(func.search_cases(words, MOST_FOUND + 1))))
    rows = _rows(session, branches(desk, filters, found), filters, size)
    backwards = filters.before is not None
    more = len(rows) > size
    shown = rows[:size]
    if backwards:
        shown.reverse()
    edge = _edges(filters.view, shown)
    there_is_before = more if backwards else filters.after is not None
    there_is_after = True if backwards else more
    return Page(
        rows=tuple(shown),
        previous=edge[0] if shown and there_is_before else None,
        next=edge[1] if shown and there_is_after else None,
        cut=found is not None and len(found) > MOST_FOUND,
    )


def _edges(view: View, rows: Sequence[Row]) -> tuple[Cursor | None, Cursor | None]:
    def cursor(row: Row) -> Cursor:
        return Cursor(row.received_at if view in BY_RECEPTION else row.due_on, row.id)

    return (cursor(rows[0]), cursor(rows[-1])) if rows else (None, None)


def _rows(
    session: Session, branches: list[list[ColumnElement[bool]]], filters: Filters, size: int
) -> list[Row]:
    if not branches:
        return []
    by_reception = filters.view in BY_RECEPTION
    key: Any = Case.received_at if by_reception else Case.due_on
    # The newest first where lists look back, the most pressing first where work is to do.
    descending = by_reception != (filters.before is not None)
    cursor = filters.before or filters.after

    def ordered(query: Any) -> Any:
        first, second = query.selected_columns[0], query.selected_columns[1]
        return query.order_by(first.desc(), second.desc()) if descending else query.order_by(first, second)

    def branch(conditions: list[ColumnElement[bool]]) -> Select[Any]:
        query = select(key.label("key"), Case.id.label("id")).where(*conditions)
        if cursor is not None:
            place = tuple_(literal(cursor.key, key.type), literal(cursor.id, Case.id.type))
            query = query.where(tuple_(key, Case.id) < place if descending else tuple_(key, Case.id) > place)
        limited: Select[Any] = ordered(query).limit(size + 1)
        return limited

    parts = [branch(conditions) for conditions in branches]
    both = parts[0] if len(parts) == 1 else union_all(*[part.subquery().select() for part in parts])
    chosen = both.subquery()
    query = _shown().join(chosen, chosen.c.id == Case.id)
    order = [chosen.c.key, chosen.c.id]
    query = query.order_by(*[column.desc() for column in order] if descending else order).limit(size + 1)
    return [Row(*row) for row in session.execute(query)]


def _shown() -> Any:
    """Give the query of what a row shows, to be joined with the ids of a page."""
    officer = aliased(Account)
    paused = exists().where(
        Deadline.case_id == Case.id,
        Deadline.clock == str(Clock.AGENCY),
        Deadline.superseded_at.is_(None),
        Deadline.met_at.is_(None),
        Deadline.paused_at.is_not(None),
    )
    on_time = (
        select(Period.on_time)
        .where(Period.case_id == Case.id, Period.number == Case.period)
        .scalar_subquery()
    )
    return (
        select(
            Case.id, Case.reference, Case.title, Case.state, Case.case_class, Case.urgent,
            Case.contacted_at.is_not(None), Case.place_text, Commune.name, Agency, officer.name,
            Case.officer_id, Case.received_at, Case.answered_at, Case.closed_at, Case.due_on,
            Case.citizen_due_on, paused, on_time,
        )
        .select_from(Case)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .outerjoin(officer, officer.id == Case.officer_id)
        .outerjoin(Commune, Commune.code == Case.commune_code)
    )  # fmt: skip


def rows_of(session: Session, case_ids: Collection[UUID]) -> dict[UUID, Row]:
    """Give the rows of these cases, of those that the actor sees."""
    if not case_ids:
        return {}
    found = session.execute(_shown().where(Case.id.in_(case_ids)))
    return {row.id: row for row in (Row(*values) for values in found)}


def counts(session: Session, desk: Desk, views: Collection[View], today: date) -> dict[View, int]:
    """Give how many cases stand in each of `views`, in one query, each counted to `MOST_COUNTED`."""
    columns = {view: capped(counted(view, desk, today)) for view in views}
    row = session.execute(select(*columns.values())).one()
    return dict(zip(columns, row, strict=True))


def capped(query: Select[Any]) -> Any:
    """Give the number of rows of `query` as a column, counted to `MOST_COUNTED`."""
    return select(func.count()).select_from(query.limit(MOST_COUNTED).subquery()).scalar_subquery()
