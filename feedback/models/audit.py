"""Audit events, chained by hash within their stream, and the seals over all streams.

PostgreSQL numbers and hashes an event in a trigger (migration 0001), so no writer can
leave the chain; `feedback.services.audit` verifies it with its own arithmetic.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import FetchedValue, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class AuditEvent(Base):
    """Something that happened, in stored text without personal data or free text.

    `stream` is ``case:<uuid>``, ``account:<id>`` or ``settings``. `actor` is
    ``account:<id>``, ``submitter``, ``worker`` or ``command``. `payload` is JSON text.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_case_id", "case_id"),)

    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, server_default=FetchedValue(), autoincrement=False)
    id: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    payload: Mapped[str]
    prev_hash: Mapped[bytes] = mapped_column(server_default=FetchedValue())
    hash: Mapped[bytes] = mapped_column(server_default=FetchedValue())


class AuditHead(Base):
    """The last event of a stream; kept by the trigger."""

    __tablename__ = "audit_heads"

    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes]


class AuditSeal(Base):
    """An hourly hash over every stream's head, chained to the seal before it."""

    __tablename__ = "audit_seals"

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    sealed_at: Mapped[datetime]
    streams: Mapped[int]
    events: Mapped[int]
    heads_hash: Mapped[bytes]
    prev_hash: Mapped[bytes]
    hash: Mapped[bytes] = mapped_column(unique=True)
