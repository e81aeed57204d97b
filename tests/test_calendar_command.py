"""``feedback calendar``: what it brings into the calendar, what it refuses and where it says the fault is."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.calendar import CalendarDay, DayKind, DayStatus
from feedback.models import CalendarDay as CalendarDayRow
from feedback.services.law.calendar_proposal import propose
from tests.test_cli import call, installation, one_line

__all__ = ["installation"]

HEADER = "date,kind,status,source,name_vi,name_en\n"
STORM = HEADER + "2026-12-30,day_off,official,CV 5/UBND,Nghỉ bão,Storm\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "days.csv"
    path.write_text(STORM, encoding="utf-8")
    return path


def days(sessions, year: int) -> dict[date, str]:
    with db.transaction(sessions, db.WORKER) as session:
        rows = session.scalars(select(CalendarDayRow).where(CalendarDayRow.superseded_at.is_(None)))
        return {row.date: row.status for row in rows if row.date.year == year}


def test_a_file_is_only_counted_until_it_is_applied_and_can_be_taken_back(installation, file) -> None:
    result = call("calendar", "import", str(file))
    assert result.exit_code == 0, result.output
    assert "0 open cases move; 0 escalations are taken back." in result.stdout
    assert "Nothing was changed" in result.stdout
    assert date(2026, 12, 30) not in days(installation, 2026)

    result = call("calendar", "import", str(file), "--apply", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["status"], found["cases"], found["preview"]["cases"]) == ("applied", 0, 0)
    assert days(installation, 2026)[date(2026, 12, 30)] == "official"
    assert json.loads(call("calendar", "import", str(file), "--json").stdout) == {"change": None}

    assert call("calendar", "revert", found["change"], "--apply").exit_code == 0
    assert date(2026, 12, 30) not in days(installation, 2026)
    assert "reverted" in one_line(call("calendar", "revert", found["change"]))
    assert "no change" in one_line(call("calendar", "revert", "00000000-0000-0000-0000-000000000000"))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            HEADER + "2026-12-30,day_off,official,CV 5\n30/12/2026,day_off,official,CV 5\n",
            3,
            "cannot be read",
        ),
        (HEADER + "2026-12-30,day_off,official,CV 5\n2026-12-30,day_off,official,CV 6\n", 3, "twice"),
        (HEADER + "2026-12-30,working_day,official,CV 5\n", 2, "working day anyway"),
        (HEADER + "2026-11-24,day_off,proposed,CV 5\n", 2, "more certainty"),
        ("date,kind\n", 1, "status, source"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_its_fault(installation, file, text, line, said) -> None:
    file.write_text(text, encoding="utf-8")
    result = call("calendar", "import", str(file), "--apply")
    assert result.exit_code == 1
    assert f"{file} line {line}: " in one_line(result)
    assert said in one_line(result)
    assert "Traceback" not in result.output


def test_a_file_in_another_encoding_is_refused_in_a_line(installation, file) -> None:
    file.write_bytes("ngày".encode("utf-16"))
    assert "not UTF-8" in one_line(call("calendar", "import", str(file)))


def test_a_proposal_is_brought_in_as_such(installation, file) -> None:
    file.write_text(HEADER + "2029-02-12,day_off,proposed,Đề xuất,Tết,Tet\n", encoding="utf-8")
    result = call("calendar", "propose", "2029", "--overrides", str(file), "--apply", "--json")
    assert result.exit_code == 0, result.output
    found = days(installation, 2029)
    assert found[date(2029, 1, 1)] == "computed"
    assert found[date(2029, 2, 12)] == "proposed"
    assert set(found.values()) == {"computed", "proposed"}
    assert "No official decision for 2029" in call("calendar", "show", "2029").stderr


def test_the_proposal_knows_the_holidays_of_the_law_and_leaves_known_days_alone() -> None:
    rows = {row.date: row for row in propose(2028)}
    assert rows[date(2028, 1, 3)].status is DayStatus.COMPUTED  # New Year's Day on a Saturday is made up
    assert rows[date(2028, 1, 26)].status is DayStatus.PROPOSED  # Tết
    assert rows[date(2028, 11, 24)].status is DayStatus.COMPUTED
    assert all(row.date.weekday() < 5 and row.kind is DayKind.DAY_OFF for row in rows.values())
    known = CalendarDay(date(2028, 1, 3), DayKind.DAY_OFF, DayStatus.OFFICIAL, "CV 1")
    assert date(2028, 1, 3) not in {row.date for row in propose(2028, [known])}
    with pytest.raises(ValueError, match="1999"):
        propose(1999)


def test_the_proposal_for_2027_is_what_was_decided() -> None:
    """The days of 2027 were decided on 2 October 2026; the computation would have foreseen them."""
    path = Path(__file__).resolve().parent.parent / "feedback/data/calendar/vn-public-sector-days.csv"
    decided = {
        line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines() if "2027-" in line
    }
    assert {row.date.isoformat() for row in propose(2027)} == {
        day for day in decided if day.startswith("2027")
    }
