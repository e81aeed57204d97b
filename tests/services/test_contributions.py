"""A case of three agencies: the lead asks two for their part, reads what came, and answers."""

from __future__ import annotations

import json
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.models import Assignment, AuditEvent, Contribution, Deadline, EventNote, Message
from feedback.queries.case_file import NotFound
from feedback.services.casework import answers, contributions, handling, notes, triage
from feedback.services.errors import InvalidInput
from feedback.services.post.composing import Nobody, Post, compose
from feedback.services.restricted_track import restricted
from tests.services.stage import ANSWER, Stage

POST = Post.of("smtp://127.0.0.1:2525", "Hồi Âm <hoi-am@example.org>", "https://hoi-am.example")


@pytest.fixture
def stage(sessions, worker_session, make) -> Stage:
    return Stage(sessions, worker_session, make)


def working_day(stage: Stage, days: int):
    return stage.book.calendar.add_working_days(local_date(stage.now), days)


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def ask(stage: Stage, case_id, agency, days: int = 3, request: str = "Xin cho biết lịch cắt tỉa cây."):
    return stage.act(
        stage.works.officer, contributions.ask, case_id, agency_id=agency.id, request=request,
        due_on=working_day(stage, days),
    )  # fmt: skip


def test_a_case_of_three_agencies(stage: Stage) -> None:
    case_id = stage.in_progress()
    home, ward = stage.home, stage.province.commune
    with pytest.raises(NotFound):
        stage.act(home.officer, notes.add, case_id, note="Chưa thấy vụ việc.")
    ask(stage, case_id, home.agency)
    ask(stage, case_id, ward.agency)
    case = stage.look(case_id)
    assert case.co_agency_ids == [home.agency.id, ward.agency.id]
    assert {row.agency_id for row in stage.rows(Assignment, case_id, Assignment.role == "co")} == {
        home.agency.id, ward.agency.id,
    }  # fmt: skip
    asked = {(kind, to) for kind, to in stage.notices(case_id) if kind.startswith("contribution")}
    assert asked == {
        (f"contribution_{kind}", f"agency:{team.agency.id}")
        for kind in ("asked", "due")
        for team in (home, ward)
    }

    stage.wait(hours=2)
    stage.act(home.officer, contributions.answer, case_id, text="Đã có lịch ngày 5/11.")
    assert ("contribution_answered", f"account:{stage.works.officer.id}") in stage.notices(case_id)
    with pytest.raises(Refused, match="nothing_asked"):
        stage.act(home.officer, contributions.answer, case_id, text="Một lần nữa.")
    with pytest.raises(Refused, match="position"):
        stage.act(stage.works.officer, contributions.answer, case_id, text="Tự trả lời.")
    with pytest.raises(Refused, match="position"):
        stage.act(home.head, answers.submit, case_id, text=ANSWER)

    stage.wait_working_days(4)
    stage.act(ward.officer, contributions.answer, case_id, text="Phường đã dọn cành gãy.")
    late = stage.worker.scalars(
        select(AuditEvent).where(
            AuditEvent.case_id == case_id, AuditEvent.kind == "case.contribution_answered"
        )
    ).all()
    assert sorted(json.loads(event.payload)["late"] for event in late) == [False, True]
    assert not any("cành gãy" in event.payload for event in late)

    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    assert stage.look(case_id).state == State.ANSWERED


def test_what_is_open_ends_with_the_answer(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id, stage.home.agency)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    (part,) = stage.rows(Contribution, case_id)
    assert (part.ended_at, part.answered_at) == (stage.now, None)
    assert_told_once(stage, case_id)
    with pytest.raises(Refused, match="state"):
        stage.act(stage.home.officer, contributions.answer, case_id, text="Muộn rồi.")


def test_what_is_open_ends_when_the_lead_passes_the_case_on(stage: Stage) -> None:
    reason = "Không thuộc thẩm quyền của Sở."
    to = stage.make.team(stage.make.agency()).agency
    stage.worker.commit()
    passed, recalled = stage.in_progress(), stage.in_progress()
    for case_id in (passed, recalled):
        ask(stage, case_id, stage.home.agency)
    stage.act(stage.works.head, handling.transfer, passed, to_agency_id=to.id, reason=reason)
    stage.act(stage.province.dispatcher, handling.recall, recalled, reason=reason)
    for case_id in (passed, recalled):
        (part,) = stage.rows(Contribution, case_id)
        assert part.ended_at == stage.now
    assert_told_once(stage, passed)
    kinds = [kind for kind, to in stage.notices(recalled) if to == f"agency:{stage.home.agency.id}"]
    assert "contribution_ended" not in kinds, "the letter of the recall says that nothing is left to do"
    assert kinds.count("recalled_agency") == 1


def assert_told_once(stage: Stage, case_id) -> None:
    """The agency whose part ended reads once, in a letter that can be written, that it is not needed."""
    (ended,) = stage.rows(Message, case_id, Message.kind == "contribution_ended")
    assert ended.recipient == f"agency:{stage.home.agency.id}"
    assert "không cần trả lời đề nghị phối hợp" in plain(compose(stage.worker, POST, ended, stage.now))


def test_who_is_asked_in_a_case_set_apart_is_told_nothing(stage: Stage) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id, stage.home.agency)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo cán bộ."
    )
    assert stage.rows(Message, case_id, Message.kind == "contribution_ended") == []


def test_who_handles_for_two_agencies_answers_the_part_they_mean(stage: Stage) -> None:
    case_id, home = stage.in_progress(), stage.home
    second = stage.make.agency()
    stage.make.holding(home.officer, stage.make.position(second, PositionKind.OFFICER))
    stage.worker.commit()
    first = ask(stage, case_id, home.agency, days=2)
    meant = ask(stage, case_id, second, days=5)
    other = ask(stage, case_id, stage.province.commune.agency)
    for part_id, code in ((None, "required"), (other.id, "unknown")):
        with pytest.raises(InvalidInput) as error:
            stage.act(home.officer, contributions.answer, case_id, text="Có.", part_id=part_id)
        assert (error.value.field, error.value.code) == ("part_id", code)
    stage.act(home.officer, contributions.answer, case_id, text="Đã rõ.", part_id=meant.id)
    open_now = {part.id for part in stage.rows(Contribution, case_id) if part.answered_at is None}
    assert open_now == {first.id, other.id}


@pytest.mark.parametrize(
    ("who", "days", "field", "code"),
    [
        ("works", 3, "agency_id", "same"),
        ("outside", 3, "agency_id", "outside"),
        ("asked", 3, "agency_id", "asked"),
        ("home", 0, "due_on", "past"),
        ("home", 16, "due_on", "after_agency"),
    ],
)
def test_what_cannot_be_asked(stage: Stage, who: str, days: int, field: str, code: str) -> None:
    case_id = stage.in_progress()
    outside = stage.make.agency(kind=AgencyKind.EXTERNAL, liaison_id=stage.home.agency.id)
    stage.worker.commit()
    if who == "asked":
        ask(stage, case_id, stage.home.agency)
    agency = {"works": stage.works.agency, "outside": outside}.get(who, stage.home.agency)
    with pytest.raises(InvalidInput) as error:
        ask(stage, case_id, agency, days)
    assert (error.value.field, error.value.code) == (field, code)


def test_a_part_is_asked_again_after_it_came(stage: Stage) -> None:
    case_id = stage.in_progress()
    for _ in range(2):
        ask(stage, case_id, stage.home.agency)
        stage.act(stage.home.officer, contributions.answer, case_id, text="Đã rõ.")
        stage.wait(hours=1)
    assert len(stage.rows(Contribution, case_id)) == 2
    assert stage.look(case_id).co_agency_ids == [stage.home.agency.id]


@pytest.mark.parametrize("answered", [False, True])
def test_the_reminder_of_the_day_is_only_sent_while_the_part_is_owed(stage: Stage, answered: bool) -> None:
    case_id = stage.in_progress()
    ask(stage, case_id, stage.home.agency)
    (reminder,) = stage.rows(Message, case_id, Message.kind == "contribution_due")
    assert reminder.not_before.date() == working_day(stage, 3)
    if answered:
        stage.act(stage.home.officer, contributions.answer, case_id, text="Đã rõ.")
    (reminder,) = stage.rows(Message, case_id, Message.kind == "contribution_due")
    if answered:
        with pytest.raises(Nobody):
            compose(stage.worker, POST, reminder, reminder.not_before)
    else:
        assert "lịch cắt tỉa" in plain(compose(stage.worker, POST, reminder, reminder.not_before))


# Notes and calls.


def test_a_note_makes_no_page_out_of_date_and_stays_in_the_house(stage: Stage) -> None:
    case_id = stage.in_progress()
    version = stage.look(case_id).version
    stage.act(stage.works.officer, notes.add, case_id, note="Gọi lại cho đội sửa chữa vào thứ Năm.")
    stage.act(stage.province.dispatcher, notes.add, case_id, note="Điều phối đã nhắc.")
    assert stage.look(case_id).version == version
    assert len(stage.rows(EventNote, case_id)) == 2
    with pytest.raises(InvalidInput):
        stage.act(stage.works.officer, notes.add, case_id, note="  ")
    with pytest.raises(Refused):
        stage.act(stage.province.chairman, notes.add, case_id, note="Chủ tịch chỉ xem.")


def exchange(stage: Stage, case_id, **more):
    said = {"partner": "submitter", "way": "rang", "at": stage.now, "note": "Hẹn kiểm tra lúc 14 giờ."}
    return stage.act(stage.works.officer, notes.log_exchange, case_id, **said | more)


def test_a_call_meets_the_two_hours_at_the_moment_when_it_is_recorded(stage: Stage) -> None:
    case_id = stage.triaged()
    stage.dispatch(case_id)
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Dây điện đứt.")
    stage.wait(hours=1)
    called = stage.now - timedelta(minutes=20)
    exchange(stage, case_id, partner="unit")
    assert stage.look(case_id).contacted_at is None
    exchange(stage, case_id, partner="unit", at=called, meets_urgent=True)
    assert stage.look(case_id).contacted_at == stage.now
    (clock,) = stage.rows(Deadline, case_id, Deadline.clock == "urgent")
    assert clock.met_at == stage.now, "a moment that somebody types ends no clock"
    (*_, event) = stage.worker.scalars(
        select(AuditEvent)
        .where(AuditEvent.case_id == case_id, AuditEvent.kind == "case.call_logged")
        .order_by(AuditEvent.id)
    )
    assert json.loads(event.payload)["called_at"] == called.isoformat()
    assert "urgent" not in stage.active_clocks(case_id)
    other = stage.triaged()
    stage.dispatch(other)
    stage.act(stage.province.dispatcher, triage.set_urgency, other, urgent=True, note="Dây điện đứt.")
    with pytest.raises(InvalidInput, match="by_letter"):
        exchange(stage, other, partner="unit", way="wrote", meets_urgent=True)
    assert "urgent" in stage.active_clocks(other)
    plain = stage.in_progress()
    with pytest.raises(Refused, match="not_urgent"):
        exchange(stage, plain, meets_urgent=True)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"note": ""}, "note", "required"),
        ({"partner": "nobody"}, "partner", "unknown"),
        ({"way": "shouted"}, "way", "unknown"),
        ({"at": timedelta(minutes=1)}, "at", "future"),
        ({"at": timedelta(days=-3)}, "at", "before_case"),
    ],
)
def test_an_exchange_that_cannot_have_been(
    stage: Stage, change: dict[str, object], field: str, code: str
) -> None:
    case_id = stage.in_progress()
    moved = {"at": stage.now + change["at"]} if "at" in change else change
    with pytest.raises(InvalidInput) as error:
        exchange(stage, case_id, **moved)
    assert (error.value.field, error.value.code) == (field, code)
