"""The clocks of the restricted track: each kind has its own term; a denunciation's check may last longer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from feedback.domain.clocks import Clock
from feedback.domain.permissions import Refused
from feedback.models import Deadline
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import access, forwarding, prolonging, restricted
from tests.services.stage import Stage

REASON = "Cần xác minh thêm nơi xảy ra sự việc."


def set_apart(stage: Stage, kind: str) -> Any:
    case_id = stage.triaged()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind=kind, reason="Có nội dung tố cáo."
    )
    return case_id


def check(stage: Stage, case_id: Any) -> Deadline:
    (row,) = stage.rows(
        Deadline, case_id, Deadline.clock == "state", Deadline.superseded_at.is_(None),
        Deadline.met_at.is_(None),
    )  # fmt: skip
    return row  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("kind", "term", "duration", "due"),
    [
        ("complaint", "complaint_accept", "7wd", date(2026, 11, 11)),
        ("denunciation", "denunciation_check", "7wd", date(2026, 11, 11)),
        ("crime", "contact_urgent", "2h", date(2026, 11, 2)),
    ],
)
def test_each_kind_has_its_own_term(stage: Stage, kind: str, term: str, duration: str, due: date) -> None:
    row = check(stage, set_apart(stage, kind))
    assert (row.term_key, row.duration, row.due_on, row.state) == (term, duration, due, "restricted")
    if kind == "crime":
        assert row.due_at == stage.now + timedelta(hours=2)


def test_a_report_of_a_crime_runs_on_the_urgent_clock_until_it_is_passed_on(stage: Stage) -> None:
    case_id = stage.triaged()
    stage.wait(days=2)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="crime", reason="Phát hiện tội phạm."
    )
    (urgent,) = stage.rows(Deadline, case_id, Deadline.clock == "urgent")
    assert (urgent.started_at, urgent.due_at) == (stage.now, stage.now + timedelta(hours=2))
    stage.act(stage.province.chief, restricted.return_to_triage, case_id, reason="Không phải tội phạm.")
    assert Clock.URGENT not in stage.active_clocks(case_id)

    reported = set_apart(stage, "crime")
    stage.act(
        stage.province.chief, forwarding.forward, reported, to_body="Công an tỉnh", note="Chuyển ngay.",
        document_number="12/VP", document_date=stage.now.date(),
    )  # fmt: skip
    assert Clock.URGENT not in stage.active_clocks(reported)
    assert Clock.URGENT not in stage.active_clocks(set_apart(stage, "denunciation"))


def test_the_check_of_a_denunciation_lasts_to_its_longest_once(stage: Stage) -> None:
    case_id = set_apart(stage, "denunciation")
    began = stage.now
    stage.wait_working_days(6)
    with pytest.raises(InvalidInput):
        stage.act(stage.province.chief, prolonging.prolong_check, case_id, reason=" ")
    stage.act(stage.province.chief, prolonging.prolong_check, case_id, reason=REASON)
    row = check(stage, case_id)
    assert (row.term_key, row.duration, row.started_at) == ("denunciation_check_longest", "10wd", began)
    assert row.due_on == date(2026, 11, 16)
    assert stage.due(case_id, Clock.CITIZEN) == date(2026, 11, 23)
    assert stage.events(case_id)[-1] == "check_prolonged"
    with pytest.raises(Refused) as refused:
        stage.act(stage.inspectorate.head, prolonging.prolong_check, case_id, reason=REASON)
    assert refused.value.why == "not_extendable"


@pytest.mark.parametrize("kind", ["complaint", "crime"])
def test_other_kinds_are_not_prolonged(stage: Stage, kind: str) -> None:
    case_id = set_apart(stage, kind)
    with pytest.raises(Refused) as refused:
        stage.act(stage.province.chief, prolonging.prolong_check, case_id, reason=REASON)
    assert refused.value.why == "not_extendable"


def test_who_is_not_named_by_the_term_does_not_prolong(stage: Stage) -> None:
    case_id = set_apart(stage, "denunciation")
    stage.act(
        stage.province.chief, access.grant, case_id, account_id=stage.home.officer.id, reason="Giúp xác minh."
    )
    with pytest.raises(Refused) as refused:
        stage.act(stage.home.officer, prolonging.prolong_check, case_id, reason=REASON)
    assert refused.value.why == "position"
