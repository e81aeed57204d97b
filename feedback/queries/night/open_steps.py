"""Recorded steps of the ladder that still ask for something: those that ended, those not acknowledged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.domain.calendar import day_start, local_date
from feedback.domain.positions import PositionKind
from feedback.queries.law_book import LawBook
from feedback.queries.night.overdue import CONCERNS, RUNGS, rung_values


class Ending(StrEnum):
    """Why a step asks for nothing more.

    SETTLED: its clock ended; the step was true and stays in the record. The others take the
    step back, because nothing justifies it any more: a new version of the deadline, the
    calendar or the ladder, a case set apart, whose public ladder no longer speaks, or a case that
    the step's row is not for (another class, no longer urgent, an agency of another kind).
    """

    SETTLED = "settled"
    DEADLINE_CHANGED = "deadline_changed"
    CALENDAR_CHANGED = "calendar_changed"
    SET_APART = "set_apart"
    CASE_CHANGED = "case_changed"


@dataclass(frozen=True, slots=True)
class Ended:
    """An open step that is to be closed, and why."""

    step_id: UUID
    case_id: UUID
    code: str
    position_id: int
    ending: Ending


# `n` is the running version that took the place of a superseded one, of the same state for the clock of a
# state. A rung justifies a step when it reaches the due moment of the version in question.
_ENDED = text(
    f"""
    WITH rung AS MATERIALIZED (SELECT * FROM {RUNGS})
    SELECT s.id, s.case_id, s.step, s.position_id,
           CASE WHEN d.met_at IS NOT NULL OR (d.superseded_at IS NOT NULL AND (n.id IS NULL OR new.holds))
                THEN 'settled'
                WHEN d.superseded_at IS NOT NULL THEN 'deadline_changed'
                WHEN c.restricted_at IS NOT NULL THEN 'set_apart'
                WHEN old.reached THEN 'case_changed'
                ELSE 'calendar_changed' END AS ending
    FROM escalation_steps s
    JOIN deadlines d ON d.id = s.deadline_id
    JOIN cases c ON c.id = s.case_id
    LEFT JOIN deadlines n ON d.superseded_at IS NOT NULL AND n.case_id = d.case_id AND n.clock = d.clock
         AND n.state IS NOT DISTINCT FROM d.state AND n.superseded_at IS NULL AND n.met_at IS NULL
    CROSS JOIN LATERAL (
        SELECT count(*) > 0, coalesce(bool_or({CONCERNS}), false) FROM rung r
        WHERE r.code = s.step AND r.clock = d.clock AND r.restricted = (c.restricted_at IS NOT NULL)
          AND d.due_at > r.after AND d.due_at <= r.until) AS old (reached, holds)
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM rung r WHERE r.code = s.step AND r.clock = n.clock
          AND r.restricted = (c.restricted_at IS NOT NULL)
          AND n.due_at > r.after AND n.due_at <= r.until AND {CONCERNS})) AS new (holds)
    WHERE s.settled_at IS NULL AND s.retracted_at IS NULL
      AND (d.met_at IS NOT NULL OR d.superseded_at IS NOT NULL OR NOT old.holds)
    ORDER BY s.case_id, s.id
    """  # noqa: S608 - made of our own constants
)


def ended_steps(session: Session, at: datetime, book: LawBook) -> list[Ended]:
    """Give every open step whose deadline has ended, or that its dates as of `at` do not justify."""
    rows = session.execute(_ENDED, rung_values(at, book))
    return [Ended(row.id, row.case_id, row.step, row.position_id, Ending(row.ending)) for row in rows]


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """An open step that its position was told of in time and did not acknowledge."""

    step_id: UUID
    deadline_id: UUID
    code: str
    position_id: int
    position_kind: PositionKind
    told_at: datetime


_UNACKNOWLEDGED = text(
    """
    SELECT s.id, s.deadline_id, s.step, s.position_id, p.kind,
           coalesce(g.deliver_at, s.recorded_at) AS told_at
    FROM escalation_steps s
    JOIN positions p ON p.id = s.position_id
    JOIN deadlines d ON d.id = s.deadline_id
    LEFT JOIN digests g ON g.id = s.digest_id
    WHERE s.settled_at IS NULL AND s.retracted_at IS NULL
      AND s.acknowledged_at IS NULL AND s.raised_at IS NULL AND s.raised_from_id IS NULL
      AND d.paused_at IS NULL AND (g.id IS NOT NULL OR s.step = ANY (CAST(:at_once AS text[])))
      AND coalesce(g.deliver_at, s.recorded_at) < :told_before
    ORDER BY s.case_id, s.id
    """
)


def unacknowledged(
    session: Session, at: datetime, book: LawBook, at_once: Collection[str]
) -> list[Unacknowledged]:
    """Give the open steps left unacknowledged until the end of the working day after they were told.

    What was itself shown one level up goes no further: a reminder before the due date would end with
    the chairman. What is overdue climbs by its dates.

    at_once: the codes of steps that are told without a digest, when they were recorded.
    """
    # The last working day that has ended by `at`: what was told before it began has had its whole day.
    last_ended = book.calendar.add_working_days(local_date(at), -1)
    rows = session.execute(
        _UNACKNOWLEDGED, {"at_once": sorted(at_once), "told_before": day_start(last_ended)}
    )
    return [
        Unacknowledged(
            row.id, row.deadline_id, row.step, row.position_id, PositionKind(row.kind), row.told_at
        )
        for row in rows
    ]
