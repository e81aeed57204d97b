"""The places of the province, ready to be searched while somebody types."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.gazetteer import Commune, Gazetteer, OldPlace
from feedback.domain.place_search import Suggestion, suggest
from feedback.models import Commune as CommuneRow
from feedback.models import OldPlace as OldPlaceRow
from feedback.queries.kept import Kept

LONGEST_QUERY = 80


def _read(session: Session, now: datetime) -> Gazetteer:
    communes = session.execute(select(CommuneRow.code, CommuneRow.name, CommuneRow.province))
    old = session.execute(
        select(
            OldPlaceRow.province, OldPlaceRow.district, OldPlaceRow.name, OldPlaceRow.commune_code,
            OldPlaceRow.was_split,
        )
    )  # fmt: skip
    return Gazetteer.build((Commune(*row) for row in communes), (OldPlace(*row) for row in old))


_gazetteer = Kept(_read, timedelta(minutes=10))


def load_gazetteer(session: Session, now: datetime) -> Gazetteer:
    """Give the index of today's communes and the names of before, read at most every ten minutes."""
    return _gazetteer.get(session, now)


def suggest_places(session: Session, typed: str, now: datetime, limit: int = 8) -> list[Suggestion]:
    """Give the communes whose name, today's or a former one, begins like what was typed."""
    return suggest(typed[:LONGEST_QUERY], load_gazetteer(session, now), limit=limit)
