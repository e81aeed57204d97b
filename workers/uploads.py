"""Clearing away what was left behind: unclaimed files, drafts nobody came back to, cases of old trials."""

from __future__ import annotations

import structlog

from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.arrival.uploads import drop_unclaimed
from feedback.services.casework.form_drafts import drop_old
from feedback.services.law import rule_trials
from feedback.storage import storage_at
from workers.app import app, settings
from workers.process import heard, sessions

_log = structlog.get_logger(__name__)


@app.task(name="workers.uploads.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Remove every such file, empty every such draft and list."""
    heard("uploads")
    with transaction(sessions(), WORKER) as session:
        removed = drop_unclaimed(session, storage_at(settings.storage_url), clock.now())
        emptied = drop_old(session, clock.now())
        trials = rule_trials.drop_old(session, clock.now())
    if removed or emptied or trials:
        _log.info("files_dropped", number=removed, drafts=emptied, trials=trials)
