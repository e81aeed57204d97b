"""The case file: found by reference, read in a handful of queries, as far as its reader sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.explain import explain
from feedback.models import Assignment, Case, Deadline, Delivery, Message
from feedback.queries import bundle
from feedback.queries.case_file import (
    CaseFile,
    NotFound,
    find_case,
    find_case_by_code,
    read_case_file,
)
from feedback.queries.people import scope_for
from feedback.services.casework import (
    answers,
    extensions,
    handling,
    identity,
    publication,
    submitter,
    supplements,
    triage,
)
from feedback.services.restricted_track import restricted
from tests.services.conftest import stage
from tests.services.stage import ANSWER, Stage

__all__ = ["stage"]


def read(stage: Stage, case_id: UUID, account: Any = None) -> CaseFile:
    """Read as a member of staff, or as the submitter."""
    case = stage.look(case_id)
    scope = replace(db.PUBLIC, tracking_code=case.tracking_code)
    if account is not None:
        scope = scope_for(stage.actor(account))
    with db.transaction(stage.factory, scope) as session:
        if account is None:
            return read_case_file(session, find_case_by_code(session, case.tracking_code))
        return read_case_file(session, find_case(session, case.reference))


@pytest.fixture
def long_case(stage: Stage) -> UUID:
    """A case to which nearly everything happened."""
    works = stage.works
    case_id = stage.dispatched(stage.home, email="")
    stage.act(stage.home.officer, handling.send_back, case_id, reason="Thuộc Sở Xây dựng.")
    stage.dispatch(case_id, works, note="Xem ảnh.", co_agency_ids=[stage.home.agency.id])
    stage.act(works.officer, handling.accept, case_id)
    stage.act(works.head, triage.set_urgency, case_id, urgent=True, note="Trẻ em đi học.")
    stage.act(works.officer, handling.log_contact, case_id, note="Đã gọi đội sửa chữa.")
    stage.act(works.officer, supplements.ask, case_id, question="Cột số mấy?")
    stage.wait_working_days(1)
    stage.submitter(supplements.reply, case_id, text="Cột số 7.")
    stage.act(works.officer, identity.reveal, case_id, reason="Cần gọi để hẹn giờ.")
    stage.act(works.officer, extensions.ask, case_id, reason="Chờ vật tư.", new_due_on=date(2026, 12, 4))
    stage.act(works.head, extensions.decide, case_id, granted=True)
    stage.act(works.officer, answers.save_draft, case_id, text="Đang viết")
    stage.act(works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(works.head, answers.return_draft, case_id, remarks="Nêu rõ ngày.")
    stage.act(works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(works.head, answers.approve, case_id)
    stage.act(works.officer, publication.propose, case_id, title="Đèn công cộng", summary="Đèn đã sửa.")
    stage.act(works.head, publication.check, case_id, approved=True)
    stage.submitter(submitter.rate, case_id, score=4)
    return case_id


def test_the_whole_file(stage: Stage, long_case: UUID) -> None:
    file = read(stage, long_case, stage.works.officer)
    assert [(row.kind, file.agencies[row.from_agency_id].code) for row in file.moves] == [
        ("send_back", "SNV")
    ]
    assert [(file.agencies[row.agency_id].code, row.role) for row in file.assignments] == [
        ("SNV", "lead"), ("SXD", "lead"), ("SNV", "co"),
    ]  # fmt: skip
    assert [(row.version, row.status) for row in file.answers] == [(1, "returned"), (2, "approved")]
    assert file.approved_answer is not None
    assert file.approved_answer.text == ANSWER
    assert file.accounts[file.approved_answer.decided_by or 0] == stage.works.head.name
    assert [row.reply for row in file.supplements] == ["Cột số 7."]
    assert [row.decision for row in file.extensions] == ["granted"]
    assert file.pending_delivery is not None
    assert file.pending_delivery.method == "phone"
    assert file.publication is not None
    assert file.publication.status == "published"
    assert [row.score for row in file.ratings] == [4]
    assert [row.account_id for row in file.reveals] == [stage.works.officer.id]
    assert file.open_supplement is file.pending_extension is file.draft is None
    assert stage.works.unit.id in file.units
    clocks = {(row.clock, row.version) for row in file.deadlines if row.clock == "agency"}
    assert clocks == {("agency", number) for number in range(1, 5)}
    for row in file.deadlines:
        assert explain(file.trace(row), "vi")
        assert explain(file.trace(row), "en")
    assert file.active(Clock.CITIZEN) is None


def test_the_history_joins_events_names_and_words(stage: Stage, long_case: UUID) -> None:
    file = read(stage, long_case, stage.works.head)
    assert [entry.kind for entry in file.history] == [f"case.{kind}" for kind in stage.events(long_case)]
    by_kind = {entry.kind: entry for entry in file.history}
    contact = by_kind[EventKind.CONTACT_LOGGED]
    assert (contact.actor, contact.note) == (stage.works.officer.name, "Đã gọi đội sửa chữa.")
    assert by_kind[EventKind.CASE_DISPATCHED].payload["agency"] == "SXD"
    assert by_kind[EventKind.CASE_RATED].actor_key == "submitter"
    assert by_kind[EventKind.CASE_RATED].actor == ""
    assert [entry.at for entry in file.history] == sorted(entry.at for entry in file.history)
    assert {EventKind(entry.kind) for entry in file.history}


@pytest.fixture
def counted(stage: Stage) -> Iterator[list[str]]:
    """The statements of the test's connection that read."""
    statements: list[str] = []
    engine = stage.worker.get_bind().engine

    def note(conn: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT") and "set_config" not in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_the_file_is_read_in_a_handful_of_queries(stage: Stage, long_case: UUID, counted: list[str]) -> None:
    case = stage.look(long_case)
    scope = scope_for(stage.actor(stage.works.officer))
    with db.transaction(stage.factory, scope) as session:
        counted.clear()
        file = read_case_file(session, find_case(session, case.reference))
        for name in (field.name for field in fields(file)):
            getattr(file, name)
    assert len(counted) == 3


def test_a_reference_is_read_as_it_is_typed(stage: Stage) -> None:
    case_id = stage.triaged()
    case = stage.look(case_id)
    scope = scope_for(stage.actor(stage.province.dispatcher))
    with db.transaction(stage.factory, scope) as session:
        assert find_case(session, f" {case.reference.lower().replace('-', ' ')} ").id == case_id
        for wrong in ("", "abc", "0000-0000", case.tracking_code):
            with pytest.raises(NotFound):
                find_case(session, wrong)


def test_what_is_not_for_the_reader_is_not_found(stage: Stage) -> None:
    case_id = stage.in_progress()
    read(stage, case_id, stage.works.officer)
    for account in (stage.home.officer, stage.inspectorate.head):
        with pytest.raises(NotFound):
            read(stage, case_id, account)
    stage.act(stage.province.dispatcher, restricted.set_apart, case_id, kind="complaint", reason="Khiếu nại.")
    for account in (stage.works.officer, stage.province.dispatcher):
        with pytest.raises(NotFound):
            read(stage, case_id, account)
    file = read(stage, case_id, stage.inspectorate.head)
    assert {row.account_id for row in file.accesses} == {stage.inspectorate.head.id, stage.province.chief.id}


def test_a_submitter_reads_the_path_and_the_answer_and_no_more(stage: Stage, long_case: UUID) -> None:
    file = read(stage, long_case)
    assert file.approved_answer is not None
    assert [row.status for row in file.answers] == ["approved"]
    assert len(file.assignments) == 3
    assert file.active(Clock.STATE) is None
    assert (file.history, file.messages, file.reveals, file.accesses) == ([], [], [], [])


def test_a_submitter_of_a_case_set_apart_reads_nothing_of_it(stage: Stage, long_case: UUID) -> None:
    stage.act(
        stage.province.dispatcher, restricted.set_apart, long_case, kind="denunciation", reason="Tố cáo."
    )
    file = read(stage, long_case)
    assert file.case.state == "restricted"
    lists = [getattr(file, field.name) for field in fields(file)]
    assert [found for found in lists if isinstance(found, list) and found] == []


_KEPT = {"search_vector", "answer_words"}
"""Columns that the database keeps for its own searches."""


def test_rows_come_back_as_they_were_stored(stage: Stage, long_case: UUID) -> None:
    session: Session = stage.worker
    models = (Deadline, Assignment, Delivery, Message, Case)
    queries = {
        f"rows_{number}": (model, select(model).order_by(*inspect(model).primary_key))
        for number, model in enumerate(models)
    }
    found = bundle.load(session, queries)  # type: ignore[arg-type]
    for name, (model, query) in queries.items():
        stored = session.scalars(query).all()
        assert stored
        columns = [column.key for column in inspect(model).columns if column.key not in _KEPT]
        assert [[getattr(row, key) for key in columns] for row in found[name]] == [
            [getattr(row, key) for key in columns] for row in stored
        ]


def test_a_submitter_reads_that_it_moved_and_not_why(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(
        stage.works.head, handling.transfer, case_id, to_agency_id=stage.home.agency.id, reason="Nội bộ."
    )
    file = read(stage, case_id)
    [move] = file.moves
    assert (move.kind, move.from_agency_id, move.to_agency_id) == (
        "transfer", stage.works.agency.id, stage.home.agency.id,
    )  # fmt: skip
    assert move.reason is None
    assert file.agencies.keys() >= {stage.works.agency.id, stage.home.agency.id}
    assert read(stage, case_id, stage.home.head).moves[0].reason == "Nội bộ."
