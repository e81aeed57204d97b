"""What every verb leaves behind: one audit event, and the words that were written with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from feedback.domain.events import EventKind
from feedback.domain.positions import Actor
from feedback.models import Case, EventNote
from feedback.services import audit, capacity

Code = str | int | float | bool | None


def record(
    session: Session,
    case: Case,
    kind: EventKind,
    actor: Actor | str,
    now: datetime,
    *,
    note: str = "",
    moves_version: bool = True,
    **payload: Code,
) -> UUID:
    """Record an event of `case` and give its id, the cause of the notices that follow.

    actor: the member of staff, or audit.SUBMITTER, audit.WORKER. note: words of a person, kept
    beside the event. moves_version: a page shown before is out of date from now on (not so for
    a draft, which is saved every few seconds). payload: codes only; of who stands in for somebody it says in
    which position (`feedback.services.capacity`).
    """
    if moves_version:
        flag_modified(case, "state")
    session.flush()
    who = audit.actor_key(actor) if isinstance(actor, Actor) else actor
    if isinstance(actor, Actor):
        payload = {**payload, **capacity.told(session, actor)}
    event_id = audit.record(
        session, kind=kind, actor=who, at=now, case_id=case.id, stream=None, version=case.version, **payload
    )
    if note:
        values = {"event_id": event_id, "case_id": case.id, "text": note, "written_at": now}
        session.execute(insert(EventNote).values(values).inline())
    return event_id
