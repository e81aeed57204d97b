"""What submitters wrote, as a supervisor may read it: with what may tell who somebody is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.lifecycle import State
from feedback.domain.personal_data import find_personal_data, masked
from feedback.models import Case
from feedback.queries.lists.inbox import Row
from feedback.queries.lists.supervision import Escalated
from feedback.queries.public.place_suggestions import load_gazetteer


def veiled(session: Session, now: datetime, texts: Sequence[str]) -> list[str]:
    """Give `texts` with names, numbers and addresses of people replaced, as far as they are found."""
    places = load_gazetteer(session, now).senses
    return [masked(text, find_personal_data(text, places)) for text in texts]


_UNSORTED = frozenset({State.RECEIVED, State.TRIAGE})


def may_show(state: str, *, confidential: bool, restricted: bool, followed: bool) -> bool:
    """Tell whether a case's text may be shown at all, veiled.

    Not where the submitter asked for confidence; not of a restricted case; and not before a dispatcher has
    looked at it, for it may be a denunciation that is yet to be set apart.
    followed: it joined another case by its sender's choice alone, so that no dispatcher has looked at it.
    """
    return not confidential and not restricted and not followed and State(state) not in _UNSORTED


def titles(session: Session, now: datetime, rows: Sequence[Row | Escalated]) -> list[str | None]:
    """Give the titles of a list's rows, veiled; None for those that are not to be shown."""
    kept = set(
        session.scalars(
            select(Case.id).where(
                Case.id.in_([row.id for row in rows]), Case.confidential | Case.follows_id.is_not(None)
            )
        )
    )
    found = veiled(session, now, [row.title for row in rows])
    return [
        title if may_show(row.state, confidential=row.id in kept, restricted=False, followed=False) else None
        for row, title in zip(rows, found, strict=True)
    ]
