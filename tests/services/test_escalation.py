"""The night: what is due climbs once, whoever runs and however often; digests are one a head a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from feedback import db
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.positions import PositionKind
from feedback.embedded.databases import Urls
from feedback.models import (
    Account,
    Case,
    Deadline,
    Digest,
    EscalationStep,
    Holding,
    JobRun,
    LadderStep,
    Message,
    Position,
    RestrictedAccess,
)
from feedback.queries.law_book import read_law_book
from feedback.queries.night.overdue import due_steps
from feedback.queries.people import scope_for
from feedback.services import audit
from feedback.services.casework import answers, extensions, handling, triage
from feedback.services.night import acknowledgement
from feedback.services.night.escalation import ClockBehind, EscalationSummary, check_urgent, escalate
from feedback.services.restricted_track import access, restricted
from tests.services.committed import CommittedStage, committed_stage


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture
def stage(fresh_database: Urls) -> Iterator[CommittedStage]:
    """A province at 9:00 on Monday 2 November 2026 (24 November is a holiday)."""
    with committed_stage(fresh_database, vietnam("2026-11-02T09:00")) as found:
        yield found


def night(stage: CommittedStage, moment: str) -> EscalationSummary:
    at = vietnam(moment)
    return escalate(stage.sessions, at, stage.book, now=at)


def recorded(stage: CommittedStage, *conditions: object) -> set[tuple[str, str]]:
    """The open steps, by code and kind of position."""
    rows = stage.worker.execute(
        select(EscalationStep.step, Position.kind)
        .join(Position, Position.id == EscalationStep.position_id)
        .where(EscalationStep.retracted_at.is_(None), *conditions)  # type: ignore[arg-type]
    ).all()
    stage.worker.commit()
    return {(step, kind) for step, kind in rows}


def test_steps_climb_with_the_dates_of_both_clocks(stage: CommittedStage) -> None:
    case_id = stage.in_progress()  # both clocks: 15 working days from 2 November, due Monday 23 November
    officer = stage.works.officer
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=officer.id)
    assert stage.due(case_id, "agency") == date(2026, 11, 23)
    stage.worker.commit()

    night(stage, "2026-11-17T00:10")
    assert recorded(stage) == set()
    night(stage, "2026-11-18T00:10")
    assert recorded(stage) == {("agency_before_3", "officer")}
    night(stage, "2026-11-20T00:10")
    before = {("agency_before_1", "officer"), ("agency_before_1", "head_of_unit")}
    assert recorded(stage, EscalationStep.raised_from_id.is_(None)) == before | {
        ("agency_before_3", "officer")
    }
    # The 24th is a holiday: the first moment after the due date is its midnight all the same.
    night(stage, "2026-11-24T00:10")
    own = EscalationStep.raised_from_id.is_(None)
    assert ("agency_overdue", "head_of_unit") in recorded(stage, own)
    assert ("citizen_overdue", "coordinator_head") in recorded(stage, own)
    assert ("agency_overdue_2", "head_of_agency") not in recorded(stage, own)
    night(stage, "2026-11-27T00:10")
    assert ("agency_overdue_2", "head_of_agency") in recorded(stage, own)
    night(stage, "2026-12-09T00:10")
    assert {("agency_overdue_10", "chairman"), ("citizen_overdue_10", "chairman")} <= recorded(stage, own)


def test_a_repeated_run_changes_nothing(stage: CommittedStage) -> None:
    stage.in_progress()
    first = night(stage, "2026-11-27T00:10")
    assert first.steps > 0
    assert first.digests > 0
    again = night(stage, "2026-11-27T00:10")
    assert again == EscalationSummary(vietnam("2026-11-27T00:10"))
    assert stage.worker.scalar(select(func.count()).select_from(JobRun).where(JobRun.outcome == "done")) == 2


def test_missed_nights_heal(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    night(stage, "2026-11-27T00:10")
    rows = stage.rows(EscalationStep, case_id)
    on = {row.step: row.reached_on for row in rows if row.raised_from_id is None}
    assert on["agency_before_1"] == date(2026, 11, 20)
    assert on["agency_overdue"] == date(2026, 11, 24)
    assert {local_date(row.recorded_at) for row in rows} == {date(2026, 11, 27)}


def test_a_night_before_the_last_one_is_refused(stage: CommittedStage) -> None:
    night(stage, "2026-11-10T00:10")
    with pytest.raises(ClockBehind, match="2026-11-10 00:10"):
        night(stage, "2026-11-09T23:50")


def test_a_rehearsal_for_the_future_does_not_silence_the_hourly_run(stage: CommittedStage) -> None:
    now = vietnam("2026-11-10T10:20")
    escalate(stage.sessions, now + timedelta(days=7), stage.book, now=now)
    assert not escalate(stage.sessions, now, stage.book, now=now).busy
    with pytest.raises(ClockBehind):
        escalate(stage.sessions, now + timedelta(days=6), stage.book, now=now)


def test_one_digest_a_position_a_day_in_office_hours(stage: CommittedStage) -> None:
    first, second = stage.in_progress(), stage.in_progress()
    night(stage, "2026-11-20T00:10")
    seat = stage.works.seats[PositionKind.HEAD_OF_UNIT].id
    digests = stage.worker.scalars(select(Digest).where(Digest.position_id == seat)).all()
    assert [digest.deliver_at.astimezone(VIETNAM) for digest in digests] == [vietnam("2026-11-20T07:30")]
    message = stage.worker.scalars(select(Message).where(Message.cause == digests[0].id)).one()
    assert (message.recipient, message.not_before) == (f"position:{seat}", digests[0].deliver_at)
    in_it = select(EscalationStep.case_id).where(EscalationStep.digest_id == digests[0].id)
    assert set(stage.worker.scalars(in_it)) == {first, second}


def test_steps_found_before_delivery_join_the_digest_and_later_ones_wait(stage: CommittedStage) -> None:
    stage.in_progress()
    stage.wait(minutes=1)
    seat = stage.works.seats[PositionKind.HEAD_OF_UNIT].id
    night(stage, "2026-11-20T00:10")
    # Found at 7:20 the step joins the letter of 7:30; found at 9:20 it waits for Monday's.
    for moment, count, last in (("07:20", 1, "2026-11-20"), ("09:20", 2, "2026-11-23")):
        case_id = stage.in_progress()
        due_at = vietnam("2026-11-21T00:00")
        stage.worker.execute(
            update(Deadline)
            .where(Deadline.case_id == case_id, Deadline.clock == "agency")
            .values(due_on=date(2026, 11, 20), due_at=due_at)
        )
        stage.worker.commit()
        night(stage, f"2026-11-20T{moment}")
        step = stage.worker.scalars(
            select(EscalationStep).where(
                EscalationStep.case_id == case_id, EscalationStep.position_id == seat
            )
        ).one()
        digest = stage.worker.get_one(Digest, step.digest_id)
        assert digest.local_date == date.fromisoformat(last)
        dates = stage.worker.scalars(select(Digest.local_date).where(Digest.position_id == seat)).all()
        assert len(dates) == len(set(dates)) == count
        stage.worker.commit()


def test_a_digest_that_was_sent_takes_no_more_steps(stage: CommittedStage) -> None:
    stage.in_progress()
    night(stage, "2026-11-20T00:10")
    seat = stage.works.seats[PositionKind.HEAD_OF_UNIT].id
    stage.worker.execute(update(Message).values(state="sent"))
    stage.worker.commit()
    stage.in_progress()
    night(stage, "2026-11-20T01:20")
    dates = stage.worker.scalars(
        select(Digest.local_date).where(Digest.position_id == seat).order_by(Digest.local_date)
    ).all()
    assert dates == [date(2026, 11, 20), date(2026, 11, 23)]


def test_what_nobody_acknowledges_is_raised_one_level_once(stage: CommittedStage) -> None:
    stage.in_progress()
    night(stage, "2026-11-20T00:10")  # told on Friday the 20th; the next working day is Monday the 23rd
    raised = EscalationStep.raised_from_id.is_not(None)
    night(stage, "2026-11-23T00:10")
    assert recorded(stage, raised) == set()
    summary = night(stage, "2026-11-24T00:10")
    assert ("agency_before_1", "head_of_agency") in recorded(stage, raised)
    assert summary.raised > 0
    assert night(stage, "2026-11-24T00:20").raised == 0


def test_an_acknowledged_step_is_not_raised(stage: CommittedStage) -> None:
    stage.in_progress()
    night(stage, "2026-11-20T00:10")
    stage.now = vietnam("2026-11-20T10:00")
    head = stage.works.head_of_unit
    seat = stage.works.seats[PositionKind.HEAD_OF_UNIT].id
    steps = stage.worker.scalars(select(EscalationStep).where(EscalationStep.position_id == seat)).all()
    actor = stage.actor(head)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        acknowledgement.acknowledge(
            session, actor, step_ids=[step.id for step in steps], promised_on=date(2026, 11, 25),
            reason="Đang chờ kết quả kiểm tra hiện trường", now=stage.now,
        )  # fmt: skip
    night(stage, "2026-11-24T00:10")
    raised = stage.worker.scalars(
        select(EscalationStep).where(EscalationStep.raised_from_id.in_([step.id for step in steps]))
    ).all()
    assert raised == []


def test_the_steps_of_an_answered_case_are_settled(stage: CommittedStage) -> None:
    case_id = stage.awaiting_approval()
    night(stage, "2026-11-20T00:10")
    stage.now = vietnam("2026-11-20T10:00")
    stage.act(stage.works.head, answers.approve, case_id)
    summary = night(stage, "2026-11-20T11:20")
    assert summary.settled > 0
    assert summary.retracted == 0
    agency = [row for row in stage.rows(EscalationStep, case_id) if row.step.startswith("agency")]
    assert agency
    assert all(row.settled_at is not None and row.retracted_at is None for row in agency)


def test_a_later_deadline_takes_back_what_no_longer_holds_and_climbs_anew(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    night(stage, "2026-11-20T00:10")
    stage.now = vietnam("2026-11-20T10:00")
    stage.act(
        stage.works.officer, extensions.ask, case_id, reason="Cần giám định thêm tại hiện trường",
        new_due_on=date(2026, 12, 4),
    )  # fmt: skip
    stage.act(stage.works.head, extensions.decide, case_id, granted=True, remarks="")
    summary = night(stage, "2026-11-20T11:20")
    assert summary.retracted > 0
    old = [row for row in stage.rows(EscalationStep, case_id) if row.step.startswith("agency_before")]
    assert {row.retraction_reason for row in old} == {"deadline_changed"}
    assert "step_retracted" in stage.events(case_id)
    night(stage, "2026-12-04T00:10")
    anew = recorded(stage, EscalationStep.raised_from_id.is_(None))
    assert {("agency_before_1", "head_of_unit"), ("citizen_overdue", "coordinator_head")} <= anew
    stage.worker.expire_all()
    climbed = [row for row in stage.rows(EscalationStep, case_id) if row.step == "agency_before_1"]
    assert len({row.deadline_id for row in climbed}) == 2


def test_a_vacant_post_leads_one_level_up_and_says_so(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    seat = stage.works.seats[PositionKind.HEAD_OF_UNIT].id
    stage.worker.execute(
        update(Holding).where(Holding.position_id == seat).values(valid_to=date(2026, 11, 1))
    )
    stage.worker.commit()
    night(stage, "2026-11-20T00:10")
    row = next(row for row in stage.rows(EscalationStep, case_id) if row.step == "agency_before_1")
    assert row.position_id == stage.works.seats[PositionKind.HEAD_OF_AGENCY].id
    assert "head_of_unit" in row.skipped_vacant


def test_an_urgent_case_reaches_the_head_of_agency_at_once(stage: CommittedStage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Cây đổ chắn đường")
    due = stage.rows(Deadline, case_id, Deadline.clock == "urgent")[0].due_at
    assert check_urgent(stage.sessions, due - timedelta(minutes=1), stage.book).steps == 0
    assert check_urgent(stage.sessions, due, stage.book).steps == 1
    assert check_urgent(stage.sessions, due + timedelta(minutes=5), stage.book).steps == 0
    seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY].id
    told = stage.rows(Message, case_id, Message.kind == "urgent_uncontacted")
    assert [(row.recipient, row.not_before) for row in told] == [(f"position:{seat}", due)]
    assert escalate(stage.sessions, due, stage.book, now=due).steps == 0
    assert stage.rows(EscalationStep, case_id)[0].digest_id is None


def test_a_restricted_case_never_reaches_the_accused(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    night(stage, "2026-11-20T00:10")
    stage.now = vietnam("2026-11-20T10:00")
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
        reason="Tố cáo cán bộ sở nhận tiền", accused_agency_id=stage.works.agency.id,
        access_account_ids=[stage.province.chief.id],
    )  # fmt: skip
    night(stage, "2026-11-20T11:20")
    public = stage.rows(EscalationStep, case_id)
    assert all(row.retracted_at is not None or row.settled_at is not None for row in public)
    night(stage, "2027-01-15T00:10")
    later = [row for row in stage.rows(EscalationStep, case_id) if row.id not in {old.id for old in public}]
    assert {row.step for row in later} >= {"restricted_passed"}
    accused = set(
        stage.worker.scalars(select(Position.id).where(Position.agency_id == stage.works.agency.id))
    )
    assert not accused & {row.position_id for row in later}


def sealed(stage: CommittedStage, accused: int | None) -> UUID:
    case_id = stage.triaged()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
        reason="Tố cáo cán bộ nhận tiền", accused_agency_id=accused,
        access_account_ids=[stage.inspectorate.head.id],
    )  # fmt: skip
    return case_id


def may_open(stage: CommittedStage, account: Account, case_id: UUID) -> bool:
    with db.transaction(stage.factory, scope_for(stage.actor(account))) as session:
        return session.get(Case, case_id) is not None


def test_a_restricted_case_that_climbs_to_the_chairman_can_be_opened(stage: CommittedStage) -> None:
    case_id = sealed(stage, stage.works.agency.id)
    chairman, seat = stage.province.chairman, stage.province.coordinator.seats[PositionKind.CHAIRMAN]
    night(stage, "2026-11-12T00:10")
    assert not may_open(stage, chairman, case_id)
    for _ in range(2):
        night(stage, "2026-11-16T00:10")
    assert ("restricted_passed_1", seat.id) in {
        (row.step, row.position_id) for row in stage.rows(EscalationStep, case_id)
    }
    assert may_open(stage, chairman, case_id)
    listed = stage.rows(RestrictedAccess, case_id, RestrictedAccess.account_id == chairman.id)
    assert [(row.granted_by, row.ended_at) for row in listed] == [(None, None)]
    assert stage.events(case_id).count("access_granted") == 1
    assert audit.verify(stage.worker).sound


def test_a_chairman_beside_the_accused_or_taken_off_the_list_is_not_let_in(stage: CommittedStage) -> None:
    chairman = stage.province.chairman
    seat = stage.province.coordinator.seats[PositionKind.CHAIRMAN].id
    accused = sealed(stage, stage.province.coordinator.agency.id)
    removed = sealed(stage, None)
    handler = stage.inspectorate.head
    stage.act(handler, access.grant, removed, account_id=chairman.id, reason="Cần ý kiến.")
    stage.act(handler, access.end_access, removed, account_id=chairman.id, reason="Có quan hệ họ hàng.")
    night(stage, "2026-11-30T00:10")
    for case_id in (accused, removed):
        steps = stage.rows(EscalationStep, case_id)
        assert {row.step for row in steps} >= {"restricted_passed_1"}
        assert seat not in {row.position_id for row in steps}
        assert not may_open(stage, chairman, case_id)


def test_cost_follows_what_is_due(stage: CommittedStage) -> None:
    """The selection gives nothing once everything due is recorded, and audits each step once."""
    case_id = stage.in_progress()
    night(stage, "2026-11-27T00:10")
    assert due_steps(stage.worker, vietnam("2026-11-27T00:10"), stage.book) == []
    steps = len(stage.rows(EscalationStep, case_id))
    assert stage.events(case_id).count("step_reached") == steps
    assert audit.verify(stage.worker).sound


def test_a_step_whose_row_is_no_longer_for_the_case_is_taken_back(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    stage.worker.execute(
        update(LadderStep).where(LadderStep.code == "agency_overdue").values(case_classes="C", urgent="no")
    )
    stage.worker.commit()
    stage.book = read_law_book(stage.worker)
    stage.worker.commit()
    night(stage, "2026-11-24T00:10")
    assert ("agency_overdue", "head_of_unit") in recorded(stage)
    stage.worker.execute(update(Case).where(Case.id == case_id).values(case_class="A"))
    stage.worker.commit()
    night(stage, "2026-11-24T01:10")
    (step,) = stage.rows(EscalationStep, case_id, EscalationStep.step == "agency_overdue")
    assert step.retraction_reason == "case_changed"
    assert "step_retracted" in stage.events(case_id)
    stage.worker.commit()
    # Of the class again it climbs again, once.
    stage.worker.execute(update(Case).where(Case.id == case_id).values(case_class="C"))
    stage.worker.commit()
    night(stage, "2026-11-24T02:10")
    assert ("agency_overdue", "head_of_unit") in recorded(stage)
