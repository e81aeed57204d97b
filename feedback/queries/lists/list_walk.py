"""A list gone through by its key: stretches of it in order, and where the words of a search stand in it.

Words are looked for in two ways. In the list's next cases, one after the other: common words are found soon.
Or by the index of words, which first collects all cases that hold them, of whatever list: rare words are
found soon. What is asked here tries the first way for a while, then the second, in one statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, not_, or_, select, tuple_, union_all

from feedback.models import Case
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox_filters import MOST_FOUND, Filters, at_once
from feedback.queries.lists.search_plan import Plan

MOST_COMPARED = 5_000
"""Cases holding the words of a phrase in which it is looked for."""
PROBE = 1_500
"""Cases of a list that are looked through before the index of words is asked."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Queries of a search: `places` has the keys and ids of what was found, `total` one row.

    total.n: how many cases the index gave, over `MOST_FOUND` where those are too many to sort: then `places`
    is empty. 0 where it was not asked, because the next cases of the list were enough or all that there are.
    """

    places: Any
    total: Any


def _descending(filters: Filters) -> bool:
    """Whether the keys of a list fall: the newest first where it looks back, else the most pressing first."""
    return filters.newest_first != (filters.before is not None)


def ordered(places: Any, filters: Filters) -> list[Any]:
    """Give what a query of `places` (key, id) is ordered by."""
    columns = [places.c.key, places.c.id]
    return [column.desc() for column in columns] if _descending(filters) else columns


def stretch(conditions: list[list[ColumnElement[bool]]], filters: Filters, most: int) -> Any:
    """Give the query of the keys and ids of the next `most` cases of a list, from the place in `filters`.

    conditions: those of its branches (`inbox_filters.branches`); None without one: no agency is looked at.
    """
    if not conditions:
        return None
    key, cursor, falls = filters.key, filters.before or filters.after, _descending(filters)

    def branch(each: list[ColumnElement[bool]]) -> Select[Any]:
        query = select(key.label("key"), Case.id.label("id")).where(*each)
        if cursor is not None:
            place = tuple_(literal(cursor.key, key.type), literal(cursor.id, Case.id.type))
            query = query.where(tuple_(key, Case.id) < place if falls else tuple_(key, Case.id) > place)
        order = [key.desc(), Case.id.desc()] if falls else [key, Case.id]
        return query.order_by(*order).limit(most)

    parts = [branch(each) for each in conditions]
    if len(parts) == 1:
        return parts[0]
    both = union_all(*[part.subquery().select() for part in parts]).subquery()
    return select(both.c.key, both.c.id).order_by(*ordered(both, filters)).limit(most)


def once(query: Any) -> Any:
    """Give `query` as a part of a statement that PostgreSQL runs once and apart from the rest."""
    return query.cte().prefix_with("MATERIALIZED", dialect="postgresql")


def hits_within(window: Any, filters: Filters, plan: Plan, most: int) -> Select[Any]:
    """Give the query of the first `most` cases of a stretch (key, id) that hold the words of `plan`."""
    return (
        select(window.c.key, window.c.id)
        .join(Case, Case.id == window.c.id)
        .where(*plan.holding())
        .order_by(*ordered(window, filters))
        .limit(most)
    )


def first_hits(
    conditions: list[list[ColumnElement[bool]]], desk: Desk, filters: Filters, plan: Plan, most: int
) -> Hits:
    """Give the next `most` cases of a list that hold the words of `plan` (narrowed to the list).

    conditions: as for `stretch`, one at least.
    """
    window = once(stretch(conditions, filters, PROBE))
    near = hits_within(window, filters, plan, most).cte()
    enough = or_(_number(near) >= most, _number(window) < PROBE)
    found, total = _asked_of_index(plan, not_(enough))
    few = select(total.c.n).scalar_subquery() <= MOST_FOUND
    among = [*at_once(desk, filters), Case.id.in_(select(found.c.id)), *plan.beside(), not_(enough), few]
    anywhere = stretch([among], filters, most).subquery()
    places = union_all(
        select(near.c.key, near.c.id).where(enough), select(anywhere.c.key, anywhere.c.id)
    ).subquery()
    return Hits(places, total)


def _number(rows: Any) -> ColumnElement[int]:
    return select(func.count()).select_from(rows).scalar_subquery()


def _asked_of_index(plan: Plan, when: ColumnElement[bool]) -> tuple[Any, Any]:
    """Give the cases that an index finds, and how many those are (over `MOST_FOUND`: too many to sort).

    when: whether it is asked at all. A phrase has to be compared in each text that holds its words: more than
    `MOST_COMPARED` of those are too many as well.
    """
    loose = plan.candidates(MOST_COMPARED + 1)
    if loose is None:
        found = once(select(plan.found(MOST_FOUND + 1).label("id")).where(when))
        return found, select(func.count().label("n")).select_from(found).cte()
    candidates = once(select(loose.label("id")).where(when))
    number = _number(candidates)
    compared = select(Case.id).join(candidates, candidates.c.id == Case.id)
    found = once(compared.where(number <= MOST_COMPARED, *plan.holding()).limit(MOST_FOUND + 1))
    too_many = case((number > MOST_COMPARED, MOST_FOUND + 1), else_=_number(found))
    return found, select(too_many.label("n")).cte()
