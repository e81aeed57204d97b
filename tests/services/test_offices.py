"""An agency's own working week: its clock is counted by it, and its positions get letters in its hours."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from feedback.db import new_id
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.clocks import Clock
from feedback.models import Agency, Digest, EscalationStep, OfficeSchedule
from feedback.queries.law_book import read_law_book
from feedback.services import clocks
from feedback.services.casework import supplements
from feedback.services.night.digests import write_digest
from feedback.services.seeding.offices import seed_offices
from tests.services.stage import Stage

WEEK = "mon-fri 07:30-11:30 13:30-17:00, sat 07:30-11:30"


def own_hours(stage: Stage, agency: Agency, working: str, valid_from: date = date(2025, 7, 1)) -> None:
    stage.worker.add(
        OfficeSchedule(
            agency_id=agency.id, weekly=WEEK, working_weekdays=working, source="", valid_from=valid_from
        )
    )
    stage.worker.flush()
    stage.book = read_law_book(stage.worker)
    stage.worker.commit()


def test_the_agencys_clock_is_counted_by_its_own_week(stage: Stage) -> None:
    own_hours(stage, stage.works.agency, "mon-sat")
    there, elsewhere = stage.in_progress(), stage.in_progress(stage.home)
    assert stage.due(there, Clock.AGENCY) == date(2026, 11, 19)
    assert stage.due(elsewhere, Clock.AGENCY) == date(2026, 11, 23)
    # The submitter's date and the limits of states are the province's, whoever has the case.
    assert stage.due(there, Clock.CITIZEN) == stage.due(elsewhere, Clock.CITIZEN) == date(2026, 11, 23)


def test_duty_alone_moves_no_date(stage: Stage) -> None:
    own_hours(stage, stage.works.agency, "mon-fri")
    assert stage.due(stage.in_progress(), Clock.AGENCY) == date(2026, 11, 23)


def test_hours_that_change_hold_from_their_first_day(stage: Stage) -> None:
    own_hours(stage, stage.works.agency, "mon-sat", valid_from=date(2026, 11, 3))
    before = stage.in_progress()
    assert stage.due(before, Clock.AGENCY) == date(2026, 11, 23)
    stage.wait(days=1)
    assert stage.due(stage.in_progress(), Clock.AGENCY) == date(2026, 11, 20)
    # A pause gives back as many days of the week that the clock began with.
    stage.act(stage.works.officer, supplements.ask, before, question="Đèn nào, trước số nhà nào?")
    stage.wait(days=7)
    stage.submitter(supplements.reply, before, text="Trước số nhà 12.")
    assert stage.due(before, Clock.AGENCY) == date(2026, 12, 1)


def test_the_calendar_of_an_agency_follows_the_book(stage: Stage) -> None:
    own_hours(stage, stage.works.agency, "mon-sat", valid_from=date(2026, 11, 3))
    agency_id = stage.works.agency.id
    saturday = date(2026, 11, 14)
    assert not stage.book.calendar_of(agency_id, date(2026, 11, 2)).is_working(saturday)
    assert stage.book.calendar_of(agency_id, date(2026, 11, 3)).is_working(saturday)
    assert stage.book.calendar_of(agency_id) is stage.book.calendar_of(agency_id)
    assert stage.book.calendar_of(stage.home.agency.id) is stage.book.calendar
    assert stage.book.calendar_of(None) is stage.book.calendar
    assert stage.book.office_of(agency_id).of_weekday(5) is not None
    assert stage.book.office_of(stage.home.agency.id) == stage.book.office


def test_a_position_gets_its_letters_in_the_hours_of_its_agency(stage: Stage) -> None:
    own_hours(stage, stage.works.agency, "mon-fri")
    case_id = stage.in_progress()
    deadline = clocks.active_deadline(stage.worker, case_id, Clock.AGENCY)
    assert deadline is not None
    for team in (stage.works, stage.home):
        seat = next(iter(team.seats.values()))
        stage.worker.add(
            EscalationStep(
                id=new_id(), case_id=case_id, deadline_id=deadline.id, step="agency_overdue",
                position_id=seat.id, reached_on=local_date(stage.now), recorded_at=stage.now,
            )
        )  # fmt: skip
        stage.worker.flush()
        stage.wait(days=5 if team is stage.works else 0)  # Saturday 7 November, 9:00
        write_digest(stage.worker, seat.id, stage.now, stage.book, frozenset())
    found = stage.worker.scalars(select(Digest.deliver_at).order_by(Digest.deliver_at)).all()
    assert [moment.astimezone(VIETNAM).strftime("%a %H:%M") for moment in found] == ["Sat 09:00", "Mon 07:30"]


def test_the_shipped_hours_are_seeded(stage: Stage) -> None:
    with pytest.raises(KeyError):
        seed_offices(stage.worker, "demonstration/offices.csv")
    for code in ("24823", "22945", "24617", "23272"):
        stage.make.agency(f"UBNDX-{code}")
    assert seed_offices(stage.worker, "demonstration/offices.csv") == 4
    book = read_law_book(stage.worker)
    assert len(book.offices) == 5
    assert {5 in row.weekdays for row in book.offices if row.agency_id} == {True, False}
