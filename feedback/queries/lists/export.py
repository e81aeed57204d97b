"""The cases of a list, page after page, for a table that somebody takes away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox import Row, page_of
from feedback.queries.lists.inbox_filters import Filters

MOST_EXPORTED = 10_000
_CHUNK = 500


def rows_of_list(session: Session, desk: Desk, filters: Filters, most: int = MOST_EXPORTED) -> Iterator[Row]:
    """Give the rows of a list from its beginning, in its order, at most `most`."""
    given = 0
    asked = replace(filters, after=None, before=None)
    while given < most:
        page = page_of(session, desk, asked, min(_CHUNK, most - given))
        yield from page.rows
        given += len(page.rows)
        if page.next is None:
            return
        asked = replace(asked, after=page.next)
