"""Writing the audit trail, and verifying it with arithmetic of its own.

PostgreSQL numbers and hashes each event in a trigger (migration 0006). `verify`
recomputes every hash here, in Python, so that a trail tampered with in the database
does not testify for itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.events import EventKind
from feedback.domain.positions import Actor
from feedback.models import AuditEvent, AuditHead

SUBMITTER = "submitter"
WORKER = "worker"
COMMAND = "command"

_ZERO = bytes(32)
# Every verb writes one: the statement is built once, of the table itself, so that only values change.
_EVENT = insert(AuditEvent.__table__).inline()  # type: ignore[arg-type]


def actor_key(actor: Actor) -> str:
    """Name a member of staff in the trail."""
    return f"account:{actor.account_id}"


def case_stream(case_id: UUID) -> str:
    """Name the stream that holds a case's events."""
    return f"case:{case_id}"


def payload_text(payload: dict[str, str | int | float | bool | None]) -> str:
    """Give a payload as the stored text: JSON with sorted keys, so that it is the same each time."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_values(
    *,
    kind: EventKind,
    actor: str,
    at: datetime,
    case_id: UUID | None = None,
    stream: str | None = None,
    **payload: str | int | float | bool | None,
) -> dict[str, object]:
    """Give the columns of a new event, for `record` or for a statement that writes more at once.

    payload: codes, numbers and dates only; never a name, an address or what somebody wrote.
    """
    if stream is None:
        if case_id is None:
            raise ValueError("an event belongs to a case or names its stream")
        stream = case_stream(case_id)
    return {
        "stream": stream,
        "id": new_id(),
        "at": at,
        "actor": actor,
        "kind": str(kind),
        "case_id": case_id,
        "payload": payload_text(payload),
    }


def record(
    session: Session,
    *,
    kind: EventKind,
    actor: str,
    at: datetime,
    case_id: UUID | None = None,
    stream: str | None = None,
    **payload: str | int | float | bool | None,
) -> UUID:
    """Write one event and give its id, which notices name as their cause.

    actor: `actor_key` of a member of staff, or SUBMITTER, WORKER, COMMAND.
    at: the moment it happened (aware).
    """
    values = event_values(kind=kind, actor=actor, at=at, case_id=case_id, stream=stream, **payload)
    session.flush()
    session.execute(_EVENT, values)
    event_id = values["id"]
    assert isinstance(event_id, UUID)  # noqa: S101 - tells the type checker what event_values wrote
    return event_id


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` read, and each break it found (``stream``, ``seq``, ``what``)."""

    streams: int
    events: int
    breaks: tuple[tuple[str, int, str], ...]

    @property
    def sound(self) -> bool:
        """Whether every chain holds."""
        return not self.breaks


def _field(value: object) -> bytes:
    encoded = ("" if value is None else str(value)).encode()
    return str(len(encoded)).encode() + b":" + encoded + b";"


def event_hash(prev: bytes, event: AuditEvent | Row[Any]) -> bytes:
    """Compute the hash of `event` after `prev`, as migration 0006 defines it."""
    moment = event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    parts = (
        event.stream, event.seq, event.id, moment, event.actor, event.kind, event.case_id, event.payload,
    )  # fmt: skip
    return hashlib.sha256(prev + b"".join(_field(part) for part in parts)).digest()


def verify(session: Session) -> Verification:
    """Recompute the chain of every stream and hold it against the stored hashes and heads.

    Reads as the worker role (every stream). A missing, changed, added or reordered event
    shows as a break; a cut tail shows against the stream's head. A stream that was removed
    with its head shows in the seals (`sealing.verify_seals`).
    """
    breaks: list[tuple[str, int, str]] = []
    streams = events = 0
    for stream, rows in groupby(_events_with_heads(session), key=_stream_of):
        seq, last = 0, _ZERO
        for row in rows:
            if row.seq is None:
                continue  # a head without any event
            events += 1
            if row.seq != seq + 1:
                breaks.append((stream, row.seq, "gap"))
            if row.prev_hash != last:
                breaks.append((stream, row.seq, "prev_hash"))
            if row.hash != event_hash(row.prev_hash, row):
                breaks.append((stream, row.seq, "hash"))
            seq, last = row.seq, row.hash
        if (row.head_seq, row.head_hash) != (seq, last):
            breaks.append((stream, seq, "head"))
        streams += seq > 0
    return Verification(streams=streams, events=events, breaks=tuple(breaks))


def _stream_of(row: Row[Any]) -> str:
    return str(row.stream if row.stream is not None else row.head_stream)


def _events_with_heads(session: Session) -> Iterator[Row[Any]]:
    """Give every event beside the head of its stream, by stream and number.

    One statement, so that both are of one moment: events written meanwhile are no breaks. Columns
    and not entities, so that what the session has read before is read anew.
    """
    head = AuditHead.__table__
    query = (
        select(
            AuditEvent.__table__,
            head.c.stream.label("head_stream"),
            head.c.seq.label("head_seq"),
            head.c.hash.label("head_hash"),
        )
        .select_from(AuditEvent.__table__.join(head, AuditEvent.stream == head.c.stream, full=True))
        .order_by(func.coalesce(AuditEvent.stream, head.c.stream), AuditEvent.seq)
    )
    yield from session.execute(query.execution_options(yield_per=2000))
