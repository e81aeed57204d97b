"""Intake: one submission becomes a case, durably, in one statement.

Case, submitter, files, first period, both first deadlines, audit event and work row are
written by a single INSERT with parts (WITH …), which costs one round trip instead of
eight. The statement is built and compiled once a shape: building it anew took longer than
PostgreSQL takes to run it. The row policies see the case id through `Scope.writing_case`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, cast, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.db import current_scope, set_scope
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_deadline
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import State
from feedback.domain.submission import Submission
from feedback.domain.terms import StartEvent
from feedback.domain.tracking import new_reference, new_tracking_code
from feedback.models import Attachment, AuditEvent, Base, Case, Deadline, Period, Submitter, Work
from feedback.queries.law_book import LawBook
from feedback.services import audit
from feedback.services.clocks import citizen_due, deadline_values
from feedback.services.work import BELLS, WorkKind, ring, work_values

_REFERENCE_TRIES = 5
_DIALECT = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
_Part = tuple[type[Base], dict[str, object]]


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
    follows: UUID | None = None,
) -> Receipt:
    """Write `submission` as a new case under `case_id`, and ring for its routing after the commit.

    case_id: made when the form was shown (`db.new_id()`), so that a form sent twice is one
    case. now: the moment of submission, from which the citizen's 15 working days count.
    actor: who is recorded as having brought it in. follows: the case, reported before, that the
    sender chose to follow; routing lets theirs join it. A second sending changes no choice.

    Gives the receipt of the first sending when the same content comes again under the same
    id. Raises TokenReused when another content does: no word of it may be lost.
    """
    scope = current_scope(session)
    if scope is None:
        raise ValueError("a submission is received by somebody: the session has no scope")
    set_scope(session, replace(scope, writing_case=case_id))
    due = citizen_due(book, now)
    for _ in range(_REFERENCE_TRIES):
        receipt = Receipt(case_id, new_reference(), new_tracking_code(), due.due_on)
        case = _case_values(submission, receipt, now) | {"follows_id": follows}
        if _write(session, case, _parts(submission, case_id, now, book, actor)):
            ring(session, BELLS[WorkKind.ROUTE])
            return receipt
        before = _received_before(session, case_id)
        if before is not None:
            if before[1] != submission.digest():
                raise TokenReused
            return before[0]
    raise RuntimeError("no free reference was found")


def _received_before(session: Session, case_id: UUID) -> tuple[Receipt, str] | None:
    found = session.execute(
        select(Case.reference, Case.tracking_code, Case.citizen_due_on, Case.submission_digest).where(
            Case.id == case_id
        )
    ).one_or_none()
    if found is None:
        return None
    receipt = Receipt(case_id, found.reference, found.tracking_code, found.citizen_due_on, repeated=True)
    return receipt, found.submission_digest


def _parts(submission: Submission, case_id: UUID, now: datetime, book: LawBook, actor: str) -> list[_Part]:
    due = citizen_due(book, now)
    parts: list[_Part] = [
        (Submitter, _submitter_values(submission, case_id)),
        (Period, {"case_id": case_id, "number": 1, "opened_at": now, "citizen_due_on": due.due_on}),
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
    return parts + [(Attachment, values) for values in _file_values(submission, case_id, now)]


def _write(session: Session, case: dict[str, object], parts: list[_Part]) -> bool:
    """Write the case and its parts, all or none; False when its id or one of its codes is taken."""
    sql = _statement(tuple(case), tuple((model, tuple(values)) for model, values in parts))
    bound = {f"case_{name}": value for name, value in case.items()}
    for number, (_, values) in enumerate(parts):
        bound |= {f"part{number}_{name}": value for name, value in values.items()}
    written = session.connection().exec_driver_sql(sql, bound)
    return bool(written.scalar_one())


@lru_cache(maxsize=64)
def _statement(case_columns: tuple[str, ...], parts: tuple[tuple[type[Base], tuple[str, ...]], ...]) -> str:
    """Give the SQL of one intake: the parts are written only when the case was.

    A conflict on any key of the case writes nothing and counts 0, which costs no error and
    no savepoint.
    """
    columns = {name: _bound(Case, name, f"case_{name}") for name in case_columns}
    case = insert(Case).values(columns).on_conflict_do_nothing().returning(Case.id).cte("new_case")
    ctes = []
    for number, (model, names) in enumerate(parts):
        values = [_bound(model, name, f"part{number}_{name}") for name in names]
        statement = insert(model).from_select(list(names), select(*values).select_from(case), False)
        ctes.append(statement.cte(f"part{number}"))
    counted = select(func.count()).select_from(case).add_cte(*ctes)
    return str(counted.compile(dialect=_DIALECT))


def _bound(model: type[Base], column: str, name: str) -> Any:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model here is a table
    return cast(bindparam(name, type_=table.c[column].type), table.c[column].type)


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
        "latitude": submission.latitude,
        "longitude": submission.longitude,
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
