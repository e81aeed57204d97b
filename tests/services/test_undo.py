"""Taking back a decision of the desk: all stands as before, nobody was told, and races are decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.domain.undo import UNDO_WINDOW
from feedback.models import (
    Answer,
    AuditEvent,
    Case,
    Delivery,
    Message,
    Period,
    RoutingDecision,
)
from feedback.queries.case_file import NotFound
from feedback.queries.lists import desk_work
from feedback.queries.lists.desk import desk_of
from feedback.queries.lists.undo_offers import undo_offers
from feedback.queries.people import scope_for
from feedback.services.casework import handling, undo
from feedback.services.errors import Conflict
from feedback.services.post.messages import claim
from feedback.services.post.telling import tell_due
from feedback.services.restricted_track import restricted
from tests.services.desk_slips import WHY, mark, marks, merge, refuse, refused, sound, split, take_back
from tests.services.stage import Stage


def dispatched(stage: Stage, case_id: UUID) -> None:
    field = stage.make.field("chieu-sang")
    stage.worker.commit()
    stage.dispatch(case_id, case_class="A", field_id=field.id, co_agency_ids=[stage.home.agency.id])


def merged(stage: Stage, case_id: UUID) -> None:
    merge(stage, case_id, stage.in_progress())


@pytest.mark.parametrize("decide", [dispatched, refuse, merged, mark, split])
@pytest.mark.parametrize("reach", [{}, {"email": ""}])
def test_a_decision_taken_back_leaves_the_case_as_it_was(
    stage: Stage, decide: Callable[[Stage, UUID], None], reach: dict[str, str]
) -> None:
    case_id = stage.triaged(**reach)
    stage.wait(hours=2)
    before = marks(stage, case_id)
    decide(stage, case_id)
    assert marks(stage, case_id) != before
    stage.wait(minutes=4)
    take_back(stage, case_id)
    assert marks(stage, case_id) == before
    assert stage.events(case_id)[-1] == "decision_taken_back"
    assert {row.state for row in stage.rows(Message, case_id)} <= {"cancelled"}
    assert {row.status for row in stage.rows(Answer, case_id)} <= {"taken_back"}
    assert all(row.cancelled_at == stage.now for row in stage.rows(Delivery, case_id))
    (label,) = stage.rows(RoutingDecision, case_id)
    assert label.superseded_at == stage.now
    assert stage.rows(Period, case_id)[0].ended_at is None
    sound(stage)


@pytest.mark.parametrize("decide", [dispatched, refuse, merged, split])
def test_what_was_taken_back_can_be_decided_anew(stage: Stage, decide: Callable[..., None]) -> None:
    case_id = stage.triaged()
    decide(stage, case_id)
    take_back(stage, case_id)
    stage.dispatch(case_id, stage.home)
    stage.act(stage.home.officer, handling.accept, case_id)
    labels = stage.rows(RoutingDecision, case_id)
    assert [row.superseded_at is None for row in labels] == [False, True]
    sound(stage)


def test_the_notices_of_a_decision_wait_for_five_minutes(stage: Stage) -> None:
    case_id = stage.dispatched()
    waiting = stage.rows(Message, case_id)
    assert {row.not_before for row in waiting} == {stage.now + UNDO_WINDOW}
    assert tell_due(stage.factory, stage.now, 50) == 0
    assert claim(stage.worker, stage.now) == []
    assert tell_due(stage.factory, stage.now + UNDO_WINDOW, 50) == len(waiting)
    assert len(claim(stage.worker, stage.now + UNDO_WINDOW)) == len(waiting)


def test_those_of_an_urgent_case_leave_at_once_and_then_nothing_is_taken_back(stage: Stage) -> None:
    case_id = stage.triaged()
    mark(stage, case_id)
    stage.dispatch(case_id)
    (notice,) = stage.rows(Message, case_id)
    assert notice.not_before == stage.now
    notice.state = "sent"
    stage.worker.commit()
    refused(stage, case_id, "notice_left")


def test_what_was_told_in_the_product_stands_though_no_mail_ever_leaves(stage: Stage) -> None:
    """Whoever chose no mail reads of an urgent case at once, and its row is cancelled as it is composed."""
    case_id = stage.triaged()
    mark(stage, case_id)
    stage.dispatch(case_id)
    assert tell_due(stage.factory, stage.now, 50) == 1
    stage.worker.expire_all()
    (notice,) = stage.rows(Message, case_id)
    notice.state, notice.cancelled_at = "cancelled", stage.now
    stage.worker.commit()
    refused(stage, case_id, "notice_left")
    dispatcher = stage.actor(stage.province.dispatcher)
    with db.transaction(stage.factory, scope_for(dispatcher)) as session:
        reference = session.get_one(Case, case_id).reference
        assert undo_offers(session, dispatcher.account_id, [reference], stage.now) == []


def test_after_the_window_it_is_too_late(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.now += UNDO_WINDOW
    stage.wait(seconds=1)
    refused(stage, case_id, "too_late")


def test_only_who_decided_takes_it_back(stage: Stage) -> None:
    case_id = stage.dispatched()
    with pytest.raises(Refused) as error:
        stage.act(stage.province.chief, undo.take_back, case_id)
    assert error.value.why == "not_yours"
    with pytest.raises(Refused):
        stage.act(stage.works.head, undo.take_back, case_id)
    with pytest.raises(NotFound):
        stage.act(stage.home.head, undo.take_back, case_id)


@pytest.mark.parametrize(
    "then",
    [
        lambda stage, case_id: stage.act(stage.works.officer, handling.accept, case_id),
        lambda stage, case_id: stage.act(stage.works.officer, handling.send_back, case_id, reason=WHY),
        lambda stage, case_id: stage.act(stage.province.dispatcher, handling.recall, case_id, reason=WHY),
        lambda stage, case_id: take_back(stage, case_id),
        lambda stage, case_id: stage.act(
            stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.officer.id
        ),
    ],
)
def test_what_happened_meanwhile_is_not_undone(stage: Stage, then: Callable[[Stage, UUID], None]) -> None:
    case_id = stage.dispatched()
    shown = stage.look(case_id).version
    then(stage, case_id)
    state, events = stage.look(case_id).state, stage.events(case_id)
    with pytest.raises(Refused) as error:
        take_back(stage, case_id)
    assert error.value.why == "moved_on"
    with pytest.raises(Conflict) as conflict:
        take_back(stage, case_id, expected_version=shown)
    assert conflict.value.changes
    assert (stage.look(case_id).state, stage.events(case_id)) == (state, events)


def test_a_case_set_apart_meanwhile_is_out_of_reach(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.works.head, restricted.set_apart, case_id, kind="crime", reason=WHY)
    with pytest.raises(NotFound):
        take_back(stage, case_id)
    assert stage.look(case_id).state == State.RESTRICTED


def test_a_refusal_that_others_were_told_of_stands(stage: Stage) -> None:
    main, duplicate = stage.triaged(), stage.triaged()
    merge(stage, duplicate, main)
    refuse(stage, main)
    refused(stage, main, "told_others")


def test_a_merge_into_an_answered_case_stands(stage: Stage) -> None:
    main, duplicate = stage.answered(), stage.triaged()
    merge(stage, duplicate, main)
    refused(stage, duplicate, "moved_on")


def test_those_that_followed_a_merged_case_come_back_with_it(stage: Stage) -> None:
    first, second, main, other = stage.triaged(), stage.triaged(), stage.in_progress(), stage.triaged()
    merge(stage, first, second)
    merge(stage, other, main)
    merge(stage, second, main)
    assert stage.look(first).merged_into_id == main
    take_back(stage, second)
    assert stage.look(first).merged_into_id == second
    assert stage.look(second).merged_into_id is None
    assert stage.look(other).merged_into_id == main
    assert stage.events(main)[-1] == "duplicate_left"
    sound(stage)


def test_one_that_followed_a_merge_is_not_taken_back_by_itself(stage: Stage) -> None:
    first, second, main = stage.triaged(), stage.triaged(), stage.in_progress()
    merge(stage, first, second)
    stage.wait(minutes=1)
    merge(stage, second, main)
    refused(stage, first, "moved_on")
    sound(stage)


def test_the_reception_gets_no_letter_of_a_refusal_within_the_window(stage: Stage) -> None:
    case_id = stage.triaged(email="", phone="")
    refuse(stage, case_id)

    def lists(now: datetime) -> tuple[list[UUID], int]:
        actor = stage.actor(stage.province.reception)
        with db.transaction(stage.factory, scope_for(actor)) as session:
            count = desk_work.waiting(session, actor, desk_of(session, actor, now), now)["deliveries"]
            return [letter.case.id for letter in desk_work.letters(session, now)], count

    stage.worker.commit()
    assert lists(stage.now + UNDO_WINDOW) == ([], 0)
    assert lists(stage.now + UNDO_WINDOW + timedelta(seconds=1)) == ([case_id], 1)


def test_the_limit_of_triage_is_not_won_anew(stage: Stage) -> None:
    case_id = stage.triaged()
    limit = stage.due(case_id, Clock.STATE)
    for _ in range(3):
        stage.wait_working_days(1)
        stage.dispatch(case_id)
        take_back(stage, case_id)
    assert stage.due(case_id, Clock.STATE) == limit
    assert stage.look(case_id).due_on == stage.due(case_id, Clock.CITIZEN)


def test_urgency_of_a_case_at_work_goes_back_without_moving_it(stage: Stage) -> None:
    case_id = stage.in_progress()
    mark(stage, case_id)
    stage.rows(Message, case_id)
    before = stage.look(case_id).due_on
    take_back(stage, case_id)
    case = stage.look(case_id)
    assert (case.state, case.urgent, case.due_on) == (State.IN_PROGRESS, False, before)
    assert Clock.URGENT not in stage.active_clocks(case_id)
    mark(stage, case_id)
    mark(stage, case_id, urgent=False)
    take_back(stage, case_id)
    assert stage.look(case_id).urgent
    assert Clock.URGENT in stage.active_clocks(case_id)


def test_one_event_says_what_was_taken_back(stage: Stage) -> None:
    case_id = stage.dispatched()
    count = len(stage.events(case_id))
    take_back(stage, case_id)
    assert len(stage.events(case_id)) == count + 1
    payload = stage.worker.scalars(
        select(AuditEvent.payload).where(AuditEvent.kind == str(EventKind.DECISION_TAKEN_BACK))
    ).one()
    assert json.loads(payload)["of"] == "case.dispatched"


def test_the_submitter_reads_nothing_of_a_slip(stage: Stage) -> None:
    case_id = stage.triaged()
    refuse(stage, case_id)
    take_back(stage, case_id)
    seen = stage.submitter(
        lambda session, case: session.scalars(select(Answer).where(Answer.case_id == case.id)).all(), case_id
    )
    assert seen == []
