"""The province's own classifiers, and how routing did week by week."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.domain.learning import ModelStatus
from feedback.models.base import Base, one_of


class ClassifierModel(Base):
    """A classifier that was trained here, and what became of it. The shipped one is no row.

    Without a champion routing uses the shipped model. `data_hash` names what it learned from,
    `learned_until` the last decision among it: only later ones may test it. `sha256` is of the
    stored file of numbers. `learned_from`, `figures`: JSON text, counts and shares. `why`: codes of
    what spoke against it, parted by blanks. `problem`: why it cannot be used, for an administrator.
    """

    __tablename__ = "classifier_models"
    __table_args__ = (
        CheckConstraint(one_of("status", ModelStatus), name="status"),
        Index(
            "uq_classifier_models_champion",
            "status",
            unique=True,
            postgresql_where=text("status = 'champion'"),
        ),
        Index("ix_classifier_models_trained_at", "trained_at"),
    )

    version: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    data_hash: Mapped[str]
    sha256: Mapped[str]
    learned_until: Mapped[datetime]
    learned_from: Mapped[str]
    figures: Mapped[str] = mapped_column(server_default=text("'{}'"))
    why: Mapped[str] = mapped_column(server_default=text("''"))
    problem: Mapped[str | None]
    trained_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]
    in_use_since: Mapped[datetime | None]
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class RoutingWeek(Base):
    """What became of the machine's decisions of one week (`week`: its Monday, Vietnamese date).

    `payload` is JSON text, counts only (feedback/queries/learning/quality.py). Kept by a worker, because
    administrators see no cases.
    """

    __tablename__ = "routing_weeks"

    week: Mapped[date] = mapped_column(primary_key=True)
    computed_at: Mapped[datetime]
    payload: Mapped[str]
