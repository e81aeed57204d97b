"""Conflicts of interest on the restricted track: recorded, removed with the reason, never let in again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from feedback import db
from feedback.db import new_id
from feedback.domain.positions import PositionKind
from feedback.models import EscalationStep, EventNote, Message, RestrictedAccess, RestrictedConflict
from feedback.queries.case_file import NotFound
from feedback.queries.night.overdue import due_steps
from feedback.queries.night.recipients import read_directory
from feedback.queries.people import scope_for
from feedback.services import audit
from feedback.services.casework import identity
from feedback.services.errors import InvalidInput
from feedback.services.night import steps
from feedback.services.restricted_track import access, conflicts, forwarding, restricted
from tests.services.stage import Stage
from tests.services.test_restricted import LETTER_OUT, listed, sees, set_apart

WHY = "Là em vợ của người bị nêu trong đơn."


@pytest.fixture
def sealed(stage: Stage) -> Any:
    case_id = stage.triaged()
    set_apart(stage, case_id, accused_agency_id=stage.works.agency.id)
    return case_id


def counted(stage: Stage, account: Any) -> int:
    """How many rows of access lists an account sees at all."""
    with db.transaction(stage.factory, scope_for(stage.actor(account))) as session:
        return session.scalar(select(func.count()).select_from(RestrictedAccess)) or 0


def test_who_declares_a_conflict_leaves_at_once_with_the_reason_in_the_trail(
    stage: Stage, sealed: Any
) -> None:
    head, chief = stage.inspectorate.head, stage.province.chief
    stage.act(head, conflicts.record_conflict, sealed, account_id=head.id, reason=WHY)
    assert not sees(stage, head, sealed)
    assert counted(stage, head) == 0
    assert listed(stage, sealed) == {chief.id}
    row = stage.rows(RestrictedConflict, sealed)[0]
    assert (row.account_id, row.kind, row.reason, row.recorded_by) == (head.id, "declared", WHY, head.id)
    assert stage.events(sealed)[-1] == "conflict_recorded"
    assert [note.text for note in stage.rows(EventNote, sealed)][-1] == WHY
    with pytest.raises(NotFound):
        stage.act(head, identity.reveal, sealed, reason=WHY)
    with pytest.raises(InvalidInput) as refused:
        stage.act(chief, access.grant, sealed, account_id=head.id, reason="Cần lại.")
    assert (refused.value.field, refused.value.code) == ("access", "conflict")
    assert audit.verify(stage.worker).sound


def test_who_is_named_is_taken_off_or_kept_out(stage: Stage, sealed: Any) -> None:
    clerk, head = stage.inspectorate.officer, stage.inspectorate.head
    stage.act(head, access.grant, sealed, account_id=clerk.id, reason="Giúp thẩm tra.")
    assert sees(stage, clerk, sealed)
    stage.act(head, conflicts.record_conflict, sealed, account_id=clerk.id, reason="Đơn nêu tên.")
    assert not sees(stage, clerk, sealed)
    stage.act(head, conflicts.record_conflict, sealed, account_id=stage.home.head.id, reason="Đơn nêu tên.")
    for one in (clerk, stage.home.head):
        with pytest.raises(InvalidInput) as refused:
            stage.act(head, access.grant, sealed, account_id=one.id, reason="Giúp.")
        assert refused.value.code == "conflict"
    with pytest.raises(InvalidInput) as twice:
        stage.act(head, conflicts.record_conflict, sealed, account_id=clerk.id, reason="Lần nữa.")
    assert (twice.value.field, twice.value.code) == ("account", "recorded")


def test_who_the_message_names_is_kept_out_from_the_first_moment(stage: Stage) -> None:
    head, chief = stage.inspectorate.head, stage.province.chief
    case_id = stage.triaged()
    set_apart(stage, case_id, named_account_ids=[head.id])
    assert listed(stage, case_id) == {chief.id}
    again = stage.triaged()
    with pytest.raises(InvalidInput) as refused:
        set_apart(stage, again, named_account_ids=[head.id], access_account_ids=[head.id])
    assert (refused.value.field, refused.value.code) == ("access", "conflict")


def test_a_conflict_lasts_when_the_case_comes_back_and_is_set_apart_again(stage: Stage, sealed: Any) -> None:
    head, chief = stage.inspectorate.head, stage.province.chief
    stage.act(head, conflicts.record_conflict, sealed, account_id=head.id, reason=WHY)
    stage.act(chief, restricted.return_to_triage, sealed, reason="Chỉ là phản ánh.")
    set_apart(stage, sealed)
    assert listed(stage, sealed) == {chief.id}


def test_when_the_last_one_leaves_the_next_in_line_stands_in(stage: Stage, sealed: Any) -> None:
    head, chief, chairman = stage.inspectorate.head, stage.province.chief, stage.province.chairman
    stage.act(head, conflicts.record_conflict, sealed, account_id=head.id, reason=WHY)
    stage.act(chief, conflicts.record_conflict, sealed, account_id=chief.id, reason=WHY)
    assert listed(stage, sealed) == {chairman.id}
    with pytest.raises(InvalidInput) as refused:
        stage.act(chairman, conflicts.record_conflict, sealed, account_id=chairman.id, reason=WHY)
    assert (refused.value.field, refused.value.code) == ("access", "nobody_left")
    assert sees(stage, chairman, sealed)


def test_naming_the_accused_late_takes_their_people_off(stage: Stage) -> None:
    head, chief = stage.inspectorate.head, stage.province.chief
    case_id = stage.triaged()
    set_apart(stage, case_id)
    stage.act(
        head, conflicts.name_accused, case_id, agency_id=stage.inspectorate.agency.id, reason="Đọc kỹ lại."
    )
    assert listed(stage, case_id) == {chief.id}
    assert not sees(stage, head, case_id)
    assert stage.look(case_id).accused_agency_id == stage.inspectorate.agency.id
    assert stage.events(case_id)[-2:] == ["accused_named", "access_ended"]
    for agency_id, code in ((stage.inspectorate.agency.id, "same"), (0, "unknown")):
        with pytest.raises(InvalidInput) as refused:
            stage.act(chief, conflicts.name_accused, case_id, agency_id=agency_id, reason="Lại.")
        assert refused.value.code == code


def test_who_comes_to_work_for_the_accused_sees_nothing_that_day_and_is_removed_at_night(
    stage: Stage, sealed: Any
) -> None:
    head = stage.inspectorate.head
    seat = stage.make.position(stage.works.agency, PositionKind.HEAD_OF_UNIT)
    stage.make.holding(head, seat, acting=True)
    stage.worker.commit()
    assert not sees(stage, head, sealed)
    assert counted(stage, head) == 0
    assert listed(stage, sealed) == {stage.province.chief.id, head.id}
    with db.transaction(stage.factory, db.WORKER) as session:
        assert conflicts.end_conflicted(session, stage.now) == 1
        assert conflicts.end_conflicted(session, stage.now) == 0
    assert listed(stage, sealed) == {stage.province.chief.id}
    assert stage.events(sealed)[-1] == "access_ended"


def test_postgresql_lets_nobody_put_a_conflicted_account_on_a_list(stage: Stage, sealed: Any) -> None:
    head = stage.inspectorate.head
    stage.act(head, conflicts.record_conflict, sealed, account_id=head.id, reason=WHY)
    row = RestrictedAccess(
        id=new_id(), case_id=sealed, account_id=head.id, granted_at=stage.now, granted_by=None, reason=""
    )
    with db.transaction(stage.factory, db.WORKER) as session:
        session.add(row)
        with pytest.raises(IntegrityError, match="in a conflict"):
            session.flush()
        session.rollback()


def test_steps_of_the_ladder_pass_a_conflicted_chief_and_go_to_the_chairman(
    stage: Stage, sealed: Any
) -> None:
    chief = stage.province.chief
    stage.act(chief, conflicts.record_conflict, sealed, account_id=chief.id, reason=WHY)
    stage.act(
        stage.inspectorate.head,
        access.grant,
        sealed,
        account_id=stage.province.chairman.id,
        reason="Chỉ đạo.",
    )
    stage.wait_working_days(9)
    with db.transaction(stage.factory, db.WORKER) as session:
        due = due_steps(session, stage.now, stage.book)
        on = stage.now.date()
        steps.record(session, due, stage.now, stage.book, read_directory(session, on))
    reached = {row.position_id for row in stage.rows(EscalationStep, sealed)}
    held = {held.position_id for held in stage.actor(chief).positions}
    assert reached
    assert not reached & held


def test_an_opened_identity_is_told_to_the_head_of_the_track_and_sealed_again(
    stage: Stage, sealed: Any
) -> None:
    head, chief = stage.inspectorate.head, stage.province.chief
    with pytest.raises(InvalidInput) as closed:
        stage.act(chief, identity.seal_again, sealed)
    assert (closed.value.field, closed.value.code) == ("case", "sealed")
    stage.act(chief, identity.reveal, sealed, reason="Gọi xác minh nội dung đơn.")
    told = {row.recipient for row in stage.rows(Message, sealed, Message.kind == "identity_unsealed")}
    assert told == {f"account:{head.id}"}
    stage.act(chief, identity.seal_again, sealed)
    assert stage.events(sealed)[-2:] == ["identity_revealed", "identity_sealed"]
    with pytest.raises(InvalidInput):
        stage.act(chief, identity.seal_again, sealed)
    stage.act(head, identity.reveal, sealed, reason="Gọi hẹn làm việc.")
    told = {row.recipient for row in stage.rows(Message, sealed, Message.kind == "identity_unsealed")}
    assert told == {f"account:{head.id}", f"account:{chief.id}"}


def test_a_forwarding_is_a_record_and_its_arrival_is_confirmed_once(stage: Stage, sealed: Any) -> None:
    head = stage.inspectorate.head
    stage.act(head, forwarding.forward, sealed, to_body="Viện kiểm sát", note="Kèm đơn.", **LETTER_OUT)
    today = stage.now.date()
    tomorrow, before = today.replace(day=today.day + 1), today.replace(day=1)
    for day, code in ((None, "required"), (tomorrow, "future"), (before, "before_forwarding")):
        with pytest.raises(InvalidInput) as refused:
            stage.act(head, forwarding.confirm, sealed, received_on=day)
        assert (refused.value.field, refused.value.code) == ("received_on", code)
    stage.act(head, forwarding.confirm, sealed, received_on=today, receipt_number="45/BN")
    file = stage.rows(forwarding.Forwarding, sealed)[0]
    assert (file.document_number, file.to_body, file.received_on, file.receipt_number, file.confirmed_by) == (
        "12/VP-TCD", "Viện kiểm sát", today, "45/BN", head.id,
    )  # fmt: skip
    with pytest.raises(InvalidInput) as twice:
        stage.act(head, forwarding.confirm, sealed, received_on=today)
    assert twice.value.code == "confirmed"
    assert stage.events(sealed)[-2:] == ["forwarded", "forwarding_confirmed"]
