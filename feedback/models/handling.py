"""Who has a case: routing decisions, assignments, moves, supplement requests, readings of who sent it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.models.agency import Agency
from feedback.models.base import Base, one_of


class RoutingDecision(Base):
    """Why a case went where it went: by the worker's rules or by a person (`decided_by`).

    The worker's `trace` is a `Decision`, a person's a `Correction`: what the machine had proposed and
    what was decided instead, the label that learning reads. `superseded_at` marks a person's decision
    that was taken back: it is no label.
    """

    __tablename__ = "routing_decisions"
    __table_args__ = (
        Index(
            "ix_routing_decisions_suspected",
            "case_id",
            postgresql_where=text("outcome = 'restricted_triage'"),
        ),
        Index("ix_routing_decisions_decided_at", "decided_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    outcome: Mapped[str]
    case_class: Mapped[str | None]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    confidence: Mapped[float]
    trace: Mapped[str]
    superseded_at: Mapped[datetime | None]


class Assignment(Base):
    """A case in the hands of an agency, as lead or as co-handler.

    `final` marks what the coordinator decided after a second send-back: it cannot be
    sent back again.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        CheckConstraint(one_of("role", ("lead", "co")), name="role"),
        Index(
            "uq_assignments_lead",
            "case_id",
            unique=True,
            postgresql_where=text("role = 'lead' AND ended_at IS NULL"),
        ),
        Index(
            "ix_assignments_co",
            "agency_id",
            "case_id",
            postgresql_where=text("role = 'co' AND ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    role: Mapped[str]
    final: Mapped[bool] = mapped_column(server_default=text("false"))
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    agency: Mapped[Agency] = relationship()


class Move(Base):
    """A send-back, a transfer or a recall: from whom, to whom it was proposed or given, and why.

    Rows are for staff: a submitter is told who passed the case to whom and when (`moves_told`).
    """

    __tablename__ = "moves"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("send_back", "transfer", "recall", "forward")), name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    moved_at: Mapped[datetime]
    moved_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    from_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    to_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    reason: Mapped[str]


class Supplement(Base):
    """A question to the submitter, and the reply when it comes.

    `pauses` tells whether the agency's clock stands still meanwhile: only for a first
    request made within the term (scoring rule of 766/QĐ-TTg). `due_on` ends the wait.
    """

    __tablename__ = "supplements"
    __table_args__ = (
        Index(
            "uq_supplements_open",
            "case_id",
            unique=True,
            postgresql_where=text("replied_at IS NULL AND expired_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    question: Mapped[str]
    pauses: Mapped[bool]
    due_on: Mapped[date]
    replied_at: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(server_default="")
    expired_at: Mapped[datetime | None]


class IdentityReveal(Base):
    """A reading of the submitter's identity: who, when and what for."""

    __tablename__ = "identity_reveals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    revealed_at: Mapped[datetime]
    reason: Mapped[str]


class EventNote(Base):
    """The words that somebody wrote with an act: a reason, a remark, what was said on the telephone.

    Kept beside the audit event and not in it, so that erasing them breaks no chain. Staff
    who see the case read them; the submitter does not.
    """

    __tablename__ = "event_notes"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("audit_events.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    text: Mapped[str]
    written_at: Mapped[datetime]


class NoteWords(Base):
    """The words of all notes of a case, folded, with the marks of whose it is; a trigger keeps them.

    For the function ``search_notes``, which applies the scope; supervisors see no row.
    """

    __tablename__ = "note_words"
    __table_args__ = (Index("ix_note_words_words", "words", postgresql_using="gin"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    words: Mapped[str] = mapped_column(TSVECTOR)
