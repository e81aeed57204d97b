"""The answer from its first draft to the hands of the submitter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.models import Answer, Assignment, AuditEvent, Deadline, Delivery, Message, Period
from feedback.services.casework import answers
from feedback.services.errors import InvalidInput
from tests.services.stage import ANSWER, RECEPTION, Stage


def payload(stage: Stage, case_id: Any, kind: str) -> dict[str, Any]:
    query = select(AuditEvent.payload).where(AuditEvent.case_id == case_id, AuditEvent.kind == f"case.{kind}")
    return json.loads(stage.worker.scalars(query.order_by(AuditEvent.seq)).all()[-1])


def versions(stage: Stage, case_id: Any) -> list[tuple[int, str, str]]:
    rows = sorted(stage.rows(Answer, case_id), key=lambda row: (row.period, row.version))
    return [(row.version, row.status, row.text) for row in rows]


def test_ones_own_draft_is_written_over_and_anothers_is_kept(stage: Stage) -> None:
    case_id = stage.in_progress()
    version = stage.look(case_id).version
    for text in ("Đang", "Đang xem", "Đang xem xét"):
        stage.act(stage.works.officer, answers.save_draft, case_id, text=text)
    assert versions(stage, case_id) == [(1, "draft", "Đang xem xét")]
    stage.act(stage.works.head_of_unit, answers.save_draft, case_id, text="Viết lại từ đầu")
    assert versions(stage, case_id) == [(1, "draft", "Đang xem xét"), (2, "draft", "Viết lại từ đầu")]
    assert stage.look(case_id).version == version
    with pytest.raises(InvalidInput):
        stage.act(stage.works.officer, answers.save_draft, case_id, text=" ")


def test_a_draft_goes_to_the_head_and_back_with_remarks(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.works.officer, answers.save_draft, case_id, text=ANSWER)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER + " Trân trọng.")
    assert versions(stage, case_id) == [(1, "submitted", ANSWER + " Trân trọng.")]
    head = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
    assert ("approval_requested", f"position:{head.id}") in stage.notices(case_id)
    with pytest.raises(Refused):
        stage.act(stage.works.officer, answers.save_draft, case_id, text="Sửa sau lưng.")
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.head, answers.return_draft, case_id, remarks="")
    assert refused.value.field == "remarks"
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Nêu rõ ngày hoàn thành.")
    row = stage.rows(Answer, case_id)[0]
    assert (row.status, row.decided_by, row.remarks) == (
        "returned", stage.works.head.id, "Nêu rõ ngày hoàn thành.",
    )  # fmt: skip
    assert stage.look(case_id).state == State.IN_PROGRESS
    assert ("draft_returned", f"account:{stage.works.officer.id}") in stage.notices(case_id)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    assert [(version, status) for version, status, _ in versions(stage, case_id)] == [
        (1, "returned"), (2, "submitted"),
    ]  # fmt: skip


def test_too_short_an_answer_is_none(stage: Stage) -> None:
    case_id = stage.in_progress()
    with pytest.raises(InvalidInput) as refused:
        stage.act(stage.works.officer, answers.submit, case_id, text="Đã chuyển.")
    assert (refused.value.field, refused.value.code) == ("text", "too_short")


@pytest.mark.parametrize(("days", "on_time"), [(3, True), (15, True), (16, False)])
def test_an_approved_answer_closes_the_case_and_meets_its_clocks(
    stage: Stage, days: int, on_time: bool
) -> None:
    case_id = stage.awaiting_approval()
    stage.wait_working_days(days)
    stage.act(stage.works.head, answers.approve, case_id)
    case = stage.look(case_id)
    assert (case.state, case.answered_at, case.closed_at) == (State.ANSWERED, stage.now, stage.now)
    assert case.lead_agency_id == stage.works.agency.id
    row = stage.rows(Answer, case_id)[0]
    assert (row.status, row.decided_by, row.decided_at) == ("approved", stage.works.head.id, stage.now)
    period = stage.rows(Period, case_id)[0]
    assert (period.ended_at, period.on_time) == (stage.now, on_time)
    met = {row.clock for row in stage.rows(Deadline, case_id, Deadline.met_at == stage.now)}
    assert {Clock.CITIZEN, Clock.AGENCY} <= met
    assert all(row.ended_at == stage.now for row in stage.rows(Assignment, case_id))
    assert payload(stage, case_id, "answer_approved") | {"version": 0} == {
        "draft": 1, "period": 1, "on_time": on_time, "self_approved": False, "version": 0, "followers": 0,
    }  # fmt: skip


def test_the_publication_clock_runs_only_where_publication_is_allowed(stage: Stage) -> None:
    assert stage.active_clocks(stage.answered()) == {Clock.STATE}
    assert stage.active_clocks(stage.answered(consent_publish=False)) == set()
    assert stage.active_clocks(stage.answered(confidential=True)) == set()


def test_a_head_may_approve_what_he_wrote_and_the_trail_says_so(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(stage.works.head, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    assert payload(stage, case_id, "answer_approved")["self_approved"] is True


@pytest.mark.parametrize("who", ["officer", "head_of_unit", "dispatcher", "chairman"])
def test_nobody_but_the_head_approves(stage: Stage, who: str) -> None:
    case_id = stage.awaiting_approval()
    account = getattr(stage.works, who, None) or getattr(stage.province, who)
    for verb, arguments in ((answers.approve, {}), (answers.return_draft, {"remarks": "Không."})):
        with pytest.raises(Refused) as refused:
            stage.act(account, verb, case_id, **arguments)
        assert refused.value.why == "position"


def test_an_answer_by_mail_is_a_message_and_no_delivery(stage: Stage) -> None:
    case_id = stage.answered(locale="en")
    message = next(row for row in stage.rows(Message, case_id) if row.kind == "answer")
    assert (message.recipient, message.locale, json.loads(message.params)["text"]) == (
        "submitter", "en", ANSWER,
    )  # fmt: skip
    assert stage.rows(Delivery, case_id) == []


@pytest.mark.parametrize(("way", "method"), [({"email": ""}, "phone"), ({"email": "", "phone": ""}, "post")])
def test_an_answer_without_e_mail_waits_until_its_delivery_is_recorded(
    stage: Stage, way: dict[str, str], method: str
) -> None:
    case_id = stage.answered(**way)
    assert "answer" not in {kind for kind, _ in stage.notices(case_id)}
    assert [(row.method, row.delivered_at) for row in stage.rows(Delivery, case_id)] == [(method, None)]
    clerk = stage.make.staff(RECEPTION, stage.works.agency)
    stage.worker.commit()
    stage.wait(days=1)
    with pytest.raises(InvalidInput):
        stage.act(clerk, answers.record_delivery, case_id, method="pigeon")
    stage.act(clerk, answers.record_delivery, case_id, method="counter", note="Ký nhận lúc 10 giờ.")
    rows = stage.rows(Delivery, case_id)
    assert [(row.method, row.delivered_at, row.recorded_by, row.note) for row in rows] == [
        ("counter", stage.now, clerk.id, "Ký nhận lúc 10 giờ."),
    ]  # fmt: skip


def test_a_mail_that_came_back_is_made_good_by_hand(stage: Stage) -> None:
    case_id = stage.answered()
    stage.act(
        stage.works.officer, answers.record_delivery, case_id, method="phone", note="Đọc qua điện thoại."
    )
    row = stage.rows(Delivery, case_id)[0]
    assert (row.method, row.delivered_at, row.answer_id) == (
        "phone", stage.now, stage.rows(Answer, case_id)[0].id,
    )  # fmt: skip


def test_an_anonymous_answer_is_on_the_tracking_page_alone(stage: Stage) -> None:
    case_id = stage.answered(anonymous=True)
    assert "submitter" not in {recipient for _, recipient in stage.notices(case_id)}
    assert stage.rows(Delivery, case_id) == []

    def seen(session, case):  # type: ignore[no-untyped-def]
        return [row.text for row in session.scalars(select(Answer).where(Answer.case_id == case.id))]

    assert stage.submitter(seen, case_id) == [ANSWER]


def test_a_submitter_sees_no_draft(stage: Stage) -> None:
    def seen(session, case):  # type: ignore[no-untyped-def]
        return session.scalars(select(Answer.status).where(Answer.case_id == case.id)).all()

    assert stage.submitter(seen, stage.awaiting_approval()) == []
