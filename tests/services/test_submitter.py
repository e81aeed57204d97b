"""What a submitter does by the tracking code: rate, reopen, withdraw."""

from __future__ import annotations

from datetime import date

import pytest

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State, TransitionRefused
from feedback.models import Answer, Assignment, EventNote, Extension, Period, Rating
from feedback.services import audit
from feedback.services.casework import answers, extensions, submitter, supplements
from feedback.services.errors import InvalidInput
from tests.services.stage import ANSWER, Stage

REASON = "Đèn lại tắt sau hai ngày."


@pytest.mark.parametrize(("score", "offers"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_poor_rating_offers_to_reopen_and_does_not_do_it(stage: Stage, score: int, offers: bool) -> None:
    case_id = stage.answered()
    assert stage.submitter(submitter.rate, case_id, score=score, comment="Tạm.") is offers
    assert stage.look(case_id).state == State.ANSWERED
    row = stage.rows(Rating, case_id)[0]
    assert (row.period, row.score, row.comment, row.rated_at) == (1, score, "Tạm.", stage.now)
    assert stage.events(case_id)[-1] == "rated"


def test_one_answer_is_rated_once_from_one_to_five(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(TransitionRefused):
        stage.submitter(submitter.rate, case_id, score=5)
    case_id = stage.answered()
    for score in (0, 6):
        with pytest.raises(InvalidInput) as refused:
            stage.submitter(submitter.rate, case_id, score=score)
        assert refused.value.code == "out_of_range"
    stage.submitter(submitter.rate, case_id, score=1)
    with pytest.raises(InvalidInput) as twice:
        stage.submitter(submitter.rate, case_id, score=5)
    assert twice.value.code == "already_rated"


def test_a_late_poor_rating_offers_nothing(stage: Stage) -> None:
    case_id = stage.answered()
    stage.wait(days=31)
    assert stage.submitter(submitter.rate, case_id, score=1) is False


def test_reopening_opens_a_second_period_and_keeps_the_firsts_result(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.wait_working_days(16)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    first = stage.look(case_id).citizen_due_on
    stage.wait_working_days(4)
    assert stage.submitter(lambda session, case: submitter.reopen_until(case), case_id) == date(2026, 12, 25)
    stage.submitter(submitter.reopen, case_id, reason=REASON)

    case = stage.look(case_id)
    assert (case.state, case.period, case.answered_at, case.closed_at) == (State.IN_PROGRESS, 2, None, None)
    # Tuesday 1 December and 15 working days.
    assert first == date(2026, 11, 23)
    assert case.citizen_due_on == case.agency_due_on == case.due_on == date(2026, 12, 22)
    assert case.officer_id == stage.works.officer.id
    running = stage.rows(Assignment, case_id, Assignment.ended_at.is_(None))
    assert [(row.agency_id, row.role) for row in running] == [(stage.works.agency.id, "lead")]
    head = stage.works.seats["head_of_agency"]
    assert {
        ("reopened_agency", f"account:{stage.works.officer.id}"), ("reopened_agency", f"position:{head.id}"),
    } <= stage.notices(case_id)  # fmt: skip

    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    periods = sorted(stage.rows(Period, case_id), key=lambda row: row.number)
    assert [(row.number, row.on_time, row.reopening_reason) for row in periods] == [
        (1, False, ""), (2, True, REASON),
    ]  # fmt: skip
    assert periods[0].citizen_due_on == first
    assert stage.submitter(submitter.rate, case_id, score=4) is False
    assert audit.verify(stage.worker).sound


@pytest.mark.parametrize(("days", "works"), [(30, True), (31, False)])
def test_the_door_stays_open_for_thirty_days(stage: Stage, days: int, works: bool) -> None:
    case_id = stage.answered()
    stage.wait(days=days)
    if works:
        stage.submitter(submitter.reopen, case_id, reason=REASON)
        assert stage.look(case_id).period == 2
        return
    with pytest.raises(InvalidInput) as refused:
        stage.submitter(submitter.reopen, case_id, reason=REASON)
    assert (refused.value.field, refused.value.code) == ("case", "too_late")
    assert stage.look(case_id).period == 1


def test_reopening_asks_for_a_reason_and_an_answer(stage: Stage) -> None:
    case_id = stage.answered()
    with pytest.raises(InvalidInput) as refused:
        stage.submitter(submitter.reopen, case_id, reason="Tệ")
    assert refused.value.field == "reason"
    with pytest.raises(TransitionRefused):
        stage.submitter(submitter.reopen, stage.in_progress(), reason=REASON)


@pytest.mark.parametrize("before", ["received", "triaged", "dispatched", "in_progress", "awaiting_approval"])
def test_an_open_case_can_be_withdrawn(stage: Stage, before: str) -> None:
    case_id = getattr(stage, before)()
    if before == "in_progress":
        stage.act(stage.works.officer, extensions.ask, case_id, reason="Chờ.", new_due_on=date(2026, 12, 4))
    stage.submitter(submitter.withdraw, case_id, reason="Đã sửa rồi.")
    case = stage.look(case_id)
    assert (case.state, case.closed_at) == (State.WITHDRAWN, stage.now)
    assert stage.active_clocks(case_id) == set()
    assert stage.rows(Assignment, case_id, Assignment.ended_at.is_(None)) == []
    assert stage.rows(Extension, case_id, Extension.decision == "pending") == []
    assert {row.status for row in stage.rows(Answer, case_id)} <= {"draft", "returned"}
    assert stage.rows(Period, case_id)[0].on_time is None
    told = "withdrawn_agency" in {kind for kind, _ in stage.notices(case_id)}
    assert told is (before not in {"received", "triaged"})
    assert [note.text for note in stage.rows(EventNote, case_id)][-1] == "Đã sửa rồi."


def test_while_a_supplement_is_waited_for_too(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Ở đâu?")
    stage.submitter(submitter.withdraw, case_id)
    assert stage.look(case_id).state == State.WITHDRAWN
    assert Clock.AGENCY not in stage.active_clocks(case_id)


def test_a_closed_case_cannot_be_withdrawn(stage: Stage) -> None:
    case_id = stage.answered()
    with pytest.raises(TransitionRefused):
        stage.submitter(submitter.withdraw, case_id)
