"""Words that go out to a submitter: the row that keeps them, the mail or the delivery that brings them.

An answer, the explanation of a refusal and a letter of guidance are all kept as an approved
`Answer`, so that the tracking page, the printed letter and the reception show them alike.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.notices import NoticeKind
from feedback.models import Answer, Case, Delivery
from feedback.services.casework.hands import tell_submitter

DELIVERY_METHODS = ("counter", "post", "phone", "mail")


def next_version(session: Session, case: Case) -> int:
    """Give the number of the next version of the answer in the running period."""
    newest = session.scalar(
        select(func.max(Answer.version)).where(Answer.case_id == case.id, Answer.period == case.period)
    )
    return (newest or 0) + 1


def write_letter(session: Session, case: Case, text: str, by: int, now: datetime) -> Answer:
    """Keep words that need no approval of another person, as those of the coordinator's desk."""
    letter = Answer(
        id=new_id(), case_id=case.id, period=case.period, version=next_version(session, case),
        status="approved", text=text, written_at=now, written_by=by, submitted_at=now, decided_at=now,
        decided_by=by, remarks="",
    )  # fmt: skip
    session.add(letter)
    session.flush()
    return letter


def send(
    session: Session,
    case: Case,
    letter: Answer,
    kind: NoticeKind,
    cause: UUID,
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> str:
    """Bring `letter` to the submitter; gives the way: ``email``, ``counter``, ``post``, ``phone``, or empty.

    Who gave an address gets a mail, whose row tells when it was sent. For others a delivery waits
    at the reception until it is recorded. An anonymous submitter finds the words on the tracking
    page alone, as the form said.
    """
    words = {"text": letter.text, "answer_id": str(letter.id)}
    if tell_submitter(session, case, cause, now, kind, not_before=not_before, **words):
        return "email"
    if case.reachable_by not in DELIVERY_METHODS:
        return ""
    await_delivery(session, case, letter, now)
    return case.reachable_by


def await_delivery(session: Session, case: Case, letter: Answer, now: datetime) -> None:
    """Let `letter` wait to be brought to a submitter without e-mail, in the way they asked for."""
    session.add(
        Delivery(
            id=new_id(), case_id=case.id, answer_id=letter.id, method=case.reachable_by, created_at=now,
            note="",
        )
    )  # fmt: skip
    session.flush()


def call_off(session: Session, case: Case, now: datetime) -> None:
    """Have no letter of a case wait any more that is taken up again: its words are not the last ones.

    While a case is open nobody can record that a letter was handed over. Who opened it again has read the
    words on the tracking page.
    """
    session.flush()
    session.execute(
        update(Delivery)
        .where(Delivery.case_id == case.id, Delivery.delivered_at.is_(None), Delivery.cancelled_at.is_(None))
        .values(cancelled_at=now)
        .execution_options(synchronize_session="fetch")
    )
