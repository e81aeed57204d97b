"""Intake: one submission becomes a case, durably, in one statement.

Case, submitter, files, first period, both first deadlines, audit event and work row are
written by a single INSERT with parts (WITH …), which costs one round trip instead of
eight. The row policies see the case id through `Scope.writing_case`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Insert, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.db import current_scope, set_scope
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_deadline
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import State
from feedback.domain.submission import Submission
from feedback.domain.terms import StartEvent
from feedback.domain.tracking import new_reference, new_tracking_code
from feedback.models import Attachment, AuditEvent, Case, Deadline, Period, Submitter, Work
from feedback.queries.law_book import LawBook
from feedback.services import audit
from feedback.services.clocks import citizen_due, deadline_values
from feedback.services.work import BELLS, WorkKind, ring, work_values

_REFERENCE_TRIES = 5


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the submitter is told: the secret code, and the last day by which an answer is due.

    repeated: the same submission was received before; nothing new was written.
    """

    case_id: UUID
    reference: str
    tracking_code: str
    due_on: date
    repeated: bool = False


class TokenReused(Exception):
    """The case id belongs to a submission with another content: take a new id and send again."""


def receive(
    session: Session,
    submission: Submission,
    *,
    case_id: UUID,
    now: datetime,
    book: LawBook,
    actor: str = audit.SUBMITTER,
) -> Receipt:
    """Write `submission` as a new case under `case_id`, and ring for its routing after the commit.

    case_id: made when the form was shown (`db.new_id()`), so that a form sent twice is one
    case. now: the moment of submission, from which the citizen's 15 working days count.
    actor: who is recorded as having brought it in.

    Gives the receipt of the first sending when the same content comes again under the same
    id. Raises TokenReused when another content does: no word of it may be lost.
    """
    scope = current_scope(session)
    if scope is None:
        raise ValueError("a submission is received by somebody: the session has no scope")
    set_scope(session, replace(scope, writing_case=case_id))
    for _ in range(_REFERENCE_TRIES):
        try:
            with session.begin_nested():
                receipt = _write(session, submission, case_id, now, book, actor)
        except IntegrityError as error:
            if _constraint(error) == "uq_cases_reference":
                continue
            if _constraint(error) != "pk_cases":
                raise
            return _received_before(session, submission, case_id)
        ring(session, BELLS[WorkKind.ROUTE])
        return receipt
    raise RuntimeError("no free reference was found")


def _constraint(error: IntegrityError) -> str | None:
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)


def _received_before(session: Session, submission: Submission, case_id: UUID) -> Receipt:
    found = session.execute(
        select(Case.reference, Case.tracking_code, Case.citizen_due_on, Case.submission_digest).where(
            Case.id == case_id
        )
    ).one()
    if found.submission_digest != submission.digest():
        raise TokenReused
    return Receipt(case_id, found.reference, found.tracking_code, found.citizen_due_on, repeated=True)


def _write(
    session: Session, submission: Submission, case_id: UUID, now: datetime, book: LawBook, actor: str
) -> Receipt:
    due = citizen_due(book, now)
    receipt = Receipt(case_id, new_reference(), new_tracking_code(), due.due_on)
    parts: list[tuple[type[Any], dict[str, object]]] = [
        (Submitter, _submitter_values(submission, case_id)),
        (
            Period,
            {"case_id": case_id, "number": 1, "opened_at": now, "citizen_due_on": due.due_on},
        ),
        (
            Deadline,
            deadline_values(due, case_id=case_id, period=1, clock=Clock.CITIZEN, version=1, now=now),
        ),
        (
            AuditEvent,
            audit.event_values(
                kind=EventKind.CASE_RECEIVED, actor=actor, at=now, case_id=case_id,
                channel=str(submission.channel), files=len(submission.attachments),
                anonymous=submission.anonymous, due_on=due.due_on.isoformat(),
            ),
        ),
        (Work, work_values(WorkKind.ROUTE, case_id, now)),
    ]  # fmt: skip
    limit = book.limit(State.RECEIVED, now)
    if limit is not None:
        stay = compute_deadline(now, limit.duration, book.calendar, event=StartEvent.STATE_ENTERED)
        state_values = deadline_values(
            stay, case_id=case_id, period=1, clock=Clock.STATE, version=1, now=now, state=State.RECEIVED
        )
        parts.append((Deadline, state_values))
    parts += [(Attachment, values) for values in _file_values(submission, case_id, now)]
    statement: Insert = insert(Case).values(_case_values(submission, receipt, now)).inline()
    ctes: list[CTE] = [
        insert(model).values(values).inline().cte(f"part_{number}")
        for number, (model, values) in enumerate(parts)
    ]
    session.execute(statement.add_cte(*ctes))
    return receipt


def _case_values(submission: Submission, receipt: Receipt, now: datetime) -> dict[str, object]:
    return {
        "id": receipt.case_id,
        "reference": receipt.reference,
        "tracking_code": receipt.tracking_code,
        "submission_digest": submission.digest(),
        "channel": str(submission.channel),
        "locale": submission.locale,
        "state": str(State.RECEIVED),
        "state_since": now,
        "field_id": submission.field_id,
        "title": submission.title,
        "body": submission.body,
        "place_text": submission.place_text,
        "place_detail": submission.place_detail,
        "commune_code": submission.commune_code,
        "happened": submission.happened,
        "submitter_kind": str(submission.submitter_kind),
        "anonymous": submission.anonymous,
        "reachable_by": submission.reachable_by,
        "consent_publish": submission.consent_publish,
        "confidential": submission.confidential,
        "received_at": now,
        "due_on": receipt.due_on,
        "citizen_due_on": receipt.due_on,
    }


def _submitter_values(submission: Submission, case_id: UUID) -> dict[str, object]:
    if submission.anonymous:
        return {"case_id": case_id}
    return {
        "case_id": case_id,
        "name": submission.name,
        "organisation": submission.organisation,
        "business_code": submission.business_code,
        "email": submission.email,
        "phone": submission.phone,
        "address": submission.address,
    }


def _file_values(submission: Submission, case_id: UUID, now: datetime) -> list[dict[str, object]]:
    return [
        {
            "id": file.id, "case_id": case_id, "origin": "submission", "name": file.name,
            "media_type": file.media_type, "size": file.size, "sha256": file.sha256,
            "storage_key": file.storage_key, "created_at": now,
        }
        for file in submission.attachments
    ]  # fmt: skip
