"""Simulated days: everything holds afterwards, both counts agree, and what does not hold is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.commands.simulate import prepare, simulate
from feedback.domain.calendar import VIETNAM, day_end, day_start
from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.models import Case, Message, OfficeSchedule
from feedback.queries.administration.invariants import broken
from feedback.queries.administration.on_time_recount import different, miscounted
from feedback.queries.law_book import read_law_book
from feedback.queries.public import statistics
from feedback.services.arrival import intake
from feedback.services.simulation import course, simulator
from feedback.services.simulation.examination import examine
from feedback.services.simulation.ground import NoGround
from feedback.services.simulation.simulator import Setting, Tally
from tests import stores
from tests.services.stage import TYPED

# The swap of 02/01 with 10/01, and Tết: the peculiarities of the calendar lie in these weeks.
WEEKS = Setting(date(2026, 1, 1), date(2026, 3, 8), cases=160, seed=7)
FEW = Setting(date(2026, 3, 2), date(2026, 3, 8), cases=15, seed=3)


@contextmanager
def worker(urls: Urls) -> Iterator[sessionmaker[Session]]:
    engine = db.make_engine(urls.worker, pool_size=3)
    try:
        yield db.session_factory(engine)
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def played(database_urls: Urls, sockets, process_name: str):  # type: ignore[no-untyped-def]
    """The weeks, played once for this module: makers of sessions, and what came of it."""
    name = f"simulated_{process_name}"
    databases.drop_database(sockets, name)
    with worker(databases.create_database(sockets, name, stores.TEMPLATE)) as sessions:
        prepare(sessions, WEEKS)
        yield sessions, simulate(sessions, WEEKS)
    databases.drop_database(sockets, name)


@pytest.fixture
def session(played) -> Iterator[Session]:  # type: ignore[no-untyped-def]
    """A session on the played weeks whose work is undone."""
    with played[0]() as session:
        db.set_scope(session, db.WORKER)
        yield session
        session.rollback()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_everything_holds_after_ten_weeks(played, session: Session) -> None:  # type: ignore[no-untyped-def]
    tally: Tally = played[1]
    found = examine(session, WEEKS.last)
    assert not found.wrong, "\n".join(found.wrong)
    assert (
        tally.received
        == WEEKS.cases
        == session.scalar(select(func.count()).where(Case.split_from_id.is_(None)))
    )
    # The weeks are worth nothing when little happened in them.
    assert found.on_time > 60
    assert found.late + found.overdue > 3
    assert tally.nights["steps"] > 60
    assert tally.acts["acknowledged"] > 20
    missing = {"accept", "send_back", "ask", "reply", "submit", "return_draft", "check", "rate"} - set(
        tally.acts
    )
    assert not missing
    assert session.scalar(select(func.count()).where(OfficeSchedule.working_weekdays == "mon-sat"))


def test_no_letter_is_left_to_a_worker(session: Session) -> None:
    left = select(func.count()).where(Message.state == "pending", Message.not_before < day_end(WEEKS.last))
    assert session.scalar(select(func.count()).select_from(Message)) > 200
    assert session.scalar(left.where(Message.created_at < day_start(WEEKS.last))) == 0


SPOILT = [
    ("UPDATE cases SET due_on = due_on + 1 WHERE closed_at IS NULL", "sorts by another date"),
    ("UPDATE cases SET state = 'triage' WHERE state = 'in_progress'", "not exactly the lead"),
    ("UPDATE deadlines SET met_at = now() WHERE clock = 'citizen'", "no running citizen's"),
    ("UPDATE deadlines SET version = version + 9 WHERE clock = 'agency'", "versions of a clock are missing"),
    ("UPDATE deadlines SET due_on = due_on + 1 WHERE clock = 'citizen'", "differs between case, period"),
    ("UPDATE deadlines SET paused_at = now() WHERE clock = 'agency'", "a clock stands still"),
    ("UPDATE periods SET ended_at = NULL, on_time = NULL", "has an open period"),
    ("UPDATE answers SET status = 'draft' WHERE status = 'approved'", "has no approved answer"),
    ("UPDATE assignments SET ended_at = now() WHERE ended_at IS NULL", "not exactly the lead"),
    ("UPDATE cases SET send_backs = 3", "back and forth more often"),
    ("UPDATE cases SET consent_publish = false", "something published may not be"),
    ("UPDATE supplements SET expired_at = NULL, replied_at = NULL WHERE id = (SELECT min(id::text)::uuid"
     " FROM supplements WHERE replied_at IS NOT NULL)", "a submitter is waited for without a question"),
    ("UPDATE escalation_steps SET settled_at = NULL", "stands open though its clock ended"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "complaint"), SPOILT, ids=[complaint for _, complaint in SPOILT])
def test_what_does_not_hold_is_found(session: Session, spoil: str, complaint: str) -> None:
    assert session.execute(text(spoil)).rowcount > 0  # type: ignore[attr-defined]
    assert any(complaint in line for line in broken(session))


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE periods SET on_time = NOT on_time WHERE on_time",
        "UPDATE periods SET citizen_due_on = citizen_due_on + 1",
        "UPDATE periods SET ended_at = NULL, on_time = NULL WHERE on_time",
        # A calendar that nobody recomputed the periods for.
        "UPDATE calendar_days SET superseded_at = now() WHERE date = DATE '2026-02-18'",
    ],
)
def test_the_independent_count_contradicts_a_wrong_period(session: Session, spoil: str) -> None:
    assert not different(session)
    session.execute(text(spoil))
    assert different(session)


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE deadlines SET due_on = due_on + 1 WHERE clock = 'agency' AND fixed_on IS NULL",
        "UPDATE deadlines SET due_on = due_on - 7 WHERE clock = 'state'",
        # Whoever works on Saturdays has other dates than who does not.
        "UPDATE office_schedules SET working_weekdays = 'mon-sat' WHERE working_weekdays = 'mon-fri'",
        "UPDATE office_schedules SET working_weekdays = 'mon;tue;thu;fri' WHERE agency_id IS NOT NULL",
    ],
)
def test_the_independent_count_contradicts_a_wrong_date(session: Session, spoil: str) -> None:
    assert not miscounted(session)
    session.execute(text(spoil))
    assert miscounted(session)


def test_wrong_figures_of_an_agency_are_found(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    true = statistics.compute(session, day_end(WEEKS.last))
    (first, *others) = true.agencies
    false = statistics.Named(first.name_vi, first.name_en, statistics.Tally(on_time=first.tally.on_time + 1))
    wrong = statistics.Figures(
        true.since, true.computed_at, true.total, true.open_now, (false, *others), true.fields, true.months
    )
    monkeypatch.setattr(statistics, "compute", lambda *_: wrong)
    assert examine(session, WEEKS.last).wrong == ["the figures of some agency differ from those recounted"]


@pytest.mark.slow
def test_the_same_seed_plays_the_same_days(fresh_database: Urls, sockets, process_name: str) -> None:  # type: ignore[no-untyped-def]
    name = f"again_{process_name}"
    databases.drop_database(sockets, name)
    tallies = []
    for urls in (fresh_database, databases.create_database(sockets, name, stores.TEMPLATE)):
        with worker(urls) as sessions:
            prepare(sessions, FEW)
            tallies.append(simulate(sessions, FEW).figures())
            with db.transaction(sessions, db.WORKER) as session:
                states = session.execute(text("SELECT state, received_at, title FROM cases ORDER BY 2, 3"))
                tallies.append(states.all())  # type: ignore[arg-type]
    databases.drop_database(sockets, name)
    assert tallies[:2] == tallies[2:]


@pytest.mark.slow
def test_parts_wait_until_their_split_can_no_longer_be_undone(
    fresh_database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulator, "_ROUTED_WITHIN", timedelta(minutes=3))
    monkeypatch.setattr(
        course, "_decision_in_triage", lambda its: course.Act.SPLIT if its.number > 0 else course.Act.DISPATCH
    )
    with worker(fresh_database) as sessions:
        prepare(sessions, FEW)
        tally = simulate(sessions, FEW)
        with db.transaction(sessions, db.WORKER) as session:
            unrouted = session.scalar(select(func.count()).where(Case.state == "received"))
    assert tally.acts["split"] > 0
    assert unrouted == 0
    assert tally.routed > tally.received


def test_nothing_is_simulated_beside_what_may_be_real(fresh_database: Urls) -> None:
    with worker(fresh_database) as sessions:
        prepare(sessions, FEW)
        sent = datetime(2026, 2, 2, 9, tzinfo=VIETNAM)
        with db.transaction(sessions, db.WORKER) as session:
            book = read_law_book(session)
            intake.receive(
                session, replace(TYPED, commune_code=None), case_id=db.new_id(), now=sent, book=book
            )
        with pytest.raises(NoGround, match="may be real"):
            prepare(sessions, FEW, invented=False)
        with db.transaction(sessions, db.WORKER) as session:
            session.execute(text("UPDATE province_settings SET key = 'forgotten' WHERE key = 'simulated'"))
        with pytest.raises(NoGround, match="may be real"):
            prepare(sessions, FEW)


def test_no_night_is_computed_twice(played) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoGround, match="begin with a later day"):
        prepare(played[0], Setting(WEEKS.last, WEEKS.last + timedelta(days=3), 5))
    with pytest.raises(NoGround, match="lies before"):
        prepare(played[0], Setting(WEEKS.last, WEEKS.first, 5))
