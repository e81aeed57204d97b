"""The parts of a case that other agencies still owe its lead."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.models import Contribution


def open_parts(session: Session, case_id: UUID) -> list[Contribution]:
    """Give the parts of a case that were asked for and have not come, the most pressing first."""
    query = select(Contribution).where(
        Contribution.case_id == case_id, Contribution.answered_at.is_(None), Contribution.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(Contribution.due_on, Contribution.id)))
