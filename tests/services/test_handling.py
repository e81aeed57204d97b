"""The agency at work: accepting, sending back, passing on, giving to an officer, contact."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.models import Answer, Assignment, Deadline, EventNote, Extension, Move
from feedback.queries.case_file import NotFound
from feedback.services.casework import answers, extensions, handling, triage
from feedback.services.errors import InvalidInput
from tests.services.stage import ANSWER, Stage


def test_the_officer_who_accepts_has_the_case(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.wait(hours=2)
    stage.act(stage.works.officer, handling.accept, case_id)
    case = stage.look(case_id)
    assert (case.state, case.officer_id, case.unit_id) == (
        State.IN_PROGRESS, stage.works.officer.id, stage.works.unit.id,
    )  # fmt: skip
    assert stage.rows(Assignment, case_id)[0].accepted_at == stage.now


def test_a_head_who_accepts_leaves_the_officer_open(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.works.head, handling.accept, case_id)
    assert stage.look(case_id).officer_id is None


def test_sending_back_returns_the_case_to_triage_and_ends_sight_of_it(stage: Stage) -> None:
    case_id = stage.dispatched()
    citizen = stage.look(case_id).citizen_due_on
    stage.wait_working_days(1)
    stage.act(
        stage.works.officer, handling.send_back, case_id, reason="Thuộc Sở Nội vụ.",
        proposed_agency_id=stage.home.agency.id,
    )  # fmt: skip
    case = stage.look(case_id)
    assert (case.state, case.lead_agency_id, case.send_backs) == (State.TRIAGE, None, 1)
    assert (case.agency_due_on, case.due_on, case.citizen_due_on) == (None, citizen, citizen)
    assert stage.active_clocks(case_id) == {Clock.CITIZEN, Clock.STATE}
    assert all(row.ended_at == stage.now for row in stage.rows(Assignment, case_id))
    move = stage.rows(Move, case_id)[0]
    assert (move.kind, move.from_agency_id, move.to_agency_id, move.reason) == (
        "send_back", stage.works.agency.id, stage.home.agency.id, "Thuộc Sở Nội vụ.",
    )  # fmt: skip
    assert ("triage_desk", "desk") in stage.notices(case_id)
    with pytest.raises(NotFound):
        stage.act(stage.works.officer, handling.accept, case_id)


def test_after_the_second_send_back_the_coordinator_decides_for_good(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.works.officer, handling.send_back, case_id, reason="Không phải của chúng tôi.")
    stage.dispatch(case_id, stage.home)
    assert not stage.rows(Assignment, case_id, Assignment.ended_at.is_(None))[0].final
    stage.act(stage.home.officer, handling.send_back, case_id, reason="Cũng không phải.")
    stage.dispatch(case_id)
    assert stage.rows(Assignment, case_id, Assignment.ended_at.is_(None))[0].final
    with pytest.raises(Refused) as refused:
        stage.act(stage.works.officer, handling.send_back, case_id, reason="Lần thứ ba.")
    assert refused.value.why == "final"
    assert stage.look(case_id).send_backs == 2


@pytest.mark.parametrize(
    ("arguments", "field"),
    [({"reason": " "}, "reason"), ({"reason": "Vì", "proposed_agency_id": 0}, "proposed_agency_id")],
)
def test_a_send_back_says_why(stage: Stage, arguments: dict[str, object], field: str) -> None:
    case_id = stage.dispatched()
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.officer, handling.send_back, case_id, **arguments)
    assert refused.value.field == field
    own = {"reason": "Vì", "proposed_agency_id": stage.works.agency.id}
    with pytest.raises(InvalidInput):
        stage.act(stage.works.officer, handling.send_back, case_id, **own)
    assert stage.look(case_id).state == State.ASSIGNED


def test_a_transfer_restarts_the_agencys_clock_and_never_the_citizens(stage: Stage) -> None:
    case_id = stage.in_progress()
    citizen, first = stage.look(case_id).citizen_due_on, stage.look(case_id).agency_due_on
    stage.wait_working_days(5)
    stage.act(
        stage.works.head_of_unit, handling.transfer, case_id, to_agency_id=stage.home.agency.id,
        reason="Nội dung chính là thủ tục.",
    )  # fmt: skip
    case = stage.look(case_id)
    assert (case.state, case.lead_agency_id, case.transfers) == (State.ASSIGNED, stage.home.agency.id, 1)
    assert (case.officer_id, case.unit_id) == (None, None)
    assert first == date(2026, 11, 23)
    # 15 working days after Monday 9 November, the 24th being a holiday.
    assert case.agency_due_on == case.due_on == date(2026, 12, 1)
    assert case.citizen_due_on == citizen == stage.due(case_id, Clock.CITIZEN)
    assert ("transferred", f"agency:{stage.home.agency.id}") in stage.notices(case_id)
    assert ("handler_changed", "submitter") in stage.notices(case_id)
    with pytest.raises(NotFound):
        stage.act(stage.works.officer, answers.save_draft, case_id, text="Muộn rồi.")
    stage.act(stage.home.officer, handling.accept, case_id)


def test_transfers_are_capped_at_two(stage: Stage) -> None:
    case_id = passed_around(stage)
    with pytest.raises(Refused) as refused:
        stage.act(
            stage.works.head, handling.transfer, case_id, to_agency_id=stage.home.agency.id, reason="Lần ba."
        )
    assert refused.value.why == "transfer_cap"
    versions = [row.version for row in stage.rows(Deadline, case_id) if row.clock == Clock.AGENCY]
    assert sorted(versions) == [1, 2, 3]
    assert len([row for row in stage.rows(Deadline, case_id) if row.clock == Clock.CITIZEN]) == 1


def passed_around(stage: Stage) -> UUID:
    """A case that was transferred as often as agencies may, and is back with the first."""
    case_id = stage.in_progress()
    for giver, taker in ((stage.works, stage.home), (stage.home, stage.works)):
        stage.act(
            giver.head, handling.transfer, case_id, to_agency_id=taker.agency.id, reason="Đúng chức năng."
        )
        stage.act(taker.officer, handling.accept, case_id)
    return case_id


def test_the_coordinator_recalls_what_was_passed_around(stage: Stage) -> None:
    case_id = passed_around(stage)
    citizen = stage.look(case_id).citizen_due_on
    stage.wait_working_days(2)
    with pytest.raises(InvalidInput):
        stage.act(stage.province.dispatcher, handling.recall, case_id, reason=" ")
    stage.act(stage.province.dispatcher, handling.recall, case_id, reason="Hai cơ quan đùn đẩy.")

    case = stage.look(case_id)
    assert (case.state, case.lead_agency_id, case.officer_id) == (State.TRIAGE, None, None)
    assert case.citizen_due_on == citizen == stage.due(case_id, Clock.CITIZEN)
    assert Clock.AGENCY not in stage.active_clocks(case_id)
    [move] = stage.rows(Move, case_id, Move.kind == "recall")
    assert (move.from_agency_id, move.reason) == (stage.works.agency.id, "Hai cơ quan đùn đẩy.")
    assert stage.events(case_id)[-1] == "recalled"
    told = stage.notices(case_id)
    assert ("recalled_agency", f"agency:{stage.works.agency.id}") in told
    assert ("handler_changed", "submitter") in told
    with pytest.raises(NotFound):
        stage.act(stage.works.officer, answers.save_draft, case_id, text="Muộn rồi.")


def test_after_a_recall_the_decision_is_final_and_wins_no_time(stage: Stage) -> None:
    case_id = passed_around(stage)
    due = stage.look(case_id).agency_due_on
    stage.wait_working_days(2)
    stage.act(stage.province.dispatcher, handling.recall, case_id, reason="Hai cơ quan đùn đẩy.")
    stage.wait_working_days(1)
    stage.dispatch(case_id)
    assert stage.look(case_id).agency_due_on == due == stage.due(case_id, Clock.AGENCY)
    with pytest.raises(Refused) as refused:
        stage.act(stage.works.officer, handling.send_back, case_id, reason="Không thuộc cơ quan tôi.")
    assert refused.value.why == "final"

    # Another agency begins with the days that the rule gives it.
    stage.act(stage.province.chief, handling.recall, case_id, reason="Giao nhầm.")
    stage.dispatch(case_id, stage.home)
    fresh = stage.book.calendar.add_working_days(local_date(stage.now), 15)
    assert stage.look(case_id).agency_due_on == fresh != due


@pytest.mark.parametrize("who", ["officer", "head"])
def test_agencies_recall_nothing(stage: Stage, who: str) -> None:
    case_id = stage.dispatched()
    with pytest.raises(Refused):
        stage.act(getattr(stage.works, who), handling.recall, case_id, reason="Thôi.")


def test_an_answer_under_approval_is_not_recalled(stage: Stage) -> None:
    case_id = stage.awaiting_approval()
    with pytest.raises(Refused) as refused:
        stage.act(stage.province.dispatcher, handling.recall, case_id, reason="Thôi.")
    assert refused.value.why == "state"


def test_a_transfer_ends_what_the_agency_was_waiting_for(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(
        stage.works.officer, extensions.ask, case_id, reason="Cần khảo sát.", new_due_on=date(2026, 12, 4)
    )
    stage.act(
        stage.works.head, handling.transfer, case_id, to_agency_id=stage.home.agency.id, reason="Chuyển."
    )
    assert [row.decision for row in stage.rows(Extension, case_id)] == ["denied"]


def test_an_officer_does_not_transfer_and_nobody_transfers_to_himself(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(Refused):
        stage.act(
            stage.works.officer, handling.transfer, case_id, to_agency_id=stage.home.agency.id, reason="Vì"
        )
    for agency_id in (stage.works.agency.id, 0):
        with pytest.raises(InvalidInput) as refused:
            stage.act(stage.works.head, handling.transfer, case_id, to_agency_id=agency_id, reason="Vì")
        assert refused.value.field == "to_agency_id"


def test_a_case_is_given_to_an_officer_of_the_agency(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.officer.id)
    case = stage.look(case_id)
    assert (case.officer_id, case.unit_id) == (stage.works.officer.id, stage.works.unit.id)
    assert ("assigned_officer", f"account:{stage.works.officer.id}") in stage.notices(case_id)
    other = stage.make.unit(stage.works.agency)
    stage.worker.commit()
    stage.act(stage.works.head_of_unit, handling.assign_officer, case_id, unit_id=other.id)
    case = stage.look(case_id)
    assert (case.officer_id, case.unit_id) == (None, other.id)


def test_a_case_is_given_to_nobody_outside(stage: Stage) -> None:
    case_id = stage.dispatched()
    for arguments, field in (
        ({"officer_id": stage.home.officer.id}, "officer_id"),
        ({"unit_id": stage.home.unit.id}, "unit_id"),
        ({}, "officer_id"),
    ):
        with pytest.raises(InvalidInput) as refused:
            stage.act(stage.works.head, handling.assign_officer, case_id, **arguments)
        assert refused.value.field == field
    clerk = stage.make.staff(PositionKind.RECEPTION, stage.works.agency)
    stage.worker.commit()
    with pytest.raises(InvalidInput):
        stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=clerk.id)
    with pytest.raises(Refused):
        stage.act(stage.works.officer, handling.assign_officer, case_id, officer_id=stage.works.officer.id)


def test_contact_in_an_urgent_case_meets_the_two_hours_once(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(Refused) as refused:
        stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi.")
    assert refused.value.why == "not_urgent"
    stage.act(stage.works.head, triage.set_urgency, case_id, urgent=True, note="Sạt lở.")
    stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi trực ban.")
    first = stage.look(case_id).contacted_at
    stage.wait(hours=1)
    stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi lại.")
    assert stage.look(case_id).contacted_at == first
    met = [row for row in stage.rows(Deadline, case_id) if row.clock == Clock.URGENT]
    assert [row.met_at for row in met] == [first]
    notes = [note.text for note in stage.rows(EventNote, case_id)]
    assert notes[-2:] == ["Đã gọi trực ban.", "Đã gọi lại."]


def test_an_acting_head_counts_as_head_for_the_dates_only(stage: Stage) -> None:
    case_id = stage.awaiting_approval()
    deputy = stage.make.account()
    seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
    stage.make.holding(deputy, seat, acting=True, valid_from=date(2026, 11, 3), valid_to=date(2026, 11, 3))
    stage.worker.commit()
    with pytest.raises(NotFound):
        stage.act(deputy, answers.approve, case_id)
    stage.wait(days=1)
    stage.act(deputy, answers.approve, case_id)
    assert stage.rows(Answer, case_id)[0].decided_by == deputy.id
    assert stage.rows(Answer, case_id)[0].text == ANSWER
