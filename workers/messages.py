"""Mailing what is due, batch by batch, one sender at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.services.post.composing import Post
from feedback.services.post.messages import Outcome, send_due
from feedback.services.turns import turn
from workers.app import app, settings
from workers.process import heard, ring, sessions

LONGEST = 5 * 60.0
"""Seconds after which a task makes room for another and rings again."""

_log = structlog.get_logger(__name__)


@app.task(name="workers.messages.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Send every message that is due."""
    heard("messages")
    post = Post.of(settings.smtp_url, settings.mail_from, settings.base_url)
    if not drain(sessions(), post, clock.now):
        ring("messages")


def drain(
    makers: sessionmaker[Session], post: Post, now: Callable[[], datetime], longest: float = LONGEST
) -> bool:
    """Send batch after batch; gives False when `longest` seconds were not enough.

    Another sender at work makes this one leave at once. A batch of which nothing left the
    house ends the round: the server is away, and the next minute tries again.
    """
    began = time.monotonic()
    with turn(makers, "messages") as mine:
        while mine:
            if time.monotonic() - began > longest:
                return False
            counts = send_due(makers, post, now())
            if not counts.keys() - {Outcome.POSTPONED}:
                break
            _log.info("mailed", **{str(outcome): number for outcome, number in counts.items()})
    return True
