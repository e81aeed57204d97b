"""Conflicts of interest: somebody who is named, accused or says so herself leaves the case, and stays out.

Whoever is recorded is taken off the access list with the reason in the trail; when nobody would be left,
those whom the province names stand in, and if these are in a conflict too, the chairman.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.conflicts import ConflictKind
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.positions import Actor, PositionKind
from feedback.models import Account, Agency, Case, Holding, Position, RestrictedAccess, RestrictedConflict
from feedback.queries.conflicts import conflicts_of, in_conflict
from feedback.queries.people import holding_on
from feedback.services import audit
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.restricted_track import access
from feedback.services.sight import writing
from feedback.services.trail import record

_log = structlog.get_logger(__name__)


def record_conflict(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    account_id: int,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record that an account may not see a restricted case: the actor's own, or one that the message names.

    It loses sight of the case at once and cannot be let in again. Raises InvalidInput of ``reason`` or
    ``account`` (``unknown``, ``recorded`` already), and of ``access`` (``nobody_left``) when nobody in the
    province could take its place.
    """
    begin(session, actor, case, Action.RECORD_CONFLICT, expected_version)
    words = checked_text(reason, "reason")
    account = session.get(Account, account_id)
    if account is None:
        raise InvalidInput("account", "unknown")
    if account_id in conflicts_of(session, [case])[case.id].barred:
        raise InvalidInput("account", "recorded")
    kind = ConflictKind.DECLARED if account_id == actor.account_id else ConflictKind.NAMED
    with writing(session, case.id):
        removed = access.close_list(session, case, now, account_id)
        _add(session, case, account_id, kind, words, actor, now)
        record(
            session, case, EventKind.CONFLICT_RECORDED, actor, now, note=words, account=account_id,
            conflict=str(kind), removed=bool(removed),
        )  # fmt: skip
        _keep_somebody(session, case, actor, now)


def named_accounts(session: Session, account_ids: Collection[int]) -> frozenset[int]:
    """Check that there are such accounts, active or not. Raises InvalidInput of ``account`` (``unknown``)."""
    wanted = frozenset(account_ids)
    if frozenset(session.scalars(select(Account.id).where(Account.id.in_(wanted)))) != wanted:
        raise InvalidInput("account", "unknown")
    return wanted


def add_named(
    session: Session, case: Case, account_ids: Collection[int], reason: str, actor: Actor, now: datetime
) -> None:
    """Record those whom a message names as it is set apart; call within `sight.writing`."""
    known = conflicts_of(session, [case])[case.id].barred
    for account_id in sorted(set(account_ids) - known):
        _add(session, case, account_id, ConflictKind.NAMED, reason, actor, now)
    session.flush()


def _add(
    session: Session,
    case: Case,
    account_id: int,
    kind: ConflictKind,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        RestrictedConflict(
            id=new_id(), case_id=case.id, account_id=account_id, kind=str(kind), reason=reason,
            recorded_at=now, recorded_by=actor.account_id,
        )
    )  # fmt: skip


def name_accused(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    agency_id: int,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Name the agency that stands accused, when that shows after the case was set apart.

    Everybody of it leaves the access list. Raises InvalidInput of ``reason``, ``agency_id`` (``unknown``,
    ``same``) or ``access`` (``nobody_left``).
    """
    begin(session, actor, case, Action.NAME_ACCUSED, expected_version)
    words = checked_text(reason, "reason")
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise InvalidInput("agency_id", "unknown")
    if agency_id == case.accused_agency_id:
        raise InvalidInput("agency_id", "same")
    with writing(session, case.id):
        case.accused_agency_id = agency_id
        record(session, case, EventKind.ACCUSED_NAMED, actor, now, note=words, accused=agency_id)
        _end_conflicted(session, case, actor, now)
        _keep_somebody(session, case, actor, now)


def end_conflicted(session: Session, now: datetime) -> int:
    """Take off the lists whoever came to work for an accused agency since they were let in; gives how many.

    For the worker: PostgreSQL hides the case from them from the first day already.
    """
    on, ended = local_date(now), 0
    rows = session.scalars(
        select(Case.id)
        .join(RestrictedAccess, RestrictedAccess.case_id == Case.id)
        .join(Holding, Holding.account_id == RestrictedAccess.account_id)
        .join(Position, Position.id == Holding.position_id)
        .where(
            RestrictedAccess.ended_at.is_(None),
            Case.restricted_at.is_not(None),
            Position.agency_id == Case.accused_agency_id,
            holding_on(on),
        )
        .distinct()
        .order_by(Case.id)
    ).all()
    for case_id in rows:
        case = session.get_one(Case, case_id, with_for_update=True, populate_existing=True)
        if case.restricted_at is None:
            # Returned to triage while we waited for it: its list is closed, and stays so.
            continue
        ended += _end_conflicted(session, case, audit.WORKER, now)
        try:
            _keep_somebody(session, case, audit.WORKER, now)
        except InvalidInput:
            _log.error("restricted_case_without_anybody", case=str(case.id))
    return ended


def _end_conflicted(session: Session, case: Case, actor: Actor | str, now: datetime) -> int:
    found = in_conflict(session, case, access.on_list(session, case), local_date(now))
    for account_id, kind in sorted(found.items()):
        access.close_list(session, case, now, account_id)
        record(session, case, EventKind.ACCESS_ENDED, actor, now, account=account_id, conflict=str(kind))
    return len(found)


def _keep_somebody(session: Session, case: Case, actor: Actor | str, now: datetime) -> None:
    """Let those in who stand in, when the list came to be empty."""
    if access.on_list(session, case):
        return
    on = local_date(now)
    found = stand_ins(session, case, on)
    if not found:
        raise InvalidInput("access", "nobody_left")
    by = actor.account_id if isinstance(actor, Actor) else None
    for account_id in found:
        access.add_to_list(session, case, account_id, "", by, now)
        record(session, case, EventKind.ACCESS_GRANTED, actor, now, account=account_id)


def stand_ins(session: Session, case: Case, on: date) -> tuple[int, ...]:
    """Give who takes a case over that nobody may see: those the province names, else the chairman."""
    for people in (access.handlers(session, None, on), _chairmen(session, on)):
        free = tuple(one for one in people if one not in in_conflict(session, case, people, on))
        if free:
            return free
    return ()


def _chairmen(session: Session, on: date) -> Collection[int]:
    return session.scalars(
        select(Account.id)
        .join(Holding, Holding.account_id == Account.id)
        .join(Position, Position.id == Holding.position_id)
        .where(Account.active, Position.kind == str(PositionKind.CHAIRMAN), holding_on(on))
        .distinct()
        .order_by(Account.id)
    ).all()
