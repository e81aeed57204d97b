"""Heads in the morning: some read their digest and promise a date, some do not."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.models import Digest, EscalationStep, Position
from feedback.services.night.acknowledgement import acknowledge
from feedback.services.simulation.staff import Office


def acknowledge_some(session: Session, office: Office, at: datetime, draw: random.Random) -> int:
    """Let who answers in a position acknowledge the steps of the digest of the day; gives how many."""
    rows = session.execute(
        select(EscalationStep.position_id, Position.agency_id, EscalationStep.id)
        .join(Digest, Digest.id == EscalationStep.digest_id)
        .join(Position, Position.id == EscalationStep.position_id)
        .where(
            Digest.local_date == local_date(at),
            Digest.deliver_at <= at,
            EscalationStep.acknowledged_at.is_(None),
            EscalationStep.retracted_at.is_(None),
            EscalationStep.settled_at.is_(None),
        )
        .order_by(EscalationStep.position_id)
    )
    letters: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    for position_id, agency_id, step_id in rows:
        letters[position_id, agency_id].append(step_id)
    acknowledged = 0
    for (position_id, agency_id), step_ids in letters.items():
        reader = office.in_position(session, position_id)
        if draw.random() > office.diligence(agency_id).acknowledges or reader is None:
            continue
        promised_on = office.book.calendar.add_working_days(local_date(at), draw.choice((2, 3, 5)))
        acknowledged += acknowledge(
            session, reader, step_ids=step_ids, promised_on=promised_on, now=at,
            reason="Sẽ chỉ đạo xử lý dứt điểm. (Cam kết mô phỏng.)",
        )  # fmt: skip
    return acknowledged
