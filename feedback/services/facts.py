"""How every verb begins: the case is locked and read anew, the version compared, the right asked for."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Exists,
    Integer,
    ScalarSelect,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Session

from feedback.domain import lifecycle, permissions
from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import CaseFacts
from feedback.domain.positions import Actor, AgencyKind, PositionKind
from feedback.models import (
    Agency,
    Answer,
    Assignment,
    AuditEvent,
    Case,
    Contribution,
    EscalationStep,
    Extension,
    Publication,
    RestrictedAccess,
)
from feedback.queries.case_file import NotFound
from feedback.queries.extenders import extend_by as extend_by_row
from feedback.services import capacity
from feedback.services.errors import Change, Conflict


def _facts_question() -> Select[Any]:
    """Build the one query behind `case_facts`: built anew each time it took longer than to run."""
    case_id, period = bindparam("case_id", type_=Uuid()), bindparam("period", type_=Integer())
    of_lead = (Assignment.case_id == case_id, Assignment.role == "lead", Assignment.ended_at.is_(None))
    answer = (Answer.case_id == case_id, Answer.period == period, Answer.status == "submitted")
    publication = (
        Publication.case_id == case_id,
        Publication.period == period,
        Publication.status == "awaiting_check",
    )
    access = (
        RestrictedAccess.case_id == case_id,
        RestrictedAccess.account_id == bindparam("account_id", type_=Integer()),
        RestrictedAccess.ended_at.is_(None),
    )
    liaison = (
        Agency.id == bindparam("lead_agency_id", type_=Integer()),
        Agency.kind == str(AgencyKind.EXTERNAL),
    )
    return select(
        select(Assignment.final).where(*of_lead).scalar_subquery(),
        exists().where(*access),
        select(Answer.written_by).where(*answer).order_by(Answer.version.desc()).limit(1).scalar_subquery(),
        select(Publication.written_by).where(*publication).scalar_subquery(),
        exists().where(Extension.case_id == case_id, Extension.decision == "pending"),
        select(Agency.liaison_id).where(*liaison).scalar_subquery(),
        # The running term is that of the agency's clock, of a restricted case that of its check.
        extend_by_row(case_id, bindparam("clock", type_=String())),
        _step_waits(case_id),
        _asked(case_id),
    )


def _asked(case_id: BindParameter[UUID]) -> ScalarSelect[Any]:
    """Ask for the agencies whose part of the case is awaited."""
    awaited = (Contribution.answered_at.is_(None), Contribution.ended_at.is_(None))
    return (
        select(func.array_agg(Contribution.agency_id))
        .where(Contribution.case_id == case_id, *awaited)
        .scalar_subquery()
    )


def _step_waits(case_id: BindParameter[UUID]) -> Exists:
    """Ask whether a step of the ladder that reached a position of the actor is open."""
    positions = bindparam("position_ids", type_=ARRAY(Integer()))
    return exists().where(
        EscalationStep.case_id == case_id,
        EscalationStep.position_id == any_(positions),
        EscalationStep.acknowledged_at.is_(None),
        EscalationStep.retracted_at.is_(None),
        EscalationStep.settled_at.is_(None),
    )


_FACTS = _facts_question()


def case_facts(session: Session, actor: Actor, case: Case) -> CaseFacts:
    """Gather in one query what the permissions to `case` are decided from.

    An external body has no staff here: its liaison desk stands in its place as the lead.
    """
    asked = {
        "case_id": case.id,
        "period": case.period,
        "account_id": actor.account_id,
        "position_ids": [held.position_id for held in actor.positions],
        "lead_agency_id": case.lead_agency_id,
        "clock": str(Clock.STATE if case.restricted_at is not None else Clock.AGENCY),
    }
    row = session.execute(_FACTS, asked).one()
    final, listed, draft_author, publication_author, extension, liaison_id, extend_by, step, parts = row
    return CaseFacts(
        state=State(case.state),
        lead_agency_id=liaison_id or case.lead_agency_id,
        external=liaison_id is not None,
        officer_id=case.officer_id,
        urgent=case.urgent,
        send_backs=case.send_backs,
        transfers=case.transfers,
        final=bool(final),
        on_access_list=listed,
        co_agency_ids=frozenset(case.co_agency_ids),
        unit_id=case.unit_id,
        escalated_to_actor=step,
        draft_author_id=draft_author,
        publication_author_id=publication_author,
        asked_agency_ids=frozenset(parts or ()),
        extension_pending=extension,
        **({} if extend_by is None else {"extend_by": _kinds(extend_by)}),
    )


def _kinds(text: str) -> frozenset[PositionKind]:
    return frozenset(PositionKind(kind) for kind in text.split(";") if kind)


def lock(session: Session, case: Case, expected_version: int | None = None) -> None:
    """Lock the row of `case` until the transaction ends and read it anew, so that verbs take turns.

    expected_version: what the page showed. Raises Conflict when the case has moved on since, and
    NotFound when the actor does not see it (any more).
    """
    case_id: UUID = case.id
    found = session.scalars(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound(str(case_id))
    if expected_version is not None and found.version != expected_version:
        changes = changes_since(session, case_id, expected_version)
        raise Conflict(case_id, expected_version, found.version, changes)


def changes_since(session: Session, case_id: UUID, version: int) -> tuple[Change, ...]:
    """Give what the trail tells of the case after `version`; an event names the version it made."""
    events = session.execute(
        select(AuditEvent.kind, AuditEvent.at, AuditEvent.actor, AuditEvent.payload)
        .where(AuditEvent.case_id == case_id)
        .order_by(AuditEvent.seq)
    )
    return tuple(
        Change(kind, at, actor)
        for kind, at, actor, payload in events
        if json.loads(payload).get("version", 0) > version
    )


def begin(
    session: Session, actor: Actor, case: Case, action: Action, expected_version: int | None = None
) -> State:
    """Begin `action` of a member of staff on `case`; gives the state that follows.

    Raises Conflict and NotFound as `lock` does, permissions.Refused when the actor may not.
    """
    lock(session, case, expected_version)
    require(session, actor, case, action)
    return lifecycle.step(case.state, action)


def require(session: Session, actor: Actor, case: Case, action: Action) -> None:
    """Raise permissions.Refused unless `actor` may do `action` to `case`, which is locked.

    Whether they stand in for somebody is noted for the events that follow (`feedback.services.capacity`).
    """
    facts = case_facts(session, actor, case)
    permissions.require(actor, action, facts)
    capacity.note(session, actor, permissions.acting_in(actor, action, facts))


def begin_unattended(
    session: Session, case: Case, action: Action, expected_version: int | None = None
) -> State:
    """Begin an act of the submitter or of a worker, whose right is that they reach the case at all.

    Raises Conflict and NotFound as `lock` does, TransitionRefused when the state does not allow it.
    """
    lock(session, case, expected_version)
    return lifecycle.step(case.state, action)
