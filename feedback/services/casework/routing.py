"""Routing: what was received goes to the responsible agency, or to triage with the reasons.

Cases are claimed and written in batches: a batch of a hundred costs about as many
statements as a single case does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_deadline
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, State, step
from feedback.domain.notices import NoticeKind
from feedback.domain.routing import (
    CANNOT_BE_APPLIED,
    Decision,
    Message,
    Outcome,
    RuleError,
    decide,
    undecided,
)
from feedback.domain.terms import StartEvent
from feedback.models import Assignment, AuditEvent, Case, Deadline, RoutingDecision, RoutingRule, Work
from feedback.models import Message as MessageRow
from feedback.queries.law_book import LawBook
from feedback.queries.routing_data import RoutingBook
from feedback.services import audit
from feedback.services.casework import following
from feedback.services.clocks import ANSWER, URGENT, deadline_values
from feedback.services.learning.models import mark_problem
from feedback.services.post import notices
from feedback.services.work import WorkKind, claim, fail, finish, ring

_log = structlog.get_logger(__name__)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RoutingCounts:
    """What one batch came to; `claimed` is 0 when nothing was left to do.

    followed: joined a case that was reported before, as their senders chose.
    """

    claimed: int = 0
    assigned: int = 0
    triage: int = 0
    failed: int = 0
    followed: int = 0


@dataclass(slots=True)
class _Batch:
    """The rows that a batch writes, by table."""

    now: datetime
    book: LawBook
    cases: list[Row] = field(default_factory=list)
    deadlines: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    assignments: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)

    def write(self, session: Session) -> None:
        """Write every row of the batch, a statement a table."""
        ids = [row["id"] for row in self.cases]
        session.execute(
            update(Deadline)
            .where(
                Deadline.case_id.in_(ids),
                Deadline.clock == str(Clock.STATE),
                Deadline.met_at.is_(None),
                Deadline.superseded_at.is_(None),
            )
            .values(met_at=self.now)
            .execution_options(synchronize_session=False)
        )
        # Core, not the ORM: one statement for the batch, which also counts the version on.
        columns: Row = {name: bindparam(f"new_{name}") for name in self.cases[0] if name != "id"}
        session.connection().execute(
            update(Case.__table__).where(Case.__table__.c.id == bindparam("new_id")).values(columns),  # type: ignore[arg-type]
            [{f"new_{name}": value for name, value in row.items()} for row in self.cases],
        )
        for model, rows in (
            (Deadline, self.deadlines),
            (RoutingDecision, self.decisions),
            (Assignment, self.assignments),
            (AuditEvent, self.events),
            (MessageRow, self.messages),
        ):
            if rows:
                session.connection().execute(insert(model).inline(), rows)


def route_cases(
    session: Session, now: datetime, book: LawBook, routing: RoutingBook, limit: int = 100
) -> RoutingCounts:
    """Claim up to `limit` received cases and write where each goes; to be committed by the caller.

    A case that was routed meanwhile is passed over. A case on which the rules fail goes to
    triage and the rule is marked for the administrator; any other failure counts an
    attempt of its work row and leaves the rest of the batch alone.
    """
    rows = claim(session, WorkKind.ROUTE, now, limit)
    if not rows:
        return RoutingCounts()
    _mend_problems(session, routing)
    _mark_problems(session, routing.problems)
    mark_problem(session, routing.model_problem)
    cases = {
        case.id: case
        for case in session.scalars(
            select(Case).where(Case.id.in_([row.subject for row in rows])).with_for_update()
        )
    }
    batch = _Batch(now, book)
    done: list[Work] = []
    outcomes: list[Outcome] = []
    followed = 0
    # Those that follow another case come last, by the case they follow: two workers lock those in one order.
    for row in sorted(rows, key=lambda row: _follows(cases.get(row.subject))):
        case = cases.get(row.subject)
        if case is None or case.state != State.RECEIVED:
            done.append(row)
            continue
        try:
            decision = _decide(session, case, routing)
            joined = _join(session, case, decision, now, book)
            if not joined:
                _add(batch, case, decision, routing)
        except Exception as error:
            _log.exception("routing_failed", case=str(row.subject))
            fail(session, row, f"{type(error).__name__}: {error}", now)
            continue
        if joined:
            followed += 1
        else:
            outcomes.append(decision.outcome)
        done.append(row)
    if batch.cases:
        batch.write(session)
    if batch.cases or followed:
        ring(session, "messages")
    finish(session, done, now)
    session.expire_all()
    assigned = outcomes.count(Outcome.ASSIGN)
    return RoutingCounts(len(rows), assigned, len(outcomes) - assigned, len(rows) - len(done), followed)


def _join(session: Session, case: Case, decision: Decision, now: datetime, book: LawBook) -> bool:
    """Let the case join the one its sender chose. A fault there stops no message: it is routed instead."""
    try:
        return following.join(session, case, decision, now, book)
    except Exception as error:
        # The savepoint took the joining back. An error's words may hold a person's: its kind alone is kept.
        _log.warning("following_failed", case=str(case.id), error=type(error).__name__)
        return False


def _follows(case: Case | None) -> str:
    return "" if case is None or case.follows_id is None else str(case.follows_id)


def _mark_problems(session: Session, problems: Mapping[str, str]) -> None:
    for code, problem in problems.items():
        session.execute(
            update(RoutingRule)
            .where(
                RoutingRule.code == code,
                RoutingRule.superseded_at.is_(None),
                RoutingRule.problem.is_distinct_from(problem),
            )
            .values(problem=problem)
            .execution_options(synchronize_session=False)
        )


def _mend_problems(session: Session, routing: RoutingBook) -> None:
    """Take the mark from rules that can be followed again (an agency that was brought back)."""
    session.execute(
        update(RoutingRule)
        .where(
            RoutingRule.problem.is_not(None),
            RoutingRule.problem.not_like(f"%{CANNOT_BE_APPLIED}%"),
            RoutingRule.code.not_in(list(routing.problems)),
        )
        .values(problem=None)
        .execution_options(synchronize_session=False)
    )


def message_of(case: Case, field_codes: Mapping[int, str]) -> Message:
    """Give a case as the message that the rules read; nothing about the submitter is in it but the kind."""
    return Message(
        subject=case.title,
        text=case.body,
        place_text=" ".join(filter(None, (case.place_text, case.place_detail))),
        commune_code=case.commune_code,
        field_code=None if case.field_id is None else field_codes.get(case.field_id),
        submitter_kind=case.submitter_kind,
    )


def _decide(session: Session, case: Case, routing: RoutingBook) -> Decision:
    try:
        return decide(message_of(case, routing.field_codes), routing.data, routing.classifier)
    except RuleError as error:
        _mark_problems(session, {error.rule_code: str(error)})
        return undecided(error.rule_code)


def _add(batch: _Batch, case: Case, decision: Decision, routing: RoutingBook) -> None:
    """Add to `batch` all that follows from `decision` for `case`."""
    assigned = decision.outcome is Outcome.ASSIGN
    agency_id = routing.agency_ids[decision.agency_code or ""] if assigned else None
    state = step(case.state, Action.ROUTE_ASSIGN if assigned else Action.ROUTE_TRIAGE)
    # A part of a split case was marked, and perhaps contacted about, before; it stays so.
    urgent = decision.urgent or case.urgent
    changes: Row = {
        "id": case.id,
        "state": str(state),
        "state_since": batch.now,
        "case_class": None if decision.case_class is None else str(decision.case_class),
        "commune_code": case.commune_code or decision.commune_code,
        "urgent": urgent,
        # What was chosen and could not be joined is followed no more.
        "follows_id": None,
        "lead_agency_id": agency_id,
        "co_agency_ids": [],
        "agency_due_on": None,
        "due_on": case.citizen_due_on,
        "version": case.version + 1,
    }
    if agency_id is not None:
        due_on = _add_agency_clock(batch, case, agency_id)
        beside = [routing.liaison_ids[agency_id]] if agency_id in routing.liaison_ids else []
        changes |= {"agency_due_on": due_on, "due_on": due_on, "co_agency_ids": beside}
        batch.assignments.extend(
            {"id": new_id(), "case_id": case.id, "agency_id": who, "role": role, "assigned_at": batch.now}
            for who, role in ((agency_id, "lead"), *((co_id, "co") for co_id in beside))
        )
    batch.cases.append(changes)
    _add_state_clock(batch, case, state, agency_id)
    if urgent and case.contacted_at is None:
        _add_clock(batch, case, Clock.URGENT, URGENT, case.received_at, 1)
    batch.decisions.append(
        {
            "id": new_id(),
            "case_id": case.id,
            "decided_at": batch.now,
            "outcome": str(decision.outcome),
            "case_class": changes["case_class"],
            "agency_id": agency_id,
            "confidence": decision.confidence,
            "trace": decision.to_trace(),
        }
    )
    cause = _add_event(batch, case, decision, agency_id, urgent=urgent)
    _add_notices(batch, case, agency_id, cause, urgent=urgent)


def _add_clock(
    batch: _Batch,
    case: Case,
    clock: Clock,
    term_key: str,
    start: datetime,
    version: int,
    agency_id: int | None = None,
) -> Row:
    term = batch.book.term(term_key, start)
    event = StartEvent.ASSIGNMENT if clock is Clock.AGENCY else None
    on = local_date(start)
    due = compute_deadline(
        start, term.duration, batch.book.calendar_of(agency_id, on), term=term, event=event,
        office=batch.book.office_of(agency_id, on),
    )  # fmt: skip
    values = deadline_values(
        due, case_id=case.id, period=case.period, clock=clock, version=version, now=batch.now,
        agency_id=agency_id,
    )  # fmt: skip
    batch.deadlines.append(values)
    return values


def _add_agency_clock(batch: _Batch, case: Case, agency_id: int) -> Any:
    return _add_clock(batch, case, Clock.AGENCY, ANSWER, batch.now, 1, agency_id)["due_on"]


def _add_state_clock(batch: _Batch, case: Case, state: State, agency_id: int | None) -> None:
    limit = batch.book.limit(state, batch.now)
    if limit is None:
        return
    due = compute_deadline(batch.now, limit.duration, batch.book.calendar, event=StartEvent.STATE_ENTERED)
    # Version 1 is the limit of the state `received`, in which a case is only once.
    batch.deadlines.append(
        deadline_values(
            due, case_id=case.id, period=case.period, clock=Clock.STATE, version=2, now=batch.now,
            agency_id=agency_id, state=state,
        )
    )  # fmt: skip


def _add_event(batch: _Batch, case: Case, decision: Decision, agency_id: int | None, *, urgent: bool) -> UUID:
    values = audit.event_values(
        kind=EventKind.CASE_ROUTED if agency_id is not None else EventKind.CASE_TO_TRIAGE,
        actor=audit.WORKER,
        at=batch.now,
        case_id=case.id,
        agency=decision.agency_code if agency_id is not None else None,
        case_class=None if decision.case_class is None else str(decision.case_class),
        confidence=round(decision.confidence, 3),
        urgent=urgent,
    )
    batch.events.append(values)
    cause = values["id"]
    assert isinstance(cause, UUID)  # noqa: S101 - tells the type checker what event_values wrote
    return cause


def _add_notices(batch: _Batch, case: Case, agency_id: int | None, cause: UUID, *, urgent: bool) -> None:
    kinds: Sequence[tuple[NoticeKind, str, str]] = ()
    if case.reachable_by == "email":
        kinds = ((NoticeKind.RECEIPT, notices.SUBMITTER, case.locale),)
    if agency_id is not None:
        to_agency = NoticeKind.URGENT_AGENCY if urgent else NoticeKind.ASSIGNED_AGENCY
        kinds = (*kinds, (to_agency, notices.to_agency(agency_id), "vi"))
    elif urgent:
        kinds = (*kinds, (NoticeKind.TRIAGE_DESK, notices.DESK, "vi"))
    batch.messages.extend(
        notices.notice_values(
            cause=cause, kind=kind, recipient=recipient, now=batch.now, case_id=case.id, locale=locale
        )
        for kind, recipient, locale in kinds
    )
