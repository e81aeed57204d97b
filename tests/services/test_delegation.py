"""A head hands a post over: the row, the trail, the rights and letters that follow, and the early end."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.permissions import Refused
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.models import Account, AuditEvent, EscalationStep, Holding, Message, Notification, Position
from feedback.queries.case_file import NotFound
from feedback.queries.night.recipients import addressees
from feedback.queries.people import scope_for
from feedback.services.casework import answers, handling
from feedback.services.errors import InvalidInput
from feedback.services.post import telling
from feedback.services.staff import appointments, delegation
from feedback.services.staff.delegation import Absence, delegate, end_early
from tests.services.committed import committed_stage
from tests.services.stage import Stage
from tests.services.test_acknowledgement import promise, step

TODAY = date(2026, 11, 2)


def hand_over(
    stage: Stage, giver: Account, taker: Account, first: int = 0, last: int = 2, **more: Any
) -> Any:
    actor = stage.actor(giver)
    today = local_date(stage.now)
    absence = Absence(
        taker.id, today + timedelta(days=first), today + timedelta(days=last),
        more.pop("reason", "Nghỉ phép năm"),
    )  # fmt: skip
    positions = more.pop("positions", [held.position_id for held in actor.positions])
    with db.transaction(stage.factory, scope_for(actor)) as session:
        found = [
            row.id for row in delegate(session, actor, position_ids=positions, absence=absence, now=stage.now)
        ]
    stage.worker.expire_all()
    return found


def end(stage: Stage, giver: Account, holding_id: int, last: int = 0) -> None:
    actor = stage.actor(giver)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        end_early(
            session, actor, holding_id, last_day=local_date(stage.now) + timedelta(days=last), now=stage.now
        )
    stage.worker.expire_all()


def settings(stage: Stage, kind: str) -> list[tuple[str, dict[str, Any]]]:
    rows = stage.worker.execute(
        select(AuditEvent.actor, AuditEvent.payload)
        .where(AuditEvent.kind == f"settings.{kind}")
        .order_by(AuditEvent.seq)
    )
    return [(actor, json.loads(payload)) for actor, payload in rows]


@pytest.fixture
def seat(stage: Stage) -> Position:
    return stage.works.seats[PositionKind.HEAD_OF_AGENCY]


def test_a_delegation_is_a_holding_with_its_reason_and_an_event_without(stage: Stage, seat: Position) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    (number,) = hand_over(stage, head, deputy, 1, 3, reason="  Đi công tác Hà Nội  ")
    row = stage.worker.get_one(Holding, number)
    assert (row.position_id, row.account_id, row.kind, row.basis, row.created_by) == (
        seat.id, deputy.id, "acting", "Đi công tác Hà Nội", head.id,
    )  # fmt: skip
    assert (row.valid_from, row.valid_to) == (date(2026, 11, 3), date(2026, 11, 5))
    ((actor, payload),) = settings(stage, "holding_started")
    assert actor == f"account:{head.id}"
    assert payload == {
        "holding": number, "position": seat.id, "account": deputy.id, "how": "acting",
        "valid_from": "2026-11-03", "valid_to": "2026-11-05",
    }  # fmt: skip


def test_rights_begin_on_the_first_day_and_end_after_the_last(stage: Stage) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    hand_over(stage, head, deputy, 1, 2)
    cases = [stage.awaiting_approval() for _ in range(4)]
    outcome = []
    for case_id in cases:
        try:
            stage.act(deputy, answers.approve, case_id)
            outcome.append("approved")
        except Refused as refused:
            outcome.append(refused.why)
        stage.wait(days=1)
    assert outcome == ["position", "approved", "approved", "position"]
    # The head kept every right of the post meanwhile.
    stage.act(head, answers.approve, cases[0])


def told(stage: Stage, case_id: Any) -> list[tuple[str, Any]]:
    rows = stage.worker.execute(
        select(AuditEvent.kind, AuditEvent.payload)
        .where(AuditEvent.case_id == case_id)
        .order_by(AuditEvent.seq)
    )
    return [(kind.removeprefix("case."), json.loads(payload).get("acting")) for kind, payload in rows]


def test_the_trail_says_in_whose_post_and_only_where_the_right_came_from_it(
    stage: Stage, seat: Position
) -> None:
    deputy = stage.works.officer
    hand_over(stage, stage.works.head, deputy)
    case_id = stage.dispatched()
    stage.act(deputy, handling.accept, case_id)
    stage.act(deputy, answers.submit, case_id, text="Đã thay bóng đèn ngày 10/11/2026, đèn sáng bình thường.")
    stage.act(deputy, answers.return_draft, case_id, remarks="Bổ sung ảnh.")
    stage.act(deputy, answers.submit, case_id, text="Đã thay bóng đèn ngày 10/11/2026, có ảnh kèm theo đây.")
    stage.act(stage.works.head, answers.approve, case_id)
    assert told(stage, case_id)[-5:] == [
        ("accepted", None), ("draft_submitted", None), ("draft_returned", seat.id), ("draft_submitted", None),
        ("answer_approved", None),
    ]  # fmt: skip


def test_a_promise_given_for_another_says_so(stage: Stage, seat: Position) -> None:
    deputy = stage.works.head_of_unit
    hand_over(stage, stage.works.head, deputy)
    case_id = stage.dispatched()
    own = stage.works.seats[PositionKind.HEAD_OF_UNIT]
    promise(stage, deputy, step(stage, case_id, seat))
    promise(stage, deputy, step(stage, case_id, own))
    promise(stage, stage.works.head, step(stage, case_id, seat, "agency_overdue_5"))
    assert [acting for kind, acting in told(stage, case_id) if kind == "step_acknowledged"] == [
        seat.id, None, None,
    ]  # fmt: skip
    assert len(stage.rows(EscalationStep, case_id)) == 3


def test_letters_reach_who_acts_on_these_days(stage: Stage, seat: Position) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    hand_over(stage, head, deputy, 1, 2)
    reached = [
        [person.account_id for person in addressees(stage.worker, f"position:{seat.id}", None, day)]
        for day in (TODAY + timedelta(days=number) for number in range(4))
    ]
    assert reached == [[head.id], [deputy.id], [deputy.id], [head.id]]


@pytest.mark.parametrize(
    ("giver", "taker", "changes", "field", "code"),
    [
        ("head", "head_of_unit", {"first": -1}, "first_day", "past"),
        ("head", "head_of_unit", {"last": 90}, "last_day", "too_many_days"),
        ("head", "head", {}, "account_id", "self"),
        ("head_of_unit", "head", {}, "account_id", "outside"),
        ("head", "head_of_unit", {"reason": " "}, "reason", "required"),
        ("head", "head_of_unit", {"reason": "ốm"}, "reason", "too_short"),
        ("head", "head_of_unit", {"reason": "x" * 301}, "reason", "too_long"),
        ("head", "head_of_unit", {"positions": []}, "position_ids", "required"),
        ("head", "head_of_unit", {"positions": [999_999]}, "position_ids", "unknown"),
        ("officer", "head_of_unit", {}, "position_ids", "not_delegable"),
    ],
)
def test_what_is_refused_writes_nothing(
    stage: Stage, giver: str, taker: str, changes: dict[str, Any], field: str, code: str
) -> None:
    works = stage.works
    before = stage.count(Holding)
    with pytest.raises(InvalidInput) as refused:
        hand_over(stage, getattr(works, giver), getattr(works, taker), **changes)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert stage.count(Holding) == before
    assert not settings(stage, "holding_started")


def test_nobody_of_another_agency_and_no_closed_account_is_named(stage: Stage) -> None:
    for taker in (stage.home.head_of_unit, stage.works.head_of_unit):
        if taker is stage.works.head_of_unit:
            taker.active = False
            stage.worker.commit()
        with pytest.raises(InvalidInput, match="account_id: outside"):
            hand_over(stage, stage.works.head, taker)


def test_who_acts_cannot_pass_the_post_on(stage: Stage, seat: Position) -> None:
    hand_over(stage, stage.works.head, stage.works.head_of_unit)
    with pytest.raises(InvalidInput, match="position_ids: unknown"):
        hand_over(stage, stage.works.head_of_unit, stage.works.officer, positions=[seat.id])
    own = stage.works.seats[PositionKind.HEAD_OF_UNIT]
    with pytest.raises(InvalidInput, match="position_ids: stands_in"):
        hand_over(stage, stage.works.head_of_unit, stage.works.officer, positions=[own.id])


def test_the_chief_hands_both_posts_over_at_once_or_none(stage: Stage) -> None:
    office = stage.province.coordinator
    chief = stage.province.chief
    post = stage.make.position(office.agency, PositionKind.HEAD_OF_AGENCY)
    stage.make.holding(chief, post)
    deputy = stage.make.staff(PositionKind.HEAD_OF_UNIT, office.agency, office.unit)
    officer = stage.make.staff(PositionKind.OFFICER, office.agency, office.unit)
    stage.worker.commit()
    before = stage.count(Holding)
    with pytest.raises(InvalidInput, match="account_id: outside"):
        hand_over(stage, chief, officer)
    assert stage.count(Holding) == before
    assert len(hand_over(stage, chief, deputy)) == 2
    assert {held.kind for held in stage.actor(deputy).positions if held.acting} == {
        PositionKind.HEAD_OF_AGENCY, PositionKind.COORDINATOR_HEAD,
    }  # fmt: skip


def test_ended_early_the_last_day_still_counts(stage: Stage) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    (number,) = hand_over(stage, head, deputy, 0, 9)
    end(stage, head, number, last=1)
    ((actor, payload),) = settings(stage, "holding_ended")
    assert (actor, payload["valid_to"]) == (f"account:{head.id}", "2026-11-03")
    acting = []
    for _ in range(3):
        acting.append(any(held.acting for held in stage.actor(deputy).positions))
        stage.wait(days=1)
    assert acting == [True, True, False]
    with pytest.raises(NotFound):
        end(stage, head, number)


def test_called_off_before_it_begins_it_never_counts_and_the_days_are_free(stage: Stage) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    (number,) = hand_over(stage, head, deputy, 1, 3)
    end(stage, head, number)
    row = stage.worker.get_one(Holding, number)
    assert row.valid_to == row.valid_from - timedelta(days=1)
    ((actor, payload),) = settings(stage, "holding_called_off")
    assert (actor, payload["holding"]) == (f"account:{head.id}", number)
    with pytest.raises(NotFound):
        end(stage, head, number)
    hand_over(stage, head, deputy, 0, 5)
    stage.wait(days=1)
    assert sum(held.acting for held in stage.actor(deputy).positions) == 1


def test_the_database_lets_one_act_at_a_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was quicker is told of as by the rules, though both found the days free."""
    head, deputy = stage.works.head, stage.works.head_of_unit
    hand_over(stage, head, deputy, 2, 4)
    monkeypatch.setattr(appointments, "_overlapping", lambda *_: False)
    monkeypatch.setattr(delegation, "objection", lambda *_: None)
    with pytest.raises(InvalidInput, match="position_ids: occupied"):
        hand_over(stage, head, stage.works.officer, 4, 6)
    hand_over(stage, head, stage.works.officer, 5, 6)
    (number,) = hand_over(stage, head, deputy, 8, 9)
    end(stage, head, number)
    hand_over(stage, head, stage.works.officer, 9, 9)


def test_only_the_giver_ends_it_and_never_in_the_past(stage: Stage, seat: Position) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    (number,) = hand_over(stage, head, deputy, 0, 9)
    for other in (deputy, stage.home.head, stage.province.chairman):
        with pytest.raises(NotFound):
            end(stage, other, number)
    for last, code in ((-1, "past"), (10, "after_end")):
        with pytest.raises(InvalidInput, match=f"last_day: {code}"):
            end(stage, head, number, last=last)
    # What the administrator recorded is theirs to end.
    by_order, _ = appointments.appoint(
        stage.worker, actor="command", position_id=stage.works.seats[PositionKind.HEAD_OF_UNIT].id,
        account_id=stage.works.officer.id, kind=HoldingKind.ACTING,
        valid_from=TODAY, valid_to=TODAY, basis="", now=stage.now,
    )  # fmt: skip
    stage.worker.commit()
    with pytest.raises(NotFound):
        end(stage, stage.works.head_of_unit, by_order.id)
    with pytest.raises(NotFound):
        end(stage, head, 999_999)


def test_a_head_who_is_named_meanwhile_cannot_go_away(fresh_database: Any) -> None:
    """The director names the head of unit; their own delegation of the same days waits, and is refused."""
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as stage:
        works, refused = stage.works, []
        actor = stage.actor(works.head)
        held = [held.position_id for held in actor.positions]
        absence = Absence(works.head_of_unit.id, TODAY, TODAY, "Nghỉ phép năm")

        # What the other thread asks for is read before it starts: it shares no session with this one.
        giver = stage.actor(works.head_of_unit)
        stage.worker.commit()

        def delegate_unit() -> None:
            days = Absence(works.officer.id, TODAY, TODAY, "Đi công tác")
            try:
                with db.transaction(stage.factory, scope_for(giver)) as session:
                    delegate(
                        session, giver, position_ids=[held.position_id for held in giver.positions],
                        absence=days, now=stage.now,
                    )  # fmt: skip
            except InvalidInput as error:
                refused.append(str(error))

        with db.transaction(stage.factory, scope_for(actor)) as session:
            delegate(session, actor, position_ids=held, absence=absence, now=stage.now)
            other = threading.Thread(target=delegate_unit)
            other.start()
            other.join(0.3)
            assert other.is_alive(), "the second delegation did not wait for the first"
        other.join(10)
        assert refused == ["position_ids: stands_in"]


def test_who_is_named_is_told_at_once_and_when_it_ends_early(stage: Stage) -> None:
    head, deputy = stage.works.head, stage.works.head_of_unit
    (now,) = hand_over(stage, head, deputy, 0, 4)
    (later,) = hand_over(stage, head, stage.works.officer, 7, 9)
    end(stage, head, now, last=1)
    end(stage, head, later)
    rows = stage.worker.scalars(
        select(Message).where(Message.kind.like("acting%")).order_by(Message.created_at, Message.id)
    ).all()
    told = [(row.kind, row.recipient, json.loads(row.params)["last"], row.case_id) for row in rows]
    assert told == [
        ("acting_named", f"account:{deputy.id}", "2026-11-06", None),
        ("acting_named", f"account:{stage.works.officer.id}", "2026-11-11", None),
        ("acting_ended", f"account:{deputy.id}", "2026-11-03", None),
        ("acting_ended", f"account:{stage.works.officer.id}", None, None),
    ]
    assert not any("Nghỉ phép" in row.params for row in rows)
    with db.transaction(stage.factory, db.WORKER) as session:
        telling.tell(session, stage.now, 50)
    kinds = stage.worker.scalars(
        select(Notification.kind).where(Notification.account_id == deputy.id).order_by(Notification.kind)
    )
    assert list(kinds) == ["acting_ended", "acting_named"]


def test_the_reason_stays_out_of_the_trail(stage: Stage) -> None:
    hand_over(stage, stage.works.head, stage.works.head_of_unit, reason="Phẫu thuật ruột thừa")
    texts = stage.worker.scalars(select(AuditEvent.payload)).all()
    assert not any("ruột" in text for text in texts)
