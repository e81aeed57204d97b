"""What somebody who reports a matter may be told of cases that report it already.

The public role sees no case: the function `already_reported` (migrations 0031, 0038) tells of those that lie
openly with an agency, and tells neither words nor names nor exact places.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Double, Text, bindparam, func, select
from sqlalchemy.orm import Session

from feedback.domain.similarity import rare_words, weighed_words
from feedback.models import Agency, Commune, Field
from feedback.queries.lists.similar_cases import word_weights

WINDOW = timedelta(days=60)
_ASKED_WORDS = 24
_COLUMNS = (
    "id", "field_id", "agency_id", "state", "received_on", "publication_id", "published_title",
    "published_summary",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reported:
    """A case that probably reports the same matter, as everybody may know it.

    id: never shown. state: ``assigned``, ``in_progress`` or ``answered``. commune: its name today.
    title, summary and publication_id: an officer's words from the board, if it is there.
    """

    id: UUID
    field: Field | None
    agency: Agency
    commune: str
    state: str
    received_on: date
    publication_id: UUID | None
    title: str | None
    summary: str | None


def already_reported(session: Session, text: str, commune_code: str, now: datetime) -> list[Reported]:
    """Give up to three cases that `text` probably repeats, the likeliest first.

    They were received in the commune within the last 60 days. For a sender's scope; staff get none.
    """
    weights = word_weights()
    words = weighed_words(text, weights)
    asked = rare_words(text, weights, _ASKED_WORDS)
    if not asked:
        return []
    # The words are letters and digits only, so that none of them is an operator.
    query = func.to_tsquery("simple", " | ".join(f"'{word}'" for word in asked))
    found = func.already_reported(
        query, bindparam("words", list(words), ARRAY(Text)),
        bindparam("weights", list(words.values()), ARRAY(Double)), commune_code, now - WINDOW, now,
    ).table_valued(*_COLUMNS)  # fmt: skip
    rows = session.execute(
        select(
            found.c.id, Field, Agency, Commune.name, found.c.state, found.c.received_on,
            found.c.publication_id, found.c.published_title, found.c.published_summary,
        )
        .join(Agency, Agency.id == found.c.agency_id)
        .join(Commune, Commune.code == commune_code)
        .outerjoin(Field, Field.id == found.c.field_id)
    )  # fmt: skip
    return [Reported(*row) for row in rows]
