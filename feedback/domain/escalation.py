"""The ladder: which steps a deadline has reached, to which kinds of positions, and when they are told.

Steps follow from dates alone. Whoever runs selects all that are reached and lets a unique key (deadline
version, step, position) drop those already recorded; so a missed, repeated or killed night heals itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from feedback.domain.calendar import (
    OFFICE_HOURS,
    VIETNAM,
    OfficeHours,
    WorkingCalendar,
    day_end,
    day_start,
    local_date,
)
from feedback.domain.clocks import Clock
from feedback.domain.duration import Unit
from feedback.domain.ladder import Addressee, LadderStep, Offset, StateRole
from feedback.domain.positions import PositionKind, in_force
from feedback.domain.recipients import ONE_UP, OPEN, Directory, Recipient, Seal, resolve_position

_ONE_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """One running deadline as the ladder sees it; clocks paused, met or superseded are not shown to it.

    due_at is the exclusive end. agency_id, unit_id, officer_id (an account): who has the case, as far as
    anybody. external: the agency is reached through the liaison desk. owner, next_up: from the limit of the
    state, for the clock of a state. seal: whom a restricted case may reach. case_class, urgent,
    agency_kind: what the conditions of a row ask for.
    """

    clock: Clock
    deadline_id: UUID | int | str
    due_on: date
    due_at: datetime
    state: str
    agency_id: int | None = None
    unit_id: int | None = None
    officer_id: int | None = None
    external: bool = False
    restricted: bool = False
    owner: PositionKind | None = None
    next_up: PositionKind | None = None
    seal: Seal = OPEN
    case_class: str | None = None
    urgent: bool = False
    agency_kind: str | None = None

    def concerned_by(self, step: LadderStep) -> bool:
        """Whether a row of the ladder is for this clock and case at all, whatever the dates."""
        return (
            step.clock is self.clock
            and step.restricted is self.restricted
            and step.concerns(self.case_class, self.urgent, self.agency_kind)
        )


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step that a deadline has reached, for one kind of position.

    reached_on is the local day of reached_at; at_once: told day or night, not with the digest.
    """

    step_code: str
    recipient_kind: PositionKind
    reached_at: datetime
    reached_on: date
    at_once: bool


def reached_at(offset: Offset, due_on: date, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment from which a step holds; aware, local."""
    if offset.unit is Unit.WALL_HOURS:
        return (due_at.astimezone(UTC) + timedelta(hours=offset.amount)).astimezone(VIETNAM)
    if offset.amount == 0:
        return due_at.astimezone(VIETNAM)
    day = calendar.add_working_days(due_on, offset.amount)
    return day_start(day) if offset.amount < 0 else day_end(day)


def steps_due(
    facts: ClockFacts, ladder: Iterable[LadderStep], calendar: WorkingCalendar, at: datetime
) -> list[DueStep]:
    """Every step that the deadline has reached by ``at``, earliest first, each kind of position once a
    step.

    All of them, not those since some last run. A row counts when it was in force on the day the step was
    reached, so that the answer does not depend on when one asks. Letters about an external body go to the
    liaison desk, that is, to the dispatcher; those of a restricted case never to the agency's own line.
    """
    found: dict[tuple[str, PositionKind], DueStep] = {}
    for step in ladder:
        if not facts.concerned_by(step):
            continue
        moment = reached_at(step.offset, facts.due_on, facts.due_at, calendar)
        day = local_date(moment)
        if moment > at or not in_force(step.valid_from, step.valid_to, day):
            continue
        for addressee in step.recipients:
            kind = _kind(addressee, facts)
            if kind is None:
                continue
            due = DueStep(step.code, kind, moment, day, step.at_once)
            known = found.setdefault((step.code, kind), due)
            if moment < known.reached_at:
                found[step.code, kind] = due
    return sorted(found.values(), key=lambda due: (due.reached_at, due.step_code, due.recipient_kind))


_OWN_LINE = frozenset({PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT, PositionKind.HEAD_OF_AGENCY})


def _kind(addressee: Addressee, facts: ClockFacts) -> PositionKind | None:
    """The kind of position that a row's addressee means for this case."""
    if isinstance(addressee, StateRole):
        named = facts.owner if addressee is StateRole.OWNER else facts.next_up
    else:
        named = addressee
    if named in _OWN_LINE:
        if facts.restricted:
            return PositionKind.COORDINATOR_HEAD
        if facts.external:
            return PositionKind.DISPATCHER
    return named


def address(kind: PositionKind, facts: ClockFacts, directory: Directory, on: date) -> Recipient | None:
    """Who gets a step of this case on a local day: ``resolve_position`` with the facts of the case."""
    return resolve_position(
        kind, facts.agency_id, facts.unit_id, directory, on, officer_id=facts.officer_id, seal=facts.seal
    )


@dataclass(frozen=True, slots=True)
class DueWindow:
    """Which deadlines have reached a step, for a query: both ends of either range count, None is unbounded.

    Steps of whole days before or after ask for due_on, the others for due_at.
    """

    first_due_on: date | None = None
    last_due_on: date | None = None
    first_due_at: datetime | None = None
    last_due_at: datetime | None = None


def due_window(step: LadderStep, calendar: WorkingCalendar, at: datetime) -> DueWindow:
    """The deadlines whose step is reached by ``at``, so that a night costs what is due and not what is
    stored.

    Selects exactly what ``steps_due`` finds for this row, among the clocks and cases that it is for.
    """
    today = local_date(at)
    until = today if step.valid_to is None else min(today, step.valid_to)
    amount = step.offset.amount
    if step.offset.unit is Unit.WALL_HOURS or amount == 0:
        last = at if step.valid_to is None else min(at, day_end(step.valid_to) - _INSTANT)
        back = timedelta(hours=amount)
        return DueWindow(first_due_at=day_start(step.valid_from) - back, last_due_at=last - back)
    eve = step.valid_from - _ONE_DAY
    if amount < 0:
        return DueWindow(
            first_due_on=calendar.add_working_days(eve, -amount) + _ONE_DAY,
            last_due_on=calendar.add_working_days(until, -amount),
        )
    return DueWindow(
        first_due_on=calendar.add_working_days(eve, -amount),
        last_due_on=calendar.add_working_days(until, -amount) - _ONE_DAY,
    )


def no_longer_hold(
    recorded: Iterable[str],
    facts: ClockFacts,
    ladder: Iterable[LadderStep],
    calendar: WorkingCalendar,
    at: datetime,
) -> frozenset[str]:
    """The codes among those recorded for a deadline that its dates no longer justify: to be taken back."""
    return frozenset(recorded) - {due.step_code for due in steps_due(facts, ladder, calendar, at)}


def delivery_time(
    computed_at: datetime,
    calendar: WorkingCalendar,
    office: OfficeHours = OFFICE_HOURS,
    last_digest_on: date | None = None,
) -> datetime:
    """When a digest computed at a moment is delivered: at once in office hours, else when the office opens
    next.

    A position gets one digest a day: when it had one on ``last_digest_on`` the next waits for the
    opening of a later day. Aware, local. Steps that are told at once do not ask.
    """
    moment = calendar.office_moment(computed_at, office)
    if last_digest_on is not None and moment.date() <= last_digest_on:
        return calendar.office_moment(day_end(last_digest_on), office)
    return moment


def acknowledge_by(delivered_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The exclusive end of the time to acknowledge a step: the end of the next working day."""
    return day_end(calendar.next_working_day(local_date(delivered_at)))


def shown_also_to(
    kind: PositionKind, delivered_at: datetime, acknowledged: bool, calendar: WorkingCalendar, at: datetime
) -> PositionKind | None:
    """The kind one level up that sees a step too, once it was left unacknowledged; None while it need not.

    The level above is resolved like any recipient, with the seal of the case.
    """
    if acknowledged or at < acknowledge_by(delivered_at, calendar):
        return None
    return ONE_UP[kind]
