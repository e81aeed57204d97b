"""When learning runs: each Sunday night unless the province turned it off, and when an administrator asks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import exists, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, transaction
from feedback.domain.calendar import VIETNAM
from feedback.domain.events import EventKind
from feedback.models import JobRun, ProvinceSetting, Work
from feedback.services import audit
from feedback.services.learning.training import Course, learn
from feedback.services.turns import turn
from feedback.services.work import BELLS, WorkKind, claim, fail, finish, ring, work_values

SETTING = "learning"
JOB = "learning"

SUBJECT = UUID("c1a55f1e-0000-8000-8000-000000000001")
"""What the work is done to: the one classifier of the province. Row security knows it (migration 0027)."""

LEASE = timedelta(minutes=20)
"""Longer than a run may last, so that nobody else takes it up meanwhile."""

_HOUR = time(2)
_SUNDAY = 6


def is_on(session: Session) -> bool:
    """Tell whether the weekly training runs; it does unless the province said otherwise."""
    return session.scalar(select(ProvinceSetting.value).where(ProvinceSetting.key == SETTING)) != "off"


def switch(session: Session, on: bool, *, actor: str, now: datetime) -> None:
    """Turn the weekly training on or off. The model in use stays."""
    value = "on" if on else "off"
    session.execute(
        upsert(ProvinceSetting)
        .values(key=SETTING, value=value)
        .on_conflict_do_update(index_elements=[ProvinceSetting.key], set_={"value": value})
    )
    audit.record(
        session, kind=EventKind.SETTING_CHANGED, actor=actor, at=now, stream="settings", key=SETTING,
        value=value,
    )  # fmt: skip


def request(session: Session, now: datetime) -> None:
    """Write that a run is wanted, unless one waits or runs already, and ring after the commit."""
    session.execute(
        upsert(Work)
        .values(work_values(WorkKind.LEARN, SUBJECT, now))
        .on_conflict_do_nothing(index_elements=["kind", "subject"], index_where=text("done_at IS NULL"))
    )
    ring(session, BELLS[WorkKind.LEARN])


def is_waiting(session: Session) -> bool:
    """Tell whether a run is wanted or under way."""
    waits = exists().where(Work.kind == str(WorkKind.LEARN), Work.done_at.is_(None))
    return bool(session.scalar(select(waits)))


def last_sunday(now: datetime) -> datetime:
    """Give two o'clock (Vietnamese time) of the last Sunday that began before `now`."""
    here = now.astimezone(VIETNAM)
    day = here.date() - timedelta(days=(here.weekday() - _SUNDAY) % 7)
    found = datetime.combine(day, _HOUR, VIETNAM)
    return found if found <= here else found - timedelta(days=7)


def begin_week(session: Session, now: datetime) -> bool:
    """Ask for the weekly run when none began since two o'clock of the last Sunday; gives whether it did.

    Asked every night, so that a Sunday on which no worker ran is made up for on the next night.
    """
    recent = exists().where(JobRun.name == JOB, JobRun.started_at >= last_sunday(now))
    if not is_on(session) or session.scalar(select(recent)):
        return False
    request(session, now)
    return True


def take(sessions: sessionmaker[Session], now: datetime) -> UUID | None:
    """Take the run that waits under a lease, and give the id of its work row."""
    with transaction(sessions, WORKER) as session:
        for row in claim(session, WorkKind.LEARN, now, 1):
            row.lease_until = now + LEASE
            return row.id
    return None


def end(sessions: sessionmaker[Session], work_id: UUID, now: datetime, error: str | None = None) -> None:
    """Write that a run ended; with an `error` it is tried again later, and given up where staff see it."""
    with transaction(sessions, WORKER) as session:
        row = session.get_one(Work, work_id, with_for_update=True)
        if row.done_at is not None:
            return
        if error is None:
            finish(session, [row], now)
        else:
            fail(session, row, error, now)


def run(course: Course) -> str:
    """Learn once and keep that it ran; gives what it came to, "busy" while another run learns."""
    with turn(course.sessions, JOB) as mine:
        return _run(course) if mine else "busy"


def _run(course: Course) -> str:
    started = course.now()
    with transaction(course.sessions, WORKER) as session:
        statement = insert(JobRun).values(name=JOB, as_of=started, started_at=started)
        run_id = session.execute(statement.returning(JobRun.id)).scalar_one()
    outcome = "failed"
    try:
        outcome = str(learn(course))
    finally:
        with transaction(course.sessions, WORKER) as session:
            session.execute(
                update(JobRun).where(JobRun.id == run_id).values(outcome=outcome, finished_at=course.now())
            )
    return outcome
