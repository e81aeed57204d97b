"""The liaison desk: a case of an external body is relayed, reminded of, and its reply becomes a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from feedback import db, mail
from feedback.db import new_id
from feedback.domain.lifecycle import CaseClass, State
from feedback.domain.permissions import Refused
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.domain.submission import StoredFile
from feedback.models import Answer, Assignment, Attachment, Contribution, Message, Relay
from feedback.queries.case_file import read_case_file
from feedback.queries.night.recipients import addressees
from feedback.services.casework import answers, contributions, handling, relays, submitter, triage
from feedback.services.errors import InvalidInput
from feedback.services.post.composing import Nobody, Post, compose
from tests.services.stage import Stage

REPLY = "Đã sửa đường dây và đóng điện lại lúc 17 giờ ngày 05/11/2026 cho toàn bộ tổ dân phố."
POST = Post("https://hoi-am.example", mail.Mailbox("gui@hoi-am.example", "Hồi Âm"), "hoi-am.example")


@pytest.fixture
def body(stage: Stage) -> Any:
    """The power company, for which the coordinator's desk speaks, with an officer there."""
    agency = stage.make.agency("PCLD", AgencyKind.EXTERNAL)
    agency.liaison_id = stage.province.coordinator.agency.id
    agency.email = "vanthu@dienluc.example"
    stage.worker.commit()
    return agency


@pytest.fixture
def clerk(stage: Stage) -> Any:
    found = stage.make.staff(PositionKind.OFFICER, stage.province.coordinator.agency)
    stage.worker.commit()
    return found


@pytest.fixture
def handled(stage: Stage, body: Any, clerk: Any) -> Any:
    """A case that the body leads and the desk took on."""
    case_id = stage.triaged(title="Mất điện cả tuần")
    stage.act(stage.province.dispatcher, triage.dispatch, case_id, agency_id=body.id, case_class=CaseClass.C)
    stage.act(clerk, handling.accept, case_id)
    return case_id


def relay(stage: Stage, clerk: Any, case_id: Any, **changes: Any) -> Any:
    due_on = stage.book.calendar.add_working_days(stage.now.date(), 5)
    return stage.act(
        clerk, relays.relay, case_id,
        **{"document_number": "12/VP-TCD", "request": "Đề nghị trả lời.", "due_on": due_on} | changes,
    )  # fmt: skip


def composed(stage: Stage, case_id: Any) -> list[Any]:
    """The mails to the body that would go out now; those that tell of nothing any more are left out."""
    found = []
    for row in stage.rows(Message, case_id, Message.kind == "relay_due", Message.not_before <= stage.now):
        try:
            found.append(compose(stage.worker, POST, row, stage.now))
        except Nobody:
            continue
    return found


def test_a_reply_becomes_a_draft_with_the_normal_approval(stage: Stage, handled: Any, clerk: Any) -> None:
    relay(stage, clerk, handled)
    stage.wait_working_days(3)
    scan = StoredFile(new_id(), "cv.pdf", "application/pdf", 10, "cd" * 32, "2026/11/cv")
    stage.act(
        clerk, relays.record_reply, handled, text=REPLY, document_number="77/PC", files=[scan],
        replied_on=stage.now.date(),
    )  # fmt: skip
    row = stage.rows(Relay, handled)[0]
    assert (row.reply, row.reply_number, row.answered_by) == (REPLY, "77/PC", clerk.id)
    draft = stage.rows(Answer, handled)[0]
    assert draft.status == "draft"
    assert draft.text.startswith("Theo văn bản số 77/PC ngày 05/11/2026 của ")
    assert draft.text.endswith(REPLY)
    assert [file.origin for file in stage.rows(Attachment, handled)] == ["relay"]
    stage.act(clerk, answers.submit, handled, text=draft.text)
    stage.act(stage.province.chief, answers.approve, handled)
    assert stage.look(handled).state == State.ANSWERED
    assert stage.events(handled)[-4:] == ["relayed", "relay_answered", "draft_submitted", "answer_approved"]


def test_the_body_is_reminded_once_on_the_day_and_by_hand_once_a_day(
    stage: Stage, handled: Any, clerk: Any
) -> None:
    relay(stage, clerk, handled)
    assert composed(stage, handled) == []
    stage.act(clerk, relays.remind, handled)
    with pytest.raises(InvalidInput) as twice:
        stage.act(clerk, relays.remind, handled)
    assert (twice.value.field, twice.value.code) == ("relay", "reminded_today")
    (by_hand,) = composed(stage, handled)
    assert "vanthu@dienluc.example" in by_hand["To"]
    assert "12/VP-TCD" in by_hand["Subject"]
    words = by_hand.get_body(("plain",)).get_content()
    assert "Mất điện" not in words
    assert "Bưởi" not in words
    stage.wait_working_days(5)
    assert len(composed(stage, handled)) == 2
    stage.act(
        clerk, relays.record_reply, handled, text=REPLY, document_number="77/PC", replied_on=stage.now.date()
    )
    assert composed(stage, handled) == []


def test_a_body_without_a_mailbox_is_reminded_through_its_desk(stage: Stage, handled: Any, body: Any) -> None:
    body = stage.worker.merge(body)
    body.email = None
    stage.worker.commit()
    case = stage.look(handled)
    found = addressees(stage.worker, f"body:{body.id}", case, stage.now.date())
    assert {person.account_id for person in found} == {stage.province.dispatcher.id}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"document_number": " "}, "document_number", "required"),
        ({"request": ""}, "request", "required"),
        ({"due_on": None}, "due_on", "past"),
    ],
)
def test_what_a_relay_asks_for(
    stage: Stage, handled: Any, clerk: Any, changes: dict[str, Any], field: str, code: str
) -> None:
    if "due_on" in changes:
        changes = {"due_on": stage.now.date()}
    with pytest.raises(InvalidInput) as refused:
        relay(stage, clerk, handled, **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert stage.rows(Relay, handled) == []


def test_what_a_reply_asks_for(stage: Stage, handled: Any, clerk: Any) -> None:
    today = stage.now.date()
    reply = {"text": REPLY, "document_number": "77/PC", "replied_on": today}
    with pytest.raises(InvalidInput) as early:
        stage.act(clerk, relays.record_reply, handled, **reply)
    assert early.value.code == "nothing_waits"
    relay(stage, clerk, handled)
    with pytest.raises(InvalidInput) as twice:
        relay(stage, clerk, handled)
    assert (twice.value.field, twice.value.code) == ("request", "relayed")
    for changes, code in (
        ({"text": "Ngắn."}, "too_short"),
        ({"document_number": ""}, "required"),
        ({"replied_on": None}, "required"),
        ({"replied_on": today + timedelta(days=1)}, "future"),
        ({"replied_on": today - timedelta(days=1)}, "before_relay"),
    ):
        with pytest.raises(InvalidInput) as refused:
            stage.act(clerk, relays.record_reply, handled, **reply | changes)
        assert refused.value.code == code, changes


def test_only_the_desk_relays_and_only_cases_of_outside_bodies(stage: Stage, handled: Any) -> None:
    with pytest.raises(Refused) as ours:
        relay(stage, stage.works.officer, stage.in_progress())
    assert ours.value.why == "not_external"
    with pytest.raises(Refused) as chairman:
        relay(stage, stage.province.chairman, handled)
    assert chairman.value.why == "position"


def test_the_dispatcher_at_the_desk_relays_what_nobody_accepted_yet(stage: Stage, body: Any) -> None:
    dispatcher = stage.province.dispatcher
    case_id = stage.triaged()
    stage.act(dispatcher, triage.dispatch, case_id, agency_id=body.id, case_class=CaseClass.C)
    relay(stage, dispatcher, case_id)
    assert stage.look(case_id).state == State.IN_PROGRESS
    lead = stage.rows(Assignment, case_id, Assignment.role == "lead")[0]
    assert lead.accepted_at == stage.now
    stage.act(
        dispatcher, relays.record_reply, case_id, text=REPLY, document_number="77/PC",
        replied_on=stage.now.date(),
    )  # fmt: skip
    draft = stage.rows(Answer, case_id)[0]
    chief = stage.province.chief
    stage.act(chief, answers.submit, case_id, text=draft.text)
    stage.act(chief, answers.approve, case_id)
    assert stage.look(case_id).state == State.ANSWERED


def test_the_sender_sees_that_it_was_relayed_and_none_of_the_words(
    stage: Stage, handled: Any, clerk: Any, body: Any
) -> None:
    relay(stage, clerk, handled)
    scan = StoredFile(new_id(), "cv.pdf", "application/pdf", 10, "cd" * 32, "2026/11/cv")
    stage.act(
        clerk, relays.record_reply, handled, text=REPLY, document_number="77/PC", files=[scan],
        replied_on=stage.now.date(),
    )  # fmt: skip

    def seen(session, case):  # type: ignore[no-untyped-def]
        file = read_case_file(session, case)
        rows = session.scalars(select(Relay).where(Relay.case_id == case.id)).all()
        return (
            [(row.agency_id, row.answered_at, row.request, row.reply) for row in file.relays],
            rows,
            [one.origin for one in file.attachments],
        )

    told, rows, files = stage.submitter(seen, handled)
    assert told == [(body.id, stage.now, None, None)]
    assert (list(rows), files) == ([], [])
    other = replace(db.PUBLIC, tracking_code="00000-00000-00000-00000-0")
    with db.transaction(stage.factory, other) as session:
        query = text("SELECT count(*) FROM relays_told(:id)")
        assert session.scalar(query, {"id": handled}) == 0


def test_withdrawing_ends_what_was_asked_of_others(stage: Stage, handled: Any, clerk: Any) -> None:
    relay(stage, clerk, handled)
    due_on = stage.book.calendar.add_working_days(stage.now.date(), 3)
    stage.act(
        clerk, contributions.ask, handled, agency_id=stage.home.agency.id, request="Cho ý kiến.",
        due_on=due_on,
    )  # fmt: skip
    stage.submitter(submitter.withdraw, handled, reason="Đã có điện lại.")
    assert stage.rows(Contribution, handled)[0].ended_at == stage.now
    assert stage.rows(Relay, handled)[0].ended_at == stage.now
    assert ("contribution_ended", f"agency:{stage.home.agency.id}") in stage.notices(handled)
    stage.wait_working_days(6)
    assert composed(stage, handled) == []
