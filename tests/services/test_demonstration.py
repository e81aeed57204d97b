"""The demonstration plays through on any day, and shows on a usual one what it promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.lifecycle import CLOSED, HANDLING, State
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.domain.routing import Decision, Outcome
from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.models import (
    Account,
    Agency,
    Assignment,
    AuditEvent,
    Case,
    Deadline,
    Delivery,
    EscalationStep,
    Extension,
    Holding,
    Message,
    Period,
    Position,
    Publication,
    Rating,
    RestrictedAccess,
    Work,
)  # fmt: skip
from feedback.queries.law_book import LawBook, read_law_book
from feedback.queries.night.recipients import addressees
from feedback.queries.routing_data import read_routing_book
from feedback.services import audit
from feedback.services.casework import routing
from feedback.services.night.escalation import escalate
from feedback.services.post.composing import Nobody, Post, compose
from feedback.services.seeding.demonstration import Demonstration, read_messages
from feedback.services.seeding.reference import UnknownProvince, is_empty, seed_reference
from feedback.services.seeding.scripts import SCRIPTS
from feedback.services.seeding.staff import ACTED, LOGIN_POSTS, VACANT, demonstration_logins, seed_staff
from tests import stores

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)
SEEDED = datetime(2026, 6, 1, 10, 0, tzinfo=VIETNAM)
SINCE = date(2025, 7, 1)

END: dict[str, State] = {
    "assigned": State.ASSIGNED, "urgent": State.ASSIGNED, "triage": State.TRIAGE,
    "in_progress": State.IN_PROGRESS, "in_progress_due_soon": State.IN_PROGRESS,
    "overdue": State.IN_PROGRESS, "overdue_unaccepted": State.ASSIGNED,
    "awaiting_submitter": State.AWAITING_SUBMITTER, "supplemented": State.IN_PROGRESS,
    "extension_pending": State.IN_PROGRESS, "extension_granted": State.IN_PROGRESS,
    "awaiting_approval": State.AWAITING_APPROVAL, "awaiting_approval_overdue": State.AWAITING_APPROVAL,
    "answered": State.ANSWERED, "counter": State.ANSWERED, "awaiting_publication": State.ANSWERED,
    "published": State.ANSWERED, "reopened": State.IN_PROGRESS, "transferred": State.ASSIGNED,
    "sent_back": State.TRIAGE, "split": State.SPLIT, "merged": State.MERGED, "refused": State.REFUSED,
    "withdrawn": State.WITHDRAWN, "restricted": State.RESTRICTED, "forwarded": State.FORWARDED,
    "guided": State.GUIDED,
}  # fmt: skip
"""Where each path has led on a usual day."""

DECIDE = routing.decide


def to_triage(*arguments: Any) -> Decision:
    """Rules that are never sure."""
    return replace(DECIDE(*arguments), outcome=Outcome.TRIAGE, agency_code=None)


def to_one(code: str) -> Callable[..., Decision]:
    """Rules that give everything to one agency."""

    def decide(*arguments: Any) -> Decision:
        return replace(DECIDE(*arguments), outcome=Outcome.ASSIGN, agency_code=code)

    return decide


@dataclass
class Play:
    """A demonstration that was played up to `now`."""

    sessions: sessionmaker[Session]
    now: datetime
    book: LawBook
    received: int

    @contextmanager
    def looking(self) -> Iterator[Session]:
        with db.transaction(self.sessions, db.WORKER) as session:
            yield session


@pytest.fixture(scope="module")
def seeded(database_urls: Urls, sockets: Path, process_name: str) -> Iterator[str]:
    """A database with a staffed province, to be copied."""
    name = f"province_{process_name}"
    databases.drop_database(sockets, name)
    engine = db.make_engine(databases.create_database(sockets, name, stores.TEMPLATE).worker)
    with db.transaction(db.session_factory(engine), db.WORKER) as session:
        assert is_empty(session)
        seed_reference(session, "lam-dong", SEEDED)
        seed_staff(session, "no password", SEEDED, SINCE)
    engine.dispose()
    yield name
    databases.drop_database(sockets, name)


@contextmanager
def played(sockets: Path, template: str, now: datetime) -> Iterator[Play]:
    name = f"{template}_played"
    databases.drop_database(sockets, name)
    engine = db.make_engine(databases.create_database(sockets, name, template).worker)
    sessions = db.session_factory(engine)
    with db.transaction(sessions, db.WORKER) as session:
        book, rules = read_law_book(session), read_routing_book(session, local_date(now))
    assert rules.problems == {}
    told: list[tuple[int, int]] = []
    demonstration = Demonstration(sessions, now, book, rules, lambda done, total: told.append((done, total)))
    try:
        play = Play(sessions, now, book, demonstration.play())
        assert told[-1] == (len(told), len(told))
        yield play
    finally:
        engine.dispose()
        databases.drop_database(sockets, name)


@pytest.fixture(scope="module")
def usual(sockets: Path, seeded: str) -> Iterator[Play]:
    """The demonstration as somebody sees it who starts it on an ordinary Sunday."""
    with played(sockets, seeded, SUNDAY) as play:
        yield play


def check(play: Play) -> None:
    """Hold a played demonstration against what must be true of it on every day."""
    with play.looking() as session:
        assert play.received == len(read_messages())
        assert audit.verify(session).sound
        _check_cases(session)
        _check_time(session, play.now)
        _check_secrecy(session, play.now)
        assert session.scalar(select(func.count()).where(Work.failed_at.is_not(None))) == 0
    again = escalate(play.sessions, play.now, play.book, now=play.now)
    assert not again.busy
    assert escalate(play.sessions, play.now, play.book, now=play.now).steps == 0


def _check_cases(session: Session) -> None:
    running = (Deadline.superseded_at.is_(None), Deadline.met_at.is_(None))
    for case in session.scalars(select(Case)):
        leads = session.scalars(
            select(Assignment.agency_id).where(
                Assignment.case_id == case.id, Assignment.role == "lead", Assignment.ended_at.is_(None)
            )
        ).all()
        handled = case.state in HANDLING
        assert leads == ([case.lead_agency_id] if handled else []), case.title
        clocks = session.scalars(select(Deadline).where(Deadline.case_id == case.id, *running)).all()
        due = {row.clock: row.due_on for row in clocks}
        assert len(due) == len(clocks)
        assert ("agency" in due) is handled, case.title
        assert ("citizen" in due) is (case.state not in CLOSED), case.title
        period = session.get_one(Period, (case.id, case.period))
        assert case.citizen_due_on == period.citizen_due_on == due.get("citizen", case.citizen_due_on)
        assert case.due_on == (case.agency_due_on or case.citizen_due_on)
        assert (period.ended_at is not None) is (case.state == State.ANSWERED)
        assert (case.closed_at is not None) is (case.state in CLOSED)


def _check_time(session: Session, now: datetime) -> None:
    for column in (
        AuditEvent.at,
        Message.created_at,
        EscalationStep.recorded_at,
        Deadline.created_at,
        Case.state_since,
    ):
        assert session.scalar(select(func.max(column))) <= now, column
    orders = session.execute(
        select(AuditEvent.stream, AuditEvent.at).order_by(AuditEvent.stream, AuditEvent.seq)
    ).all()
    assert orders == sorted(orders)


def _check_secrecy(session: Session, now: datetime) -> None:
    listed = set(session.execute(select(RestrictedAccess.case_id, RestrictedAccess.account_id)).all())
    waiting = session.execute(
        select(Message.case_id, Message.recipient)
        .join(Case, Case.id == Message.case_id)
        .where(Case.restricted_at.is_not(None), Message.state == "pending")
    ).all()
    for case_id, recipient in waiting:
        kind, _, number = recipient.partition(":")
        if kind == "position":  # resolved when it is sent, among those on the access list
            people = addressees(session, recipient, session.get_one(Case, case_id), local_date(now))
            assert {(case_id, person.account_id) for person in people} <= listed, recipient
            continue
        assert kind == "submitter" or (kind == "account" and (case_id, int(number)) in listed), recipient
    shown = select(Publication.id).join(Case, Case.id == Publication.case_id)
    assert session.scalars(shown.where(Case.restricted_at.is_not(None))).all() == []


def test_on_a_usual_day_every_path_has_led_where_it_should(usual: Play) -> None:
    check(usual)
    assert {message["path"] for message in read_messages()} == set(SCRIPTS) == set(END)
    _check_ends(usual, set(SCRIPTS))
    # Received is where a case is for some seconds only.
    # A part is one with the whole again only where a split was taken back.
    assert set(END.values()) == set(State) - {State.RECEIVED, State.REJOINED}


def _check_ends(play: Play, paths: set[str]) -> None:
    """Compare the states of the cases on `paths` with those to which their paths lead."""
    messages = [message for message in read_messages() if message["path"] in paths]
    with play.looking() as session:
        states = {case.title: case.state for case in session.scalars(select(Case))}
    assert {m["title"]: states[m["title"]] for m in messages} == {
        m["title"]: END[m["path"]] for m in messages
    }


def _case(session: Session, path: str) -> Case:
    titles = [message["title"] for message in read_messages() if message["path"] == path]
    return session.scalars(
        select(Case).where(Case.title.in_(titles)).order_by(Case.received_at).limit(1)
    ).one()


def test_on_a_usual_day_there_is_something_of_everything_to_look_at(usual: Play) -> None:
    today = local_date(usual.now)
    with usual.looking() as session:

        def of(path: str, model: type[Any], *conditions: Any) -> int:
            case = _case(session, path)
            return session.scalar(select(func.count()).where(model.case_id == case.id, *conditions)) or 0

        assert _case(session, "urgent").urgent
        assert today < _case(session, "in_progress_due_soon").due_on <= today + timedelta(days=4)
        for path in ("overdue", "overdue_unaccepted", "awaiting_approval_overdue"):
            assert _case(session, path).due_on < today
            assert of(path, EscalationStep)
        assert of("extension_pending", Extension, Extension.decision == "pending")
        assert of("extension_granted", Extension, Extension.decision == "granted")
        assert of("counter", Delivery, Delivery.delivered_at.is_(None))
        assert of("awaiting_publication", Publication, Publication.status == "awaiting_check")
        assert of("published", Publication, Publication.status == "published")
        assert of("published", Rating)
        assert _case(session, "reopened").period == 2
        assert _case(session, "transferred").transfers == 1
        assert _case(session, "sent_back").send_backs == 1
        assert (
            len(session.scalars(select(Case).where(Case.split_from_id == _case(session, "split").id)).all())
            > 1
        )
        assert _case(session, "merged").merged_into_id is not None
        assert of("restricted", RestrictedAccess)


def test_on_a_usual_day_a_post_is_vacant_and_a_head_is_acted_for(usual: Play) -> None:
    with usual.looking() as session:
        holdings = (
            select(Agency.code, Position.kind, Holding.kind)
            .select_from(Position)
            .join(Agency, Agency.id == Position.agency_id)
            .outerjoin(Holding, Holding.position_id == Position.id)
        )
        vacant = {(code, kind) for code, kind, how in session.execute(holdings) if how is None}
        acted = {(code, kind) for code, kind, how in session.execute(holdings) if how == HoldingKind.ACTING}
        assert vacant == {VACANT}
        assert acted == {ACTED}
        skipped = session.scalars(select(EscalationStep.skipped_vacant).distinct()).all()
        assert any("head_of_unit" in kinds for kinds in skipped)
        ladder = set(session.scalars(select(EscalationStep.step)))
        assert ladder >= {
            "agency_before_3",
            "agency_overdue",
            "agency_overdue_5",
            "citizen_overdue",
            "state_passed",
        }


def test_every_letter_of_the_demonstration_can_be_written(usual: Play) -> None:
    post = Post.of("smtp://127.0.0.1:25", "Hồi Âm <hoi-am@localhost>", "http://localhost")
    written: dict[str, int] = {}
    with usual.looking() as session:
        for row in session.scalars(select(Message).where(Message.state == "pending")):
            try:
                letter = compose(session, post, row, usual.now)
            except Nobody:
                continue
            written[row.kind] = written.get(row.kind, 0) + 1
            assert letter["To"]
            assert "lamdong.example" in letter["To"] or row.recipient == "submitter", row.kind
    assert sum(written.values()) > 100
    assert len(written) > 15


def test_there_is_a_login_for_every_kind_of_position(usual: Play) -> None:
    with usual.looking() as session:
        logins = demonstration_logins(session)
        kinds = set(
            session.scalars(
                select(Position.kind)
                .join(Holding, Holding.position_id == Position.id)
                .join(Account, Account.id == Holding.account_id)
                .where(Account.email.in_([email for *_, email in logins]))
            )
        )
    assert len(logins) == len(LOGIN_POSTS)
    assert kinds == {str(kind) for kind in PositionKind}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "decide"),
    [
        (datetime(2026, 11, 21, 20, 0, tzinfo=VIETNAM), to_triage),
        (datetime(2026, 11, 23, 6, 0, tzinfo=VIETNAM), to_one("SXD")),
        (datetime(2027, 2, 8, 10, 0, tzinfo=VIETNAM), DECIDE),
        (datetime(2026, 9, 1, 15, 0, tzinfo=VIETNAM), to_one("UBNDX-23191")),
    ],
    ids=["Saturday evening", "Monday before dawn", "in the holidays of Tet", "on the eve of a holiday"],
)
def test_it_plays_on_any_day_whatever_the_rules_decide(
    sockets: Path, seeded: str, moment: datetime, decide: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "decide", decide)
    with played(sockets, seeded, moment) as play:
        check(play)
        if decide is DECIDE:
            _check_ends(play, {path for path, script in SCRIPTS.items() if len(script) > 1})
        with play.looking() as session:
            assert session.scalar(select(func.count()).select_from(Case)) >= play.received
            assert len(set(session.scalars(select(Case.state)))) >= 9


def test_an_unknown_province_is_refused(worker_session: Session, now: datetime) -> None:
    with pytest.raises(UnknownProvince):
        seed_reference(worker_session, "atlantis", now)
    assert is_empty(worker_session)
