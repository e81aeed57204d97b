"""Steps of the ladder as rows: recorded, closed, raised a level up. Each function writes one chunk.

The unique key (deadline version, step, position) makes a step happen once, whoever runs
and however often; nothing here depends on which run comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.escalation import acknowledge_by, address, shown_also_to, steps_due
from feedback.domain.events import EventKind
from feedback.domain.notices import NoticeKind
from feedback.domain.recipients import Directory, Recipient
from feedback.models import EscalationStep, Message
from feedback.queries.law_book import LawBook
from feedback.queries.night.open_steps import Ended, Ending, Unacknowledged
from feedback.queries.night.overdue import Due, Running, running
from feedback.services import audit
from feedback.services.post import notices
from feedback.services.restricted_track import admission
from feedback.services.work import ring

_log = structlog.get_logger(__name__)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one chunk came to: steps written, and steps for which no position exists."""

    steps: int = 0
    unaddressed: int = 0


@dataclass(slots=True)
class _Chunk:
    """The steps that one transaction writes."""

    at: datetime
    rows: list[Row] = field(default_factory=list)
    joining: dict[tuple[UUID, int], int] = field(default_factory=dict)
    unaddressed: int = 0

    def add(
        self,
        case: Running,
        code: str,
        to: Recipient | None,
        reached_on: date,
        raised_from: UUID | None = None,
    ) -> None:
        if to is None:
            self.unaddressed += 1
            _log.error("escalation_unaddressed", case=str(case.case_id), step=code)
            return
        if to.joins and to.account_id is not None:
            self.joining[case.case_id, to.position.id] = to.account_id
        self.rows.append(
            {
                "id": new_id(),
                "case_id": case.case_id,
                "deadline_id": case.facts.deadline_id,
                "step": code,
                "position_id": to.position.id,
                "skipped_vacant": ",".join(to.skipped_vacant),
                "raised_from_id": raised_from,
                "reached_on": reached_on,
                "recorded_at": self.at,
            }
        )

    def write(self, session: Session, at_once: Collection[str]) -> int:
        """Write the steps that are not there yet, each with its audit event; gives how many."""
        if not self.rows:
            return 0
        # Two addressees of a row may lead to one position (both vacant): one statement may not hold it twice.
        unique = {(row["deadline_id"], row["step"], row["position_id"]): row for row in reversed(self.rows)}
        written = _insert(session, list(reversed(unique.values())))
        events = [
            audit.event_values(
                kind=EventKind.STEP_REACHED, actor=audit.WORKER, at=self.at, case_id=row.case_id,
                step=row.step, position=row.position_id, raised=row.raised_from_id is not None,
            )
            for row in written
        ]  # fmt: skip
        _record(session, events)
        joining = [
            (row.case_id, account_id, row.step)
            for row in written
            if (account_id := self.joining.get((row.case_id, row.position_id))) is not None
        ]
        admission.admit(session, joining, self.at)
        self._tell_at_once(session, written, events, at_once)
        return len(written)

    def _tell_at_once(
        self, session: Session, written: Sequence[Any], events: Sequence[Row], at_once: Collection[str]
    ) -> None:
        rows = [
            notices.notice_values(
                cause=event["id"], kind=NoticeKind.URGENT_UNCONTACTED, case_id=row.case_id, now=self.at,
                recipient=notices.to_position(row.position_id),
            )
            for row, event in zip(written, events, strict=True)
            if row.step in at_once and row.raised_from_id is None
        ]  # fmt: skip
        if rows:
            session.connection().execute(insert(Message).on_conflict_do_nothing().inline(), rows)
            ring(session, "messages")


# One statement a chunk: rows come as columns. A step that was taken back before climbs again.
_INSERT_STEPS = text(
    """
    INSERT INTO escalation_steps (id, case_id, deadline_id, step, position_id, skipped_vacant,
                                  raised_from_id, reached_on, recorded_at)
    SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:case_id AS uuid[]), CAST(:deadline_id AS uuid[]), CAST(:step AS text[]),
        CAST(:position_id AS integer[]), CAST(:skipped_vacant AS text[]), CAST(:raised_from_id AS uuid[]),
        CAST(:reached_on AS date[]), CAST(:recorded_at AS timestamptz[]))
    ON CONFLICT (deadline_id, step, position_id) DO UPDATE SET
        skipped_vacant = excluded.skipped_vacant, raised_from_id = excluded.raised_from_id,
        reached_on = excluded.reached_on, recorded_at = excluded.recorded_at,
        retracted_at = NULL, retraction_reason = NULL, digest_id = NULL, raised_at = NULL,
        acknowledged_at = NULL, acknowledged_by = NULL, promised_on = NULL, promise_reason = ''
    WHERE escalation_steps.retracted_at IS NOT NULL
    RETURNING id, case_id, step, position_id, raised_from_id
    """
)
_INSERT_EVENTS = text(
    """
    INSERT INTO audit_events (stream, id, at, actor, kind, case_id, payload)
    SELECT * FROM unnest(
        CAST(:stream AS text[]), CAST(:id AS uuid[]), CAST(:at AS timestamptz[]), CAST(:actor AS text[]),
        CAST(:kind AS text[]), CAST(:case_id AS uuid[]), CAST(:payload AS text[]))
    """
)


def _columns(rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _insert(session: Session, rows: Sequence[Row]) -> Sequence[Any]:
    """Insert steps and give those that are new."""
    return session.execute(_INSERT_STEPS, _columns(rows)).all()


def _record(session: Session, events: Sequence[Row]) -> None:
    if events:
        session.execute(_INSERT_EVENTS, _columns(events))


def at_once_codes(book: LawBook) -> frozenset[str]:
    """Give the codes of the steps that are told day or night, without a digest."""
    return frozenset(step.code for step in book.ladder if step.at_once)


def record(
    session: Session, due: Sequence[Due], at: datetime, book: LawBook, directory: Directory
) -> Recorded:
    """Record the steps that these deadlines have reached by `at`, for the positions they go to that day.

    A deadline that ended since it was selected is passed over. Steps that are told at once get
    their message here.
    """
    cases = admission.without_removed(session, running(session, [item.deadline_id for item in due], book))
    chunk = _Chunk(at)
    for item in due:
        case = cases.get(item.deadline_id)
        if case is None:
            continue
        for step in steps_due(case.facts, book.ladder, book.calendar, at):
            if step.step_code in item.codes:
                to = address(step.recipient_kind, case.facts, directory, local_date(at))
                chunk.add(case, step.step_code, to, step.reached_on)
    return Recorded(chunk.write(session, at_once_codes(book)), chunk.unaddressed)


def close(session: Session, ended: Sequence[Ended], at: datetime) -> tuple[int, int]:
    """Close these steps and give how many were settled and how many taken back.

    A step that is taken back stays visible with the reason and leaves an audit event.
    """
    still_open = (EscalationStep.settled_at.is_(None), EscalationStep.retracted_at.is_(None))
    settled = taken_back = 0
    for ending in Ending:
        ids = [item.step_id for item in ended if item.ending is ending]
        if not ids:
            continue
        values: Row = {"retracted_at": at, "retraction_reason": str(ending)}
        if ending is Ending.SETTLED:
            values = {"settled_at": at}
        changed = set(
            session.scalars(
                update(EscalationStep)
                .where(EscalationStep.id.in_(ids), *still_open)
                .values(values)
                .returning(EscalationStep.id)
                .execution_options(synchronize_session=False)
            )
        )
        if ending is Ending.SETTLED:
            settled += len(changed)
            continue
        taken_back += len(changed)
        events = [
            audit.event_values(
                kind=EventKind.STEP_RETRACTED, actor=audit.WORKER, at=at, case_id=item.case_id,
                step=item.code, position=item.position_id, reason=str(ending),
            )
            for item in ended
            if item.step_id in changed
        ]  # fmt: skip
        _record(session, events)
    return settled, taken_back


def raise_up(
    session: Session, left: Sequence[Unacknowledged], at: datetime, book: LawBook, directory: Directory
) -> int:
    """Show steps that were left unacknowledged to the position one level up; gives how many were new there.

    The position above is resolved like any other, with the seal of a restricted case. A step
    that nobody stands above, or that the position above has already, is only marked.
    """
    cases = admission.without_removed(session, running(session, [item.deadline_id for item in left], book))
    chunk = _Chunk(at)
    for item in left:
        case = cases.get(item.deadline_id)
        above = shown_also_to(item.position_kind, item.told_at, False, book.calendar, at)
        if case is None or above is None:
            continue
        to = address(above, case.facts, directory, local_date(at))
        if to is not None and to.position.id == item.position_id:
            continue
        reached_on = local_date(acknowledge_by(item.told_at, book.calendar))
        chunk.add(case, item.code, to, reached_on, item.step_id)
    session.execute(
        update(EscalationStep)
        .where(EscalationStep.id.in_([item.step_id for item in left]))
        .values(raised_at=at)
        .execution_options(synchronize_session=False)
    )
    return chunk.write(session, at_once_codes(book))
