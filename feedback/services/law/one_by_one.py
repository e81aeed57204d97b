"""Long work for the law's tables: one row of work at a time, each step of it in a transaction of its own.

The lease of a row is renewed with each step, so that the sweeper leaves a running one alone and finds one
whose worker died.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, transaction
from feedback.models import Work
from feedback.services.turns import turn

LEASE = timedelta(seconds=60)
Job = TypeVar("Job")


def work_through(
    sessions: sessionmaker[Session],
    now: Callable[[], datetime],
    name: str,
    *,
    longest: float,
    take: Callable[[Session, datetime], Job | None],
    do: Callable[[Job], None],
    give_up: Callable[[Session, Job, str, datetime], None],
) -> bool:
    """Do what waits; gives False when `longest` seconds were not enough.

    name: of the turn. Another run at work makes this one leave at once: it finds what is left, or the
    sweeper does. take: gives the next job, if there is one. give_up: counts a failure, by the name of the
    exception. Raises what a lost connection raises.
    """
    began = time.monotonic()
    with turn(sessions, name) as mine:
        while mine:
            if time.monotonic() - began > longest:
                return False
            with transaction(sessions, WORKER) as session:
                job = take(session, now())
            if job is None:
                break
            try:
                do(job)
            except Exception as error:
                if isinstance(error, DBAPIError) and error.connection_invalidated:
                    raise
                with transaction(sessions, WORKER) as session:
                    give_up(session, job, type(error).__name__, now())
    return True


def renew(session: Session, work_id: UUID, at: datetime) -> None:
    """Hold a row of work for another LEASE."""
    session.execute(
        update(Work)
        .where(Work.id == work_id)
        .values(lease_until=at + LEASE)
        .execution_options(synchronize_session=False)
    )
