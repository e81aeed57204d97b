"""The hourly seal over all audit streams."""

from __future__ import annotations

import structlog

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.sealing import seal
from workers.app import app
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.sealing.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Seal the hour; the log line, kept outside the database, anchors the seal."""
    heard("sealing")
    with transaction(sessions(), WORKER) as session:
        row = seal(session, clock.now())
        if row is not None:
            found = {"seal": row.id, "streams": row.streams, "events": row.events, "hash": row.hash.hex()}
    if row is not None:
        _log.info("sealed", **found)
