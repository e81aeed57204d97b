"""The coordinator's one-stop office: every agency's letters, each while it waits, and nothing beside them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import ProgrammingError

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.models import Case, Contribution, Delivery, IdentityReveal
from feedback.queries.case_file import NotFound
from feedback.queries.lists.desk_work import letters
from feedback.queries.people import scope_for
from feedback.services.casework import (
    answers,
    contributions,
    following,
    form_drafts,
    handling,
    identity,
    presence,
    submitter,
    supplements,
)
from feedback.services.restricted_track import restricted
from tests.services.desk_slips import merge, refuse
from tests.services.stage import ANSWER, Stage

OF_THE_LETTER = {"cases", "answers", "deliveries", "publications"}
TABLES = """
    SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relrowsecurity
    AND c.relkind = 'r'
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'case_id')"""


@pytest.fixture
def waiting(stage: Stage) -> UUID:
    """A case with a history whose letter waits to be posted, with a draft that was never sent."""
    beside = stage.make.agency()
    stage.worker.commit()
    case_id = stage.in_progress(email="", phone="")
    stage.act(stage.works.officer, supplements.ask, case_id, question="Cột đèn số mấy?")
    stage.submitter(supplements.reply, case_id, text="Cột số 7.")
    due_on = stage.book.calendar.add_working_days(local_date(stage.now), 2)
    stage.act(stage.works.officer, contributions.ask, case_id, agency_id=beside.id,
              request="Ai giữ chìa khóa tủ điện?", due_on=due_on)  # fmt: skip
    stage.act(stage.works.officer, form_drafts.keep, case_id, form="answer", fields={"text": ["Gõ dở."]})
    stage.act(stage.works.officer, presence.announce, case_id)
    stage.act(stage.works.officer, answers.submit, case_id, text="Bản đầu tiên, chưa nói ngày nào sửa.")
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Nêu rõ ngày.")
    stage.act(stage.works.officer, answers.submit, case_id, text="Đã thay bóng đèn ngày 10/11/2026.")
    stage.act(stage.works.head, answers.approve, case_id)
    return case_id


def seen(stage: Stage, account: Any, case_id: UUID) -> set[str]:
    """The tables of which `account` sees rows of the case."""
    with db.transaction(stage.factory, scope_for(stage.actor(account))) as session:
        found = {
            table
            for table in session.scalars(text(TABLES))
            if session.scalar(text(f"SELECT count(*) FROM {table} WHERE case_id = :id"), {"id": case_id})
        }
        return found | ({"cases"} if session.get(Case, case_id) is not None else set())


def waits_for(stage: Stage, account: Any) -> list[UUID]:
    with db.transaction(stage.factory, scope_for(stage.actor(account))) as session:
        return [letter.case.id for letter in letters(session, stage.now)]


def test_the_clerk_sees_the_letter_of_any_agency_and_what_went_out(stage: Stage, waiting: UUID) -> None:
    clerk = stage.province.reception
    assert waits_for(stage, clerk) == [waiting]
    assert seen(stage, clerk, waiting) <= OF_THE_LETTER
    assert seen(stage, clerk, waiting) >= {"cases", "answers", "deliveries"}
    with db.transaction(stage.factory, scope_for(stage.actor(clerk))) as session:
        query = text("SELECT status FROM answers WHERE case_id = :id")
        assert session.scalars(query, {"id": waiting}).all() == ["approved"]


def test_a_letter_that_was_handed_over_is_seen_no_more(stage: Stage, waiting: UUID) -> None:
    clerk = stage.province.reception
    known = stage.act(clerk, identity.reveal, waiting, reason="Ghi tên người nhận trên thư.")
    assert known.name == "Trần Thị Bưởi"
    assert [row.account_id for row in stage.rows(IdentityReveal, waiting)] == [clerk.id]
    stage.act(clerk, answers.record_delivery, waiting, method="counter", note="Ký nhận lúc 10 giờ.")
    row = stage.rows(Delivery, waiting)[0]
    assert (row.recorded_by, row.delivered_at, row.note) == (clerk.id, stage.now, "Ký nhận lúc 10 giờ.")
    assert stage.events(waiting)[-2:] == ["identity_revealed", "delivery_recorded"]
    assert waits_for(stage, clerk) == []
    assert seen(stage, clerk, waiting) == set()
    with pytest.raises(NotFound):
        stage.act(clerk, identity.reveal, waiting, reason="Xem lại người gửi.")


def test_nothing_without_a_letter_is_seen(stage: Stage) -> None:
    clerk = stage.province.reception
    for case_id in (stage.answered(), stage.in_progress(email=""), stage.triaged(email="")):
        assert seen(stage, clerk, case_id) == set()


def test_letters_of_restricted_cases_are_for_the_access_list(stage: Stage, waiting: UUID) -> None:
    stage.act(
        stage.province.dispatcher, restricted.set_apart, waiting, kind="denunciation", reason="Tố cáo cán bộ."
    )
    assert seen(stage, stage.province.reception, waiting) == set()
    assert waits_for(stage, stage.province.reception) == []
    assert waits_for(stage, stage.inspectorate.head) == [waiting]


def test_the_clerk_of_an_agency_hands_over_its_own_letters_alone(stage: Stage, waiting: UUID) -> None:
    own = stage.make.staff(PositionKind.RECEPTION, stage.works.agency)
    other = stage.make.staff(PositionKind.RECEPTION, stage.home.agency)
    stage.worker.commit()
    assert waits_for(stage, other) == []
    assert seen(stage, other, waiting) == set()
    assert waits_for(stage, own) == [waiting]
    stage.act(own, answers.record_delivery, waiting, method="counter")


def test_a_clerk_does_nothing_else_to_the_case(stage: Stage, waiting: UUID) -> None:
    clerk = stage.province.reception
    for verb, arguments in (
        (handling.recall, {"reason": "Thôi."}),
        (answers.save_draft, {"text": "Bản thảo của một cửa."}),
    ):
        with pytest.raises(Refused):
            stage.act(clerk, verb, waiting, **arguments)


def test_a_clerk_neither_reads_nor_writes_what_offices_ask_each_other(stage: Stage, waiting: UUID) -> None:
    """They keep what they type into the form of the letter, and see nobody else at the case."""
    clerk, (part,) = stage.province.reception, stage.rows(Contribution, waiting)
    forged = {
        name: getattr(part, name)
        for name in ("case_id", "agency_id", "asked_at", "asked_by", "request", "due_on", "answer")
    }
    with db.transaction(stage.factory, scope_for(stage.actor(clerk))) as session:
        assert session.execute(update(Contribution).values(request="Sửa lời.")).rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"), session.begin_nested():
            session.execute(insert(Contribution).values(id=db.new_id(), **forged))
        case = session.get_one(Case, waiting)
        assert presence.others(session, stage.actor(clerk), case, stage.now) == []
    fields = {"note": ["Đã gửi bưu điện."]}
    with pytest.raises(ProgrammingError, match="row-level security"):
        stage.act(clerk, form_drafts.keep, waiting, form="note", fields=fields)
    stage.act(clerk, form_drafts.keep, waiting, form="deliver", fields=fields)
    stage.act(clerk, presence.announce, waiting)
    assert seen(stage, clerk, waiting) == {"cases", "answers", "deliveries", "form_drafts", "case_presences"}


def no_letter_waits(stage: Stage, case_id: UUID) -> bool:
    """Nobody has a letter on a list that they could not record as handed over, nor sees the case for it."""
    clerk = stage.province.reception
    return waits_for(stage, clerk) == [] and seen(stage, clerk, case_id) == set()


def test_a_letter_waits_no_more_when_its_case_is_opened_again(stage: Stage) -> None:
    case_id = stage.answered(email="", phone="")
    assert waits_for(stage, stage.province.reception) == [case_id]
    stage.submitter(submitter.reopen, case_id, reason="Đèn lại tắt từ tối qua.")
    assert no_letter_waits(stage, case_id)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    assert waits_for(stage, stage.province.reception) == [case_id]
    stage.act(stage.province.reception, answers.record_delivery, case_id, method="post")
    assert no_letter_waits(stage, case_id)


@pytest.mark.parametrize("how", ["opened again", "taken out by the desk", "released"])
def test_nor_when_a_merged_case_goes_its_own_way(stage: Stage, how: str) -> None:
    main = stage.awaiting_approval() if how == "opened again" else stage.triaged()
    own = stage.triaged(email="", phone="")
    merge(stage, own, main)
    if how == "opened again":
        stage.act(stage.works.head, answers.approve, main)
    else:
        refuse(stage, main)
        stage.wait(minutes=6)
    assert waits_for(stage, stage.province.reception) == [own]
    if how == "opened again":
        stage.submitter(submitter.reopen, own, reason="Chỗ tôi vẫn chưa sửa.")
    elif how == "taken out by the desk":
        stage.act(stage.province.dispatcher, following.separate, own)
    else:
        stage.act(stage.province.dispatcher, restricted.set_apart, own, kind="complaint", reason="Khiếu nại.")
        stage.act(stage.inspectorate.head, restricted.return_to_triage, own, reason="Không phải khiếu nại.")
    assert stage.look(own).state == "triage"
    assert no_letter_waits(stage, own)
