"""The public figures: counted by a worker over all cases, kept as one row, read by the pages.

Cases that were set apart are counted nowhere. What was answered late and what is overdue
without an answer both count against being on time, so waiting does not improve a figure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import day_start, local_date
from feedback.domain.lifecycle import UNCOUNTED
from feedback.models import Agency, Case, Field, Period, Rating, StatisticsSnapshot
from feedback.queries.kept import Kept

MINIMUM_SAMPLE = 20
"""Below this number of results a share is not shown: one quick answer shall not top a table."""

SATISFIED_FROM = 4
NAME = "public"
"""The name of the row that holds the public figures."""

_WINDOW = timedelta(days=365)
_MOST_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one body, or of the province.

    received: messages. on_time, late: periods answered by and after the citizen's date.
    overdue: open beyond it today. ratings, satisfied: all, and those of 4 and 5.
    """

    received: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    ratings: int = 0
    satisfied: int = 0

    @property
    def measured(self) -> int:
        """How many results the share of being on time is taken of."""
        return self.on_time + self.late + self.overdue

    @property
    def on_time_share(self) -> float | None:
        """The share answered on time (0 to 1), or None below the minimum sample."""
        return self.on_time / self.measured if self.measured >= MINIMUM_SAMPLE else None

    @property
    def satisfied_share(self) -> float | None:
        """The share of ratings of 4 and 5 (0 to 1), or None below the minimum sample."""
        return self.satisfied / self.ratings if self.ratings >= MINIMUM_SAMPLE else None


@dataclass(frozen=True, slots=True)
class Named:
    """A body or a field with its counts."""

    name_vi: str
    name_en: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Month:
    """What came in and what was answered in a month, by its first day."""

    first_day: date
    received: int
    answered: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the year up to `computed_at` (aware), from the Vietnamese date `since` on."""

    since: date
    computed_at: datetime
    total: Tally
    open_now: int
    agencies: tuple[Named, ...]
    fields: tuple[Named, ...]
    months: tuple[Month, ...]

    @property
    def overdue_bodies(self) -> list[Named]:
        """The bodies that have overdue cases today, those with most first."""
        late = [row for row in self.agencies if row.tally.overdue]
        return sorted(late, key=lambda row: (-row.tally.overdue, row.name_vi))


def compute(session: Session, now: datetime) -> Figures:
    """Count, in the worker's scope, over the 365 days up to `now`."""
    today = local_date(now)
    since = today - _WINDOW
    start = day_start(since)
    counts: dict[int | None, dict[str, int]] = {}
    for agency_id, numbers in _by_agency(session, start, today):
        counts.setdefault(agency_id, {}).update(numbers)
    names = {row.id: row for row in session.execute(select(Agency.id, Agency.name_vi, Agency.name_en))}
    agencies = [
        Named(names[agency_id].name_vi, names[agency_id].name_en, Tally(**numbers))
        for agency_id, numbers in counts.items()
        if agency_id is not None
    ]
    return Figures(
        since=since,
        computed_at=now,
        total=_sum(Tally(**numbers) for numbers in counts.values()),
        open_now=session.scalar(select(func.count()).where(*_open())) or 0,
        agencies=tuple(sorted(agencies, key=lambda row: (-row.tally.received, row.name_vi))),
        fields=_fields(session, start),
        months=_months(session, today),
    )


def _read(session: Session, now: datetime) -> Figures | None:
    payload = session.scalar(select(StatisticsSnapshot.payload).where(StatisticsSnapshot.name == NAME))
    return None if payload is None else _from_json(json.loads(payload))


_figures = Kept(_read, timedelta(minutes=1))


def published_figures(session: Session, now: datetime) -> Figures | None:
    """Give the figures that were last computed, or None when none were yet."""
    return _figures.get(session, now)


def _public() -> tuple[ColumnElement[bool], ...]:
    """Cases that count: not set apart; of a split message its parts."""
    return (Case.restricted_at.is_(None), Case.state.not_in([str(state) for state in UNCOUNTED]))


def _open() -> tuple[ColumnElement[bool], ...]:
    return (Case.restricted_at.is_(None), Case.closed_at.is_(None))


def _by_agency(session: Session, start: datetime, today: date) -> Iterable[tuple[int | None, dict[str, int]]]:
    received = select(Case.lead_agency_id, func.count().label("received")).where(
        *_public(), Case.received_at >= start
    )
    overdue = and_(Period.ended_at.is_(None), Case.closed_at.is_(None), Period.citizen_due_on < today)
    kept_dates = (
        select(
            Case.lead_agency_id,
            func.count().filter(Period.on_time.is_(True), Period.ended_at >= start).label("on_time"),
            func.count().filter(Period.on_time.is_(False), Period.ended_at >= start).label("late"),
            func.count().filter(overdue).label("overdue"),
        )
        .join(Period, Period.case_id == Case.id)
        .where(*_public())
    )
    rated = (
        select(
            Case.lead_agency_id,
            func.count().label("ratings"),
            func.count().filter(Rating.score >= SATISFIED_FROM).label("satisfied"),
        )
        .join(Rating, Rating.case_id == Case.id)
        .where(*_public(), Rating.rated_at >= start)
    )
    for query in (received, kept_dates, rated):
        for row in session.execute(query.group_by(Case.lead_agency_id)).mappings():
            yield row["lead_agency_id"], {key: row[key] for key in row if key != "lead_agency_id"}


def _sum(tallies: Iterable[Tally]) -> Tally:
    total: dict[str, int] = dict.fromkeys(Tally.__dataclass_fields__, 0)
    for tally in tallies:
        for key, value in asdict(tally).items():
            total[key] += value
    return Tally(**total)


def _fields(session: Session, start: datetime) -> tuple[Named, ...]:
    count = func.count()
    rows = session.execute(
        select(Field.name_vi, Field.name_en, count)
        .join(Case, Case.field_id == Field.id)
        .where(*_public(), Case.received_at >= start)
        .group_by(Field.id)
        .order_by(count.desc(), Field.name_vi)
        .limit(_MOST_FIELDS)
    )
    return tuple(Named(name_vi, name_en, Tally(received=number)) for name_vi, name_en, number in rows)


def _months(session: Session, today: date) -> tuple[Month, ...]:
    """The last twelve months, the running one included, from the first in which there was something."""
    first_days = [_month_before(today, back) for back in reversed(range(12))]
    start = day_start(first_days[0])

    def counted(moment: Any, *joins: Any) -> dict[date, int]:
        month = func.date_trunc("month", func.timezone("Asia/Ho_Chi_Minh", moment))
        query = (
            select(month, func.count()).select_from(Case).where(*_public(), moment >= start).group_by(month)
        )
        for model, condition in joins:
            query = query.join(model, condition)
        return {row[0].date(): row[1] for row in session.execute(query)}

    received = counted(Case.received_at)
    answered = counted(Period.ended_at, (Period, Period.case_id == Case.id))
    months = [Month(day, received.get(day, 0), answered.get(day, 0)) for day in first_days]
    busy = [place for place, month in enumerate(months) if month.received or month.answered]
    return tuple(months[busy[0] :] if busy else months[-1:])


def _month_before(day: date, months: int) -> date:
    """The first day of the month that lies `months` before the month of `day`."""
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _from_json(data: dict[str, Any]) -> Figures:
    def named(rows: list[dict[str, Any]]) -> tuple[Named, ...]:
        return tuple(Named(row["name_vi"], row["name_en"], Tally(**row["tally"])) for row in rows)

    return Figures(
        since=date.fromisoformat(data["since"]),
        computed_at=datetime.fromisoformat(data["computed_at"]),
        total=Tally(**data["total"]),
        open_now=data["open_now"],
        agencies=named(data["agencies"]),
        fields=named(data["fields"]),
        months=tuple(
            Month(date.fromisoformat(row["first_day"]), row["received"], row["answered"])
            for row in data["months"]
        ),
    )
