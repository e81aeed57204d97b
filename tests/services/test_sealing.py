"""Seals over the audit streams: one an hour, chained, and telling when something was changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from feedback.domain.events import EventKind
from feedback.models import AuditSeal
from feedback.services import audit
from feedback.services.sealing import heads_hash, seal, verify_seals

NOON = datetime(2026, 11, 22, 5, 2, tzinfo=UTC)


def happen(session: Session, stream: str, at: datetime = NOON) -> None:
    audit.record(session, kind=EventKind.PROVINCE_SEEDED, actor=audit.COMMAND, at=at, stream=stream)


def test_one_seal_an_hour_chained_to_the_last(worker_session: Session) -> None:
    happen(worker_session, "settings")
    happen(worker_session, "account:1")
    first = seal(worker_session, NOON)
    assert first is not None
    assert (first.streams, first.events, first.prev_hash) == (2, 2, bytes(32))
    assert seal(worker_session, NOON + timedelta(minutes=50)) is None
    happen(worker_session, "settings")
    second = seal(worker_session, NOON + timedelta(hours=1))
    assert second is not None
    assert (second.prev_hash, second.events) == (first.hash, 3)
    assert second.heads_hash != first.heads_hash
    assert verify_seals(worker_session) == []


def test_a_quiet_hour_is_sealed_too(worker_session: Session) -> None:
    happen(worker_session, "settings")
    hours = [seal(worker_session, NOON + timedelta(hours=number)) for number in range(3)]
    assert len({row.hash for row in hours if row is not None}) == 3
    assert verify_seals(worker_session) == []


def test_streams_are_hashed_in_one_order(worker_session: Session) -> None:
    for stream in ("settings", "account:10", "account:2", "Account:1"):
        happen(worker_session, stream)
    before = heads_hash(worker_session)
    assert heads_hash(worker_session) == before
    assert before[1:] == (4, 4)


def test_a_seal_between_others_shows_when_it_is_not_theirs(worker_session: Session) -> None:
    happen(worker_session, "settings")
    seal(worker_session, NOON)
    last = worker_session.scalars(select(AuditSeal)).one()
    forged = AuditSeal(
        sealed_at=NOON + timedelta(hours=1), streams=1, events=0, heads_hash=last.heads_hash,
        prev_hash=bytes(32), hash=b"\x01" * 32,
    )  # fmt: skip
    worker_session.add(forged)
    worker_session.flush()
    assert {what for number, what in verify_seals(worker_session) if number == forged.id} >= {
        "prev_hash", "hash", "counts",
    }  # fmt: skip


def test_heads_changed_behind_the_seals_back_show(worker_session: Session) -> None:
    """What a superuser could do with the triggers off: the heads differ though nothing was recorded."""
    happen(worker_session, "settings")
    seal(worker_session, NOON)
    worker_session.execute(text("RESET ROLE"))
    worker_session.execute(text("UPDATE audit_heads SET hash = decode(repeat('ff', 32), 'hex')"))
    assert [what for _, what in verify_seals(worker_session)] == ["heads"]
