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
from feedback.models import Answer, AuditEvent, Case, Field, Message, RoutingDecision
from feedback.queries.case_file import related_cases
from feedback.queries.law_book import LawBook
from feedback.services import audit, clocks
from feedback.services.casework import duplicates, hands, letters
from feedback.services.facts import lock, require
from feedback.services.sight import writing
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
    decision is no label. One event says so. The parts of a split message are closed as rejoined, and hold
    none of its words any more. Raises Conflict and NotFound as `facts.lock` does, Refused with
    ``position``, ``state`` or a code of `undo_objection`, or with ``notice_left`` when somebody was told,
    ``told_others`` when a refusal was shared with duplicates, ``released_others`` when a split sent them back
    to triage, ``part_moved_on`` when something else has happened to a part.
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
    parts = _untouched_parts(session, case, decision)
    label = _label(session, case, decision)
    if label is None:
        # The case moved with another that was merged: nobody decided this of it.
        raise Refused(action, "moved_on")
    for each in (decision, *parts.values()):
        _require_unsent(session, each, action)
    for each in (decision, *parts.values()):
        _cancel_notices(session, each, now)
    if action is Action.TAKE_BACK_URGENCY:
        _urgency_back(session, case, now, book, urgent=not decision.payload["urgent"])
    else:
        _case_back(session, case, main, decision, actor, now, book)
    for part, birth in parts.items():
        _rejoin(session, case, part, birth, actor, now, book)
    _unlabel(session, case, label, now)
    record(session, case, EventKind.DECISION_TAKEN_BACK, actor, now, of=str(decision.act.kind))
    return decision.act.kind


def _lock_with_main(session: Session, case: Case, expected_version: int | None) -> Case | None:
    """Lock the one it was merged into and then the case: the order of whoever answers the main case."""
    main = None if case.merged_into_id is None else session.get(Case, case.merged_into_id)
    if main is not None:
        lock(session, main)
    lock(session, case, expected_version)
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


def _require_unsent(session: Session, decision: _Decision, action: Action) -> None:
    """See that no notice has left and nobody was told in the product; of some of those no mail ever leaves.

    One that is being sent or told holds its row: we wait and learn it.
    """
    rows = session.execute(
        select(Message.state, Message.told_at).where(Message.cause == decision.id).with_for_update()
    ).all()
    if any(state == "sent" or told_at is not None for state, told_at in rows):
        raise Refused(action, "notice_left")


def _cancel_notices(session: Session, decision: _Decision, now: datetime) -> None:
    session.execute(
        update(Message)
        .where(Message.cause == decision.id, Message.state == "pending")
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
        duplicates.revive_clocks(session, case, now, book)
    clocks.return_to_state(session, case, State(state), now, book)


def _letter_back(session: Session, case: Case, decision: _Decision, now: datetime) -> None:
    """Take back the words of a refusal: nobody reads them any more, nobody hands them over."""
    refusals = session.scalars(
        select(Answer).where(
            Answer.case_id == case.id, Answer.status == "approved", Answer.decided_at == decision.act.at
        )
    ).all()
    for refusal in refusals:
        refusal.status = "taken_back"
    letters.call_off(session, case, now)


def _untouched_parts(session: Session, case: Case, decision: _Decision) -> dict[Case, _Decision]:
    """Give the parts that a split made, locked, with their birth; none after any other decision.

    Raises Refused where more than their birth has happened to one, or where duplicates went back to triage.
    """
    if decision.act.kind is not EventKind.CASE_SPLIT:
        return {}
    if decision.payload.get("released"):
        raise Refused(Action.TAKE_BACK, "released_others")
    parts = session.scalars(
        select(Case).where(Case.split_from_id == case.id, Case.state != str(State.REJOINED)).order_by(Case.id)
    ).all()
    # One that was set apart is not among them, and is no reason of its own: that would tell of it.
    is_whole = len(parts) == decision.payload["parts"]
    births = {}
    for part in parts:
        lock(session, part)
        births[part] = _last_decision(session, part)
    if not is_whole or any(not _is_birth(birth.act, decision.act) for birth in births.values()):
        raise Refused(Action.TAKE_BACK, "part_moved_on")
    return births


def _is_birth(act: LastAct, split: LastAct) -> bool:
    return (
        act.kind in {EventKind.CASE_SPLIT_OFF, EventKind.CASE_DISPATCHED}
        and act.at == split.at
        and act.by == split.by
    )


def _rejoin(
    session: Session, case: Case, part: Case, birth: _Decision, actor: Actor, now: datetime, book: LawBook
) -> None:
    """Close `part`, which is one with `case` again.

    Its words stand in `case`, which may be set apart tomorrow: no copy is left. A part that waits to be
    routed is passed over then, since it is not received any more.
    """
    with writing(session, part.id):
        state = step(part.state, Action.REJOIN)
        label = _label(session, part, birth)
        if label is not None:
            _unlabel(session, part, label, now)
        hands.take_back(session, part, now)
        part.title = part.body = case.reference
        part.place_text = part.place_detail = part.happened = ""
        part.latitude = part.longitude = None
        clocks.enter_state(session, part, state, now, book)
        record(session, part, EventKind.DECISION_TAKEN_BACK, actor, now, of=str(EventKind.CASE_SPLIT))


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
