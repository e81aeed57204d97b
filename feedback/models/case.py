"""The case, its submitter and its attachments."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Computed, ForeignKey, Index, Integer, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from feedback.domain.lifecycle import CaseClass, Channel, State, SubmitterKind
from feedback.models.agency import Agency, Field, Unit
from feedback.models.base import Base, one_of, searched_words

_TEXTS = "reference || ' ' || title || ' ' || body || ' ' || place_text"
_POSITION = (
    "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL OR"
    " (latitude BETWEEN 6.0 AND 23.5 AND longitude BETWEEN 102.0 AND 118.0))"
)
_OPEN = text("closed_at IS NULL AND restricted_at IS NULL")
_ANSWERED = text("state = 'answered' AND restricted_at IS NULL")
# Whose a case is stands beside its words as marks that no word can be (migration 0035).
_MARKS = (
    "inbox_marks(lead_agency_id, co_agency_ids, officer_id, field_id, state, closed_at IS NULL,"
    " restricted_at IS NOT NULL)"
)
_SEARCHED = f"{searched_words(_TEXTS)} || coalesce(answer_words, ''::tsvector) || {_MARKS}"
PRESSING = "(due_on - (urgent AND contacted_at IS NULL)::integer * 36500)"
"""The date to sort by when urgent cases that nobody has called yet come first; the index knows it so."""


class Case(Base):
    """One message of a citizen or business and where it stands.

    `due_on` is the date the inbox sorts by: the agency's clock, before assignment the
    citizen's (the last day that counts, Vietnamese date). `co_agency_ids` repeats the
    co-handlers' assignments because the row policy reads them. `submission_digest` tells
    a double send from a second message sent from the same form. `state_before_restriction`
    stays when a case comes back from the restricted track: such a case is never published.
    `latitude` and `longitude` (degrees, WGS 84) are where the sender said it is: for the handlers, never
    published, erased with the rest of what tells of a person. `follows_id` is the case, reported before,
    that the sender chose to follow as they sent theirs; whether they do is `merged_into_id`.
    `follower_read_at`: when the desk had read what they wrote, which no agency works on by itself.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("case_class IS NULL OR " + one_of("case_class", CaseClass), name="case_class"),
        CheckConstraint(one_of("channel", Channel), name="channel"),
        CheckConstraint(one_of("submitter_kind", SubmitterKind), name="submitter_kind"),
        CheckConstraint("(restricted_at IS NULL) = (restricted_kind IS NULL)", name="restricted"),
        CheckConstraint(_POSITION, name="position"),
        CheckConstraint("anonymised_at IS NULL OR latitude IS NULL", name="position_erased"),
        Index("ix_cases_inbox", "lead_agency_id", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_cases_inbox_province", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_cases_state", "state", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_cases_officer", "officer_id", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_cases_open_since", "state_since", "id", postgresql_where=_OPEN),
        Index("ix_cases_field", "field_id", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_cases_answered", "lead_agency_id", "received_at", "id", postgresql_where=_ANSWERED),
        Index("ix_cases_answered_province", "received_at", "id", postgresql_where=_ANSWERED),
        Index(
            "ix_cases_unassigned",
            "lead_agency_id",
            "due_on",
            "id",
            postgresql_where=text("closed_at IS NULL AND restricted_at IS NULL AND officer_id IS NULL"),
        ),
        Index(
            "ix_cases_approval",
            "lead_agency_id",
            "due_on",
            "id",
            postgresql_where=text(
                "closed_at IS NULL AND restricted_at IS NULL AND state = 'awaiting_approval'"
            ),
        ),
        Index(
            "ix_cases_load",
            "lead_agency_id",
            "officer_id",
            "due_on",
            postgresql_include=["unit_id"],
            postgresql_where=_OPEN,
        ),
        Index("ix_cases_unit", "unit_id", "due_on", "id", postgresql_where=_OPEN),
        Index("ix_cases_open_received", "lead_agency_id", "received_at", "id", postgresql_where=_OPEN),
        Index("ix_cases_open_received_province", "received_at", "id", postgresql_where=_OPEN),
        Index("ix_cases_pressing", "lead_agency_id", text(PRESSING), "id", postgresql_where=_OPEN),
        Index("ix_cases_pressing_province", text(PRESSING), "id", postgresql_where=_OPEN),
        Index("ix_cases_agency_received", "lead_agency_id", "received_at", "id"),
        Index("ix_cases_received", "received_at", "id"),
        Index("ix_cases_commune_received", "commune_code", "received_at"),
        Index("ix_cases_restricted", "id", postgresql_where=text("restricted_at IS NOT NULL")),
        Index("ix_cases_co_agencies", "co_agency_ids", postgresql_using="gin"),
        Index("ix_cases_search", "search_vector", postgresql_using="gin"),
        Index("ix_cases_merged_into", "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        Index("ix_cases_follows", "follows_id", postgresql_where=text("follows_id IS NOT NULL")),
        Index(
            "ix_cases_follower_unread",
            "received_at",
            "id",
            postgresql_where=text(
                "follows_id IS NOT NULL AND state = 'merged' AND follower_read_at IS NULL"
                " AND restricted_at IS NULL"
            ),
        ),
        Index("ix_cases_split_from", "split_from_id", postgresql_where=text("split_from_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    tracking_code: Mapped[str] = mapped_column(unique=True)
    submission_digest: Mapped[str]
    channel: Mapped[str]
    locale: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    case_class: Mapped[str | None]
    field_id: Mapped[int | None] = mapped_column(ForeignKey("fields.id"))
    title: Mapped[str]
    body: Mapped[str]
    place_text: Mapped[str] = mapped_column(server_default="")
    place_detail: Mapped[str] = mapped_column(server_default="")
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("communes.code"))
    happened: Mapped[str] = mapped_column(server_default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    submitter_kind: Mapped[str]
    anonymous: Mapped[bool]
    reachable_by: Mapped[str] = mapped_column(server_default="")
    consent_publish: Mapped[bool]
    confidential: Mapped[bool]
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    contacted_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    lead_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    co_agency_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    period: Mapped[int] = mapped_column(server_default=text("1"))
    due_on: Mapped[date]
    citizen_due_on: Mapped[date]
    agency_due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    restricted_at: Mapped[datetime | None]
    restricted_kind: Mapped[str | None]
    state_before_restriction: Mapped[str | None]
    accused_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    refusal_code: Mapped[str | None]
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    split_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    follower_read_at: Mapped[datetime | None]
    send_backs: Mapped[int] = mapped_column(server_default=text("0"))
    transfers: Mapped[int] = mapped_column(server_default=text("0"))
    anonymised_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    answer_words: Mapped[str | None] = deferred(mapped_column(TSVECTOR))
    search_vector: Mapped[str] = deferred(
        mapped_column(TSVECTOR, Computed(_SEARCHED, persisted=True), nullable=True)
    )

    lead_agency: Mapped[Agency | None] = relationship(foreign_keys=[lead_agency_id])
    unit: Mapped[Unit | None] = relationship()
    field: Mapped[Field | None] = relationship()

    __mapper_args__ = {"version_id_col": version, "eager_defaults": False}  # noqa: RUF012 - read by the mapper


class Submitter(Base):
    """Who sent a case, in a table of its own with its own policy.

    Handling units do not see it by default; one row is read in a transaction that
    recorded why (`IdentityReveal`).
    """

    __tablename__ = "submitters"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    name: Mapped[str] = mapped_column(server_default="")
    organisation: Mapped[str] = mapped_column(server_default="")
    business_code: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    erased_at: Mapped[datetime | None]


class Attachment(Base):
    """A file that came with a case, its supplement or its answer.

    `media_type` is what the content was found to be, never what the sender called it.
    `sha256` is of the stored bytes, after an image was re-encoded. Parts of a split message
    share the stored bytes: several rows may name one `storage_key`. A file of an answer (`answer_id`)
    is for staff alone until that version is approved; one of what an external body replied (``relay``) is
    for staff alone.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint(one_of("origin", ("submission", "supplement", "answer", "relay")), name="origin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    origin: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    storage_key: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answer_id: Mapped[UUID | None] = mapped_column(ForeignKey("answers.id"))
