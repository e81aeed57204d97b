"""What submitters wrote, as a supervisor may read it: with what may tell who somebody is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.personal_data import find_personal_data, masked
from feedback.queries.public.place_suggestions import load_gazetteer


def veiled(session: Session, now: datetime, texts: Sequence[str]) -> list[str]:
    """Give `texts` with names, numbers and addresses of people replaced, as far as they are found."""
    places = load_gazetteer(session, now).senses
    return [masked(text, find_personal_data(text, places)) for text in texts]
