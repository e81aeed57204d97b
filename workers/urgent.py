"""The check of urgent cases, every five minutes, day and night."""

from __future__ import annotations

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.queries.law_book import load_law_book
from feedback.services.night.escalation import check_urgent
from workers.app import app
from workers.process import heard, sessions


@app.task(name="workers.urgent.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Tell the heads of urgent cases whose agency was not contacted within two hours."""
    heard("urgent")
    now = clock.now()
    with transaction(sessions(), WORKER) as session:
        book = load_law_book(session, now)
    check_urgent(sessions(), now, book)
