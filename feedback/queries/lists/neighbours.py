"""What lies around a case: the next of the list it was opened from, earlier ones of its place or field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, literal, or_, select, union_all

from feedback.domain.lifecycle import UNCOUNTED
from feedback.models import Case
from feedback.queries.bundle import Queries
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox_filters import MOST_FOUND, Cursor, Filters, branches, key_of, marks_of
from feedback.queries.lists.list_walk import first_hits, stretch
from feedback.queries.lists.search_plan import narrowed

MOST_EARLIER = 6
_LOOKED_THROUGH = 300


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The case beside another one in a list; its `reference` is empty where it is too far away to find."""

    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A case that came in before another one; `same_place`: of the very same spot, else of the same field."""

    reference: str
    title: str
    state: str
    received_at: datetime
    same_place: bool


def neighbour_queries(desk: Desk, filters: Filters, case: Case) -> Queries:
    """Ask for the case before and after `case` in a list, for `bundle.load`; at most one row each.

    A case that stands in the list no longer has neighbours too: those of the place that it had. In a search
    of words that very many cases hold, the nearest within `list_walk.PROBE` cases of the list is looked for.
    """
    place = Cursor(key_of(case, filters), case.id)
    return {
        "previous": (Neighbour, _nearest(desk, replace(filters, after=None, before=place))),
        "next": (Neighbour, _nearest(desk, replace(filters, after=place, before=None))),
    }


def _nearest(desk: Desk, filters: Filters) -> Any:
    conditions = branches(desk, filters)
    neighbour: Any = select(Case.reference, Case.title)
    if not conditions:
        return neighbour.where(false())
    if filters.plan is None or not filters.plan.by_index:
        places = stretch(conditions, filters, 1).subquery()
        return neighbour.join(places, places.c.id == Case.id)
    hits = first_hits(conditions, desk, filters, narrowed(filters.plan, marks_of(desk, filters)), 1)
    unknown = select(literal(""), literal("")).where(hits.total.c.n > MOST_FOUND)
    return union_all(neighbour.join(hits.places, hits.places.c.id == Case.id), unknown)


def earlier_query(case: Case) -> Queries:
    """Ask for earlier cases of the same spot, or of the same field in the same commune, the newest first.

    Nothing of a case that was set apart or lies nowhere. Looked through are the last 300 of the commune, so
    that a busy one costs no more; those set apart and those merged or split are left out.
    """
    nowhere = case.restricted_at is not None or case.commune_code is None
    before = (
        select(
            Case.reference, Case.title, Case.state, Case.received_at, Case.id, Case.field_id,
            (func.lower(Case.place_detail) == case.place_detail.lower()).label("at_spot"),
        )
        .where(
            Case.commune_code == case.commune_code,
            Case.received_at < case.received_at,
            Case.restricted_at.is_(None),
            Case.merged_into_id.is_(None),
            Case.state.not_in([str(state) for state in UNCOUNTED]),
            literal(not nowhere),
        )
        .order_by(Case.received_at.desc())
        .limit(_LOOKED_THROUGH)
        .subquery()
    )  # fmt: skip
    same_place = before.c.at_spot & literal(bool(case.place_detail))
    wanted = same_place if case.field_id is None else or_(same_place, before.c.field_id == case.field_id)
    query = (
        select(
            before.c.reference, before.c.title, before.c.state, before.c.received_at,
            same_place.label("same_place"),
        )
        .where(wanted)
        .order_by(same_place.desc(), before.c.received_at.desc(), before.c.id)
        .limit(MOST_EARLIER)
    )  # fmt: skip
    return {"earlier": (Earlier, query)}
