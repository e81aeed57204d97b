"""Law as dated rows: calendar, terms, ladder, limits of states, routing rules.

A row that changes is closed (`valid_to`, or `superseded_at` for a calendar day) and a new
one is written, so that what was in force on a day can always be told.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, one_of


class CalendarDay(Base):
    """A weekday off or a Saturday worked in the public sector, with the document that says so."""

    __tablename__ = "calendar_days"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("day_off", "working_day")), name="kind"),
        CheckConstraint(one_of("status", ("official", "computed", "proposed")), name="status"),
        Index(
            "uq_calendar_days_date_current",
            "date",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    date: Mapped[date]
    kind: Mapped[str]
    status: Mapped[str]
    source: Mapped[str]
    name_vi: Mapped[str] = mapped_column(server_default="")
    name_en: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    superseded_at: Mapped[datetime | None]


class OfficeSchedule(Base):
    """The hours of an office (columns as feedback.domain.offices).

    `agency_id` is null in the province's row, which holds for every agency without its own.
    """

    __tablename__ = "office_schedules"
    __table_args__ = (UniqueConstraint("agency_id", "valid_from", postgresql_nulls_not_distinct=True),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    weekly: Mapped[str]
    working_weekdays: Mapped[str]
    source: Mapped[str] = mapped_column(server_default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Term(Base):
    """A legal term: how long, counted from what, on which basis (columns as feedback.domain.terms)."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("key", "valid_from"),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    key: Mapped[str]
    duration: Mapped[str]
    counted_from: Mapped[str]
    basis: Mapped[str]
    pauses: Mapped[bool] = mapped_column(server_default=text("false"))
    extend_by: Mapped[str] = mapped_column(server_default="")
    extend_at_most: Mapped[str] = mapped_column(server_default="")
    name_vi: Mapped[str]
    name_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class LadderStep(Base):
    """A step of escalation (columns as feedback.domain.ladder; lists are ``;``-separated).

    An empty `case_classes` or `agency_kinds` asks for none in particular.
    """

    __tablename__ = "ladder_steps"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint(one_of("urgent", ("any", "yes", "no")), name="urgent"),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    code: Mapped[str]
    clock: Mapped[str]
    offset: Mapped[str]
    recipients: Mapped[str]
    restricted: Mapped[bool] = mapped_column(server_default=text("false"))
    case_classes: Mapped[str] = mapped_column(server_default="")
    urgent: Mapped[str] = mapped_column(server_default="any")
    agency_kinds: Mapped[str] = mapped_column(server_default="")
    basis: Mapped[str]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class StateLimit(Base):
    """How long a case may stay in a state, and the position that answers for it."""

    __tablename__ = "state_limits"
    __table_args__ = (UniqueConstraint("state", "valid_from"),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    state: Mapped[str]
    duration: Mapped[str]
    owner: Mapped[str]
    next_up: Mapped[str]
    basis: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class RoutingRule(Base):
    """A version of a routing rule: a condition as JSON text and the agency it leads to.

    `problem`: what kept the workers from following it when they last read it. A version that another
    took the place of before its time has `superseded_at` and counts no more. `recorded_at`: when
    somebody wrote it (`recorded_by` None: a command); None for a shipped row.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (
        Index("ix_routing_rules_priority", "priority"),
        Index(
            "uq_routing_rules_version",
            "code",
            "valid_from",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    code: Mapped[str]
    priority: Mapped[int]
    condition: Mapped[str]
    agency_code: Mapped[str]
    case_class: Mapped[str | None]
    reason_vi: Mapped[str]
    reason_en: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    problem: Mapped[str | None]
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    superseded_at: Mapped[datetime | None]


class RuleTrial(Base):
    """A change of a routing rule that an administrator proposed, and what it would do to past cases.

    `row`: the proposed version as JSON text by column; None takes the rule away. `first_day`: from when.
    `base_id`: the newest version when it was proposed, which must still be that when it is saved.
    `result`: the sums (feedback.domain.routing.trial), JSON text, once `counted_at`.
    """

    __tablename__ = "rule_trials"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    row: Mapped[str | None]
    first_day: Mapped[date]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("routing_rules.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    cases_total: Mapped[int | None]
    cases_done: Mapped[int] = mapped_column(server_default=text("0"))
    result: Mapped[str | None]
    counted_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]


class ProvinceSetting(Base):
    """A setting of the province (its name, its telephone numbers, its portal), by key."""

    __tablename__ = "province_settings"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
