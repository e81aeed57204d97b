"""Intake when the same form comes many times at once, or with something else in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.domain.submission import StoredFile, Submission
from feedback.embedded.databases import Urls
from feedback.models import Attachment, AuditEvent, Case, Deadline, Period, Submitter, Work
from feedback.queries.law_book import LawBook, read_law_book
from feedback.services import audit
from feedback.services.arrival import intake
from tests.factories import Factory
from tests.services.stage import TYPED

SENT = replace(TYPED, commune_code=None)
OTHER = replace(SENT, body=SENT.body + " Và ổ gà trước cổng trường.")
PARTS = (Submitter, Period, Deadline, AuditEvent, Attachment)


@contextmanager
def committed(
    urls: Urls, now: datetime
) -> Iterator[tuple[sessionmaker[Session], sessionmaker[Session], LawBook]]:
    """Makers of sessions in the web and the worker role on a database with the law in it."""
    engines = [db.make_engine(url, pool_size=12) for url in (urls.web, urls.worker)]
    web, worker = map(db.session_factory, engines)
    with db.transaction(worker, db.WORKER) as session:
        Factory(session, now).law()
    with db.transaction(worker, db.WORKER) as session:
        book = read_law_book(session)
    try:
        yield web, worker, book
    finally:
        for engine in engines:
            engine.dispose()


def send_at_once(
    web: sessionmaker[Session], book: LawBook, case_id: UUID, sendings: list[Submission], now: datetime
) -> list[intake.Receipt | None]:
    """Send all at the same moment; gives each receipt, None where the form had been used for other words."""
    begin = threading.Barrier(len(sendings))
    answers: list[intake.Receipt | None] = [None] * len(sendings)
    errors: list[BaseException] = []

    def send(number: int) -> None:
        begin.wait()
        try:
            with db.transaction(web, db.PUBLIC) as session:
                moment = now + timedelta(milliseconds=number)
                answers[number] = intake.receive(
                    session, sendings[number], case_id=case_id, now=moment, book=book
                )
        except intake.TokenReused:
            pass
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(sendings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return answers


def stored_file() -> StoredFile:
    """The same photo, stored anew by each sending."""
    return StoredFile(db.new_id(), "den.jpg", "image/jpeg", 10, "ab" * 32, f"2026/11/{db.new_id()}")


def test_fifty_sendings_at_once_make_one_case(fresh_database: Urls, now: datetime) -> None:
    case_id = db.new_id()
    with committed(fresh_database, now) as (web, worker, book):
        sendings = [replace(SENT, attachments=(stored_file(),)) for _ in range(50)]
        answers = send_at_once(web, book, case_id, sendings, now)
        receipts = [answer for answer in answers if answer is not None]
        assert len(receipts) == 50
        assert sum(not receipt.repeated for receipt in receipts) == 1
        assert len({(r.reference, r.tracking_code, r.due_on) for r in receipts}) == 1
        with db.transaction(worker, db.WORKER) as session:
            assert session.scalars(select(Case.id)).all() == [case_id]
            counts = {
                model.__tablename__: session.scalar(select(func.count()).select_from(model))
                for model in PARTS
            }
            assert counts == {
                "submitters": 1, "periods": 1, "deadlines": 2, "audit_events": 1, "attachments": 1,
            }  # fmt: skip
            assert session.scalars(select(Work.subject)).all() == [case_id]
            assert audit.verify(session).sound


def test_two_messages_in_one_form_never_mix(fresh_database: Urls, now: datetime) -> None:
    with committed(fresh_database, now) as (web, worker, book):
        for _ in range(3):
            case_id = db.new_id()
            sendings = [SENT, OTHER] * 10
            answers = send_at_once(web, book, case_id, sendings, now)
            with db.transaction(worker, db.WORKER) as session:
                kept = session.get_one(Case, case_id)
                won = SENT if kept.body == SENT.body else OTHER
                assert kept.submission_digest == won.digest()
            # Whoever's words were not kept was told so, and nobody else.
            assert [answer is not None for answer in answers] == [sending is won for sending in sendings]


@pytest.fixture
def book(make: Factory, worker_session: Session) -> LawBook:
    make.law()
    return read_law_book(worker_session)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sendings=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12))
def test_a_form_keeps_the_first_words_sent_in_it(
    worker_session: Session, book: LawBook, now: datetime, sendings: list[tuple[int, int]]
) -> None:
    texts = [SENT, OTHER, replace(SENT, anonymous=True)]
    forms = [db.new_id() for _ in range(4)]
    kept: dict[UUID, tuple[Submission, str]] = {}
    for number, (form, text) in enumerate(sendings):
        case_id, submission = forms[form], texts[text]
        moment = now + timedelta(seconds=number)
        if case_id in kept and kept[case_id][0] is not submission:
            with pytest.raises(intake.TokenReused):
                intake.receive(worker_session, submission, case_id=case_id, now=moment, book=book)
            continue
        receipt = intake.receive(worker_session, submission, case_id=case_id, now=moment, book=book)
        assert receipt.repeated is (case_id in kept)
        assert receipt.tracking_code == kept.setdefault(case_id, (submission, receipt.tracking_code))[1]
    for model in (Submitter, Period):
        of_ours = select(func.count()).select_from(model).where(model.case_id.in_(forms))
        assert worker_session.scalar(of_ours) == len(kept)
    for case_id, (submission, _) in kept.items():
        assert worker_session.get_one(Case, case_id).body == submission.body


def test_a_taken_code_is_drawn_again(
    worker_session: Session, book: LawBook, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = intake.receive(worker_session, SENT, case_id=db.new_id(), now=now, book=book)
    drawn = iter([first.reference, first.reference, "ZZZZ-ZZZZ"])
    monkeypatch.setattr(intake, "new_reference", lambda: next(drawn))
    second = intake.receive(worker_session, SENT, case_id=db.new_id(), now=now, book=book)
    assert second.reference == "ZZZZ-ZZZZ"
    monkeypatch.setattr(intake, "new_tracking_code", lambda: first.tracking_code)
    monkeypatch.setattr(intake, "new_reference", lambda: "YYYY-YYYY")
    with pytest.raises(RuntimeError, match="reference"):
        intake.receive(worker_session, SENT, case_id=db.new_id(), now=now, book=book)
    assert worker_session.scalar(select(func.count()).select_from(Case)) == 2


def test_nobody_in_particular_sends_nothing(worker_session: Session, book: LawBook, now: datetime) -> None:
    worker_session.info.pop("scope")
    with pytest.raises(ValueError, match="scope"):
        intake.receive(worker_session, SENT, case_id=db.new_id(), now=now, book=book)
