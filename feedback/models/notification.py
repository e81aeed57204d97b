"""What each member of staff was told, and how they want to be told."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.domain.notifications import Channel, NotificationKind, Topic
from feedback.models.base import Base, one_of


class Notification(Base):
    """One thing that one account was told in the product: a kind and a case, never words of anybody.

    `cause` is that of the notice it came with, so that it is told once. `in_digest`: it goes into the
    account's next digest; `digest_id` is the cause of the mail that brought it.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        CheckConstraint(one_of("kind", NotificationKind), name="kind"),
        UniqueConstraint("account_id", "cause", "kind"),
        Index("ix_notifications_account", "account_id", desc("created_at"), desc("id")),
        Index("ix_notifications_unread", "account_id", postgresql_where=text("read_at IS NULL")),
        Index(
            "ix_notifications_digest",
            "account_id",
            postgresql_where=text("in_digest AND digest_id IS NULL AND read_at IS NULL"),
        ),
        Index("ix_notifications_case_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    cause: Mapped[UUID]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    in_digest: Mapped[bool] = mapped_column(server_default=text("false"))
    digest_id: Mapped[UUID | None]


class NotificationChoice(Base):
    """The channel that an account chose for a topic; without a row the usual one holds."""

    __tablename__ = "notification_choices"
    __table_args__ = (
        CheckConstraint(one_of("topic", Topic), name="topic"),
        CheckConstraint(one_of("channel", Channel), name="channel"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]


class NotificationTimes(Base):
    """When an account gets its digest, and when it wants no mail; times of the clock in Vietnam."""

    __tablename__ = "notification_times"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    digest_at: Mapped[dt.time]
    quiet_from: Mapped[dt.time]
    quiet_to: Mapped[dt.time]
    quiet_days: Mapped[bool]
