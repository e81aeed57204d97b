"""The weekly counts: what the machine assigned, what people took back, and whose proposal was right."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from feedback.domain.lifecycle import RestrictedKind
from feedback.models import Assignment, Case, RoutingDecision, RoutingWeek
from feedback.queries.learning.quality import Tally, count_week, last_weeks, monday_of, weeks_to_count
from feedback.services.casework import handling
from feedback.services.learning import quality
from feedback.services.restricted_track import restricted
from tests.services.learned import Month
from tests.services.stage import Stage

WEEK = date(2026, 11, 2)


def month_of(stage: Stage) -> Month:
    agencies = {"SXD": stage.works.agency, "SNV": stage.home.agency}
    return Month(stage.worker, agencies, stage.now)


def automatic(stage: Stage, month: Month, number: int) -> list[Case]:
    """Cases that the machine gave to construction, in progress."""
    cases = [month.decided(f"Đường hỏng {n}", "SXD", "SXD", None) for n in range(number)]
    ids = [case.id for case in cases]
    decided = update(RoutingDecision).where(RoutingDecision.case_id.in_(ids))
    stage.worker.execute(decided.values(outcome="assign", agency_id=stage.works.agency.id))
    open_again = {"state": "in_progress", "answered_at": None, "closed_at": None}
    stage.worker.execute(update(Case).where(Case.id.in_(ids)).values(**open_again))
    stage.worker.execute(update(Assignment).where(Assignment.case_id.in_(ids)).values(ended_at=None))
    stage.worker.commit()
    return cases


def test_a_decision_that_is_moved_or_set_apart_later_was_corrected(stage: Stage) -> None:
    month = month_of(stage)
    kept, moved, apart = automatic(stage, month, 3)
    reason = "Không thuộc thẩm quyền của cơ quan chúng tôi."
    stage.act(stage.works.head, handling.transfer, moved.id, to_agency_id=stage.home.agency.id, reason=reason)
    stage.act(
        stage.province.dispatcher,
        restricted.set_apart,
        apart.id,
        kind=RestrictedKind.DENUNCIATION,
        reason=reason,
    )
    week = count_week(stage.worker, WEEK)
    assert week.total == Tally(decided=3, automatic=3, corrected=1, apart=1)
    assert week.agencies["SXD"] == week.total
    assert kept.id


def test_a_dispatch_agrees_with_the_first_proposal_or_with_one_of_three(stage: Stage) -> None:
    month = month_of(stage)
    month.decided("Đèn đường", "SXD", "SXD", stage.province.dispatcher)
    month.decided("Lương chậm", "SNV", "SXD", stage.province.dispatcher)
    month.decided("Không ai nhận", "SXD", "SXD", stage.province.chief)
    stage.worker.execute(
        update(RoutingDecision)
        .where(RoutingDecision.decided_by == stage.province.chief.id)
        .values(superseded_at=stage.now)
    )
    stage.worker.commit()
    week = count_week(stage.worker, WEEK)
    assert week.total == Tally(decided=3, dispatched=2, first=1, top3=1)
    assert week.agencies["SNV"] == Tally(dispatched=1)


def test_weeks_begin_on_monday_in_vietnam_and_end_before_the_next(stage: Stage) -> None:
    month = month_of(stage)
    month.decided("Đèn đường", "SXD", "SXD", None)
    stage.worker.commit()
    assert monday_of(date(2026, 11, 8)) == WEEK
    assert count_week(stage.worker, WEEK).total.decided == 1
    assert count_week(stage.worker, WEEK - timedelta(weeks=1)).total.decided == 0
    assert count_week(stage.worker, WEEK + timedelta(weeks=1)).total.decided == 0


def test_the_newest_weeks_are_counted_anew_and_the_others_once(stage: Stage) -> None:
    assert quality.refresh(stage.worker, stage.now) == 0
    month = month_of(stage)
    month.begin -= timedelta(weeks=12)
    month.decided("Đèn đường", "SXD", "SXD", None)
    stage.worker.commit()
    assert quality.refresh(stage.worker, stage.now) == 13
    assert len(weeks_to_count(stage.worker, stage.now)) == 8
    assert quality.refresh(stage.worker, stage.now) == 8
    stage.worker.commit()
    assert len(stage.worker.scalars(select(RoutingWeek)).all()) == 13
    assert [week.total.decided for week in last_weeks(stage.worker, stage.now)] == [1] + 12 * [0]


def test_a_share_of_few_is_none() -> None:
    assert Tally(decided=19, automatic=19).automatic_share is None
    assert Tally(decided=20, automatic=5).automatic_share == 0.25
    assert Tally(automatic=20, corrected=1, apart=1).corrected_share == 0.1
