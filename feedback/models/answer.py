"""Answers, their delivery, their publication and what the submitter thought of them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, deferred, mapped_column

from feedback.models.base import Base, one_of, searched_words

_PUBLISHED_TEXTS = "title || ' ' || summary || ' ' || answer_text"


class Answer(Base):
    """A version of the answer: drafted by an officer, approved by the head of agency.

    The explanation of a refusal, a letter of guidance and the word on paper that a case was
    forwarded are kept here too, approved as they are written, and a merged case keeps a copy of
    what its main case was told: so an approved row is what went out to the submitter, whatever the
    case came to. The words of a refusal that was taken back in time are ``taken_back``.
    ticks: the points (answer_check.Point, by ``;``) that the writer confirmed when submitting it.
    """

    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint(
            one_of("status", ("draft", "submitted", "returned", "approved", "taken_back")), name="status"
        ),
        UniqueConstraint("case_id", "period", "version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    period: Mapped[int]
    version: Mapped[int]
    status: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    remarks: Mapped[str] = mapped_column(server_default="")
    ticks: Mapped[str] = mapped_column(server_default="")
    no_photo_reason: Mapped[str] = mapped_column(server_default="")


class Delivery(Base):
    """How an approved answer reached, or is to reach, a person whom no mail reaches.

    `delivered_at` is empty while the answer waits to be printed, posted or collected; `cancelled_at`
    marks a letter that was taken back, or whose case was taken up again, before it was handed over.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(one_of("method", ("counter", "post", "phone", "mail")), name="method"),
        Index("ix_deliveries_pending", "case_id", postgresql_where=text("delivered_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id"))
    method: Mapped[str]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    note: Mapped[str] = mapped_column(server_default="")


class Publication(Base):
    """What the public board shows of an answered case, in words an officer wrote.

    The submitter's text, name, files and exact place are never here. A second person
    checks it (`checked_by` differs from `written_by`) before it is published.
    """

    __tablename__ = "publications"
    __table_args__ = (
        CheckConstraint(
            one_of("status", ("awaiting_check", "returned", "published", "withdrawn")), name="status"
        ),
        CheckConstraint("checked_by IS NULL OR checked_by <> written_by", name="second_person"),
        UniqueConstraint("case_id", "period"),
        Index("ix_publications_board", "published_at", "id", postgresql_where=text("status = 'published'")),
        Index(
            "ix_publications_awaiting",
            "written_at",
            "id",
            postgresql_where=text("status = 'awaiting_check'"),
        ),
        Index("ix_publications_search", "search_vector", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    period: Mapped[int]
    answer_id: Mapped[UUID] = mapped_column(ForeignKey("answers.id"))
    status: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    answer_text: Mapped[str]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("fields.id"))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("communes.code"))
    received_on: Mapped[date]
    answered_on: Mapped[date]
    on_time: Mapped[bool]
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    remarks: Mapped[str] = mapped_column(server_default="")
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    search_vector: Mapped[str] = deferred(
        mapped_column(TSVECTOR, Computed(searched_words(_PUBLISHED_TEXTS), persisted=True), nullable=True)
    )


class Rating(Base):
    """How satisfied the submitter was with the answer of a period (1 to 5)."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(server_default="")
    rated_at: Mapped[datetime]
