"""More time for the agency, which the citizen's date never feels."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.trace import Trace
from feedback.models import Deadline, Extension, Message, Term
from feedback.queries.law_book import read_law_book
from feedback.services.casework import answers, extensions, supplements
from feedback.services.errors import InvalidInput
from tests.services.stage import ANSWER, Stage

LATER = date(2026, 12, 4)


def ask(stage: Stage, case_id: Any, new_due_on: date = LATER, reason: str = "Phải khảo sát lại.") -> None:
    stage.act(stage.works.officer, extensions.ask, case_id, reason=reason, new_due_on=new_due_on)


def test_a_granted_extension_moves_the_agencys_date_alone(stage: Stage) -> None:
    case_id = stage.in_progress()
    citizen = stage.look(case_id).citizen_due_on
    stage.wait_working_days(10)
    ask(stage, case_id)
    assert stage.look(case_id).agency_due_on == date(2026, 11, 23)
    head = stage.works.seats["head_of_agency"]
    assert ("extension_asked", f"position:{head.id}") in stage.notices(case_id)
    stage.act(stage.works.head, extensions.decide, case_id, granted=True)

    case = stage.look(case_id)
    assert case.agency_due_on == case.due_on == LATER == stage.due(case_id, Clock.AGENCY)
    assert case.citizen_due_on == citizen == stage.due(case_id, Clock.CITIZEN)
    versions = stage.rows(Deadline, case_id, Deadline.clock == "agency")
    assert {row.version: row.superseded_at is None for row in versions} == {1: False, 2: True}
    trace = Trace.from_json(next(row for row in versions if row.version == 2).trace)
    assert (trace.due_on, str(trace.duration)) == (LATER, "23wd")
    told = next(row for row in stage.rows(Message, case_id) if row.kind == "extension_granted")
    assert told.recipient == "submitter"
    assert json.loads(told.params) == {"reason": "Phải khảo sát lại.", "new_due_on": "2026-12-04"}
    assert ("extension_decided", f"account:{stage.works.officer.id}") in stage.notices(case_id)


def test_a_denied_extension_moves_nothing(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.head, extensions.decide, case_id, granted=False)
    assert refused.value.field == "remarks"
    stage.act(stage.works.head, extensions.decide, case_id, granted=False, remarks="Không đủ lý do.")
    row = stage.rows(Extension, case_id)[0]
    assert (row.decision, row.decided_by, row.remarks) == ("denied", stage.works.head.id, "Không đủ lý do.")
    assert stage.look(case_id).agency_due_on == date(2026, 11, 23)
    assert "extension_granted" not in {kind for kind, _ in stage.notices(case_id)}
    ask(stage, case_id)


@pytest.mark.parametrize(
    ("new_due_on", "code"),
    [
        (date(2026, 11, 23), "not_later"),
        (date(2026, 11, 2), "not_later"),
        (date(2026, 11, 24), "not_working_day"),
        (date(2026, 11, 28), "not_working_day"),
    ],
)
def test_the_new_date_is_a_later_working_day(stage: Stage, new_due_on: date, code: str) -> None:
    case_id = stage.in_progress()
    with pytest.raises(InvalidInput) as refused:
        ask(stage, case_id, new_due_on)
    assert (refused.value.field, refused.value.code) == ("new_due_on", code)


def test_an_extension_asks_for_a_reason_and_one_at_a_time(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(InvalidInput):
        ask(stage, case_id, reason=" ")
    ask(stage, case_id)
    with pytest.raises(Refused) as refused:
        ask(stage, case_id, date(2026, 12, 7))
    assert refused.value.why == "extension_pending"


def test_the_head_decides_and_nobody_else(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(Refused) as none:
        stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    assert none.value.why == "no_extension"
    ask(stage, case_id)
    for account in (stage.works.officer, stage.works.head_of_unit, stage.province.dispatcher):
        with pytest.raises(Refused):
            stage.act(account, extensions.decide, case_id, granted=True)


def test_a_date_that_passed_while_it_waited_is_not_granted(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id, date(2026, 11, 25))
    stage.wait_working_days(18)
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    assert refused.value.code == "not_later"
    assert stage.rows(Extension, case_id)[0].decision == "pending"


def test_an_extension_granted_during_a_pause_keeps_the_pause(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    stage.act(stage.works.officer, supplements.ask, case_id, question="Cột đèn nào?")
    paused_at = stage.now
    stage.wait_working_days(2)
    stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    running = stage.rows(Deadline, case_id, Deadline.clock == "agency", Deadline.superseded_at.is_(None))[0]
    assert (running.due_on, running.paused_at) == (LATER, paused_at)
    stage.wait_working_days(1)
    stage.submitter(supplements.reply, case_id, text="Cột số 7.")
    # The clock stood still for three working days, from the 2nd to the 5th.
    assert stage.look(case_id).agency_due_on == date(2026, 12, 9)


def test_an_answer_ends_an_extension_that_waits(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    assert stage.look(case_id).state == State.ANSWERED
    row = stage.rows(Extension, case_id)[0]
    assert (row.decision, row.decided_by) == ("denied", None)


def with_term(stage: Stage, **columns: Any) -> None:
    stage.worker.execute(update(Term).where(Term.key == "answer").values(**columns))
    stage.worker.commit()
    stage.book = read_law_book(stage.worker)
    stage.worker.commit()


def test_a_term_that_nobody_may_extend_is_not_asked_for(stage: Stage) -> None:
    with_term(stage, extend_by="")
    case_id = stage.in_progress()
    with pytest.raises(Refused) as refused:
        ask(stage, case_id)
    assert refused.value.why == "not_extendable"


def test_a_term_is_extended_by_so_much_in_all(stage: Stage) -> None:
    with_term(stage, extend_at_most="5wd")
    case_id = stage.in_progress()  # due Monday 23 November; the 24th is a holiday
    assert extensions.latest_day(stage.worker, stage.look(case_id), stage.book) == date(2026, 12, 1)
    with pytest.raises(InvalidInput) as refused:
        ask(stage, case_id, date(2026, 12, 2))
    assert (refused.value.field, refused.value.code) == ("new_due_on", "too_far")
    ask(stage, case_id, date(2026, 11, 27))
    stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    # The second extension is counted from what the term gave, and not from the first.
    with pytest.raises(InvalidInput):
        ask(stage, case_id, date(2026, 12, 2))
    ask(stage, case_id, date(2026, 12, 1))
    stage.act(stage.works.head, extensions.decide, case_id, granted=True)
    assert stage.due(case_id, Clock.AGENCY) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("extend_by", "may"),
    [
        ("head_of_agency", {"head"}),
        ("head_of_unit", {"head_of_unit"}),
        ("coordinator_head", {"chief"}),
        ("head_of_agency;coordinator_head", {"head", "chief"}),
    ],
)
def test_the_terms_row_says_who_decides(stage: Stage, extend_by: str, may: set[str]) -> None:
    with_term(stage, extend_by=extend_by)
    case_id = stage.in_progress()
    ask(stage, case_id)
    people = {
        "head": stage.works.head, "head_of_unit": stage.works.head_of_unit, "chief": stage.province.chief,
        "officer": stage.works.officer, "dispatcher": stage.province.dispatcher,
    }  # fmt: skip
    able = set()
    for name, account in people.items():
        try:
            stage.act(account, extensions.decide, case_id, granted=False, remarks="Chưa đủ lý do.")
        except Refused:
            continue
        able.add(name)
        ask(stage, case_id)
    assert able == may


def test_the_version_of_the_first_day_says_who_may_extend(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.worker.execute(update(Term).where(Term.key == "answer").values(valid_to=date(2026, 11, 2)))
    stage.worker.add(
        Term(
            key="answer", duration="10wd", counted_from="assignment", basis="thử nghiệm", name_vi="Trả lời",
            name_en="Answer", valid_from=date(2026, 11, 3),
        )
    )  # fmt: skip
    stage.worker.commit()
    stage.book = read_law_book(stage.worker)
    stage.worker.commit()
    stage.wait(days=2)
    ask(stage, case_id)
    with pytest.raises(Refused):
        ask(stage, stage.in_progress())
