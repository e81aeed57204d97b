"""How routing does: what became of the machine's decisions, counted by a worker, a row a week.

A week runs from Monday to Sunday (Vietnamese dates) and holds the cases that the machine decided in it.
What happens to them later still counts: the newest weeks are counted anew each hour.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.domain.calendar import day_start, local_date
from feedback.domain.routing import Outcome
from feedback.domain.routing.correction import OUTCOMES, Act, Correction
from feedback.models import Agency, Case, Move, RoutingDecision, RoutingWeek

WEEKS = 26
"""How far back the page looks."""

OPEN_WEEKS = 8
"""So many weeks are counted anew: what is older has long been answered, or climbed the ladder."""

MINIMUM_SAMPLE = 20
"""Below this number a share is not shown: one case would move it by five points and more."""


@dataclass(slots=True)
class Tally:
    """Counts of a week, of an agency, or of both together.

    decided: cases that the machine looked at. automatic: of those, given to an agency without a person.
    corrected: of the automatic, later sent back, transferred or recalled. apart: of the automatic, later set
    apart. dispatched: given away by a person who saw a proposal. first, top3: of those, to the agency put
    first, and to one of the first three.
    """

    decided: int = 0
    automatic: int = 0
    corrected: int = 0
    apart: int = 0
    dispatched: int = 0
    first: int = 0
    top3: int = 0

    def add(self, other: Tally) -> None:
        """Add the counts of another."""
        for name, number in asdict(other).items():
            setattr(self, name, getattr(self, name) + number)

    def _share(self, part: int, whole: int) -> float | None:
        return part / whole if whole >= MINIMUM_SAMPLE else None

    @property
    def automatic_share(self) -> float | None:
        """The share that went to an agency without a person looking (0 to 1); None of too few."""
        return self._share(self.automatic, self.decided)

    @property
    def corrected_share(self) -> float | None:
        """The share of automatic decisions that people took back."""
        return self._share(self.corrected + self.apart, self.automatic)

    @property
    def first_share(self) -> float | None:
        """The share of dispatches to the agency that was put first."""
        return self._share(self.first, self.dispatched)

    @property
    def top3_share(self) -> float | None:
        """The share of dispatches to one of the three agencies that were proposed."""
        return self._share(self.top3, self.dispatched)


@dataclass(slots=True)
class Week:
    """The counts of the week that begins on the Monday `first_day`, and those by agency code."""

    first_day: date
    total: Tally = field(default_factory=Tally)
    agencies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def to_json(self) -> str:
        """Return the counts as JSON text."""
        by_agency = {code: asdict(one) for code, one in sorted(self.agencies.items())}
        return json.dumps({"total": asdict(self.total), "agencies": by_agency})

    @classmethod
    def of(cls, row: RoutingWeek) -> Week:
        """Read what `to_json` wrote."""
        value = json.loads(row.payload)
        agencies = {code: Tally(**one) for code, one in value["agencies"].items()}
        return cls(row.week, Tally(**value["total"]), agencies)


def monday_of(day: date) -> date:
    """Give the first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def count_week(session: Session, first_day: date) -> Week:
    """Count a week, in the worker's scope; reads what was decided in it by the index on `decided_at`."""
    week = Week(first_day)
    between = (day_start(first_day), day_start(first_day + timedelta(days=7)))
    for row in session.execute(_machine(*between)):
        tally = _of_case(row)
        week.total.add(tally)
        if row.code is not None:
            week.agencies[row.code].add(tally)
    for code, tally in _dispatches(session.execute(_people(*between))):
        week.total.add(tally)
        week.agencies[code].add(tally)
    return week


def _of_case(row: Row[Any]) -> Tally:
    automatic = row.outcome == Outcome.ASSIGN
    return Tally(
        decided=1,
        automatic=int(automatic),
        corrected=int(automatic and row.moved and not row.apart),
        apart=int(automatic and row.apart),
    )


def _dispatches(rows: Iterable[Row[Any]]) -> Iterable[tuple[str, Tally]]:
    for row in rows:
        try:
            told = Correction.from_trace(row.trace)
        except ValueError:
            continue
        if told.agrees is not None and told.decided.agency is not None:
            named = int(told.rank is not None)
            yield told.decided.agency, Tally(dispatched=1, first=int(told.agrees), top3=named)


def _machine(start: datetime, end: datetime) -> Any:
    """The machine's first decision on each case that it decided from `start` to `end`."""
    earlier = aliased(RoutingDecision)
    first = ~exists().where(
        earlier.case_id == RoutingDecision.case_id,
        earlier.decided_by.is_(None),
        earlier.decided_at < RoutingDecision.decided_at,
    )
    apart = or_(Case.restricted_at.is_not(None), Case.state_before_restriction.is_not(None))
    return (
        select(RoutingDecision.outcome, Agency.code, _moved().label("moved"), apart.label("apart"))
        .join(Case, Case.id == RoutingDecision.case_id)
        .join(Agency, Agency.id == RoutingDecision.agency_id, isouter=True)
        .where(
            RoutingDecision.decided_at >= start,
            RoutingDecision.decided_at < end,
            RoutingDecision.decided_by.is_(None),
            first,
        )
    )


def _moved() -> ColumnElement[bool]:
    return exists().where(
        and_(
            Move.case_id == RoutingDecision.case_id,
            Move.from_agency_id == RoutingDecision.agency_id,
            Move.kind.in_(["send_back", "transfer", "recall"]),
        )
    )


def _people(start: datetime, end: datetime) -> Any:
    """What dispatchers decided from `start` to `end` and did not take back."""
    return select(RoutingDecision.trace).where(
        RoutingDecision.decided_at >= start,
        RoutingDecision.decided_at < end,
        RoutingDecision.decided_by.is_not(None),
        RoutingDecision.superseded_at.is_(None),
        RoutingDecision.outcome == OUTCOMES[Act.DISPATCH],
    )


def weeks_to_count(session: Session, now: datetime) -> list[date]:
    """Give the Mondays of the newest weeks, and of earlier ones since the first decision that have no row."""
    this = monday_of(local_date(now))
    wanted = [this - timedelta(weeks=back) for back in range(WEEKS)]
    kept = set(session.scalars(select(RoutingWeek.week).where(RoutingWeek.week >= wanted[-1])))
    began = session.scalar(select(func.min(RoutingDecision.decided_at)))
    if began is None:
        return []
    first, still_open = monday_of(local_date(began)), this - timedelta(weeks=OPEN_WEEKS)
    return [day for day in wanted if day >= first and (day not in kept or day > still_open)]


def last_weeks(session: Session, now: datetime, most: int = WEEKS) -> list[Week]:
    """Give the counted weeks, the oldest first, as an administrator or the coordinator sees them."""
    since = monday_of(local_date(now)) - timedelta(weeks=most - 1)
    rows = session.scalars(select(RoutingWeek).where(RoutingWeek.week >= since).order_by(RoutingWeek.week))
    return [Week.of(row) for row in rows]


def by_agency(weeks: Sequence[Week]) -> dict[str, Tally]:
    """Add up the weeks by agency code."""
    found: dict[str, Tally] = defaultdict(Tally)
    for week in weeks:
        for code, tally in week.agencies.items():
            found[code].add(tally)
    return dict(found)
