"""The coordinator's desk: dispatching, refusing, marking what is urgent."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import CaseClass, RefusalCode, RestrictedKind, State
from feedback.domain.permissions import Refused
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.models import (
    Answer,
    Assignment,
    AuditEvent,
    Delivery,
    EventNote,
    Message,
    Period,
    RoutingDecision,
)
from feedback.queries.case_file import NotFound
from feedback.services.casework import answers, following, handling, submitter, triage
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import restricted
from tests.services.desk_slips import mark, merge
from tests.services.stage import Stage

WORDS = "Nội dung này không thuộc thẩm quyền của cơ quan nhà nước tại tỉnh."


def test_dispatch_gives_the_case_to_a_lead_and_co_handlers(stage: Stage) -> None:
    case_id = stage.triaged()
    field = stage.make.field()
    stage.worker.commit()
    stage.wait(hours=3)
    stage.dispatch(
        case_id, co_agency_ids=[stage.home.agency.id], case_class="B", field_id=field.id, note="Xem kỹ ảnh."
    )

    case = stage.look(case_id)
    assert (case.state, case.case_class, case.field_id) == (State.ASSIGNED, "B", field.id)
    assert (case.lead_agency_id, case.co_agency_ids) == (stage.works.agency.id, [stage.home.agency.id])
    assert {(row.agency_id, row.role, row.final) for row in stage.rows(Assignment, case_id)} == {
        (stage.works.agency.id, "lead", False),
        (stage.home.agency.id, "co", False),
    }
    assert case.due_on == case.agency_due_on == stage.due(case_id, Clock.AGENCY)
    assert stage.notices(case_id) == {
        ("assigned_agency", f"agency:{stage.works.agency.id}"),
        ("assigned_agency", f"agency:{stage.home.agency.id}"),
    }
    assert stage.rows(RoutingDecision, case_id)[-1].decided_by == stage.province.dispatcher.id
    assert [note.text for note in stage.rows(EventNote, case_id)] == ["Xem kỹ ảnh."]


def test_dates_of_a_dispatch_days_after_the_submission(stage: Stage) -> None:
    case_id = stage.triaged()
    stage.wait_working_days(2)
    stage.dispatch(case_id)
    case = stage.look(case_id)
    # 15 working days after Monday the 2nd and after Wednesday the 4th; Tuesday the 24th is a holiday.
    assert case.citizen_due_on == date(2026, 11, 23)
    assert case.agency_due_on == date(2026, 11, 26)
    assert case.due_on == date(2026, 11, 26)


def test_a_dispatched_case_is_seen_by_its_agencies_alone(stage: Stage) -> None:
    case_id = stage.triaged()
    with pytest.raises(NotFound):
        stage.act(stage.works.officer, handling.accept, case_id)
    stage.dispatch(case_id)
    with pytest.raises(NotFound):
        stage.act(stage.home.officer, handling.accept, case_id)
    stage.act(stage.works.officer, handling.accept, case_id)


@pytest.mark.parametrize(
    ("arguments", "field", "code"),
    [
        ({"agency_id": 0}, "agency_id", "unknown"),
        ({"co_agency_ids": [0]}, "co_agency_ids", "unknown"),
        ({"case_class": None}, "case_class", "required"),
        ({"case_class": "Z"}, "case_class", "unknown"),
        ({"case_class": CaseClass.E}, "case_class", "not_dispatchable"),
        ({"case_class": CaseClass.G}, "case_class", "not_dispatchable"),
        ({"case_class": CaseClass.X}, "case_class", "not_dispatchable"),
        ({"field_id": 0}, "field_id", "unknown"),
        ({"note": "x" * 10_001}, "note", "too_long"),
    ],
)
def test_what_cannot_be_dispatched(stage: Stage, arguments: dict[str, object], field: str, code: str) -> None:
    case_id = stage.triaged()
    before = stage.events(case_id)
    with pytest.raises(InvalidInput) as refused:
        stage.dispatch(case_id, **arguments)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert (stage.look(case_id).state, stage.events(case_id)) == (State.TRIAGE, before)
    assert stage.rows(Assignment, case_id) == []


def test_an_agency_outside_its_dates_is_given_nothing(stage: Stage) -> None:
    old = stage.make.agency(valid_from=date(2020, 1, 1), valid_to=date(2026, 10, 31))
    stage.worker.commit()
    with pytest.raises(InvalidInput) as refused:
        stage.dispatch(stage.triaged(), agency_id=old.id)
    assert refused.value.code == "not_in_force"


def test_an_external_body_is_handled_by_its_liaison_desk(stage: Stage) -> None:
    office = stage.province.coordinator.agency
    desk = stage.make.staff(PositionKind.OFFICER, office)
    body = stage.make.agency("PCLD", AgencyKind.EXTERNAL, liaison_id=office.id)
    lonely = stage.make.agency("XYZ", AgencyKind.EXTERNAL)
    stage.worker.commit()
    case_id = stage.triaged()
    with pytest.raises(InvalidInput):
        stage.dispatch(case_id, agency_id=lonely.id)
    stage.dispatch(case_id, agency_id=body.id)
    stage.act(desk, handling.accept, case_id)
    stage.act(desk, answers.submit, case_id, text="Công ty Điện lực đã sửa xong đường dây ngày 5/11.")
    stage.act(stage.province.chief, answers.approve, case_id)
    assert stage.look(case_id).state == State.ANSWERED
    assert stage.look(case_id).lead_agency_id == body.id


def test_only_the_desk_dispatches(stage: Stage) -> None:
    case_id = stage.triaged()
    for account in (stage.province.chairman,):
        with pytest.raises(Refused) as refused:
            stage.act(account, triage.dispatch, case_id, agency_id=stage.works.agency.id, case_class="C")
        assert refused.value.why == "position"
    stage.dispatch(case_id)
    with pytest.raises(Refused) as again:
        stage.dispatch(case_id)
    assert again.value.why == "state"


def test_refusing_explains_itself_to_the_submitter(stage: Stage) -> None:
    case_id = stage.triaged()
    stage.act(
        stage.province.dispatcher, triage.refuse, case_id, code=RefusalCode.NOT_GOVERNMENT, explanation=WORDS
    )
    case = stage.look(case_id)
    assert (case.state, case.refusal_code, case.closed_at) == (State.REFUSED, "not_government", stage.now)
    letter = stage.rows(Answer, case_id)[0]
    assert (letter.status, letter.text) == ("approved", WORDS)
    message = stage.rows(Message, case_id)[0]
    assert (message.kind, message.recipient) == ("refused", "submitter")
    assert json.loads(message.params)["text"] == WORDS
    assert stage.rows(Delivery, case_id) == []
    assert stage.rows(Period, case_id)[0].on_time is None
    payload = json.loads(
        stage.worker.scalars(select(AuditEvent.payload).where(AuditEvent.kind == "case.refused")).one()
    )
    assert payload["code"] == "not_government"
    assert WORDS not in str(payload)


@pytest.mark.parametrize(
    ("way", "method"),
    [({"email": ""}, "phone"), ({"email": "", "phone": ""}, "post")],
)
def test_a_refusal_without_e_mail_waits_at_the_reception(
    stage: Stage, way: dict[str, str], method: str
) -> None:
    case_id = stage.triaged(**way)
    stage.act(stage.province.dispatcher, triage.refuse, case_id, code="other_province", explanation=WORDS)
    assert stage.notices(case_id) == set()
    assert [(row.method, row.delivered_at) for row in stage.rows(Delivery, case_id)] == [(method, None)]
    stage.wait(days=1)
    stage.act(stage.province.dispatcher, answers.record_delivery, case_id, method="counter", note="Ký nhận.")
    row = stage.rows(Delivery, case_id)[0]
    assert (row.method, row.delivered_at, row.note) == ("counter", stage.now, "Ký nhận.")


def test_an_anonymous_submitter_finds_a_refusal_on_the_tracking_page_alone(stage: Stage) -> None:
    case_id = stage.triaged(anonymous=True)
    stage.act(stage.province.dispatcher, triage.refuse, case_id, code="abusive", explanation=WORDS)
    assert stage.notices(case_id) == set()
    assert stage.rows(Delivery, case_id) == []
    assert len(stage.rows(Answer, case_id)) == 1


@pytest.mark.parametrize(
    ("code", "explanation", "field"),
    [("because", WORDS, "code"), ("abusive", "  ", "explanation"), ("abusive", "Không.", "explanation")],
)
def test_a_refusal_needs_a_code_and_an_explanation(
    stage: Stage, code: str, explanation: str, field: str
) -> None:
    case_id = stage.triaged()
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.province.dispatcher, triage.refuse, case_id, code=code, explanation=explanation)
    assert refused.value.field == field
    assert stage.look(case_id).state == State.TRIAGE


def test_urgency_is_marked_and_taken_back_with_its_clock(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Dây điện đứt.")
    assert stage.look(case_id).urgent
    assert Clock.URGENT in stage.active_clocks(case_id)
    assert ("urgent_agency", f"agency:{stage.works.agency.id}") in stage.notices(case_id)
    with pytest.raises(InvalidInput):
        stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Lần nữa.")
    stage.act(stage.works.head, triage.set_urgency, case_id, urgent=False, note="Đã ngắt điện.")
    assert Clock.URGENT not in stage.active_clocks(case_id)
    assert stage.events(case_id)[-2:] == ["urgency_changed", "urgency_changed"]


def test_an_urgent_case_in_triage_is_dispatched_urgently(stage: Stage) -> None:
    case_id = stage.triaged()
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Cháy rừng.")
    stage.dispatch(case_id)
    assert stage.notices(case_id) == {("urgent_agency", f"agency:{stage.works.agency.id}")}
    stage.wait(hours=1)
    stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi trực ban.")
    assert stage.look(case_id).contacted_at == stage.now
    assert Clock.URGENT not in stage.active_clocks(case_id)


@pytest.mark.parametrize("how", ["taken out", "released", "set apart"])
def test_an_urgent_case_that_goes_its_own_way_again_is_asked_about_again(stage: Stage, how: str) -> None:
    main, own, dispatcher = stage.in_progress(), stage.triaged(), stage.province.dispatcher
    mark(stage, own)
    merge(stage, own, main)
    assert Clock.URGENT not in stage.active_clocks(own)
    if how == "taken out":
        stage.act(dispatcher, following.separate, own)
    elif how == "released":
        stage.submitter(submitter.withdraw, main)
    else:
        stage.act(dispatcher, restricted.set_apart, own, kind=RestrictedKind.COMPLAINT, reason="Khiếu nại.")
        stage.act(stage.inspectorate.head, restricted.return_to_triage, own, reason="Không phải khiếu nại.")
    assert (stage.look(own).state, Clock.URGENT in stage.active_clocks(own)) == (State.TRIAGE, True)
