"""The public board: answered cases in an officer's words, newest first, in pages by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, func, select, tuple_
from sqlalchemy.orm import Session

from feedback.models import Agency, Commune, Field, Publication
from feedback.queries.case_file import NotFound
from feedback.queries.lists.search_words import asking, prefix_query

PAGE = 20
_MOST_FOUND = 1000


@dataclass(frozen=True, slots=True)
class BoardItem:
    """A published case. `rating` is the submitter's, 1 to 5, when they gave one."""

    id: UUID
    title: str
    summary: str
    answer_text: str
    agency_vi: str
    agency_en: str
    field_vi: str | None
    field_en: str | None
    commune: str | None
    received_on: date
    answered_on: date
    on_time: bool
    published_at: datetime
    rating: int | None


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the reader looks for; everything that is given must hold."""

    text: str = ""
    field_id: int | None = None
    agency_id: int | None = None
    commune_code: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.text or self.field_id or self.agency_id or self.commune_code)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """Some items, and the keys from which the pages beside it start, None where there are none."""

    items: tuple[BoardItem, ...]
    older_than: tuple[datetime, UUID] | None
    newer_than: tuple[datetime, UUID] | None


def board_page(
    session: Session,
    wanted: BoardFilter,
    *,
    older_than: tuple[datetime, UUID] | None = None,
    newer_than: tuple[datetime, UUID] | None = None,
) -> BoardPage:
    """Give the page that follows `older_than`, or the one before `newer_than`; the newest without either."""
    key = tuple_(Publication.published_at, Publication.id)
    query = _filtered(_items(), wanted)
    if newer_than is not None:
        query = query.where(key > tuple_(*newer_than)).order_by(
            Publication.published_at.asc(), Publication.id.asc()
        )
    else:
        if older_than is not None:
            query = query.where(key < tuple_(*older_than))
        query = query.order_by(Publication.published_at.desc(), Publication.id.desc())
    rows = [BoardItem(*row) for row in session.execute(query.limit(PAGE + 1))]
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if newer_than is not None:
        rows.reverse()
        has_newer, has_older = more, True
    else:
        has_newer, has_older = older_than is not None, more
    return BoardPage(
        items=tuple(rows),
        older_than=(rows[-1].published_at, rows[-1].id) if rows and has_older else None,
        newer_than=(rows[0].published_at, rows[0].id) if rows and has_newer else None,
    )


def latest(session: Session, count: int = 3) -> list[BoardItem]:
    """Give the newest published cases, for the home page."""
    query = _items().order_by(Publication.published_at.desc(), Publication.id.desc()).limit(count)
    return [BoardItem(*row) for row in session.execute(query)]


def published_item(session: Session, publication_id: UUID) -> BoardItem:
    """Give one published case. Raises NotFound, also for one that was withdrawn."""
    row = session.execute(_items().where(Publication.id == publication_id)).one_or_none()
    if row is None:
        raise NotFound(str(publication_id))
    return BoardItem(*row)


def _items() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Publication.id, Publication.title, Publication.summary, Publication.answer_text,
            Agency.name_vi, Agency.name_en, Field.name_vi, Field.name_en, Commune.name,
            Publication.received_on, Publication.answered_on, Publication.on_time,
            Publication.published_at, func.published_rating(Publication.case_id, Publication.period),
        )
        .join(Agency, Agency.id == Publication.agency_id)
        .outerjoin(Field, Field.id == Publication.field_id)
        .outerjoin(Commune, Commune.code == Publication.commune_code)
        .where(Publication.status == "published")
    )  # fmt: skip


def _filtered(query: Select[*tuple[Any, ...]], wanted: BoardFilter) -> Select[*tuple[Any, ...]]:
    if wanted.field_id:
        query = query.where(Publication.field_id == wanted.field_id)
    if wanted.agency_id:
        query = query.where(Publication.agency_id == wanted.agency_id)
    if wanted.commune_code:
        query = query.where(Publication.commune_code == wanted.commune_code)
    if wanted.text:
        words = prefix_query(wanted.text)
        if words is None:
            return query.where(false())
        found = func.search_publications(asking(words), _MOST_FOUND).column_valued("found")
        query = query.where(Publication.id.in_(select(found)))
    return query
