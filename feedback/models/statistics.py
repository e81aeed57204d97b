"""Figures that everybody may see, computed by a worker who sees every case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base


class StatisticsSnapshot(Base):
    """The newest figures under a name, as JSON text: counts only, nothing of a single case.

    The public pages see no cases, so they cannot count them; they read this row.
    """

    __tablename__ = "statistics_snapshots"

    name: Mapped[str] = mapped_column(primary_key=True)
    computed_at: Mapped[datetime]
    payload: Mapped[str]
