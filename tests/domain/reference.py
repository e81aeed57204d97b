"""The shipped reference data as values, for tests of pure rules."""

import csv
import datetime as dt
from functools import cache
from pathlib import Path

from feedback.domain.calendar import VIETNAM, CalendarDay, WorkingCalendar
from feedback.domain.ladder import LadderStep, StateLimit
from feedback.domain.terms import Term

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "feedback" / "data"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def calendar() -> WorkingCalendar:
    return WorkingCalendar.from_days(
        CalendarDay.from_row(row) for row in rows(DATA / "calendar" / "vn-public-sector-days.csv")
    )


@cache
def terms() -> tuple[Term, ...]:
    return tuple(Term.from_row(row) for row in rows(DATA / "terms.csv"))


@cache
def ladder() -> tuple[LadderStep, ...]:
    return tuple(LadderStep.from_row(row) for row in rows(DATA / "ladder.csv"))


@cache
def limits() -> tuple[StateLimit, ...]:
    return tuple(StateLimit.from_row(row) for row in rows(DATA / "state_limits.csv"))


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(text: str) -> dt.date:
    """`Fri 2026-02-13`: the weekday is checked, so that a table cannot lie about it."""
    weekday, iso = text.split()
    found = dt.date.fromisoformat(iso)
    if WEEKDAYS[found.weekday()] != weekday:
        raise AssertionError(f"{iso} is a {WEEKDAYS[found.weekday()]}, not a {weekday}")
    return found


def at(text: str) -> dt.datetime:
    """`Fri 2026-02-13 16:40` in Vietnam."""
    date, _, time = text.rpartition(" ")
    return dt.datetime.combine(day(date), dt.time.fromisoformat(time), VIETNAM)
