"""A change of the calendar as a value: what it makes of one, what speaks against it, its reverse."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar import CalendarDay, DayKind, DayStatus
from feedback.domain.calendar_change import (
    BadChange,
    CalendarChange,
    Fault,
    checked,
    dates_of,
    dates_text,
    read_csv,
    rows_of,
    rows_text,
)

FRIDAY, SATURDAY, WEDNESDAY = date(2026, 1, 2), date(2026, 1, 10), date(2026, 1, 7)
HEADER = "date,kind,status,source,name_vi,name_en\n"


def off(day: date, source: str = "CV 1", status: DayStatus = DayStatus.OFFICIAL) -> CalendarDay:
    return CalendarDay(day, DayKind.DAY_OFF, status, source, "nghỉ", "off")


def worked(day: date, source: str = "CV 1") -> CalendarDay:
    return CalendarDay(day, DayKind.WORKING_DAY, DayStatus.OFFICIAL, source, "làm bù", "worked")


SWAP = (off(FRIDAY), worked(SATURDAY))
rows = st.lists(
    st.builds(
        CalendarDay,
        st.dates(date(2025, 12, 1), date(2026, 2, 28)),
        st.sampled_from(DayKind),
        st.sampled_from(DayStatus),
        st.sampled_from(["CV 1", "CV 2"]),
    ),
    unique_by=lambda row: row.date,
    max_size=12,
).map(tuple)


def faults(put, removed=(), current=()) -> list[tuple[Fault, int | None]]:
    with pytest.raises(BadChange) as bad:
        checked(put, removed, current)
    return [(problem.fault, problem.line) for problem in bad.value.problems]


def test_rows_that_stand_already_are_left_out() -> None:
    change = checked([(2, SWAP[0]), (3, SWAP[1])], (), [SWAP[0]])
    assert change == CalendarChange((SWAP[1],))
    assert faults([(2, SWAP[0])], (), SWAP) == [(Fault.NO_CHANGE, None)]


@pytest.mark.parametrize(
    ("put", "removed", "current", "found"),
    [
        ([(4, off(FRIDAY)), (5, off(FRIDAY, "CV 2"))], (), (), (Fault.SAID_TWICE, 5)),
        ([(2, off(FRIDAY, ""))], (), (), (Fault.NO_SOURCE, 2)),
        ([(2, worked(WEDNESDAY))], (), (), (Fault.WORKED_ANYWAY, 2)),
        ([(2, off(date(1999, 12, 31)))], (), (), (Fault.OUT_OF_RANGE, 2)),
        ([(2, off(date(2101, 1, 1)))], (), (), (Fault.OUT_OF_RANGE, 2)),
        ([(2, off(FRIDAY, status=DayStatus.PROPOSED))], (), [off(FRIDAY)], (Fault.LESS_CERTAIN, 2)),
        ([(7, off(FRIDAY))], (FRIDAY,), [off(FRIDAY, "CV 0")], (Fault.PUT_AND_REMOVED, 7)),
        ([], (FRIDAY,), (), (Fault.NOTHING_THERE, None)),
        ([], (), SWAP, (Fault.NO_CHANGE, None)),
    ],
)
def test_what_speaks_against_a_change_is_told_with_its_line(put, removed, current, found) -> None:
    assert faults(put, removed, current) == [found]


def test_an_official_row_takes_the_place_of_a_proposed_one() -> None:
    proposed = off(FRIDAY, "đề xuất", DayStatus.PROPOSED)
    assert checked([(None, off(FRIDAY))], (), [proposed]).after([proposed]) == (off(FRIDAY),)


def test_every_fault_is_told_at_once_first_lines_first() -> None:
    put = [(3, worked(WEDNESDAY)), (2, off(FRIDAY, ""))]
    assert faults(put) == [(Fault.NO_SOURCE, 2), (Fault.WORKED_ANYWAY, 3)]


@given(rows, rows, st.sets(st.dates(date(2025, 12, 1), date(2026, 2, 28)), max_size=4))
def test_the_inverse_gives_every_row_back(before, put, removed) -> None:
    put_dates = {row.date for row in put}
    standing = {row.date for row in before}
    gone = tuple(sorted((removed & standing) - put_dates))
    change = CalendarChange(put, gone)
    before = tuple(sorted(before, key=lambda row: row.date))
    after = change.after(before)
    assert len({row.date for row in after}) == len(after)
    assert set(put) <= set(after)
    assert change.inverse(before).after(after) == before


@given(rows)
def test_stored_rows_are_read_back(put) -> None:
    assert rows_of(rows_text(put)) == put
    dates = tuple(row.date for row in put)
    assert dates_of(dates_text(dates)) == dates


def test_a_file_is_read_with_its_lines() -> None:
    rows = '2026-01-02,day_off,official,"CV 1; CV 2",nghỉ,off\n\n2026-01-10,working_day,official,CV 1\n'
    found = read_csv("\ufeff" + HEADER + rows)
    assert [row.date for _, row in found] == [FRIDAY, SATURDAY]
    assert found[0][1].source == "CV 1; CV 2"
    assert [line for line, _ in found] == [2, 4]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("date,kind,status\n", [1]),
        ("", [1]),
        (HEADER + "2026-01-02,day_off,official,CV 1\n02/01/2026,day_off,official,CV\n", [3]),
        (HEADER + "2026-01-02,holiday,official,CV\n2026-01-03,day_off,sure,CV\n2026-01-04\n", [2, 3, 4]),
        (HEADER + "2026-02-30,day_off,official,CV\n", [2]),
    ],
)
def test_a_file_that_cannot_be_read_says_which_lines(text: str, lines: list[int]) -> None:
    with pytest.raises(BadChange) as bad:
        read_csv(text)
    assert [problem.line for problem in bad.value.problems] == lines
