"""Clearing away files that came with a form and that no case took within a day."""

from __future__ import annotations

import structlog

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.arrival.uploads import drop_unclaimed
from feedback.storage import storage_at
from workers.app import app, settings
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.uploads.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Remove every such file."""
    heard("uploads")
    with transaction(sessions(), WORKER) as session:
        removed = drop_unclaimed(session, storage_at(settings.storage_url), clock.now())
    if removed:
        _log.info("files_dropped", number=removed)
