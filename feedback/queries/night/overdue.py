"""Which running deadlines have reached a step of the ladder that is not recorded yet.

What is due is selected by the dates of the ladder's rows, never by "since the last run":
a night that was missed is found by the next one. Open steps have an index of their own, so
the cost follows what is due and not what was ever stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from feedback.domain.calendar import day_end, day_start, local_date
from feedback.domain.clocks import Clock
from feedback.domain.escalation import ClockFacts, DueWindow, due_window
from feedback.domain.ladder import limit_in_force
from feedback.domain.positions import AgencyKind
from feedback.domain.recipients import OPEN, Seal
from feedback.models import Agency, Assignment, Case, Deadline, RestrictedAccess
from feedback.queries.conflicts import recorded
from feedback.queries.law_book import LawBook

_EVER_BEFORE = datetime(1, 1, 2, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_EVER_AFTER = datetime(9999, 12, 30, tzinfo=UTC)

# A rung is a row of the ladder with the range of due moments that have reached it.
RUNGS = """unnest(CAST(:codes AS text[]), CAST(:clocks AS text[]), CAST(:restricted AS boolean[]),
         CAST(:after AS timestamptz[]), CAST(:until AS timestamptz[]),
         CAST(:classes AS text[]), CAST(:urgent AS boolean[]), CAST(:kinds AS text[]))
    AS r (code, clock, restricted, after, until, classes, urgent, kinds)"""
"""The ladder as a table expression; `rung_values` gives its parameters."""

CONCERNS = """(r.classes = '' OR c.case_class = ANY (string_to_array(r.classes, ';')))
      AND (r.urgent IS NULL OR r.urgent = c.urgent)
      AND (r.kinds = '' OR EXISTS (
          SELECT FROM agencies a
          WHERE a.id = c.lead_agency_id AND a.kind = ANY (string_to_array(r.kinds, ';'))))"""
"""Whether a rung `r` is for a case `c`: what `LadderStep.concerns` decides for a value."""

_DUE = text(
    f"""
    SELECT d.id, d.due_at, array_agg(DISTINCT r.code) AS codes
    FROM {RUNGS}
    JOIN deadlines d ON d.clock = r.clock AND d.due_at > r.after AND d.due_at <= r.until
    JOIN cases c ON c.id = d.case_id AND (c.restricted_at IS NOT NULL) = r.restricted
    WHERE d.superseded_at IS NULL AND d.met_at IS NULL AND d.paused_at IS NULL
      AND {CONCERNS}
      AND NOT EXISTS (
          SELECT FROM escalation_steps s
          WHERE s.deadline_id = d.id AND s.step = r.code
            AND s.settled_at IS NULL AND s.retracted_at IS NULL)
    GROUP BY d.id, d.due_at
    ORDER BY d.due_at, d.id
    """  # noqa: S608 - made of our own constants
)
_FACTS = (
    Deadline.id, Deadline.case_id, Deadline.clock, Deadline.due_on, Deadline.due_at, Deadline.started_at,
    Deadline.state.label("limited_state"), Case.state, Case.lead_agency_id, Case.unit_id, Case.officer_id,
    Case.restricted_at, Case.accused_agency_id, Case.case_class, Case.urgent,
    Agency.kind.label("agency_kind"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A running deadline and the codes of the steps that it has reached and that are not recorded."""

    deadline_id: UUID
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Running:
    """A running deadline with its case, as the ladder sees it."""

    case_id: UUID
    facts: ClockFacts


def _moments(window: DueWindow) -> tuple[datetime, datetime]:
    """Give a window as due moments, the first excluded and the last included.

    A due date ends at its exclusive moment, so "due on the 5th or later" is "due after 0:00 of the 5th",
    and "due at 0:00 or later" is "due after the instant before".
    """
    after, until = _EVER_BEFORE, _EVER_AFTER
    if window.first_due_on is not None:
        after = max(after, day_start(window.first_due_on))
    if window.first_due_at is not None:
        after = max(after, window.first_due_at - _INSTANT)
    if window.last_due_on is not None:
        until = min(until, day_end(window.last_due_on))
    if window.last_due_at is not None:
        until = min(until, window.last_due_at)
    return after, until


def rung_values(
    at: datetime, book: LawBook, clocks: Collection[Clock] = frozenset(Clock)
) -> dict[str, list[object]]:
    """Give the parameters of RUNGS: each row of the ladder for `clocks`, with what it reaches by `at`."""
    rungs = [rung for rung in book.ladder if rung.clock in clocks and rung.valid_from <= local_date(at)]
    windows = [_moments(due_window(rung, book.calendar, at)) for rung in rungs]
    return {
        "codes": [rung.code for rung in rungs],
        "clocks": [str(rung.clock) for rung in rungs],
        "restricted": [rung.restricted for rung in rungs],
        "after": [after for after, _ in windows],
        "until": [until for _, until in windows],
        "classes": [";".join(sorted(rung.case_classes)) for rung in rungs],
        "urgent": [rung.urgent for rung in rungs],
        "kinds": [";".join(sorted(rung.agency_kinds)) for rung in rungs],
    }


def due_steps(
    session: Session, at: datetime, book: LawBook, clocks: Collection[Clock] = frozenset(Clock)
) -> list[Due]:
    """Give every running deadline of `clocks` with steps reached by `at` and not recorded, earliest first.

    A paused clock is not asked. `at` is aware; the ladder's rows count by Vietnamese dates.
    """
    rows = session.execute(_DUE, rung_values(at, book, clocks))
    return [Due(row.id, frozenset(row.codes)) for row in rows]


def running(session: Session, deadline_ids: Collection[UUID], book: LawBook) -> dict[UUID, Running]:
    """Give those of the deadlines that still run, by their id; paused ones left out."""
    found = _read(session, book, Deadline.id.in_(deadline_ids), Deadline.paused_at.is_(None))
    return {row.facts.deadline_id: row for row in found}  # type: ignore[misc]


def _read(session: Session, book: LawBook, *conditions: ColumnElement[bool]) -> Iterator[Running]:
    rows: Sequence[Any] = session.execute(
        select(*_FACTS)
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Agency, Agency.id == Case.lead_agency_id)
        .where(Deadline.superseded_at.is_(None), Deadline.met_at.is_(None), *conditions)
    ).all()
    sealed = {row.case_id: row.accused_agency_id for row in rows if row.restricted_at is not None}
    seals = read_seals(session, sealed)
    for row in rows:
        yield Running(row.case_id, _facts(row, seals.get(row.case_id, OPEN), book))


def _facts(row: Any, seal: Seal, book: LawBook) -> ClockFacts:
    limit = None
    if row.limited_state is not None:
        limit = limit_in_force(book.limits, row.limited_state, local_date(row.started_at))
    return ClockFacts(
        clock=Clock(row.clock),
        deadline_id=row.id,
        due_on=row.due_on,
        due_at=row.due_at,
        state=row.state,
        agency_id=row.lead_agency_id,
        unit_id=row.unit_id,
        officer_id=row.officer_id,
        external=row.agency_kind == AgencyKind.EXTERNAL,
        restricted=row.restricted_at is not None,
        owner=None if limit is None else limit.owner,
        next_up=None if limit is None else limit.next_up,
        seal=seal,
        case_class=row.case_class,
        urgent=row.urgent,
        agency_kind=row.agency_kind,
    )


def read_seals(session: Session, accused: Mapping[UUID, int | None]) -> dict[UUID, Seal]:
    """Give whom the letters of restricted cases may reach, by the id of the case.

    accused: the cases, each with the agency that stands accused, when one is named.

    Never the accused agency or, while none is named, one that ever had the case in its hands (the
    coordinator aside, who has every case at some time); never who is in a conflict with the case; and
    only accounts on the access list, of whom the first that was granted stands in first.
    """
    if not accused:
        return {}
    ids = list(accused)
    barred: dict[UUID, set[int]] = defaultdict(set)
    hands = session.execute(
        select(Assignment.case_id, Assignment.agency_id)
        .join(Agency, Agency.id == Assignment.agency_id)
        .where(Assignment.case_id.in_(ids), Agency.kind != str(AgencyKind.COORDINATOR))
    )
    for case_id, agency_id in hands:
        barred[case_id].add(agency_id)
    conflicts = recorded(session, ids)
    listed: dict[UUID, list[int]] = defaultdict(list)
    leaves = session.execute(
        select(RestrictedAccess.case_id, RestrictedAccess.account_id)
        .where(RestrictedAccess.case_id.in_(ids), RestrictedAccess.ended_at.is_(None))
        .order_by(RestrictedAccess.granted_at, RestrictedAccess.id)
    )
    for case_id, account_id in leaves:
        listed[case_id].append(account_id)
    return {
        case_id: Seal(
            agency_ids=frozenset(barred[case_id] if agency_id is None else {agency_id}),
            account_ids=frozenset().union(*conflicts[case_id].values()),
            access_list=tuple(listed[case_id]),
        )
        for case_id, agency_id in accused.items()
    }
