"""The audit trail: what tampering it shows, and that it holds whoever writes at the same time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.events import EventKind
from feedback.domain.positions import Actor
from feedback.embedded.databases import Urls
from feedback.models import AuditEvent
from feedback.services import audit
from feedback.services.sealing import seal, verify_seals

NOON = datetime(2026, 11, 22, 5, 0, 0, 123456, tzinfo=UTC)
STREAM = "settings"

# Texts that PostgreSQL stores: no NUL, no half of a surrogate pair.
STORABLE = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def happen(session: Session, number: int = 5, stream: str = STREAM) -> list[UUID]:
    """Record `number` events in a stream."""
    return [
        audit.record(
            session, kind=EventKind.PROVINCE_SEEDED, actor=audit.COMMAND, at=NOON + timedelta(seconds=n),
            stream=stream, key=f"k{n}", value=n,
        )
        for n in range(number)
    ]  # fmt: skip


def tamper(session: Session, *statements: str) -> None:
    """Change rows as somebody who has the whole server: no role, no trigger, no policy."""
    session.flush()
    session.execute(text("RESET ROLE"))
    session.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in statements:
        assert session.execute(text(statement)).rowcount > 0, statement  # type: ignore[attr-defined]
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.execute(text("SET LOCAL ROLE feedback_worker"))


def rehash(seq: int) -> str:
    """Give the statement that makes an event's own hash fit again."""
    return f"""
        UPDATE audit_events
        SET hash = audit_hash(prev_hash, stream, seq, id, at, actor, kind, case_id, payload)
        WHERE stream = '{STREAM}' AND seq = {seq}"""  # fmt: skip


def test_an_untouched_trail_is_sound(worker_session: Session) -> None:
    assert audit.verify(worker_session) == audit.Verification(0, 0, ())
    happen(worker_session)
    happen(worker_session, 3, "account:7")
    assert audit.verify(worker_session) == audit.Verification(2, 8, ())


ATTACKS = {
    "payload": (["UPDATE audit_events SET payload = '{}' WHERE seq = 2"], {(2, "hash")}),
    "actor": (["UPDATE audit_events SET actor = 'account:1' WHERE seq = 5"], {(5, "hash")}),
    "kind": (["UPDATE audit_events SET kind = 'case.received' WHERE seq = 1"], {(1, "hash")}),
    "moment": (["UPDATE audit_events SET at = at + interval '1 microsecond' WHERE seq = 3"], {(3, "hash")}),
    "id": (["UPDATE audit_events SET id = gen_random_uuid() WHERE seq = 3"], {(3, "hash")}),
    "rehashed": (
        ["UPDATE audit_events SET payload = '{}' WHERE seq = 3", rehash(3)], {(4, "prev_hash")},
    ),
    "rehashed tail": (["UPDATE audit_events SET payload = '{}' WHERE seq = 5", rehash(5)], {(5, "head")}),
    "removed": (["DELETE FROM audit_events WHERE seq = 3"], {(4, "gap"), (4, "prev_hash")}),
    "removed first": (["DELETE FROM audit_events WHERE seq = 1"], {(2, "gap"), (2, "prev_hash")}),
    "renumbered": (
        ["DELETE FROM audit_events WHERE seq = 4", "UPDATE audit_events SET seq = 4 WHERE seq = 5"],
        {(4, "prev_hash"), (4, "hash"), (4, "head")},
    ),
    "reordered": (
        [
            "UPDATE audit_events SET seq = 99 WHERE seq = 2",
            "UPDATE audit_events SET seq = 2 WHERE seq = 3",
            "UPDATE audit_events SET seq = 3 WHERE seq = 99",
        ],
        {(2, "prev_hash"), (2, "hash"), (3, "prev_hash"), (3, "hash"), (4, "prev_hash")},
    ),
    "cut tail": (["DELETE FROM audit_events WHERE seq > 3"], {(3, "head")}),
    "all but the head": (["DELETE FROM audit_events"], {(0, "head")}),
    "forged head": ([r"UPDATE audit_heads SET hash = decode(repeat('ab', 32), 'hex')"], {(5, "head")}),
    "head behind": (["UPDATE audit_heads SET seq = 4"], {(5, "head")}),
    "no head": (["DELETE FROM audit_heads"], {(5, "head")}),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_trail_tampered_with_shows_where(worker_session: Session, attack: str) -> None:
    happen(worker_session)
    # What the session has read before must not testify for what the tables hold now.
    before = worker_session.scalars(select(AuditEvent)).all()
    statements, expected = ATTACKS[attack]
    tamper(worker_session, *statements)
    found = audit.verify(worker_session)
    assert {(seq, what) for stream, seq, what in found.breaks if stream == STREAM} == expected
    assert not found.sound
    assert before


def test_a_copied_event_is_no_event_of_another_stream(worker_session: Session) -> None:
    happen(worker_session)
    tamper(
        worker_session,
        "INSERT INTO audit_events SELECT 'account:7', seq, gen_random_uuid(), at, actor, kind, case_id,"
        " payload, prev_hash, hash FROM audit_events WHERE seq = 1",
    )
    assert set(audit.verify(worker_session).breaks) == {("account:7", 1, "hash"), ("account:7", 1, "head")}


@pytest.mark.parametrize(
    ("attack", "shown"),
    [
        (["DELETE FROM audit_events WHERE stream = 'account:7'",
          "DELETE FROM audit_heads WHERE stream = 'account:7'"], "counts"),
        (["UPDATE audit_events SET payload = '{}' WHERE stream = 'settings' AND seq = 5", rehash(5),
          "UPDATE audit_heads h SET hash = e.hash FROM audit_events e"
          " WHERE h.stream = e.stream AND e.seq = 5"],
         "heads"),
    ],
)  # fmt: skip
def test_what_a_chain_cannot_see_of_itself_shows_in_the_seals(
    worker_session: Session, attack: list[str], shown: str
) -> None:
    happen(worker_session)
    happen(worker_session, 3, "account:7")
    last = seal(worker_session, NOON)
    assert last is not None
    assert verify_seals(worker_session) == []
    tamper(worker_session, *attack)
    assert audit.verify(worker_session).sound
    assert verify_seals(worker_session) == [(last.id, shown)]


@pytest.fixture(scope="module")
def sql_hash(engine_worker: Engine) -> Callable[..., bytes]:
    """The hash as migration 0006 computes it."""
    call = text("SELECT audit_hash(:prev, :stream, :seq, :id, :at, :actor, :kind, :case_id, :payload)")

    def compute(prev: bytes, event: AuditEvent) -> bytes:
        names = ("stream", "seq", "id", "at", "actor", "kind", "case_id", "payload")
        with engine_worker.connect() as connection:
            values = {name: getattr(event, name) for name in names}
            return bytes(connection.scalar(call, {"prev": prev, **values}))

    return compute


events = st.builds(
    AuditEvent, stream=STORABLE, seq=st.integers(1, 2**31 - 1), id=st.uuids(), at=MOMENTS, actor=STORABLE,
    kind=STORABLE, case_id=st.none() | st.uuids(), payload=STORABLE,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(event=events, seed=st.binary())
def test_python_and_postgresql_compute_one_hash(
    sql_hash: Callable[..., bytes], event: AuditEvent, seed: bytes
) -> None:
    prev = hashlib.sha256(seed).digest()
    assert audit.event_hash(prev, event) == sql_hash(prev, event)


@settings(max_examples=200, deadline=None)
@given(event=events, words=st.text("ab1:;", max_size=6), cut=st.integers(0, 6), other=st.integers(0, 6))
def test_text_moved_from_one_field_to_the_next_changes_the_hash(
    event: AuditEvent, words: str, cut: int, other: int
) -> None:
    event.actor, event.kind = words[:cut], words[cut:]
    first = audit.event_hash(bytes(32), event)
    event.actor, event.kind = words[:other], words[other:]
    same = words[:cut] == words[:other]
    assert (audit.event_hash(bytes(32), event) == first) is same


def test_many_writers_make_one_sound_chain_while_it_is_verified(fresh_database: Urls) -> None:
    engine = db.make_engine(fresh_database.worker, pool_size=8)
    factory = db.session_factory(engine)
    writers, each = 6, 20
    breaks: list[object] = []
    done = threading.Event()

    def write(writer: int) -> None:
        for number in range(each):
            with db.transaction(factory, db.WORKER) as session:
                happen(session, 1, STREAM if number % 2 else f"account:{writer}")

    def watch() -> None:
        while not done.is_set():
            with db.transaction(factory, db.WORKER) as session:
                breaks.extend(audit.verify(session).breaks)

    watcher = threading.Thread(target=watch)
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    watcher.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watcher.join()
    with db.transaction(factory, db.WORKER) as session:
        assert audit.verify(session) == audit.Verification(writers + 1, writers * each, ())
        numbers = session.scalars(select(AuditEvent.seq).where(AuditEvent.stream == STREAM)).all()
    engine.dispose()
    assert sorted(numbers) == list(range(1, writers * each // 2 + 1))
    assert breaks == []


def test_what_is_rolled_back_leaves_no_gap(worker_session: Session) -> None:
    happen(worker_session, 2)
    undone = worker_session.begin_nested()
    happen(worker_session, 2)
    undone.rollback()
    happen(worker_session, 1)
    assert audit.verify(worker_session) == audit.Verification(1, 3, ())


def test_an_event_belongs_somewhere() -> None:
    with pytest.raises(ValueError, match="stream"):
        audit.event_values(kind=EventKind.PROVINCE_SEEDED, actor=audit.COMMAND, at=NOON)


def test_actors_and_payloads_are_written_one_way() -> None:
    assert audit.actor_key(Actor(account_id=7, name="Lê Thị Lựu", positions=())) == "account:7"
    assert audit.payload_text({"b": True, "a": None, "c": "Đạ"}) == '{"a":null,"b":true,"c":"Đạ"}'
