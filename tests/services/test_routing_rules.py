"""Changing routing rules: tried on past cases, then a version with its day; broken ones are told."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.routing import RuleError
from feedback.domain.routing.correction import OUTCOMES, Act
from feedback.domain.routing.trial import Judgement, TrialResult
from feedback.models import Agency, AuditEvent, Case, RoutingDecision, RoutingRule, RuleTrial
from feedback.queries.law import routing_rules as queries
from feedback.queries.law_book import LawBook
from feedback.queries.routing_data import read_routing_book
from feedback.services import statistics
from feedback.services.errors import InvalidInput
from feedback.services.law import routing_rules, rule_trials
from feedback.services.law.routing_rules import RuleRefused
from tests.factories import Factory
from tests.services.test_routing import LAMP, TUESDAY, book, received, route

__all__ = ["book"]
TODAY = local_date(TUESDAY)
ROW = {
    "code": "den-thu", "priority": "10", "condition": '{"words_any": ["đèn đường"]}', "agency_code": "SXD",
    "case_class": "C", "reason_vi": "Đèn", "reason_en": "Lamps", "valid_from": TODAY.isoformat(),
    "valid_to": "",
}  # fmt: skip


@pytest.fixture
def account_id(make: Factory, book: LawBook) -> int:
    return make.account().id


def propose(session: Session, account_id: int, new: bool = True, **changed: str) -> RuleTrial:
    return routing_rules.propose(session, ROW | changed, new=new, account_id=account_id, now=TUESDAY)


def tried(session: Session, trial: RuleTrial) -> TrialResult:
    """Count a trial in the session at hand, as a worker does in transactions of its own."""
    row = None if trial.row is None else json.loads(trial.row)
    books = rule_trials.read_pair(session, {trial.code: row}, trial.first_day)
    result = rule_trials.add_cases(session, rule_trials.last_cases(session), books, TrialResult())
    trial.result = result.to_json()
    session.flush()
    return result


def save(session: Session, trial: RuleTrial, account_id: int) -> None:
    routing_rules.save(session, trial.id, actor=f"account:{account_id}", account_id=account_id, now=TUESDAY)


def versions(session: Session, code: str) -> list[RoutingRule]:
    return list(session.scalars(select(RoutingRule).where(RoutingRule.code == code).order_by(RoutingRule.id)))


def test_a_trial_tells_what_would_go_elsewhere_and_what_a_person_said(
    worker_session: Session, book: LawBook, account_id: int
) -> None:
    case_id = received(worker_session, book, "Tấm bảng lạ kiểu xưa ở góc phố làm khuất lối đi.")
    route(worker_session, book)
    agency = worker_session.scalars(select(Agency).where(Agency.code == "SXD")).one()
    decided = worker_session.scalars(select(RoutingDecision)).one()
    worker_session.add(
        RoutingDecision(
            id=new_id(), case_id=case_id, decided_at=TUESDAY, decided_by=account_id,
            outcome="dispatched", agency_id=agency.id, confidence=1, trace=decided.trace,
        )
    )  # fmt: skip
    worker_session.flush()
    condition = '{"words_any": ["tấm bảng lạ", "kiểu xưa", "góc phố"]}'
    result = tried(worker_session, propose(worker_session, account_id, condition=condition))
    assert (result.cases, result.different, result.judged, result.conflicts) == (1, 1, 1, 1)
    (one,) = result.listed
    case = worker_session.get_one(Case, case_id)
    assert (one.reference, one.after, one.person) == (case.reference, None, "SXD")
    assert (one.judgement, one.conflict) == (Judgement.LEFT, True)
    assert case.tracking_code not in result.to_json()
    assert "bảng" not in result.to_json()


def test_the_cases_of_a_trial_are_forgotten_after_thirty_days(
    worker_session: Session, book: LawBook, account_id: int
) -> None:
    received(worker_session, book, "Tấm bảng lạ kiểu xưa ở góc phố làm khuất lối đi.")
    route(worker_session, book)
    condition = '{"words_any": ["tấm bảng lạ", "kiểu xưa", "góc phố"]}'
    trial = propose(worker_session, account_id, condition=condition)
    tried(worker_session, trial)
    trial.counted_at = TUESDAY
    worker_session.flush()
    before = TrialResult.from_json(trial.result or "")
    assert before.listed
    assert rule_trials.drop_old(worker_session, TUESDAY + rule_trials.KEPT_FOR) == 0
    later = TUESDAY + rule_trials.KEPT_FOR + timedelta(seconds=1)
    assert [rule_trials.drop_old(worker_session, later) for _ in range(2)] == [1, 0]
    after = TrialResult.from_json(trial.result or "")
    assert (after.listed, after.different) == ((), before.different)


def test_restricted_and_suspected_cases_are_left_out(
    worker_session: Session, book: LawBook, account_id: int
) -> None:
    shown = received(worker_session, book, LAMP)
    accusing = received(worker_session, book, "Tôi tố cáo ông cán bộ xã nhận hối lộ. Đèn đường hỏng.")
    apart = received(worker_session, book, LAMP + " Ở ngõ 2.")
    route(worker_session, book)
    worker_session.execute(
        update(Case).where(Case.id == apart).values(restricted_at=TUESDAY, restricted_kind="complaint")
    )
    back = received(worker_session, book, LAMP + " Ở ngõ 3.")
    worker_session.add(
        RoutingDecision(
            id=new_id(), case_id=back, decided_at=TUESDAY, decided_by=account_id,
            outcome=OUTCOMES[Act.SET_APART], confidence=1, trace="{}",
        )
    )  # fmt: skip
    worker_session.flush()
    assert rule_trials.last_cases(worker_session) == [shown]
    assert accusing not in rule_trials.last_cases(worker_session)


def test_a_saved_version_takes_its_place_and_is_written_down(
    worker_session: Session, account_id: int
) -> None:
    trial = propose(worker_session, account_id, new=False, code="rac", valid_to="2027-01-31")
    with pytest.raises(RuleRefused, match="not_counted"):
        save(worker_session, trial, account_id)
    tried(worker_session, trial)
    save(worker_session, trial, account_id)
    old, new = versions(worker_session, "rac")
    assert (old.valid_to, old.superseded_at, old.recorded_at) == (TODAY - timedelta(days=1), None, None)
    assert (new.valid_from, new.valid_to, new.recorded_by) == (TODAY, date(2027, 1, 31), account_id)
    rules = {rule.code: rule for rule in read_routing_book(worker_session, TODAY).data.rules}
    assert rules["rac"].agency_code == "SXD"
    event = worker_session.scalars(select(AuditEvent).where(AuditEvent.kind == "settings.rule_changed")).one()
    assert json.loads(event.payload) == {
        "rule": "rac", "leads_to": "SXD", "priority": "10", "valid_from": TODAY.isoformat(),
        "case_class": "C",
    }  # fmt: skip
    with pytest.raises(RuleRefused, match="saved"):
        save(worker_session, trial, account_id)


def test_a_second_change_on_the_same_day_takes_the_place_of_the_first(
    worker_session: Session, account_id: int
) -> None:
    for agency in ("SXD", "SNV"):
        trial = propose(worker_session, account_id, new=False, code="rac", agency_code=agency)
        tried(worker_session, trial)
        save(worker_session, trial, account_id)
    _, first, second = versions(worker_session, "rac")
    assert (first.superseded_at, second.superseded_at) == (TUESDAY, None)
    assert (first.agency_code, second.agency_code) == ("SXD", "SNV")
    assert queries.history(worker_session, "rac")[0].id == second.id


def test_a_rule_ends_and_a_change_made_meanwhile_is_not_overrun(
    worker_session: Session, account_id: int
) -> None:
    late = propose(worker_session, account_id, new=False, code="rac")
    tried(worker_session, late)
    end = routing_rules.propose_end(worker_session, "rac", TODAY, account_id=account_id, now=TUESDAY)
    tried(worker_session, end)
    save(worker_session, end, account_id)
    assert "rac" not in {rule.code for rule in read_routing_book(worker_session, TODAY).data.rules}
    again = propose(worker_session, account_id, new=False, code="rac")
    tried(worker_session, again)
    save(worker_session, again, account_id)
    with pytest.raises(RuleRefused, match="stale"):
        save(worker_session, late, account_id)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"valid_from": (TODAY - timedelta(days=1)).isoformat()}, "valid_from", "past_day"),
        ({"code": "rac"}, "code", "taken_rule"),
    ],
)
def test_what_is_proposed_must_be_possible(
    worker_session: Session, account_id: int, changed: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        propose(worker_session, account_id, **changed)
    assert (error.value.field, error.value.code) == (field, code)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"agency_code": "GONE"}, "unknown_agency"),
        ({"condition": '{"field": ["gone"]}'}, "unknown_field"),
        ({"condition": "{"}, "condition"),
        ({"valid_to": "2025-01-01"}, "ends_first"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_not_proposed(
    worker_session: Session, account_id: int, changed: dict[str, str], fault: str
) -> None:
    with pytest.raises(RuleError) as error:
        propose(worker_session, account_id, **changed)
    assert error.value.fault == fault


def test_a_dissolved_agency_is_told_and_routing_goes_on(worker_session: Session, book: LawBook) -> None:
    assert queries.broken_rules(worker_session, TODAY) == []
    worker_session.execute(
        update(Agency).where(Agency.code == "SYT").values(valid_to=TODAY - timedelta(days=1))
    )
    broken = queries.broken_rules(worker_session, TODAY)
    assert broken
    assert {(line.problem.fault, line.problem.detail) for line in broken if line.problem} == {
        ("unknown_agency", "SYT")
    }
    assert queries.rule_lines(worker_session, TODAY)[0].problem is not None
    assert "an-toan-thuc-pham" in {row.code for row in queries.broken_fields(worker_session, TODAY)}
    received(worker_session, book, LAMP)
    assert route(worker_session, book).assigned == 1
    marked = select(RoutingRule.code).where(RoutingRule.problem.is_not(None))
    assert set(worker_session.scalars(marked)) == {line.code for line in broken}
    worker_session.execute(update(Agency).where(Agency.code == "SYT").values(valid_to=None))
    received(worker_session, book, LAMP + " Hẻm 3.")
    route(worker_session, book)
    assert list(worker_session.scalars(marked)) == []
    assert queries.broken_rules(worker_session, TODAY) == []


def test_how_often_each_rule_decided_is_counted(worker_session: Session, book: LawBook) -> None:
    assert queries.rule_use(worker_session) is None
    received(worker_session, book, LAMP)
    route(worker_session, book)
    statistics.refresh(worker_session, TUESDAY)
    used = queries.rule_use(worker_session)
    assert used is not None
    assert sum(used.values()) == 1
    (code,) = used
    assert next(line for line in queries.rule_lines(worker_session, TODAY) if line.code == code).decided == 1
    statistics.refresh(worker_session, TUESDAY + timedelta(days=31))
    assert queries.rule_use(worker_session) == {}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"text": "XE RÁC"}, True),
        ({"text": "nothing of that kind"}, False),
        ({"agency": "UBNDX"}, True),
        ({"agency": "SXD"}, False),
        ({"case_class": "C"}, True),
        ({"case_class": "A"}, False),
        ({"state": "current"}, True),
        ({"state": "problem"}, False),
    ],
)
def test_rules_are_found(worker_session: Session, book: LawBook, wanted: dict[str, str], found: bool) -> None:
    lines = queries.searched(queries.rule_lines(worker_session, TODAY), **wanted)
    assert ("rac" in [line.code for line in lines]) is found
