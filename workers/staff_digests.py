"""The mails of the day to members of staff, each at the hour its reader chose."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.queries.law_book import load_law_book
from feedback.queries.notifications import waiting_for_digest
from feedback.services.post.staff_digests import write_digest
from workers.app import app
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.staff_digests.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Write every digest whose hour has come."""
    heard("staff_digests")
    run(sessions(), clock.now())


def run(makers: sessionmaker[Session], now: datetime) -> int:
    """Write the digests that are due at `now`, each in a transaction of its own; gives how many are new."""
    with transaction(makers, WORKER) as session:
        accounts = waiting_for_digest(session)
        book = load_law_book(session, now)
    written = 0
    for account_id in accounts:
        try:
            with transaction(makers, WORKER) as session:
                written += write_digest(session, account_id, now, book)
        except Exception as error:
            _log.warning("digest_unwritten", account=account_id, error=type(error).__name__)
    if written:
        _log.info("digests_written", number=written)
    return written
