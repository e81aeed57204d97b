"""Taking back a dispatcher's last decision on a case, within minutes and before anybody was told of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, State, step
from feedback.domain.permissions import Refused
from feedback.domain.positions import Actor
from feedback.domain.routing.correction import Correction
from feedback.domain.undo import UNDONE_BY, LastAct, undo_objection
from feedback.models import Answer, AuditEvent, Case, Delivery, Field, Message, RoutingDecision
from feedback.queries.case_file import related_cases
from feedback.queries.law_book import LawBook
from feedback.services import audit, clocks
from feedback.services.casework import duplicates, hands
from feedback.services.facts import lock, require
from feedback.services.trail import record


@dataclass(frozen=True, slots=True)
class _Decision:
    """The event of the decision to be taken back."""

    id: UUID
    act: LastAct
    payload: dict[str, Any]


def take_back(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> EventKind:
    """Take back the actor's last decision on `case`; gives the event of what was taken back.

    The case stands where it stood: in triage with the limit it had there, with its class and field, and the
    citizen's date as it always was. The agency's clock ends, the notices that wait are cancelled, the
    decision is no label. One event says so. Raises Conflict and NotFound as `facts.lock` does, Refused with
    ``position``, ``state`` or a code of `undo_objection`, or with ``notice_left`` when a notice has left,
    ``told_others`` when a refusal was shared with duplicates.
    """
    main = _lock_with_main(session, case, expected_version)
    decision = _last_decision(session, case)
    action = UNDONE_BY.get(decision.act.kind, Action.TAKE_BACK)
    why = undo_objection(decision.act, actor.account_id, now)
    if why is not None:
        raise Refused(action, why)
    require(session, actor, case, action)
    if decision.act.kind is EventKind.CASE_REFUSED and _has_duplicates(session, case):
        raise Refused(action, "told_others")
    label = _label(session, case, decision)
    if label is None:
        # The case moved with another that was merged: nobody decided this of it.
        raise Refused(action, "moved_on")
    _hold_notices(session, decision, action, now)
    if action is Action.TAKE_BACK_URGENCY:
        _urgency_back(session, case, now, book, urgent=not decision.payload["urgent"])
    else:
        _case_back(session, case, main, decision, actor, now, book)
    _unlabel(session, case, label, now)
    record(session, case, EventKind.DECISION_TAKEN_BACK, actor, now, of=str(decision.act.kind))
    return decision.act.kind


def _lock_with_main(session: Session, case: Case, expected_version: int | None) -> Case | None:
    """Lock the case, with the one it was merged into, in the order in which merging locks them."""
    main = None if case.merged_into_id is None else session.get(Case, case.merged_into_id)
    for each in sorted(filter(None, (case, main)), key=lambda one: one.id):
        lock(session, each, expected_version if each is case else None)
    return main if main is not None and case.merged_into_id == main.id else None


def _last_decision(session: Session, case: Case) -> _Decision:
    event = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.stream == audit.case_stream(case.id))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).one()
    account = event.actor.removeprefix("account:")
    by = int(account) if account.isdigit() else None
    return _Decision(event.id, LastAct(EventKind(event.kind), event.at, by), json.loads(event.payload))


def _has_duplicates(session: Session, case: Case) -> bool:
    return any(kin.relation == "duplicate" for kin in related_cases(session, case.id))


def _hold_notices(session: Session, decision: _Decision, action: Action, now: datetime) -> None:
    """Cancel what waits. A letter that is being sent holds its row: we wait, and learn whether it left."""
    of_decision = Message.cause == decision.id
    states = session.scalars(select(Message.state).where(of_decision).with_for_update()).all()
    if "sent" in states:
        raise Refused(action, "notice_left")
    session.execute(
        update(Message)
        .where(of_decision, Message.state == "pending")
        .values(state="cancelled", cancelled_at=now)
        .execution_options(synchronize_session=False)
    )


def _urgency_back(session: Session, case: Case, now: datetime, book: LawBook, *, urgent: bool) -> None:
    case.urgent = urgent
    if urgent:
        hands.start_urgency(session, case, now, book)
    else:
        clocks.supersede(session, case.id, [Clock.URGENT], now)


def _case_back(
    session: Session,
    case: Case,
    main: Case | None,
    decision: _Decision,
    actor: Actor,
    now: datetime,
    book: LawBook,
) -> None:
    state = step(case.state, Action.TAKE_BACK)
    was_closed = case.closed_at is not None
    hands.take_back(session, case, now)
    case.refusal_code = None
    if decision.act.kind is EventKind.CASE_REFUSED:
        _letter_back(session, case, decision, now)
    if main is not None:
        _unmerge(session, case, main, decision, actor, now)
    if was_closed:
        duplicates.revive_citizen_clock(session, case, now, book)
        hands.start_urgency(session, case, now, book)
    clocks.return_to_state(session, case, State(state), now, book)


def _letter_back(session: Session, case: Case, decision: _Decision, now: datetime) -> None:
    """Take back the words of a refusal: nobody reads them any more, nobody hands them over."""
    letters = session.scalars(
        select(Answer).where(
            Answer.case_id == case.id, Answer.status == "approved", Answer.decided_at == decision.act.at
        )
    ).all()
    for letter in letters:
        letter.status = "taken_back"
    session.execute(
        update(Delivery)
        .where(
            Delivery.answer_id.in_([letter.id for letter in letters]),
            Delivery.delivered_at.is_(None),
            Delivery.cancelled_at.is_(None),
        )
        .values(cancelled_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _unmerge(
    session: Session, case: Case, main: Case, decision: _Decision, actor: Actor, now: datetime
) -> None:
    """Let `case` leave `main`, with those that were merged into it before and had followed it."""
    case.merged_into_id = None
    for follower in duplicates.each_duplicate(session, main):
        last = _last_decision(session, follower)
        if (last.act.at, last.payload.get("via")) == (decision.act.at, str(case.id)):
            follower.merged_into_id = case.id
            record(session, follower, EventKind.CASE_MERGED, actor, now, main=str(case.id))
    record(session, main, EventKind.DUPLICATE_LEFT, actor, now, duplicate=str(case.id))


def _label(session: Session, case: Case, decision: _Decision) -> RoutingDecision | None:
    """Give the row that the decision left; None when it was one on another case, which this one followed."""
    return session.scalars(
        select(RoutingDecision)
        .where(
            RoutingDecision.case_id == case.id,
            RoutingDecision.decided_by == decision.act.by,
            RoutingDecision.decided_at == decision.act.at,
            RoutingDecision.superseded_at.is_(None),
        )
        .order_by(RoutingDecision.id.desc())
        .limit(1)
    ).one_or_none()


def _unlabel(session: Session, case: Case, label: RoutingDecision, now: datetime) -> None:
    """Let the decision be no label, and give class and field back as it had found them."""
    label.superseded_at = now
    before = Correction.from_trace(label.trace).before
    case.case_class = before.case_class
    case.field_id = (
        None if before.field is None else session.scalar(select(Field.id).where(Field.code == before.field))
    )
