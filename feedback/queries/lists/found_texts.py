"""Where the words of a search stand in the cases of a page: in the title, the message, the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from feedback.domain.highlight import Pieces, excerpt, pieces
from feedback.queries.lists.inbox import Row


@dataclass(frozen=True, slots=True)
class Found:
    """A case's title with the words apart, and the stretch of its texts in which they stand ([]: none)."""

    title: Pieces
    text: Pieces
    in_answer: bool


def found_texts(rows: Sequence[Row], words: Sequence[str]) -> dict[UUID, Found]:
    """Give what to show of each row of a search for folded `words`."""
    return {row.id: _found(row, words) for row in rows} if words else {}


def _found(row: Row, words: Sequence[str]) -> Found:
    in_body = excerpt(row.body, words)
    in_answer = [] if in_body else excerpt(row.answer or "", words)
    return Found(pieces(row.title, words), in_body or in_answer, bool(in_answer))
