"""Keeping what a person decided beside what the machine had proposed, so that routing learns from it.

Every verb that decides where a case goes takes the `marks_of` the case before it changes anything and calls
`keep_decision` after. The form of what is kept: feedback.domain.routing.correction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.positions import Actor, PositionKind
from feedback.domain.routing import Decision
from feedback.domain.routing.correction import OUTCOMES, Act, Correction, Marks, Proposal
from feedback.models import Agency, Case, Field, RoutingDecision

_DESK = frozenset({PositionKind.DISPATCHER, PositionKind.COORDINATOR_HEAD})


def marks_of(session: Session, case: Case, agency: Agency | None = None) -> Marks:
    """Give class, field and urgency of a case as they are now; agency: to whom it was given."""
    chosen = None if case.field_id is None else session.get(Field, case.field_id)
    return Marks(
        case.case_class,
        None if chosen is None else chosen.code,
        case.urgent,
        None if agency is None else agency.code,
    )


def keep_decision(
    session: Session,
    case: Case,
    actor: Actor,
    act: Act,
    now: datetime,
    *,
    before: Marks,
    agency: Agency | None = None,
    **more: str | int,
) -> None:
    """Keep a person's decision on `case` beside the worker's.

    before: the `marks_of` the case that the verb found. agency: to whom the case was given. more: codes that
    belong to the act (see `Correction`); never what somebody wrote.
    """
    correction = Correction(
        act=act,
        by="dispatcher" if actor.holds(_DESK) else "agency",
        proposed=_proposal(session, case),
        before=before,
        decided=marks_of(session, case, agency),
        more=more,
    )
    session.add(
        RoutingDecision(
            id=new_id(), case_id=case.id, decided_at=now, decided_by=actor.account_id,
            outcome=OUTCOMES[act], case_class=case.case_class,
            agency_id=None if agency is None else agency.id, confidence=1.0, trace=correction.to_trace(),
        )
    )  # fmt: skip


def _proposal(session: Session, case: Case) -> Proposal | None:
    """Give what the worker said last; None where it never looked, or its trace is of a form not read now."""
    trace = session.scalar(
        select(RoutingDecision.trace)
        .where(RoutingDecision.case_id == case.id, RoutingDecision.decided_by.is_(None))
        .order_by(RoutingDecision.decided_at.desc(), RoutingDecision.id.desc())
        .limit(1)
    )
    if trace is None:
        return None
    try:
        return Proposal.of(Decision.from_trace(trace))
    except ValueError:
        return None
