"""A change of the working calendar as a value: days put and removed, what speaks against it, its reverse."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.calendar import MONDAY_TO_FRIDAY, CalendarDay, DayKind, DayStatus

FIRST_YEAR, LAST_YEAR = 2000, 2100
_CERTAINTY = list(DayStatus)
_COLUMNS = ("date", "kind", "status", "source")


class ChangeStatus(StrEnum):
    """How far a change is: only looked at, spread over the open cases, done, given up half-way."""

    DRAFT = "draft"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


class ChangeOrigin(StrEnum):
    """Where a change comes from."""

    FORM = "form"
    IMPORT = "import"
    PROPOSAL = "proposal"
    REVERSAL = "reversal"


class Fault(StrEnum):
    """What speaks against a row of a change, or against the whole.

    NOT_A_ROW: a date, kind or status that is none, or a column missing. SAID_TWICE: two rows say
    different things of a date. NO_SOURCE: no document is named. WORKED_ANYWAY: a working day of the
    usual week is declared one. OUT_OF_RANGE: a year before 2000 or after 2100. LESS_CERTAIN: an official
    row would give way to one that is not. PUT_AND_REMOVED: a date is both. NOTHING_THERE: the calendar has
    no row of a date to remove. NO_CHANGE: the calendar says all this already.
    """

    NOT_A_ROW = "not_a_row"
    SAID_TWICE = "said_twice"
    NO_SOURCE = "no_source"
    WORKED_ANYWAY = "worked_anyway"
    OUT_OF_RANGE = "out_of_range"
    LESS_CERTAIN = "less_certain"
    PUT_AND_REMOVED = "put_and_removed"
    NOTHING_THERE = "nothing_there"
    NO_CHANGE = "no_change"


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault, the line it stands in (the header is line 1; None: no file), its date, and the words read."""

    fault: Fault
    line: int | None = None
    date: dt.date | None = None
    detail: str = ""


class BadChange(ValueError):
    """A change that cannot be made; `problems` says everything that speaks against it, first lines first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"line {found.line}: {found.fault}" for found in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """Rows put (each takes the place of what stood on its date) and dates whose rows are removed."""

    put: tuple[CalendarDay, ...]
    removed: tuple[dt.date, ...] = ()

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The dates it touches, in order."""
        return tuple(sorted({*(row.date for row in self.put), *self.removed}))

    def after(self, days: Iterable[CalendarDay]) -> tuple[CalendarDay, ...]:
        """The rows of a calendar of ``days`` once the change is made, in order."""
        gone = set(self.dates)
        return tuple(sorted((*(row for row in days if row.date not in gone), *self.put), key=_date))

    def inverse(self, before: Iterable[CalendarDay]) -> "CalendarChange":
        """The change that takes this one back; ``before``: the rows that stood on its dates."""
        dates = set(self.dates)
        rows = tuple(sorted((row for row in before if row.date in dates), key=_date))
        held = {row.date for row in rows}
        return CalendarChange(rows, tuple(row.date for row in self.put if row.date not in held))


def read_csv(text: str) -> list[tuple[int, CalendarDay]]:
    """Read the text of a CSV file with the columns date, kind, status, source and, if wanted, the names.

    Raises BadChange: line 1 when a column is missing, else every line that is no row.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BadChange([Problem(Fault.NOT_A_ROW, 1, detail=", ".join(missing))])
    # Blank lines are passed over and counted.
    return _read_rows((reader.line_num, row) for row in reader)


def _read_rows(rows: Iterable[tuple[int, Mapping[str, str]]]) -> list[tuple[int, CalendarDay]]:
    found: list[tuple[int, CalendarDay]] = []
    problems: list[Problem] = []
    for line, row in rows:
        try:
            found.append((line, CalendarDay.from_row(row)))
        except ValueError:
            detail = ", ".join(str(row.get(name) or "") for name in _COLUMNS)
            problems.append(Problem(Fault.NOT_A_ROW, line, detail=detail[:200]))
    if problems:
        raise BadChange(problems)
    return found


def checked(
    put: Iterable[tuple[int | None, CalendarDay]],
    removed: Iterable[dt.date],
    current: Iterable[CalendarDay],
) -> CalendarChange:
    """The change that these rows (with their lines) and removals make of the calendar ``current``.

    Rows that the calendar has already are left out. Raises BadChange with everything that speaks against
    it; a change that would change nothing is refused too.
    """
    standing = {row.date: row for row in current}
    rows: dict[dt.date, tuple[int | None, CalendarDay]] = {}
    problems: list[Problem] = []
    for line, row in put:
        problems += _faults(line, row, standing.get(row.date))
        if rows.setdefault(row.date, (line, row))[1] != row:
            problems.append(Problem(Fault.SAID_TWICE, line, row.date))
    gone = tuple(sorted(set(removed)))
    for date in gone:
        if date in rows:
            problems.append(Problem(Fault.PUT_AND_REMOVED, rows[date][0], date))
        elif date not in standing:
            problems.append(Problem(Fault.NOTHING_THERE, None, date))
    changed = tuple(row for date, (_, row) in sorted(rows.items()) if standing.get(date) != row)
    if not problems and not changed and not gone:
        problems.append(Problem(Fault.NO_CHANGE))
    if problems:
        raise BadChange(sorted(problems, key=lambda found: found.line or 0))
    return CalendarChange(changed, gone)


def _faults(line: int | None, row: CalendarDay, standing: CalendarDay | None) -> list[Problem]:
    faults = []
    if not FIRST_YEAR <= row.date.year <= LAST_YEAR:
        faults.append(Fault.OUT_OF_RANGE)
    if not row.source:
        faults.append(Fault.NO_SOURCE)
    if row.kind is DayKind.WORKING_DAY and row.date.weekday() in MONDAY_TO_FRIDAY:
        faults.append(Fault.WORKED_ANYWAY)
    if standing is not None and _CERTAINTY.index(row.status) > _CERTAINTY.index(standing.status):
        faults.append(Fault.LESS_CERTAIN)
    return [Problem(fault, line, row.date) for fault in faults]


def rows_text(rows: Iterable[CalendarDay]) -> str:
    """Rows as JSON text, which ``rows_of`` reads."""
    return json.dumps([_row(row) for row in rows], ensure_ascii=False, separators=(",", ":"))


def rows_of(text: str) -> tuple[CalendarDay, ...]:
    """The rows that ``rows_text`` wrote. Raises ValueError for any other text."""
    return tuple(CalendarDay.from_row(row) for row in json.loads(text))


def dates_text(dates: Iterable[dt.date]) -> str:
    """Dates as JSON text, which ``dates_of`` reads."""
    return json.dumps([date.isoformat() for date in dates])


def dates_of(text: str) -> tuple[dt.date, ...]:
    """The dates that ``dates_text`` wrote. Raises ValueError for any other text."""
    return tuple(dt.date.fromisoformat(date) for date in json.loads(text))


def _row(day: CalendarDay) -> dict[str, str]:
    return {
        "date": day.date.isoformat(),
        "kind": day.kind.value,
        "status": day.status.value,
        "source": day.source,
        "name_vi": day.name_vi,
        "name_en": day.name_en,
    }


def _date(row: CalendarDay) -> dt.date:
    return row.date
