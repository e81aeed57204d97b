"""The inbox: one page of a list by key, and how long each list is, in a query each.

Every list of open cases walks an index on (due date, id) and stops when the page is full; no
page is reached by counting rows. Numbers of rows are counted to 1,001 and no further.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    exists,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased, join

from feedback.domain.clocks import Clock
from feedback.models import Account, Agency, Answer, Case, Commune, Deadline, EventNote, Period
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox_filters import (
    MOST_FOUND,
    Cursor,
    Filters,
    View,
    branches,
    counted,
    key_of,
    marks_of,
)
from feedback.queries.lists.list_walk import (
    Hits,
    first_hits,
    hits_within,
    once,
    ordered,
    stretch,
)
from feedback.queries.lists.search_plan import Plan, narrowed

PAGE = 30
MOST_COUNTED = 1_001
WINDOW = 5_000
"""Cases of a list that one page of a search of common words looks through."""


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a list shows it.

    paused: the agency's clock stands still. on_time: how a period that ended was answered.
    body, answer: the texts in which words were searched for; empty without a search. notes: what staff left
    on the case, in a search of it.
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
    body: str = ""
    answer: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page with the places to go on from.

    looked_at: a search of very common words went through so many cases in order and no further;
    `next` goes on behind them. None: everything was looked at.
    """

    rows: tuple[Row, ...]
    previous: Cursor | None
    next: Cursor | None
    looked_at: int | None = None


def page_of(session: Session, desk: Desk, filters: Filters, size: int = PAGE) -> Page:
    """Give the page of a list that follows `filters.after`, or precedes `filters.before`.

    With words, the list is searched (marks make no difference): its next cases, and where these do not fill
    the page, all that hold the words, of those the actor sees (`first_hits`), or, where more than
    `MOST_FOUND` do, the next `WINDOW` cases of the list in its order.
    """
    plan = None if filters.plan is None else narrowed(filters.plan, marks_of(desk, filters))
    if plan is None or not plan.by_index:
        return _paged(
            _rows(session, stretch(branches(desk, filters), filters, size + 1), filters), filters, size
        )
    conditions = branches(desk, filters)
    if not conditions:
        return Page((), None, None)
    rows = _found(session, first_hits(conditions, desk, filters, plan, size + 1), filters, plan)
    if rows is not None:
        return _paged(rows, filters, size)
    return _walked(session, stretch(conditions, filters, WINDOW), filters, plan, size)


def _paged(rows: list[Row], filters: Filters, size: int) -> Page:
    backwards = filters.before is not None
    more = len(rows) > size
    shown = rows[:size]
    if backwards:
        shown.reverse()
    there_is_before = more if backwards else filters.after is not None
    there_is_after = True if backwards else more
    return Page(
        rows=tuple(shown),
        previous=_place(shown[0], filters) if shown and there_is_before else None,
        next=_place(shown[-1], filters) if shown and there_is_after else None,
    )


def _place(row: Row, filters: Filters) -> Cursor:
    return Cursor(key_of(row, filters), row.id)


def _found(session: Session, hits: Hits, filters: Filters, plan: Plan) -> list[Row] | None:
    """Give the rows of `hits`; None where those of the index are too many and the list's next cases too few.

    How many there are stands beside each row, and alone where no row is left.
    """
    total, places = hits.total, hits.places
    start = join(join(total, places, true(), isouter=True), Case, Case.id == places.c.id, isouter=True)
    query = _with_texts(_shown(start), plan).add_columns(total.c.n).order_by(*ordered(places, filters))
    rows = session.execute(query).all()
    if rows[0].n > MOST_FOUND:
        return None
    return [Row(*row[:-1]) for row in rows if row[0] is not None]


def _with_texts(query: Any, plan: Plan) -> Any:
    answers = select(func.string_agg(Answer.text, " ")).where(Answer.case_id == Case.id)
    notes: Any = null()
    if plan.notes is not None:
        newest_first: Any = aggregate_order_by(literal(" · "), EventNote.written_at.desc())
        texts = func.string_agg(EventNote.text, newest_first)
        notes = select(texts).where(EventNote.case_id == Case.id).scalar_subquery()
    return query.add_columns(Case.body, answers.scalar_subquery(), notes.label("notes"))


def _walked(session: Session, cases: Any, filters: Filters, plan: Plan, size: int) -> Page:
    """Look through a stretch of the list for words so common that sorting all of them would take long."""
    window = once(cases)
    hits = hits_within(window, filters, plan, size + 1).subquery()
    # Where the stretch ends stands beside each row, and alone where none is left; null at the list's end.
    in_order = select(window.c.key, window.c.id).order_by(*ordered(window, filters))
    last = in_order.offset(WINDOW - 1).limit(1).subquery()
    end = join(select(literal(1).label("one")).subquery(), last, true(), isouter=True)
    start = join(join(end, hits, true(), isouter=True), Case, Case.id == hits.c.id, isouter=True)
    query = _with_texts(_shown(start), plan).add_columns(last.c.key, last.c.id.label("last_id"))
    found = session.execute(query.order_by(*ordered(hits, filters))).all()
    rows = [Row(*row[:-2]) for row in found if row[0] is not None]
    page = _paged(rows, filters, size)
    key, last_id = found[0][-2:]
    if len(rows) > size or last_id is None:
        return page
    place = Cursor(key, last_id)
    if filters.before is not None:
        return replace(page, previous=place, looked_at=WINDOW)
    return replace(page, next=place, looked_at=WINDOW)


def _rows(session: Session, chosen: Any, filters: Filters) -> list[Row]:
    if chosen is None:
        return []
    ids = chosen.subquery()
    query = _shown().join(ids, ids.c.id == Case.id).order_by(*ordered(ids, filters))
    return [Row(*row) for row in session.execute(query)]


def _shown(start: Any = Case) -> Any:
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
        .select_from(start)
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
    return dict(zip(views, counts_of(session, [counted(view, desk, today) for view in views]), strict=True))


def counts_of(session: Session, queries: Sequence[Select[Any]]) -> list[int]:
    """Give how many rows each of `queries` has, in one query, each counted to `MOST_COUNTED`."""
    if not queries:
        return []
    return list(session.execute(select(*[capped(query) for query in queries])).one())


def capped(query: Select[Any]) -> Any:
    """Give the number of rows of `query` as a column, counted to `MOST_COUNTED`."""
    return select(func.count()).select_from(query.limit(MOST_COUNTED).subquery()).scalar_subquery()
