"""The lists that somebody named, and those that the heads of their units share with them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.models import SavedView
from feedback.queries.lists.desk import Desk

MOST_SHOWN = 20


def views_for(session: Session, desk: Desk) -> Sequence[SavedView]:
    """Give the views of a desk: one's own first, then those of one's units, by name."""
    return session.scalars(
        select(SavedView)
        .where(
            SavedView.deleted_at.is_(None),
            or_(SavedView.account_id == desk.account_id, SavedView.shared_unit_id.in_(desk.unit_ids)),
        )
        .order_by((SavedView.account_id != desk.account_id), SavedView.name, SavedView.id)
        .limit(MOST_SHOWN)
    ).all()
