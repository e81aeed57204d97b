"""How much of what was due in each of the last weeks was answered on time, by agency and unit.

Counted by a worker over all cases, kept as one row (`feedback.services.statistics`), added up for whoever
leads a unit, an agency or the province. A case counts in the week of the citizen's date: whatever had no
answer by then is late, so waiting improves nothing. Cases that were set apart are counted nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import UNCOUNTED
from feedback.models import Case, Period, StatisticsSnapshot
from feedback.queries.kept import Kept

WEEKS = 12
NAME = "on_time_weeks"
"""The name of the row that holds the figures."""


@dataclass(frozen=True, slots=True)
class Week:
    """What was due in the week of the Monday `first_day`; of the running week, until yesterday."""

    first_day: date
    on_time: int = 0
    late: int = 0

    @property
    def due(self) -> int:
        """How many answers were due."""
        return self.on_time + self.late

    @property
    def share(self) -> float | None:
        """The share that was on time (0 to 1); None where nothing was due."""
        return self.on_time / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures as they were counted at a moment: (agency, unit or None, week's Monday, on time, late)."""

    counted_at: datetime
    first_days: tuple[date, ...]
    rows: tuple[tuple[int, int | None, date, int, int], ...]

    def weeks(
        self, agency_ids: Collection[int] | None = None, unit_ids: Collection[int] | None = None
    ) -> list[Week]:
        """Add up the weeks of some units, of some agencies, or (neither named) of the province.

        From the first week in which something was due; empty when nothing was.
        """
        sums = {day: [0, 0] for day in self.first_days}
        for agency_id, unit_id, day, on_time, late in self.rows:
            if unit_ids is not None:
                wanted = unit_id in unit_ids
            else:
                wanted = agency_ids is None or agency_id in agency_ids
            if wanted and day in sums:
                sums[day][0] += on_time
                sums[day][1] += late
        weeks = [Week(day, *both) for day, both in sums.items()]
        busy = [place for place, week in enumerate(weeks) if week.due]
        return weeks[busy[0] :] if busy else []


def first_days(today: date) -> list[date]:
    """Give the Mondays of the last weeks, the running one included."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def compute(session: Session, now: datetime) -> dict[str, Any]:
    """Count, in the worker's scope, what was due before today; gives what is kept as JSON."""
    today = local_date(now)
    days = first_days(today)
    week = func.date_trunc("week", Period.citizen_due_on)
    late = or_(Period.on_time.is_(False), and_(Period.ended_at.is_(None), Case.closed_at.is_(None)))
    rows = session.execute(
        select(
            Case.lead_agency_id, Case.unit_id, week,
            func.count().filter(Period.on_time.is_(True)), func.count().filter(late),
        )
        .join(Period, Period.case_id == Case.id)
        .where(
            Period.citizen_due_on >= days[0],
            Period.citizen_due_on < today,
            Case.lead_agency_id.is_not(None),
            Case.restricted_at.is_(None),
            Case.state.not_in([str(state) for state in UNCOUNTED]),
        )
        .group_by(Case.lead_agency_id, Case.unit_id, week)
        .order_by(Case.lead_agency_id, Case.unit_id, week)
    )  # fmt: skip
    return {
        "first_days": [day.isoformat() for day in days],
        "rows": [
            [agency_id, unit_id, monday.date().isoformat(), on_time, late_ones]
            for agency_id, unit_id, monday, on_time, late_ones in rows
            if on_time or late_ones
        ],
    }


def _read(session: Session, now: datetime) -> Counts | None:
    row = session.execute(
        select(StatisticsSnapshot.payload, StatisticsSnapshot.computed_at).where(
            StatisticsSnapshot.name == NAME
        )
    ).one_or_none()
    return None if row is None else _from_json(json.loads(row.payload), row.computed_at)


_kept = Kept(_read, timedelta(minutes=1))


def counted(session: Session, now: datetime) -> Counts | None:
    """Give the figures that were last counted, or None when none were yet."""
    return _kept.get(session, now)


def total(weeks: Iterable[Week]) -> Week | None:
    """Add up several weeks under the first day of the first; None when there are none."""
    found = list(weeks)
    if not found:
        return None
    return Week(found[0].first_day, sum(week.on_time for week in found), sum(week.late for week in found))


def _from_json(data: dict[str, Any], counted_at: datetime) -> Counts:
    return Counts(
        counted_at,
        tuple(date.fromisoformat(day) for day in data["first_days"]),
        tuple(
            (agency_id, unit_id, date.fromisoformat(day), on_time, late)
            for agency_id, unit_id, day, on_time, late in data["rows"]
        ),
    )
