"""A changed calendar and the open cases: what moves, what is told, what is taken back, and the way back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from feedback import db
from feedback.domain.calendar import VIETNAM, CalendarDay, DayKind, DayStatus
from feedback.domain.calendar_change import BadChange, ChangeOrigin
from feedback.domain.clocks import Clock
from feedback.domain.trace import Trace
from feedback.embedded.databases import Urls
from feedback.models import AuditEvent, CalendarChange, Deadline, EscalationStep, Message, Period, Supplement
from feedback.models import CalendarDay as CalendarDayRow
from feedback.queries.case_file import read_case_file
from feedback.queries.law.calendar_preview import CalendarPreview
from feedback.queries.law_book import read_law_book
from feedback.queries.promises import promise_moves
from feedback.services import audit
from feedback.services.casework import extensions, supplements
from feedback.services.law import calendar_changes, recompute
from feedback.services.law.calendar_changes import ChangeRefused
from feedback.services.night.escalation import escalate
from feedback.services.post.composing import Post, compose
from tests.services.committed import CommittedStage, committed_stage

FRIDAY, SATURDAY = date(2026, 11, 13), date(2026, 11, 28)
CITIZEN = date(2026, 11, 23)
POST = Post.of("smtp://127.0.0.1:9", "hoi-am@localhost", "http://localhost")


def off(day: date, status: DayStatus = DayStatus.OFFICIAL) -> CalendarDay:
    return CalendarDay(day, DayKind.DAY_OFF, status, "CV 99/VPCP-KGVX", "nghỉ bão", "storm")


OFF = [(None, off(FRIDAY))]
SWAP = [*OFF, (None, CalendarDay(SATURDAY, DayKind.WORKING_DAY, DayStatus.OFFICIAL, "CV 99/VPCP-KGVX"))]


@pytest.fixture
def stage(fresh_database: Urls) -> Iterator[CommittedStage]:
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as found:
        yield found


def drafted(stage: CommittedStage, put: Any = OFF, removed: Any = ()) -> UUID:
    with db.transaction(stage.sessions, db.WORKER) as session:
        row = calendar_changes.draft(
            session, put=put, removed=removed, origin=ChangeOrigin.FORM, account_id=None, now=stage.now
        )
    work(stage)
    return row.id


def work(stage: CommittedStage) -> None:
    assert recompute.work_through(stage.sessions, lambda: stage.now, longest=60)
    stage.worker.expire_all()


def start(stage: CommittedStage, change_id: UUID) -> None:
    with db.transaction(stage.sessions, db.WORKER) as session:
        calendar_changes.start(session, change_id, actor=audit.COMMAND, account_id=None, now=stage.now)


def applied(stage: CommittedStage, put: Any = OFF, removed: Any = ()) -> UUID:
    change_id = drafted(stage, put, removed)
    start(stage, change_id)
    work(stage)
    stage.book = read_law_book(stage.worker)
    stage.worker.commit()
    return change_id


def reverted(stage: CommittedStage, change_id: UUID) -> None:
    with db.transaction(stage.sessions, db.WORKER) as session:
        reversal = calendar_changes.draft_reversal(session, change_id, account_id=None, now=stage.now)
    work(stage)
    start(stage, reversal.id)
    work(stage)


def row_of(stage: CommittedStage, change_id: UUID) -> CalendarChange:
    stage.worker.commit()
    return stage.worker.get_one(CalendarChange, change_id, populate_existing=True)


def recounts(stage: CommittedStage, case_id: UUID) -> list[dict[str, Any]]:
    kind = AuditEvent.kind == "case.deadline_recomputed"
    return [json.loads(row.payload) for row in stage.rows(AuditEvent, case_id, kind)]


def test_a_day_off_moves_every_date_that_runs_past_it_with_one_event_and_one_letter(
    stage: CommittedStage,
) -> None:
    case_id = stage.in_progress()
    closed = stage.answered()
    before = stage.look(closed).citizen_due_on
    change_id = applied(stage)
    case = stage.look(case_id)
    later = date(2026, 11, 25)  # 24 November is a holiday
    assert (case.due_on, case.citizen_due_on, case.agency_due_on) == (later, later, later)
    assert stage.rows(Period, case_id)[0].citizen_due_on == later
    versions = stage.rows(Deadline, case_id, Deadline.clock == "citizen")
    assert {row.version: (row.due_on, row.superseded_at is None) for row in versions} == {
        1: (CITIZEN, False),
        2: (later, True),
    }
    (move,) = promise_moves(read_case_file(stage.worker, case))
    assert (move.old, move.new) == (CITIZEN, later)
    trace = Trace.from_json(next(row.trace for row in versions if row.version == 2))
    assert "nghỉ bão" in {row.name_vi for run in trace.skipped for row in run.rows}
    assert trace.term_key == "answer"
    assert recounts(stage, case_id) == [
        {
            "change": str(change_id), "version": case.version,
            "citizen_from": "2026-11-23", "citizen_to": "2026-11-25",
            "agency_from": "2026-11-23", "agency_to": "2026-11-25",
        }
    ]  # fmt: skip
    assert stage.look(closed).citizen_due_on == before
    assert recounts(stage, closed) == []
    letters = stage.rows(Message, case_id, Message.kind == "date_moved")
    assert [row.recipient for row in letters] == ["submitter"]
    assert json.loads(letters[0].params) == {
        "source": "CV 99/VPCP-KGVX", "old_due_on": "2026-11-23", "new_due_on": "2026-11-25",
    }  # fmt: skip
    body = compose(stage.worker, POST, letters[0], stage.now).as_string()
    assert "25/11/2026" in body
    row = row_of(stage, change_id)
    assert (row.status, row.cases_total, row.cases_done, row.deadlines_moved, row.promises_moved) == (
        "applied", 1, 1, 2, 1,
    )  # fmt: skip
    assert audit.verify(stage.worker).sound


def test_the_preview_says_what_the_application_does(stage: CommittedStage) -> None:
    cases = [stage.in_progress() for _ in range(3)] + [stage.received(email="", phone="0263000000")]
    change_id = drafted(stage)
    figures = CalendarPreview.from_json(row_of(stage, change_id).preview or "")
    assert (figures.cases, figures.promises, figures.told) == (4, 4, 3)
    assert {row.clock: (row.earlier, row.later) for row in figures.clocks} == {
        "citizen": (0, 4),
        "agency": (0, 3),
    }
    assert {row.agency_id: row.cases for row in figures.agencies} == {stage.works.agency.id: 3, None: 1}
    assert all(recounts(stage, case_id) == [] for case_id in cases)
    start(stage, change_id)
    work(stage)
    row = row_of(stage, change_id)
    assert (row.cases_done, row.promises_moved) == (figures.cases, figures.promises)


def test_the_reverse_restores_every_date_and_can_be_done_once(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    first = stage.rows(Deadline, case_id, Deadline.clock == "agency")[0]
    change_id = applied(stage, SWAP)
    assert stage.look(case_id).due_on == date(2026, 11, 25)
    stage.now += timedelta(minutes=5)
    reverted(stage, change_id)
    case = stage.look(case_id)
    assert (case.due_on, case.citizen_due_on, case.agency_due_on) == (CITIZEN, CITIZEN, CITIZEN)
    last = stage.rows(Deadline, case_id, Deadline.clock == "agency", Deadline.superseded_at.is_(None))[0]
    assert (last.due_on, last.due_at, last.trace, last.started_at) == (
        first.due_on, first.due_at, first.trace, first.started_at,
    )  # fmt: skip
    assert stage.count(CalendarDayRow, CalendarDayRow.date.in_([FRIDAY, SATURDAY])) == 2
    assert stage.count(CalendarDayRow, CalendarDayRow.source == "CV 99/VPCP-KGVX",
                       CalendarDayRow.superseded_at.is_(None)) == 0  # fmt: skip
    with pytest.raises(ChangeRefused) as refused:
        reverted(stage, change_id)
    assert refused.value.code == "reverted"
    assert audit.verify(stage.worker).sound


def test_steps_that_are_no_longer_true_are_taken_back_and_the_others_stay(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    stage.now = datetime(2026, 11, 19, 9, 0, tzinfo=VIETNAM)  # two working days before the date
    escalate(stage.sessions, stage.now, stage.book, now=stage.now)
    reached = {row.step for row in stage.rows(EscalationStep, case_id)}
    assert reached
    change_id = drafted(stage, [(None, off(date(2026, 11, 20)))])
    figures = CalendarPreview.from_json(row_of(stage, change_id).preview or "")
    start(stage, change_id)
    work(stage)
    steps = stage.rows(EscalationStep, case_id)
    running = {row.id for row in stage.rows(Deadline, case_id, Deadline.superseded_at.is_(None))}
    gone = [row for row in steps if row.retracted_at is not None]
    kept = [row for row in steps if row.retracted_at is None]
    assert {row.retraction_reason for row in gone} <= {"calendar_changed"}
    assert all(row.deadline_id in running for row in kept)
    assert figures.steps == len(gone) == row_of(stage, change_id).steps_retracted
    codes = sorted(
        code for entry in recounts(stage, case_id) for code in entry.get("steps", "").split(",") if code
    )
    assert codes == sorted(row.step for row in gone)
    again = escalate(stage.sessions, stage.now, read_law_book(stage.worker), now=stage.now)
    assert (again.retracted, again.settled) == (0, 0)


def test_a_promised_day_moves_off_the_new_rest_day_only(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    for promised in (date(2026, 12, 4), date(2026, 12, 8)):
        stage.act(stage.works.officer, extensions.ask, case_id, reason="Phải khảo sát.", new_due_on=promised)
        stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    change_id = applied(stage, [(None, off(FRIDAY)), (None, off(date(2026, 12, 8)))])
    case = stage.look(case_id)
    assert (case.agency_due_on, case.due_on) == (date(2026, 12, 9), date(2026, 12, 9))
    running = stage.rows(Deadline, case_id, Deadline.clock == "agency", Deadline.superseded_at.is_(None))[0]
    assert running.fixed_on == date(2026, 12, 8)
    stage.now += timedelta(minutes=5)
    reverted(stage, change_id)
    assert stage.look(case_id).agency_due_on == date(2026, 12, 8)


def test_the_wait_for_a_submitter_follows_too_and_a_paused_clock_stays_paused(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Xin cho biết số nhà, tên đường.")
    before = stage.rows(Supplement, case_id)[0].due_on
    applied(stage)
    request = stage.rows(Supplement, case_id)[0]
    assert (before, request.due_on) == (date(2026, 11, 16), date(2026, 11, 17))
    payload = recounts(stage, case_id)[0]
    assert (payload["reply_from"], payload["reply_to"]) == ("2026-11-16", "2026-11-17")
    agency = stage.rows(Deadline, case_id, Deadline.clock == "agency", Deadline.superseded_at.is_(None))[0]
    assert agency.paused_at is not None
    assert "new_reply_on" in json.loads(stage.rows(Message, case_id, Message.kind == "date_moved")[0].params)


def test_what_came_in_with_the_calendar_of_before_is_settled(stage: CommittedStage) -> None:
    change_id = drafted(stage)
    start(stage, change_id)
    work(stage)
    late = stage.in_progress()  # by a process that still holds the old book
    assert stage.due(late, Clock.CITIZEN) == CITIZEN
    row = row_of(stage, change_id)
    assert (row.status, row.settled_at) == ("applied", None)
    stage.now += recompute.SETTLES_AFTER
    work(stage)
    assert stage.due(late, Clock.CITIZEN) == date(2026, 11, 25)
    assert len(recounts(stage, late)) == 1
    assert row_of(stage, change_id).settled_at == stage.now
    work(stage)
    assert len(recounts(stage, late)) == 1


def test_a_change_starts_once_alone_counted_and_on_the_days_it_was_drafted_on(stage: CommittedStage) -> None:
    def refusal(change_id: UUID) -> str:
        with pytest.raises(ChangeRefused) as refused:
            start(stage, change_id)
        return refused.value.code

    with db.transaction(stage.sessions, db.WORKER) as session:
        uncounted = calendar_changes.draft(
            session, put=OFF, origin=ChangeOrigin.FORM, account_id=None, now=stage.now
        )
    assert refusal(uncounted.id) == "not_counted"
    work(stage)
    other = drafted(stage, [(None, off(date(2026, 12, 3)))])
    same = drafted(stage, [(None, off(FRIDAY, DayStatus.COMPUTED))])
    start(stage, uncounted.id)
    assert refusal(uncounted.id) == "started"
    assert refusal(other) == "busy"
    with (
        pytest.raises(ChangeRefused, match="not_applied"),
        db.transaction(stage.sessions, db.WORKER) as session,
    ):
        calendar_changes.draft_reversal(session, uncounted.id, account_id=None, now=stage.now)
    work(stage)
    assert refusal(same) == "stale"
    with pytest.raises(BadChange):
        drafted(stage, OFF)
    start(stage, other)
