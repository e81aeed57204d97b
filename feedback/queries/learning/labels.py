"""The cases of the province as labels: messages of which people decided, and whose decision stood.

What may be learned from, and what may not:

- **Nothing that is or was set apart**, nothing of class D or E, and nothing that the machine suspected of
  it, also when the desk found otherwise: the texts of denunciations stay where the law keeps them (Luật Tố
  cáo Đ.8), and nobody can teach the machine to suspect less.
- **Nothing anonymised**: its text is gone. A model trained before holds no text: hashes of word runs that at
  least two messages share.
- **A decision that stood**: the agency took the case on and answered it, or has had it for `STOOD`
  without sending it back; a refusal or a split has stood for as long. A send-back that the desk
  accepts counts by the agency that took it on in the end.
- What a dispatcher took back within minutes (`superseded_at`) is no label.

A duplicate counts by the agency of the case that it was merged into.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import LateralFromClause

from feedback.classifier.figures import family
from feedback.domain.learning import Label
from feedback.domain.lifecycle import CaseClass, RefusalCode, State
from feedback.domain.routing.correction import OUTCOMES, Act, Proposal
from feedback.domain.routing.decision import Decision, Outcome
from feedback.models import Agency, Assignment, Case, RoutingDecision

STOOD = timedelta(days=14)
"""After this time a decision that nobody objected to has stood: an agency has two working days to object."""

MOST = 6_000
"""Bounds the memory of training: the newest labels, about a third of what the shipped corpus holds."""

_READ = 4_000
_TAKEN_ON = [
    str(state)
    for state in (State.IN_PROGRESS, State.AWAITING_SUBMITTER, State.AWAITING_APPROVAL, State.ANSWERED)
]
_HELD = aliased(Case, name="held")
"""The case whose agency is the label: itself, or the one that it was merged into."""


def read_labels(session: Session, now: datetime, most: int = MOST) -> list[Label]:
    """Give up to `most` labels as they stand at `now`, the newest first; for a worker, who sees all cases."""
    rows = session.execute(_statement(now).limit(most)).all()
    return [_label(row) for row in rows]


def _statement(now: datetime) -> Select[Any]:
    lead, first, person = _lead(), _first_guess(), _last_decision()
    ended = Case.state.in_([str(State.REFUSED), str(State.SPLIT), str(State.MERGED)])
    decided_at = case((ended, person.c.decided_at), else_=lead.c.assigned_at)
    return (
        select(
            Case.id, Case.title, func.left(Case.body, _READ).label("body"), Case.state, Case.case_class,
            Case.urgent, Agency.code, lead.c.agency_id, first.c.trace,
            case((ended, person.c.decided_by), else_=lead.c.assigned_by).label("decider"),
            person.c.outcome, decided_at.label("decided_at"), _urgency_decided().label("urgency_decided"),
        )
        .join(_HELD, _HELD.id == func.coalesce(Case.merged_into_id, Case.id))
        .join(lead, true(), isouter=True)
        .join(Agency, Agency.id == lead.c.agency_id, isouter=True)
        .join(first, true(), isouter=True)
        .join(person, true(), isouter=True)
        .where(_open_to_all(Case), _open_to_all(_HELD), ~_suspected(), _stood(lead, person, now))
        .order_by(decided_at.desc(), Case.id)
    )  # fmt: skip


def _lead() -> LateralFromClause:
    """The last agency that had the case as its lead."""
    return (
        select(Assignment.agency_id, Assignment.assigned_at, Assignment.assigned_by, Assignment.accepted_at)
        .where(Assignment.case_id == _HELD.id, Assignment.role == "lead")
        .order_by(Assignment.assigned_at.desc(), Assignment.id.desc())
        .limit(1)
        .lateral("lead")
    )


def _first_guess() -> LateralFromClause:
    """What the machine said first."""
    return (
        select(RoutingDecision.trace)
        .where(RoutingDecision.case_id == Case.id, RoutingDecision.decided_by.is_(None))
        .order_by(RoutingDecision.decided_at, RoutingDecision.id)
        .limit(1)
        .lateral("first_guess")
    )


def _last_decision() -> LateralFromClause:
    """What a person decided last, apart from urgency."""
    return (
        select(RoutingDecision.outcome, RoutingDecision.decided_at, RoutingDecision.decided_by)
        .where(
            RoutingDecision.case_id == Case.id,
            RoutingDecision.decided_by.is_not(None),
            RoutingDecision.superseded_at.is_(None),
            RoutingDecision.outcome != OUTCOMES[Act.URGENCY],
        )
        .order_by(RoutingDecision.decided_at.desc(), RoutingDecision.id.desc())
        .limit(1)
        .lateral("person")
    )


def _urgency_decided() -> ColumnElement[bool]:
    return exists().where(
        RoutingDecision.case_id == Case.id,
        RoutingDecision.outcome == OUTCOMES[Act.URGENCY],
        RoutingDecision.superseded_at.is_(None),
    )


def _open_to_all(one: Any) -> ColumnElement[bool]:
    return and_(
        one.restricted_at.is_(None),
        one.state_before_restriction.is_(None),
        one.anonymised_at.is_(None),
        or_(one.case_class.is_(None), one.case_class.not_in([str(CaseClass.D), str(CaseClass.E)])),
    )


def _suspected() -> ColumnElement[bool]:
    return exists().where(
        RoutingDecision.case_id.in_([Case.id, _HELD.id]),
        RoutingDecision.outcome.in_([str(Outcome.RESTRICTED_TRIAGE), OUTCOMES[Act.SET_APART]]),
    )


def _stood(lead: LateralFromClause, person: LateralFromClause, now: datetime) -> ColumnElement[bool]:
    handled = and_(
        _HELD.state.in_(_TAKEN_ON),
        lead.c.agency_id == _HELD.lead_agency_id,
        lead.c.accepted_at.is_not(None),
        or_(_HELD.answered_at.is_not(None), lead.c.accepted_at <= now - STOOD),
    )
    long_ago = person.c.decided_at <= now - STOOD
    return or_(
        and_(Case.state.in_(_TAKEN_ON), handled),
        and_(Case.state == str(State.MERGED), person.c.outcome == OUTCOMES[Act.MERGE], handled),
        and_(Case.state == str(State.SPLIT), person.c.outcome == OUTCOMES[Act.SPLIT], long_ago),
        and_(
            Case.state == str(State.REFUSED),
            Case.refusal_code == str(RefusalCode.NOT_GOVERNMENT),
            person.c.outcome == OUTCOMES[Act.REFUSE],
            long_ago,
        ),
    )


def _label(row: Row[Any]) -> Label:
    without_agency = {State.SPLIT: CaseClass.G, State.REFUSED: CaseClass.X}.get(State(row.state))
    looked_at = row.outcome == OUTCOMES[Act.DISPATCH]
    known = str(without_agency) if without_agency else (row.case_class if looked_at else None)
    return Label(
        case_id=row.id,
        subject=row.title,
        text=row.body,
        agency=None if without_agency else family(row.code),
        case_class=known,
        urgent=row.urgent if row.urgency_decided else None,
        guess=_guess(row.trace),
        decided_at=row.decided_at,
        decider=row.decider,
        desk=None if without_agency else row.agency_id,
    )


def _guess(trace: str | None) -> str | None:
    if trace is None:
        return None
    try:
        agency = Proposal.of(Decision.from_trace(trace)).agency
    except ValueError:
        return None
    return None if agency is None else family(agency)
