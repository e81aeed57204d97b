"""Counting a running date again: by what its row pins and another calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar import VIETNAM, CalendarDay, DayKind, DayStatus, WorkingCalendar
from feedback.domain.deadline import compute_deadline
from feedback.domain.duration import Duration
from feedback.domain.explain import explain
from feedback.domain.recount import fixed_deadline, recount, recount_due
from feedback.domain.terms import StartEvent
from feedback.domain.trace import Trace


def day(on: date, kind: DayKind = DayKind.DAY_OFF) -> CalendarDay:
    return CalendarDay(on, kind, DayStatus.OFFICIAL, "CV 1")


PLAIN = WorkingCalendar.from_days([day(date(2026, 1, 1))])
SWAPPED = WorkingCalendar.from_days(
    [day(date(2026, 1, 1)), day(date(2026, 1, 2)), day(date(2026, 1, 10), DayKind.WORKING_DAY)]
)
START = datetime(2025, 12, 16, 15, 20, tzinfo=VIETNAM)


def test_a_date_of_january_moves_with_the_swap_and_back_on_friday_the_ninth() -> None:
    before = compute_deadline(START, Duration.parse("15wd"), PLAIN, event=StartEvent.SUBMISSION)
    after = recount(before.trace, SWAPPED)
    assert (before.due_on, after.due_on) == (date(2026, 1, 7), date(2026, 1, 8))
    assert recount(after.trace, SWAPPED) == after
    assert recount(after.trace, PLAIN) == before


def test_the_term_the_event_and_the_words_of_the_law_stay() -> None:
    pinned = Trace(
        START, StartEvent.TRANSFER, Duration.parse("15wd"), date(2026, 1, 7), START, None,
        term_key="answer", name_vi="Trả lời", name_en="Answer", basis="QĐ 766",
    )  # fmt: skip
    trace = recount(pinned, SWAPPED).trace
    assert (trace.event, trace.term_key, trace.name_vi, trace.basis) == (
        StartEvent.TRANSFER, "answer", "Trả lời", "QĐ 766",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("promised", "plain", "swapped"),
    [
        (date(2026, 1, 2), date(2026, 1, 2), date(2026, 1, 5)),
        (date(2026, 1, 8), date(2026, 1, 8), date(2026, 1, 8)),
        (date(2026, 1, 10), date(2026, 1, 12), date(2026, 1, 10)),
    ],
)
def test_a_promised_friday_moves_off_rest_days_only(promised: date, plain: date, swapped: date) -> None:
    for calendar, expected in ((PLAIN, plain), (SWAPPED, swapped)):
        due = fixed_deadline(START, promised, calendar)
        assert due.due_on == expected == recount_due(START, due.trace.duration, promised, calendar)[0]
        assert due.trace.fixed_on == promised
        assert Trace.from_json(due.trace.to_json()) == due.trace
        assert recount(due.trace, PLAIN).due_on == plain


def test_a_promised_day_is_explained() -> None:
    moved = fixed_deadline(START, date(2026, 1, 2), SWAPPED).trace
    line = "Gia hạn đã duyệt đến thứ Sáu 02/01/2026, là ngày nghỉ nên chuyển sang ngày làm việc tiếp theo."
    assert line in explain(moved, "vi")
    stands = fixed_deadline(START, date(2026, 1, 8), SWAPPED).trace
    assert any("granted by an extension: Thursday, 8 Jan 2026" in line for line in explain(stands, "en"))


def test_a_trace_of_before_promises_were_kept_is_read() -> None:
    trace = compute_deadline(START, Duration.parse("2wd"), PLAIN).trace
    old = trace.to_json().replace(',"fixed_on":null', "")
    assert Trace.from_json(old) == trace


calendars = st.lists(st.dates(date(2025, 12, 1), date(2026, 2, 28)), unique=True, max_size=15).map(
    lambda dates: WorkingCalendar.from_days(
        [day(each, DayKind.DAY_OFF if each.weekday() < 5 else DayKind.WORKING_DAY) for each in dates]
    )
)
moments = st.integers(0, 60 * 24 * 60).map(
    lambda minutes: datetime(2025, 12, 1, tzinfo=VIETNAM) + timedelta(minutes=minutes)
)
durations = st.sampled_from(["1wd", "2wd", "15wd", "10d", "20d", "2h", "8wh", "30wh"]).map(Duration.parse)


@given(moments, durations, calendars, calendars)
def test_there_and_back_is_where_it_was(start, duration, one, other) -> None:
    before = compute_deadline(start, duration, one, event=StartEvent.SUBMISSION)
    assert recount(recount(before.trace, other).trace, one) == before


@given(moments, st.integers(1, 40), calendars, calendars)
def test_a_promise_there_and_back_is_where_it_was(start, later, one, other) -> None:
    promised = start.date() + timedelta(days=later)
    before = fixed_deadline(start, promised, one)
    assert recount(recount(before.trace, other).trace, one).due_on == before.due_on
