"""The nightly run up the ladder, and its hourly safety net."""

from __future__ import annotations

import structlog

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.queries.administration.job_runs import ESCALATION, SILENT_AFTER, is_silent
from feedback.queries.law_book import load_law_book
from feedback.services.night.escalation import ClockBehind, escalate
from workers.app import app
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.escalation.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Record what is due now and write the digests; says so loudly when no run has succeeded for long."""
    heard("escalation")
    now = clock.now()
    with transaction(sessions(), WORKER) as session:
        book = load_law_book(session, now)
        if is_silent(session, ESCALATION, now):
            _log.error("escalation_was_silent", hours=SILENT_AFTER.total_seconds() / 3600)
    try:
        escalate(sessions(), now, book, now=now)
    except ClockBehind as error:
        _log.critical("clock_behind", error=str(error))
