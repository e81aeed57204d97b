"""The stored explanation of one date: every figure that led to it, as a value that is also JSON text."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feedback.domain.calendar import VIETNAM, CalendarDay, DayKind, DayStatus
from feedback.domain.duration import Duration
from feedback.domain.terms import StartEvent

COUNTING_BASIS = "Bộ luật Dân sự 2015 Đ.147-148"
VERSION = 1


@dataclass(frozen=True, slots=True)
class RestRun:
    """Consecutive days that were not counted, both ends included, with the calendar rows among them.

    No rows: the weekly rest alone.
    """

    first: dt.date
    last: dt.date
    rows: tuple[CalendarDay, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of office time that was counted; aware, local, the end exclusive."""

    begin: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """How one due date came about.

    started_at: aware, local. event: what it counts from. term_key, names and basis: of the term, empty
    without one. first_counted: the first day counted; None for wall-clock hours, which start at once.
    skipped: days after the start that were not counted. worked: rest days worked in exchange, which were
    counted. stretches: for working hours only. nominal_last: for calendar days that ended on a day off, the
    day they would have ended on. due_on, due_at: the last day, and its exclusive end. unofficial_years,
    unofficial_rows: what the calendar did not know for certain; when either is not empty the date is a
    forecast. fixed_on: the day that a person promised (a granted extension); the date follows it and not
    the term. weekdays: those that the office works (Monday is 0) where they are not Monday to Friday.
    """

    started_at: dt.datetime
    event: StartEvent
    duration: Duration
    due_on: dt.date
    due_at: dt.datetime
    first_counted: dt.date | None
    skipped: tuple[RestRun, ...] = ()
    worked: tuple[CalendarDay, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    nominal_last: dt.date | None = None
    unofficial_years: tuple[int, ...] = ()
    unofficial_rows: tuple[CalendarDay, ...] = ()
    term_key: str = ""
    name_vi: str = ""
    name_en: str = ""
    basis: str = ""
    fixed_on: dt.date | None = None
    weekdays: tuple[int, ...] = ()

    @property
    def is_forecast(self) -> bool:
        """Whether a decision that is not in yet could move this date."""
        return bool(self.unofficial_years or self.unofficial_rows)

    def to_json(self) -> str:
        """As JSON text: ISO dates, aware local times, ``15wd`` durations."""
        return json.dumps(
            {
                "version": VERSION,
                "started_at": self.started_at.isoformat(),
                "event": self.event.value,
                "duration": str(self.duration),
                "due_on": self.due_on.isoformat(),
                "due_at": self.due_at.isoformat(),
                "first_counted": _iso(self.first_counted),
                "skipped": [
                    {
                        "first": run.first.isoformat(),
                        "last": run.last.isoformat(),
                        "rows": [_row(row) for row in run.rows],
                    }
                    for run in self.skipped
                ],
                "worked": [_row(row) for row in self.worked],
                "stretches": [[part.begin.isoformat(), part.end.isoformat()] for part in self.stretches],
                "nominal_last": _iso(self.nominal_last),
                "unofficial_years": list(self.unofficial_years),
                "unofficial_rows": [_row(row) for row in self.unofficial_rows],
                "term": self.term_key,
                "name_vi": self.name_vi,
                "name_en": self.name_en,
                "basis": self.basis,
                "fixed_on": _iso(self.fixed_on),
                "weekdays": list(self.weekdays),
                "counting_basis": COUNTING_BASIS,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Trace":
        """The trace that ``to_json`` wrote. Raises ValueError for any other text."""
        try:
            data = json.loads(text)
            if data["version"] != VERSION:
                raise ValueError(f"version {data['version']!r}")
            return cls(
                started_at=_moment(data["started_at"]),
                event=StartEvent(data["event"]),
                duration=Duration.parse(data["duration"]),
                due_on=dt.date.fromisoformat(data["due_on"]),
                due_at=_moment(data["due_at"]),
                first_counted=_date(data["first_counted"]),
                skipped=tuple(
                    RestRun(
                        dt.date.fromisoformat(run["first"]),
                        dt.date.fromisoformat(run["last"]),
                        _rows(run["rows"]),
                    )
                    for run in data["skipped"]
                ),
                worked=_rows(data["worked"]),
                stretches=tuple(Stretch(_moment(begin), _moment(end)) for begin, end in data["stretches"]),
                nominal_last=_date(data["nominal_last"]),
                unofficial_years=tuple(int(year) for year in data["unofficial_years"]),
                unofficial_rows=_rows(data["unofficial_rows"]),
                term_key=data["term"],
                name_vi=data["name_vi"],
                name_en=data["name_en"],
                basis=data["basis"],
                # Older traces do not name it.
                fixed_on=_date(data.get("fixed_on")),
                weekdays=tuple(int(weekday) for weekday in data.get("weekdays", [])),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"not a trace: {error}") from error


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(VIETNAM)


def _row(day: CalendarDay) -> dict[str, str]:
    return {
        "date": day.date.isoformat(),
        "kind": day.kind.value,
        "status": day.status.value,
        "source": day.source,
        "name_vi": day.name_vi,
        "name_en": day.name_en,
    }


def _rows(items: list[Mapping[str, Any]]) -> tuple[CalendarDay, ...]:
    return tuple(
        CalendarDay(
            date=dt.date.fromisoformat(item["date"]),
            kind=DayKind(item["kind"]),
            status=DayStatus(item["status"]),
            source=item["source"],
            name_vi=item["name_vi"],
            name_en=item["name_en"],
        )
        for item in items
    )
