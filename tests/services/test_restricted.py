"""The restricted track: set apart in one act, never seen by the accused, forwarded, guided or returned."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.models import (
    Answer,
    Assignment,
    AuditEvent,
    Case,
    Deadline,
    Delivery,
    Message,
    Move,
    Period,
    RestrictedAccess,
)
from feedback.queries.case_file import NotFound
from feedback.queries.people import scope_for
from feedback.services import audit
from feedback.services.casework import answers, handling, identity, supplements, triage
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import forwarding, restricted
from tests.services.stage import ANSWER, MONDAY, Stage

REASON = "Có nội dung tố cáo cán bộ."
LETTER_OUT = {"document_number": "12/VP-TCD", "document_date": MONDAY.date()}
LETTER = "Theo Luật Tố cáo, xin gửi đơn trực tiếp đến Thanh tra tỉnh trong giờ hành chính."


def set_apart(stage: Stage, case_id: Any, **changes: Any) -> None:
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id,
        **{"kind": "denunciation", "reason": REASON} | changes,
    )  # fmt: skip


def sees(stage: Stage, account: Any, case_id: Any) -> bool:
    with db.transaction(stage.factory, scope_for(stage.actor(account))) as session:
        return session.get(Case, case_id) is not None


def listed(stage: Stage, case_id: Any) -> set[int]:
    return {
        row.account_id for row in stage.rows(RestrictedAccess, case_id, RestrictedAccess.ended_at.is_(None))
    }


@pytest.mark.parametrize("before", ["triaged", "dispatched", "in_progress", "awaiting_approval", "answered"])
def test_setting_apart_ends_everything_public_in_one_act(stage: Stage, before: str) -> None:
    case_id = getattr(stage, before)()
    state, citizen = stage.look(case_id).state, stage.look(case_id).citizen_due_on
    set_apart(stage, case_id, accused_agency_id=stage.works.agency.id)

    case = stage.look(case_id)
    assert (case.state, case.restricted_kind, case.state_before_restriction) == (
        State.RESTRICTED, "denunciation", state,
    )  # fmt: skip
    assert (case.case_class, case.closed_at, case.accused_agency_id) == ("E", None, stage.works.agency.id)
    assert (case.lead_agency_id, case.co_agency_ids, case.officer_id, case.unit_id) == (None, [], None, None)
    assert (case.agency_due_on, case.citizen_due_on) == (None, citizen)
    assert all(row.ended_at is not None for row in stage.rows(Assignment, case_id))
    assert Clock.AGENCY not in stage.active_clocks(case_id)
    pending = stage.rows(Message, case_id, Message.state == "pending")
    assert {row.recipient for row in pending} <= {"submitter"}
    assert stage.rows(Answer, case_id, Answer.status == "submitted") == []
    assert listed(stage, case_id) == {stage.province.chief.id, stage.inspectorate.head.id}
    assert audit.verify(stage.worker).sound


def test_only_the_access_list_sees_it_from_then_on(stage: Stage) -> None:
    case_id = stage.in_progress()
    set_apart(stage, case_id)
    for account in (stage.province.chief, stage.inspectorate.head):
        assert sees(stage, account, case_id)
    others = (
        stage.works.officer, stage.works.head, stage.province.dispatcher, stage.province.chairman,
        stage.province.administrator, stage.inspectorate.officer,
    )  # fmt: skip
    for account in others:
        assert not sees(stage, account, case_id)
        with pytest.raises(NotFound):
            stage.act(account, restricted.guide, case_id, letter=LETTER)


def test_unsent_notices_to_staff_are_taken_back_and_those_to_the_submitter_stay(stage: Stage) -> None:
    case_id = stage.answered()
    set_apart(stage, case_id)
    states = {(row.kind, row.recipient.split(":")[0]): row.state for row in stage.rows(Message, case_id)}
    assert states["answer", "submitter"] == "pending"
    assert {state for (_, who), state in states.items() if who != "submitter"} == {"cancelled"}


def test_the_tracking_code_shows_nothing_of_its_handling(stage: Stage) -> None:
    case_id = stage.awaiting_approval()
    set_apart(stage, case_id)

    def seen(session, case):  # type: ignore[no-untyped-def]
        return {
            model.__name__
            for model in (Answer, Assignment, AuditEvent, Deadline, Move, Period, RestrictedAccess)
            if session.scalars(select(model).where(model.case_id == case.id)).first() is not None
        }

    assert stage.submitter(seen, case_id) == set()


@pytest.mark.parametrize("kind", ["complaint", "denunciation", "crime"])
def test_the_people_of_the_accused_agency_are_never_listed(stage: Stage, kind: str) -> None:
    case_id = stage.triaged()
    set_apart(stage, case_id, kind=kind, accused_agency_id=stage.inspectorate.agency.id)
    assert listed(stage, case_id) == {stage.province.chief.id}
    again = stage.triaged()
    set_apart(stage, again, kind=kind, accused_agency_id=stage.province.coordinator.agency.id)
    assert listed(stage, again) == {stage.inspectorate.head.id}


def test_somebody_who_also_holds_a_post_with_the_accused_is_left_out(stage: Stage) -> None:
    seat = stage.make.position(stage.works.agency, PositionKind.OFFICER)
    stage.make.holding(stage.inspectorate.head, seat, acting=True)
    stage.worker.commit()
    case_id = stage.triaged()
    set_apart(stage, case_id, accused_agency_id=stage.works.agency.id)
    assert listed(stage, case_id) == {stage.province.chief.id}


def test_somebody_must_remain_to_see_it(stage: Stage) -> None:
    office = stage.province.coordinator.agency
    stage.make.holding(stage.inspectorate.head, stage.make.position(office, PositionKind.OFFICER))
    stage.worker.commit()
    case_id = stage.triaged()
    with pytest.raises(InvalidInput) as refused:
        set_apart(stage, case_id, accused_agency_id=office.id)
    assert (refused.value.field, refused.value.code) == ("access", "nobody_left")
    assert stage.look(case_id).state == State.TRIAGE
    set_apart(stage, case_id, accused_agency_id=office.id, access_account_ids=[stage.inspectorate.officer.id])
    assert listed(stage, case_id) == {stage.inspectorate.officer.id}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kind": "gossip"}, "kind", "unknown"),
        ({"reason": " "}, "reason", "required"),
        ({"accused_agency_id": 0}, "accused_agency_id", "unknown"),
        ({"access_account_ids": [0]}, "access", "unknown"),
    ],
)
def test_what_setting_apart_asks_for(stage: Stage, changes: dict[str, Any], field: str, code: str) -> None:
    case_id = stage.dispatched()
    with pytest.raises(InvalidInput) as refused:
        set_apart(stage, case_id, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert stage.rows(RestrictedAccess, case_id) == []


def test_named_people_of_the_accused_are_refused(stage: Stage) -> None:
    case_id = stage.dispatched()
    with pytest.raises(InvalidInput) as refused:
        set_apart(
            stage, case_id, accused_agency_id=stage.works.agency.id,
            access_account_ids=[stage.works.head_of_unit.id],
        )  # fmt: skip
    assert refused.value.code == "conflict"


def test_the_head_of_the_lead_may_set_apart_and_loses_sight(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(Refused):
        stage.act(
            stage.works.officer, restricted.set_apart, case_id, kind="crime", reason="Phát hiện tội phạm."
        )
    stage.act(stage.works.head, restricted.set_apart, case_id, kind="crime", reason="Phát hiện tội phạm.")
    assert not sees(stage, stage.works.head, case_id)
    assert stage.look(case_id).case_class == "C"


def test_the_province_decides_which_positions_handle(stage: Stage) -> None:
    with db.transaction(stage.factory, db.WORKER) as session:
        session.execute(
            text("INSERT INTO province_settings (key, value) VALUES ('restricted_handlers', :value)"),
            {"value": "head_of_agency@SNV; chairman@coordinator"},
        )
    case_id = stage.triaged()
    set_apart(stage, case_id)
    assert listed(stage, case_id) == {stage.home.head.id, stage.province.chairman.id}


def test_forwarding_closes_the_case_and_tells_the_submitter(stage: Stage) -> None:
    case_id = stage.triaged()
    set_apart(stage, case_id, accused_agency_id=stage.works.agency.id)
    handler = stage.inspectorate.head
    for arguments, code in (
        ({"note": "Kèm hồ sơ."}, "required"),
        ({"note": "Kèm.", "to_agency_id": stage.works.agency.id}, "accused"),
        ({"note": "Kèm.", "to_agency_id": 0}, "unknown"),
        ({"note": " ", "to_agency_id": stage.inspectorate.agency.id}, "required"),
    ):
        with pytest.raises(InvalidInput) as refused:
            stage.act(handler, forwarding.forward, case_id, **LETTER_OUT, **arguments)
        assert refused.value.code == code
    stage.act(
        handler, forwarding.forward, case_id, to_agency_id=stage.inspectorate.agency.id, note="Kèm hồ sơ.",
        **LETTER_OUT,
    )  # fmt: skip
    assert (stage.look(case_id).state, stage.look(case_id).closed_at) == (State.FORWARDED, stage.now)
    assert stage.active_clocks(case_id) == set()
    move = stage.rows(Move, case_id)[0]
    assert (move.kind, move.to_agency_id, move.reason) == (
        "forward", stage.inspectorate.agency.id, "Kèm hồ sơ.",
    )  # fmt: skip
    recipients = {recipient for kind, recipient in stage.notices(case_id) if kind == "forwarded"}
    assert recipients == {"submitter"}
    assert sees(stage, handler, case_id)
    assert not sees(stage, stage.province.dispatcher, case_id)


def test_forwarding_outside_the_province_names_the_body(stage: Stage) -> None:
    case_id = stage.triaged()
    set_apart(stage, case_id)
    stage.act(
        stage.province.chief, forwarding.forward, case_id, to_body="Viện kiểm sát", note="Số 12/CV.",
        **LETTER_OUT,
    )  # fmt: skip
    assert stage.rows(Move, case_id)[0].reason == "Viện kiểm sát: Số 12/CV."


@pytest.mark.parametrize(
    ("locale", "words"), [("vi", "thuộc thẩm quyền của Thanh tra Chính phủ"), ("en", "falls to Thanh tra")]
)
def test_who_has_no_e_mail_gets_a_letter_that_it_was_forwarded(stage: Stage, locale: str, words: str) -> None:
    case_id = stage.triaged(email="", phone="", locale=locale)
    set_apart(stage, case_id)
    handler = stage.inspectorate.head
    stage.act(
        handler, forwarding.forward, case_id, to_body="Thanh tra Chính phủ", note="Số 12/CV.", **LETTER_OUT
    )
    assert stage.notices(case_id) & {("forwarded", "submitter")} == set()
    assert words in stage.rows(Answer, case_id)[0].text
    waiting = stage.rows(Delivery, case_id)
    assert [(row.method, row.delivered_at) for row in waiting] == [("post", None)]
    # The address is needed to post it, and reading it is recorded.
    assert stage.act(handler, identity.reveal, case_id, reason="Ghi phong bì gửi thư.").address
    stage.act(handler, answers.record_delivery, case_id, method="post", note="Bảo đảm.")
    assert stage.rows(Delivery, case_id)[0].delivered_at == stage.now


def test_an_anonymous_sender_of_a_forwarded_case_waits_for_no_letter(stage: Stage) -> None:
    case_id = stage.triaged(anonymous=True)
    set_apart(stage, case_id)
    stage.act(
        stage.inspectorate.head, forwarding.forward, case_id, to_body="Công an", note="Số 12/CV.",
        **LETTER_OUT,
    )  # fmt: skip
    assert stage.rows(Answer, case_id) == []
    assert stage.rows(Delivery, case_id) == []


def test_a_guidance_letter_reaches_also_who_has_no_e_mail(stage: Stage) -> None:
    by_mail, by_post = stage.triaged(), stage.triaged(email="", phone="")
    for case_id in (by_mail, by_post):
        set_apart(stage, case_id)
        with pytest.raises(InvalidInput):
            stage.act(stage.province.chief, restricted.guide, case_id, letter="Xin chào.")
        stage.act(stage.province.chief, restricted.guide, case_id, letter=LETTER)
        assert stage.look(case_id).state == State.GUIDED
        assert stage.rows(Answer, case_id)[0].text == LETTER
    assert ("guidance", "submitter") in stage.notices(by_mail)
    assert [row.method for row in stage.rows(Delivery, by_post)] == ["post"]
    stage.act(stage.inspectorate.head, answers.record_delivery, by_post, method="post", note="Bảo đảm.")
    assert stage.rows(Delivery, by_post)[0].delivered_at == stage.now


def test_what_does_not_belong_there_returns_to_triage_with_its_date(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Ở đâu?")
    citizen = stage.look(case_id).citizen_due_on
    set_apart(stage, case_id, accused_agency_id=stage.works.agency.id)
    stage.wait_working_days(2)
    stage.act(stage.inspectorate.head, restricted.return_to_triage, case_id, reason="Chỉ là phản ánh.")
    case = stage.look(case_id)
    assert (case.state, case.restricted_at, case.restricted_kind, case.accused_agency_id) == (
        State.TRIAGE, None, None, None,
    )  # fmt: skip
    assert case.citizen_due_on == citizen == stage.due(case_id, Clock.CITIZEN)
    assert listed(stage, case_id) == set()
    assert not sees(stage, stage.inspectorate.head, case_id)
    stage.dispatch(case_id)
    stage.act(stage.works.officer, handling.accept, case_id)
    assert len(stage.rows(Period, case_id)) == 1


@pytest.mark.parametrize("contacted", [True, False])
def test_the_two_hours_of_a_crime_end_with_it_unless_the_case_still_waits_for_a_call(
    stage: Stage, contacted: bool
) -> None:
    case_id = stage.in_progress()
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Người đang bị đánh.")
    if contacted:
        stage.act(stage.works.officer, handling.log_contact, case_id, note="Đã gọi trực ban.")
    set_apart(stage, case_id, kind="crime")
    assert stage.due(case_id, Clock.URGENT) is not None
    stage.act(stage.province.chief, restricted.return_to_triage, case_id, reason="Chỉ là phản ánh.")
    assert (stage.due(case_id, Clock.URGENT) is None) is contacted


def test_an_answered_case_that_comes_back_gets_a_second_period(stage: Stage) -> None:
    case_id = stage.answered()
    set_apart(stage, case_id)
    stage.wait_working_days(20)
    stage.act(stage.province.chief, restricted.return_to_triage, case_id, reason="Chỉ là phản ánh.")
    stage.dispatch(case_id)
    stage.act(stage.works.officer, handling.accept, case_id)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    periods = sorted(stage.rows(Period, case_id), key=lambda row: row.number)
    assert [(row.number, row.on_time) for row in periods] == [(1, True), (2, True)]
