"""Notices as rows: each is written once, with its cause, and mailed later by a worker."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.notices import NoticeKind
from feedback.models import Message
from feedback.services.work import ring

SUBMITTER = "submitter"
DESK = "desk"
"""The dispatchers of the coordinator, whoever holds or acts in that position on the day of sending."""

# Nearly every verb writes one: the statement is built once, of the table itself, so that only values change.
_NOTICE = insert(Message.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]


def to_account(account_id: int) -> str:
    """Address a member of staff."""
    return f"account:{account_id}"


def to_position(position_id: int) -> str:
    """Address whoever holds or acts in a position on the day of sending."""
    return f"position:{position_id}"


def to_agency(agency_id: int) -> str:
    """Address an agency: its mailbox, or those who receive its cases."""
    return f"agency:{agency_id}"


def to_unit(unit_id: int) -> str:
    """Address those who handle the cases of a unit."""
    return f"unit:{unit_id}"


def to_body(agency_id: int) -> str:
    """Address an external body by its own mailbox; while it has none, the desk that speaks for it."""
    return f"body:{agency_id}"


def notice_values(
    *,
    cause: UUID,
    kind: NoticeKind,
    recipient: str,
    now: datetime,
    case_id: UUID | None = None,
    locale: str = "vi",
    params: Mapping[str, object] | None = None,
    not_before: datetime | None = None,
) -> dict[str, object]:
    """Give the columns of a message row, for `notify` or a statement that writes many."""
    return {
        "id": new_id(),
        "case_id": case_id,
        "cause": cause,
        "kind": str(kind),
        "recipient": recipient,
        "locale": locale,
        "params": json.dumps(dict(params or {}), ensure_ascii=False),
        "created_at": now,
        "not_before": not_before or now,
    }


def notify(
    session: Session,
    *,
    cause: UUID,
    kind: NoticeKind,
    recipient: str,
    now: datetime,
    case_id: UUID | None = None,
    locale: str = "vi",
    params: Mapping[str, object] | None = None,
    not_before: datetime | None = None,
) -> None:
    """Write one notice; the same cause, kind and recipient is one notice, however often it is written.

    cause: the id of the audit event that calls for it.
    recipient: SUBMITTER, or `to_account`, `to_position`, `to_agency`, `to_body`.
    locale: the language of its text, ``vi`` or ``en``.
    params: what its template needs beyond the case, as JSON values.
    not_before: the moment before which it is not sent (aware).
    """
    values = notice_values(
        cause=cause, kind=kind, recipient=recipient, now=now, case_id=case_id, locale=locale,
        params=params, not_before=not_before,
    )  # fmt: skip
    session.flush()
    session.execute(_NOTICE, values)
    ring(session, "messages")


def cancel_unsent(session: Session, case_id: UUID, now: datetime, *, staff_only: bool = True) -> None:
    """Take back the notices of a case that were not sent yet.

    staff_only: leave those to the submitter; a case that is set apart still owes them an answer.
    """
    statement = update(Message).where(Message.case_id == case_id, Message.state == "pending")
    if staff_only:
        statement = statement.where(Message.recipient != SUBMITTER)
    session.execute(
        statement.values(state="cancelled", cancelled_at=now).execution_options(synchronize_session=False)
    )
