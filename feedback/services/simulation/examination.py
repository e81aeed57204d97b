"""What is looked at when the simulated days are over: invariants, results counted twice, the chains."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from feedback.domain.calendar import day_end, day_start
from feedback.queries.administration import on_time_recount
from feedback.queries.administration.invariants import broken
from feedback.queries.public import statistics
from feedback.services import audit
from feedback.services.sealing import verify_seals


@dataclass(slots=True)
class Examination:
    """What is wrong (nothing, one hopes), and the figures on which both counts agree or do not."""

    wrong: list[str] = field(default_factory=list)
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    events: int = 0

    def figures(self) -> dict[str, int]:
        """The figures by name."""
        return {
            "on_time": self.on_time,
            "late": self.late,
            "overdue": self.overdue,
            "audit_events": self.events,
            "wrong": len(self.wrong),
        }


def examine(session: Session, last: date) -> Examination:
    """Examine a database as it stands at the end of the simulated day `last` (Vietnamese date)."""
    found = Examination(broken(session))
    rows = on_time_recount.different(session)
    if rows:
        found.wrong.append(f"periods recorded otherwise than recounted: {len(rows)}, e.g. {rows[0]}")
    dates = on_time_recount.miscounted(session)
    if dates:
        found.wrong.append(f"due dates counted otherwise than recounted: {len(dates)}, e.g. {dates[0]}")
    _compare_figures(session, last, found)
    verified = audit.verify(session)
    found.events = verified.events
    if not verified.sound:
        found.wrong.append(f"the audit chain is broken: {verified.breaks[:3]}")
    seals = verify_seals(session)
    if seals:
        found.wrong.append(f"the seals are broken: {seals[:3]}")
    return found


def _compare_figures(session: Session, last: date, found: Examination) -> None:
    """Hold the published figures against those of the independent count."""
    figures = statistics.compute(session, day_end(last))
    counted = on_time_recount.tallies(session, day_start(figures.since), last + timedelta(days=1))
    recounted = tuple(sum(tally[place] for tally in counted.values()) for place in range(3))
    total = figures.total
    found.on_time, found.late, found.overdue = total.on_time, total.late, total.overdue
    if (total.on_time, total.late, total.overdue) != recounted:
        found.wrong.append(
            f"on time, late and overdue are {total.on_time}, {total.late}, {total.overdue};"
            f" recounted {recounted}"
        )
    published = sorted((row.tally.on_time, row.tally.late, row.tally.overdue) for row in figures.agencies)
    apart = sorted(tally for agency_id, tally in counted.items() if agency_id is not None)
    if [row for row in published if any(row)] != [row for row in apart if any(row)]:
        found.wrong.append("the figures of some agency differ from those recounted")
