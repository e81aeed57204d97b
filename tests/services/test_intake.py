"""Intake: what one submission leaves in the database, and what happens when it comes twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import Channel, State, SubmitterKind
from feedback.domain.submission import StoredFile, Submission
from feedback.domain.tracking import parse_tracking_code
from feedback.models import Attachment, AuditEvent, Case, Deadline, Period, Submitter, Work
from feedback.queries.law_book import read_law_book
from feedback.services import audit
from feedback.services.arrival import intake
from tests.factories import Factory

TYPED = Submission(
    channel=Channel.WEB,
    locale="vi",
    title="Đèn đường hỏng",
    body="Đèn đường trước số nhà 12 đã tắt ba tuần nay.",
    place_text="Xã Đắk Song",
    place_detail="gần cầu",
    commune_code=None,
    happened="",
    field_id=None,
    submitter_kind=SubmitterKind.CITIZEN,
    anonymous=False,
    name="Người dân",
    organisation="",
    business_code="",
    email="nguoidan@example.org",
    phone="",
    address="",
    consent_publish=True,
    confidential=False,
)
FRIDAY_BEFORE_TET = datetime(2026, 2, 13, 9, 40, tzinfo=UTC)

Open = Callable[[db.Scope | None], Session]


@pytest.fixture
def book(make: Factory, worker_session: Session) -> object:
    make.law()
    return read_law_book(worker_session)


def test_one_submission_is_a_whole_case(web_session: Open, worker_session: Session, book: object) -> None:
    case_id = db.new_id()
    photo = StoredFile(db.new_id(), "den.jpg", "image/jpeg", 1234, "ab" * 32, "2026/02/x.jpg")
    session = web_session(db.PUBLIC)
    receipt = intake.receive(
        session, replace(TYPED, attachments=(photo,)), case_id=case_id, now=FRIDAY_BEFORE_TET, book=book
    )
    db.commit(session)

    case = worker_session.get_one(Case, case_id)
    assert receipt.due_on == date(2026, 3, 13)
    assert (case.state, case.due_on, case.citizen_due_on) == (State.RECEIVED, receipt.due_on, receipt.due_on)
    assert parse_tracking_code(case.tracking_code) == receipt.tracking_code
    assert case.reachable_by == "email"
    assert worker_session.get_one(Submitter, case_id).email == TYPED.email
    assert worker_session.get_one(Period, (case_id, 1)).citizen_due_on == receipt.due_on
    clocks = worker_session.scalars(select(Deadline).where(Deadline.case_id == case_id)).all()
    assert {row.clock: row.due_on for row in clocks} == {
        Clock.CITIZEN: date(2026, 3, 13),
        Clock.STATE: date(2026, 2, 23),
    }
    assert (
        worker_session.scalars(select(Attachment.name).where(Attachment.case_id == case_id)).one()
        == "den.jpg"
    )
    work = worker_session.scalars(select(Work).where(Work.subject == case_id)).one()
    assert (work.kind, work.done_at) == ("route", None)
    event = worker_session.scalars(select(AuditEvent).where(AuditEvent.case_id == case_id)).one()
    assert (event.seq, event.kind) == (1, "case.received")
    assert TYPED.email not in event.payload
    assert audit.verify(worker_session).sound


def test_the_same_form_sent_twice_is_one_case(
    web_session: Open, worker_session: Session, book: object
) -> None:
    case_id = db.new_id()
    receipts = []
    for _ in range(3):
        session = web_session(db.PUBLIC)
        receipts.append(intake.receive(session, TYPED, case_id=case_id, now=FRIDAY_BEFORE_TET, book=book))
        db.commit(session)
    assert [receipt.repeated for receipt in receipts] == [False, True, True]
    assert len({receipt.tracking_code for receipt in receipts}) == 1
    assert worker_session.scalar(select(func.count()).select_from(Case)) == 1


def test_another_text_under_a_used_form_is_not_taken_for_the_first(web_session: Open, book: object) -> None:
    case_id = db.new_id()
    session = web_session(db.PUBLIC)
    intake.receive(session, TYPED, case_id=case_id, now=FRIDAY_BEFORE_TET, book=book)
    db.commit(session)
    with pytest.raises(intake.TokenReused):
        intake.receive(
            web_session(db.PUBLIC),
            replace(TYPED, body=TYPED.body + " Và ổ gà."),
            case_id=case_id,
            now=FRIDAY_BEFORE_TET,
            book=book,
        )


def test_an_anonymous_submission_keeps_no_contact(
    web_session: Open, worker_session: Session, book: object
) -> None:
    case_id = db.new_id()
    session = web_session(db.PUBLIC)
    intake.receive(session, replace(TYPED, anonymous=True), case_id=case_id, now=FRIDAY_BEFORE_TET, book=book)
    db.commit(session)
    kept = worker_session.get_one(Submitter, case_id)
    assert (kept.name, kept.email, kept.phone) == ("", "", "")
    assert worker_session.get_one(Case, case_id).reachable_by == ""


def test_the_bell_rings_once_after_the_commit(web_session: Open, book: object) -> None:
    session = web_session(db.PUBLIC)
    heard: list[str] = []
    session.info["ring"] = heard.append
    for _ in range(2):
        intake.receive(session, TYPED, case_id=db.new_id(), now=FRIDAY_BEFORE_TET, book=book)
    assert heard == []
    db.commit(session)
    assert heard == ["routing"]
