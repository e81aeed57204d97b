"""Seals: once an hour one hash over the heads of all audit streams, chained to the seal before it.

Each stream is a chain of its own (migration 0006). Whoever could rewrite a whole stream
would have to rewrite every later seal too; a seal's hash, kept outside (it is in the
log of each run), shows even that.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import collate, func, select
from sqlalchemy.orm import Session

from feedback.models import AuditHead, AuditSeal

EVERY = timedelta(hours=1)
_ZERO = bytes(32)
_LOCK = "feedback.sealing"
_PAGE = 5000


def heads_hash(session: Session) -> tuple[bytes, int, int]:
    """Hash every stream's head as of now; gives the hash, the number of streams and of events.

    Streams go in the order of their names' bytes, each as length, name, number and hash of its
    last event, so that two sets of heads never share one input.
    """
    digest = hashlib.sha256()
    streams = events = 0
    rows = session.execute(
        select(AuditHead.stream, AuditHead.seq, AuditHead.hash)
        .order_by(collate(AuditHead.stream, "C"))
        .execution_options(yield_per=_PAGE)
    )
    for stream, seq, head in rows:
        name = stream.encode()
        digest.update(b"%d:%b;%d;" % (len(name), name, seq))
        digest.update(head)
        streams += 1
        events += seq
    return digest.digest(), streams, events


def seal_hash(prev: bytes, heads: bytes, streams: int, events: int, sealed_at: datetime) -> bytes:
    """Compute the hash of a seal from all that it says and the seal before it."""
    moment = sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return hashlib.sha256(prev + heads + f"{streams};{events};{moment}".encode()).digest()


def _last(session: Session) -> AuditSeal | None:
    return session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).one_or_none()


def seal(session: Session, now: datetime) -> AuditSeal | None:
    """Seal the heads as they stand, chained to the last seal; to be committed by the caller.

    Gives None when the last seal is of the same hour of the clock: a second call seals nothing twice.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, 0))))
    last = _last(session)
    if last is not None and _hour(last.sealed_at) >= _hour(now):
        return None
    heads, streams, events = heads_hash(session)
    prev = _ZERO if last is None else last.hash
    row = AuditSeal(
        sealed_at=now,
        streams=streams,
        events=events,
        heads_hash=heads,
        prev_hash=prev,
        hash=seal_hash(prev, heads, streams, events, now),
    )
    session.add(row)
    session.flush()
    return row


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def verify_seals(session: Session) -> list[tuple[int, str]]:
    """Recompute the chain of seals; gives each break as the seal's number and what is wrong.

    ``prev_hash``: a seal is missing or was added; ``hash``: a seal was changed; ``counts``:
    there are fewer streams or events than a seal before saw; ``heads``: nothing was recorded
    since the last seal, and yet the heads are others.
    """
    breaks: list[tuple[int, str]] = []
    prev, streams, events = _ZERO, 0, 0
    last: AuditSeal | None = None
    rows = session.scalars(select(AuditSeal).order_by(AuditSeal.id).execution_options(yield_per=_PAGE))
    for row in rows:
        if row.prev_hash != prev:
            breaks.append((row.id, "prev_hash"))
        if row.hash != seal_hash(row.prev_hash, row.heads_hash, row.streams, row.events, row.sealed_at):
            breaks.append((row.id, "hash"))
        if row.streams < streams or row.events < events:
            breaks.append((row.id, "counts"))
        prev, streams, events, last = row.hash, row.streams, row.events, row
    if last is not None:
        heads, now_streams, now_events = heads_hash(session)
        if now_streams < streams or now_events < events:
            breaks.append((last.id, "counts"))
        elif (now_streams, now_events) == (streams, events) and heads != last.heads_hash:
            breaks.append((last.id, "heads"))
    return breaks
