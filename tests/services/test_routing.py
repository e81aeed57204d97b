"""Routing as a service: what a batch writes for each case, and what a broken rule or a repeat does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State
from feedback.models import (
    Agency,
    Assignment,
    AuditEvent,
    Case,
    Deadline,
    Message,
    RoutingDecision,
    RoutingRule,
    Work,
)
from feedback.queries.law_book import LawBook, read_law_book
from feedback.queries.routing_data import read_routing_book
from feedback.services import audit
from feedback.services.arrival import intake
from feedback.services.casework.routing import RoutingCounts, route_cases
from feedback.services.seeding.reference import seed_reference
from tests.services.test_intake import TYPED

Open = Callable[[db.Scope | None], Session]
TUESDAY = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)
LAMP = "Đèn đường trong hẻm bị hỏng đã lâu, đề nghị phường sửa đèn đường."
ACCUSING = "Tôi tố cáo ông cán bộ địa chính xã nhận hối lộ để làm sổ đỏ."


@pytest.fixture
def book(worker_session: Session) -> LawBook:
    seed_reference(worker_session, "lam-dong", TUESDAY)
    return read_law_book(worker_session)


def received(session: Session, book: LawBook, body: str, place: str = "Phường 2 Bảo Lộc") -> UUID:
    case_id = db.new_id()
    submission = replace(TYPED, title="Phản ánh", body=body, place_text=place)
    intake.receive(session, submission, case_id=case_id, now=TUESDAY, book=book)
    session.flush()
    return case_id


def route(session: Session, book: LawBook, after: timedelta = timedelta(seconds=2)) -> RoutingCounts:
    counts = route_cases(session, TUESDAY + after, book, read_routing_book(session, TUESDAY.date()))
    session.flush()
    return counts


def active(session: Session, case_id: UUID) -> dict[str, Deadline]:
    rows = session.scalars(
        select(Deadline).where(
            Deadline.case_id == case_id, Deadline.met_at.is_(None), Deadline.superseded_at.is_(None)
        )
    )
    return {row.clock: row for row in rows}


def test_a_sure_case_goes_to_its_agency_with_both_clocks(worker_session: Session, book: LawBook) -> None:
    case_id = received(worker_session, book, LAMP)
    assert route(worker_session, book) == RoutingCounts(claimed=1, assigned=1)

    case = worker_session.get_one(Case, case_id)
    agency = worker_session.get_one(Agency, case.lead_agency_id)
    assert (case.state, agency.commune_code, case.commune_code) == (
        State.ASSIGNED,
        case.commune_code,
        agency.commune_code,
    )
    clocks = active(worker_session, case_id)
    assert set(clocks) == {Clock.CITIZEN, Clock.AGENCY, Clock.STATE}
    assert clocks[Clock.AGENCY].agency_id == agency.id
    assert clocks[Clock.AGENCY].due_on == case.agency_due_on == case.due_on
    assert clocks[Clock.STATE].state == State.ASSIGNED
    assert worker_session.scalars(
        select(Assignment.agency_id).where(Assignment.case_id == case_id)
    ).one() == (agency.id)
    assert (
        worker_session.scalars(select(RoutingDecision).where(RoutingDecision.case_id == case_id)).one().trace
    )
    kinds = worker_session.scalars(select(Message.kind).where(Message.case_id == case_id)).all()
    assert sorted(kinds) == ["assigned_agency", "receipt"]
    assert worker_session.scalars(select(Work).where(Work.subject == case_id)).one().done_at is not None
    events = worker_session.scalars(select(AuditEvent.kind).where(AuditEvent.case_id == case_id)).all()
    assert set(events) == {"case.received", "case.routed"}
    assert audit.verify(worker_session).sound


def test_an_accusation_reaches_no_agency(worker_session: Session, book: LawBook) -> None:
    case_id = received(worker_session, book, ACCUSING)
    assert route(worker_session, book).triage == 1
    case = worker_session.get_one(Case, case_id)
    assert (case.state, case.lead_agency_id, case.due_on) == (State.TRIAGE, None, case.citizen_due_on)
    recipients = worker_session.scalars(select(Message.recipient).where(Message.case_id == case_id)).all()
    assert not [recipient for recipient in recipients if recipient.startswith("agency:")]


def test_urgent_words_start_the_two_hours(worker_session: Session, book: LawBook) -> None:
    body = "Khẩn cấp: sạt lở đất chắn ngang đường vào thôn, 30 hộ bị cô lập, cần cứu giúp ngay."
    case_id = received(worker_session, book, body, "Xã Đạ Tẻh")
    route(worker_session, book)
    case = worker_session.get_one(Case, case_id)
    assert case.urgent
    assert active(worker_session, case_id)[Clock.URGENT].due_at == TUESDAY + timedelta(hours=2)


def test_a_batch_routes_each_case_once(worker_session: Session, book: LawBook) -> None:
    for _ in range(7):
        received(worker_session, book, LAMP)
    assert route(worker_session, book).claimed == 7
    assert route(worker_session, book, timedelta(minutes=5)) == RoutingCounts()


def test_a_rule_that_cannot_be_read_is_shown_to_the_administrator(
    worker_session: Session, book: LawBook
) -> None:
    rule = worker_session.scalars(select(RoutingRule).limit(1)).one()
    worker_session.execute(update(RoutingRule).where(RoutingRule.id == rule.id).values(condition="{nothing"))
    case_id = received(worker_session, book, LAMP)
    route(worker_session, book)
    worker_session.refresh(rule)
    assert rule.code in (rule.problem or "")
    assert worker_session.get_one(Case, case_id).state in {State.ASSIGNED, State.TRIAGE}


def test_an_agency_that_no_longer_exists_gets_nothing(worker_session: Session, book: LawBook) -> None:
    case_id = received(worker_session, book, LAMP)
    worker_session.execute(
        update(Agency).where(Agency.kind == "commune").values(valid_to=TUESDAY.date() - timedelta(days=1))
    )
    route(worker_session, book)
    assert worker_session.get_one(Case, case_id).state == State.TRIAGE
