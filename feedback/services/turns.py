"""Taking turns: a job that need not run twice at once asks for its turn first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, transaction


@contextmanager
def turn(sessions: sessionmaker[Session], name: str) -> Iterator[bool]:
    """Hold the turn of job `name` as long as the block lasts; gives False when another holds it.

    The lock belongs to a transaction, so it ends with a process that is killed. It saves work
    and nothing else: what must not be done twice is kept from it by the rows' own keys.
    """
    with transaction(sessions, WORKER) as session:
        key = func.hashtextextended(f"feedback.{name}", 0)
        yield bool(session.scalar(select(func.pg_try_advisory_xact_lock(key))))
