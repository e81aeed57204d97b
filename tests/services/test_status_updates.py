"""Interim updates: after 20 days and then every 7, once each, only where the province chose them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from feedback.domain.calendar import VIETNAM
from feedback.domain.clocks import Clock
from feedback.domain.trace import Trace
from feedback.models import Deadline, Message, ProvinceSetting
from feedback.queries.law_book import read_law_book
from feedback.services.casework import answers, status_updates, submitter
from feedback.services.restricted_track import restricted
from tests.services.stage import ANSWER, Stage


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.worker.add(ProvinceSetting(key=status_updates.SETTING, value="on"))
    stage.worker.commit()
    return stage


def night(stage: Stage) -> int:
    """What the job does, in the worker's session, at the stage's time."""
    while status_updates.begin(stage.worker, stage.now, stage.book):
        pass
    told = status_updates.tell(stage.worker, stage.now, stage.book)
    stage.worker.commit()
    return told


def updates(stage: Stage, case_id: Any) -> list[Message]:
    rows = stage.rows(Message, case_id)
    return [row for row in rows if row.kind == "status_update"]


def test_an_update_comes_after_twenty_days_and_then_every_seven(stage: Stage) -> None:
    case_id = stage.in_progress()  # Monday 2 November
    assert night(stage) == 0
    assert stage.due(case_id, Clock.STATUS_UPDATE) == date(2026, 11, 23)  # the 22nd is a Sunday
    stage.wait(days=20)
    assert night(stage) == 0
    stage.wait(days=1)
    assert night(stage) == 1
    assert night(stage) == 0
    assert stage.due(case_id, Clock.STATUS_UPDATE) == date(2026, 11, 30)
    assert stage.events(case_id).count("status_updated") == 1
    (message,) = updates(stage, case_id)
    assert (message.recipient, json.loads(message.params)) == ("submitter", {"state": "in_progress"})
    stage.wait(days=7)
    assert night(stage) == 1
    assert len(updates(stage, case_id)) == 2
    told = stage.rows(Deadline, case_id, Deadline.clock == "status_update", Deadline.met_at.is_not(None))
    assert len(told) == 2
    trace = Trace.from_json(told[0].trace)
    assert (trace.term_key, str(trace.duration), trace.basis) == (
        "status_update_first", "20d", "Tiền lệ: QĐ 574/QĐ-TTg năm 2017",
    )  # fmt: skip


def test_the_letter_waits_for_office_hours(stage: Stage) -> None:
    case_id = stage.in_progress()
    night(stage)
    stage.now = stage.now.replace(hour=17, minute=15) + timedelta(days=20)  # 00:15 of the 23rd
    assert night(stage) == 1
    (message,) = updates(stage, case_id)
    assert message.not_before.astimezone(VIETNAM).strftime("%d %H:%M") == "23 07:30"


def test_nights_that_were_missed_are_made_up_for_once(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.wait(days=45)
    assert night(stage) == 1
    assert len(updates(stage, case_id)) == 1
    assert stage.due(case_id, Clock.STATUS_UPDATE) == date(2026, 12, 24)


def test_an_answer_ends_the_updates_and_a_reopening_begins_them_anew(stage: Stage) -> None:
    case_id = stage.in_progress()
    night(stage)
    stage.wait(days=3)
    stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    stage.act(stage.works.head, answers.approve, case_id)
    assert stage.due(case_id, Clock.STATUS_UPDATE) is None
    stage.wait(days=30)
    assert night(stage) == 0
    assert updates(stage, case_id) == []
    stage.now -= timedelta(days=10)
    stage.submitter(submitter.reopen, case_id, reason="Đèn vẫn chưa sáng, xin kiểm tra lại.")
    night(stage)
    assert stage.due(case_id, Clock.STATUS_UPDATE) == date(2026, 12, 15)


def test_a_restricted_case_gets_none(stage: Stage) -> None:
    case_id = stage.triaged()
    night(stage)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Có tố cáo."
    )
    assert stage.due(case_id, Clock.STATUS_UPDATE) is None
    stage.wait(days=30)
    assert night(stage) == 0


def test_who_has_no_address_is_told_on_the_page_alone(stage: Stage) -> None:
    case_id = stage.in_progress(email="")
    stage.wait(days=30)
    assert night(stage) == 1
    assert stage.events(case_id).count("status_updated") == 1
    assert updates(stage, case_id) == []


def test_a_page_that_is_open_stays_valid(stage: Stage) -> None:
    case_id = stage.in_progress()
    version = stage.look(case_id).version
    stage.wait(days=30)
    night(stage)
    assert stage.look(case_id).version == version


def test_the_job_does_nothing_where_the_province_did_not_choose_it(stage: Stage) -> None:
    case_id = stage.in_progress()
    night(stage)
    status_updates.switch(stage.worker, False, actor="account:1", now=stage.now)
    assert not status_updates.is_on(stage.worker)
    assert status_updates.end_all(stage.worker, stage.now) == 1
    stage.worker.commit()
    assert stage.due(case_id, Clock.STATUS_UPDATE) is None
    status_updates.switch(stage.worker, True, actor="account:1", now=stage.now)
    assert status_updates.is_on(stage.worker)
    stage.worker.commit()
    assert read_law_book(stage.worker).term("status_update_next", stage.now)
