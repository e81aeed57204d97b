"""Where the words of a search stand in the cases of a page: title, message, answer, notes of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from feedback.domain.highlight import Pieces, excerpt, pieces
from feedback.domain.search_query import SearchQuery
from feedback.queries.lists.inbox import Row


@dataclass(frozen=True, slots=True)
class Found:
    """A case's title with the words apart, and the stretch of its texts in which they stand ([]: none).

    note: the stretch of its notes.
    """

    title: Pieces
    text: Pieces
    in_answer: bool
    note: Pieces


def found_texts(rows: Sequence[Row], typed: SearchQuery) -> dict[UUID, Found]:
    """Give what to show of each row of a search."""
    in_notes = [word for words in typed.notes for word in words]
    if not typed.marked and not in_notes:
        return {}
    return {row.id: _found(row, typed.marked, in_notes) for row in rows}


def _found(row: Row, words: Sequence[str], in_notes: Sequence[str]) -> Found:
    in_body = excerpt(row.body, words)
    in_answer = [] if in_body else excerpt(row.answer or "", words)
    note = excerpt(row.notes or "", in_notes)
    return Found(pieces(row.title, words), in_body or in_answer, bool(in_answer), note)
