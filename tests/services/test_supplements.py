"""Asking the submitter for more: who waits, which clock stands still, and what ends the wait."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State, TransitionRefused
from feedback.domain.positions import PositionKind
from feedback.domain.submission import StoredFile
from feedback.models import Attachment, Case, Deadline, Holding, Message, Supplement
from feedback.services import clocks
from feedback.services.casework import supplements
from feedback.services.errors import InvalidInput
from feedback.services.post.still_so import is_over
from tests.services.stage import Stage

QUESTION = "Xin cho biết số cột đèn bị hỏng."


def ask(stage: Stage, case_id: object, question: str = QUESTION) -> None:
    stage.act(stage.works.officer, supplements.ask, case_id, question=question)  # type: ignore[arg-type]


def agency_clock(stage: Stage, case_id: object) -> Deadline:
    rows = stage.rows(Deadline, case_id, Deadline.clock == "agency", Deadline.superseded_at.is_(None))  # type: ignore[arg-type]
    assert len(rows) == 1
    return rows[0]


def test_a_timely_first_request_stops_the_agencys_clock_and_not_the_citizens(stage: Stage) -> None:
    case_id = stage.in_progress()
    citizen, agency = stage.look(case_id).citizen_due_on, stage.look(case_id).agency_due_on
    stage.wait_working_days(3)
    ask(stage, case_id)
    request = stage.rows(Supplement, case_id)[0]
    # Thursday 5 November and 10 working days.
    assert (request.pauses, request.due_on) == (True, date(2026, 11, 19))
    assert stage.look(case_id).state == State.AWAITING_SUBMITTER
    assert agency_clock(stage, case_id).paused_at == stage.now
    message = stage.rows(Message, case_id)[-1]
    assert (message.kind, message.recipient) == ("supplement_request", "submitter")

    stage.wait_working_days(4)
    stage.submitter(supplements.reply, case_id, text="Cột số 7 và số 8.")
    case = stage.look(case_id)
    assert case.state == State.IN_PROGRESS
    assert case.citizen_due_on == citizen == stage.due(case_id, Clock.CITIZEN)
    # Twelve of fifteen days were left on the 5th; the reply came on Wednesday the 11th.
    assert agency == date(2026, 11, 23)
    assert case.agency_due_on == case.due_on == date(2026, 11, 30)
    assert stage.book.calendar.working_days_between(date(2026, 11, 11), date(2026, 11, 30)) == 12
    assert agency_clock(stage, case_id).version == 2
    assert ("supplement_received", f"account:{stage.works.officer.id}") in stage.notices(case_id)
    assert stage.rows(Supplement, case_id)[0].reply == "Cột số 7 và số 8."


@pytest.mark.parametrize("ended", [False, True])
def test_a_question_that_was_answered_by_telephone_is_not_mailed_after_an_outage(
    stage: Stage, ended: bool
) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    letter = stage.rows(Message, case_id)[-1]
    assert letter.kind == "supplement_request"
    stage.wait(hours=3)
    if ended:
        stage.act(stage.works.officer, supplements.end_wait, case_id, told="Cột số 7.")
        ask(stage, case_id)
    assert is_over(stage.worker, letter, stage.look(case_id)) is ended
    newest = stage.rows(Message, case_id, Message.kind == "supplement_request")[-1]
    assert not is_over(stage.worker, newest, stage.look(case_id))


@pytest.mark.parametrize(("days", "pauses"), [(0, True), (5, True), (6, False)])
def test_only_within_five_working_days_of_the_submission(stage: Stage, days: int, pauses: bool) -> None:
    case_id = stage.in_progress()
    agency = stage.look(case_id).agency_due_on
    stage.wait_working_days(days)
    ask(stage, case_id)
    assert stage.rows(Supplement, case_id)[0].pauses is pauses
    assert (agency_clock(stage, case_id).paused_at is not None) is pauses
    stage.wait_working_days(2)
    stage.submitter(supplements.reply, case_id, text="Đã rõ.")
    moved = stage.look(case_id).agency_due_on
    assert (moved != agency) is pauses
    assert agency_clock(stage, case_id).version == (2 if pauses else 1)


def test_a_second_request_stops_no_clock(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    stage.submitter(supplements.reply, case_id, text="Cột số 7.")
    ask(stage, case_id, "Còn cột nào nữa?")
    assert sorted(row.pauses for row in stage.rows(Supplement, case_id)) == [False, True]
    assert agency_clock(stage, case_id).paused_at is None


def test_a_reply_may_bring_files(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    photo = StoredFile(db.new_id(), "cot-7.jpg", "image/jpeg", 10, "ab" * 32, "2026/11/cot7.jpg")
    with pytest.raises(InvalidInput) as refused:
        stage.submitter(supplements.reply, case_id, text="Ảnh đây.", files=[photo] * 6)
    assert refused.value.field == "files"
    stage.submitter(supplements.reply, case_id, text="Ảnh đây.", files=[photo])
    assert [(row.origin, row.name) for row in stage.rows(Attachment, case_id)] == [
        ("supplement", "cot-7.jpg")
    ]


@pytest.mark.parametrize("gone", ["left", "moved", "there"])
def test_a_reply_is_told_to_the_agency_when_its_officer_is_there_no_more(stage: Stage, gone: str) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    officer = stage.works.officer
    if gone == "left":
        officer.active = False
    elif gone == "moved":
        holding = stage.worker.scalars(select(Holding).where(Holding.account_id == officer.id)).one()
        holding.valid_to = local_date(stage.now)
        seat = stage.make.position(stage.home.agency, PositionKind.OFFICER)
        stage.make.holding(officer, seat)
    stage.worker.commit()
    stage.wait(days=1)
    stage.submitter(supplements.reply, case_id, text="Cột số 7.")
    to = f"account:{officer.id}" if gone == "there" else f"agency:{stage.works.agency.id}"
    assert ("supplement_received", to) in stage.notices(case_id)


def test_a_reply_is_taken_once_and_only_when_asked(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(TransitionRefused):
        stage.submitter(supplements.reply, case_id, text="Không ai hỏi.")
    ask(stage, case_id)
    with pytest.raises(InvalidInput):
        stage.submitter(supplements.reply, case_id, text=" \u200b\n")
    stage.submitter(supplements.reply, case_id, text="Cột số 7.")
    with pytest.raises(TransitionRefused):
        stage.submitter(supplements.reply, case_id, text="Lần nữa.")


def test_nobody_asks_somebody_who_cannot_be_reached(stage: Stage) -> None:
    case_id = stage.in_progress(anonymous=True)
    with pytest.raises(InvalidInput) as refused:
        ask(stage, case_id)
    assert refused.value.code == "unreachable"


def test_staff_end_the_wait_with_what_they_were_told(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.officer, supplements.end_wait, case_id)
    assert (refused.value.field, refused.value.code) == ("told", "required")
    stage.act(stage.works.officer, supplements.end_wait, case_id, told="Bà gọi đến: cột số 7.")
    assert stage.look(case_id).state == State.IN_PROGRESS
    assert stage.rows(Supplement, case_id)[0].reply == "Bà gọi đến: cột số 7."
    assert stage.events(case_id)[-1] == "supplement_received"


def test_staff_end_the_wait_when_its_term_has_passed(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    stage.wait_working_days(10)
    with pytest.raises(InvalidInput):
        stage.act(stage.works.officer, supplements.end_wait, case_id)
    stage.wait_working_days(1)
    stage.act(stage.works.officer, supplements.end_wait, case_id)
    assert stage.rows(Supplement, case_id)[0].expired_at == stage.now
    assert stage.events(case_id)[-1] == "supplement_expired"


def test_the_worker_ends_waits_that_are_over_and_no_other(stage: Stage) -> None:
    late, pausing, fresh = stage.in_progress(), stage.in_progress(), stage.in_progress()
    stage.wait_working_days(3)
    ask(stage, pausing)
    stage.wait_working_days(3)
    ask(stage, late)
    stage.wait_working_days(8)
    ask(stage, fresh)
    stage.wait_working_days(3)

    def expire() -> int:
        with db.transaction(stage.factory, db.WORKER) as session:
            return supplements.expire(session, stage.now, stage.book)

    assert expire() == 2
    assert [stage.look(one).state for one in (late, pausing, fresh)] == [
        State.IN_PROGRESS, State.IN_PROGRESS, State.AWAITING_SUBMITTER,
    ]  # fmt: skip
    assert stage.rows(Supplement, pausing)[0].expired_at == stage.now
    assert agency_clock(stage, pausing).version == 2
    # Asked on the 5th, waited for until the 19th: a worker that comes days later gives no more time.
    assert stage.look(pausing).agency_due_on == stage.book.calendar.add_working_days(date(2026, 11, 19), 12)
    assert agency_clock(stage, late).version == 1
    assert ("supplement_expired", f"account:{stage.works.officer.id}") in stage.notices(late)
    assert expire() == 0
    # The case is to be answered or refused: work on it goes on.
    ask(stage, late, "Xin hỏi lại.")


def test_a_case_that_cannot_be_ended_stops_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = stage.in_progress(), stage.in_progress()
    for case_id in (broken, sound):
        ask(stage, case_id)
    stage.wait_working_days(11)
    resume = clocks.resume_agency_clock

    def breaks(session: Session, case: Case, *rest: Any, **more: Any) -> None:
        resume(session, case, *rest, **more)
        if case.id == broken:
            raise RuntimeError("this one has no date")

    monkeypatch.setattr(clocks, "resume_agency_clock", breaks)
    failed: set[UUID] = set()

    def expire(**more: Any) -> int:
        with db.transaction(stage.factory, db.WORKER) as session:
            return supplements.expire(session, stage.now, stage.book, limit=1, **more)

    assert [expire(failed=failed) for _ in range(3)] == [0, 1, 0]
    assert failed == {stage.rows(Supplement, broken)[0].id}
    assert stage.look(sound).state == State.IN_PROGRESS
    # Nothing of the failed one was kept, and the next run ends it.
    assert stage.look(broken).state == State.AWAITING_SUBMITTER
    assert stage.rows(Supplement, broken)[0].expired_at is None
    assert agency_clock(stage, broken).version == 1
    monkeypatch.undo()
    assert expire() == 1
    assert stage.look(broken).state == State.IN_PROGRESS
