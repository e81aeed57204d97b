"""Who may see a restricted case: chosen by position, never from the agency that stands accused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.conflicts import Conflicts
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.positions import Actor
from feedback.models import Account, Agency, Case, Holding, Position, ProvinceSetting, RestrictedAccess
from feedback.queries.conflicts import agencies_of, conflicts_of
from feedback.queries.people import holding_on
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.sight import writing
from feedback.services.trail import record

SETTING = "restricted_handlers"
DEFAULT_HANDLERS = "head_of_agency@inspectorate;coordinator_head@coordinator"
"""Positions that handle restricted cases, as ``kind@agency`` where the agency is a kind or a code."""


def handlers(session: Session, accused_agency_id: int | None, on: date) -> tuple[int, ...]:
    """Give the accounts that the province lets handle a restricted case on the day `on`.

    They hold or act in a position that the setting ``restricted_handlers`` names, and none in the
    accused agency.
    """
    found = _holding(session, or_(*_entries(session)), on)
    return free_of_conflict(session, found, Conflicts(accused_agency_id), on)


def _entries(session: Session) -> list[ColumnElement[bool]]:
    """Give a condition for each position that the setting names, in its order."""
    row = session.get(ProvinceSetting, SETTING)
    wanted: list[ColumnElement[bool]] = []
    for entry in (row.value if row is not None else DEFAULT_HANDLERS).split(";"):
        kind, _, agency = (part.strip() for part in entry.partition("@"))
        wanted.append((Position.kind == kind) & or_(Agency.kind == agency, Agency.code == agency))
    return wanted


def _holding(session: Session, condition: ColumnElement[bool], on: date) -> Sequence[int]:
    return session.scalars(
        select(Account.id)
        .join(Holding, Holding.account_id == Account.id)
        .join(Position, Position.id == Holding.position_id)
        .join(Agency, Agency.id == Position.agency_id)
        .where(Account.active, holding_on(on), condition)
        .distinct()
        .order_by(Account.id)
    ).all()


def head_of_track(session: Session, case: Case, on: date, *, besides: int) -> int | None:
    """Give who answers for the restricted track in `case`: the first of the setting who is on its list.

    besides: the account that is passed over, since it did what is to be told.
    """
    listed = on_list(session, case)
    for entry in _entries(session):
        for account_id in _holding(session, entry, on):
            if account_id in listed and account_id != besides:
                return account_id
    return None


def on_list(session: Session, case: Case) -> frozenset[int]:
    """Give the accounts that are on the access list of a case now."""
    session.flush()
    return frozenset(
        session.scalars(
            select(RestrictedAccess.account_id).where(
                RestrictedAccess.case_id == case.id, RestrictedAccess.ended_at.is_(None)
            )
        )
    )


def free_of_conflict(
    session: Session, account_ids: Collection[int], conflicts: Conflicts, on: date
) -> tuple[int, ...]:
    """Give those of `account_ids`, in their order, against whom nothing stands on the day `on`."""
    agencies = agencies_of(session, account_ids, on)
    return tuple(one for one in account_ids if conflicts.of(one, agencies[one]) is None)


def eligible(
    session: Session, account_ids: Collection[int], conflicts: Conflicts, on: date
) -> tuple[int, ...]:
    """Check that `account_ids` are active and free of conflict; gives them each once.

    Raises InvalidInput of ``access``: ``unknown`` or ``conflict``.
    """
    wanted = tuple(dict.fromkeys(account_ids))
    active = set(session.scalars(select(Account.id).where(Account.id.in_(wanted), Account.active)))
    if active != set(wanted):
        raise InvalidInput("access", "unknown")
    if free_of_conflict(session, wanted, conflicts, on) != wanted:
        raise InvalidInput("access", "conflict")
    return wanted


def open_list(
    session: Session, case: Case, account_ids: Collection[int], reason: str, actor: Actor, now: datetime
) -> None:
    """Put `account_ids` on the access list of a case; call within `sight.writing`."""
    for account_id in account_ids:
        add_to_list(session, case, account_id, reason, actor.account_id, now)
    session.flush()


def add_to_list(
    session: Session, case: Case, account_id: int, reason: str, by: int | None, now: datetime
) -> None:
    """Put one account on the access list. by: who let them in, None for the worker."""
    session.add(
        RestrictedAccess(
            id=new_id(), case_id=case.id, account_id=account_id, granted_at=now, granted_by=by, reason=reason
        )
    )


def close_list(session: Session, case: Case, now: datetime, account_id: int | None = None) -> int:
    """End the access of one account, or of all; gives how many had it. Call within `sight.writing`."""
    statement = update(RestrictedAccess).where(
        RestrictedAccess.case_id == case.id, RestrictedAccess.ended_at.is_(None)
    )
    if account_id is not None:
        statement = statement.where(RestrictedAccess.account_id == account_id)
    session.flush()
    rows = session.scalars(
        statement.values(ended_at=now)
        .returning(RestrictedAccess.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    return len(rows)


def _listed(session: Session, case: Case, *conditions: object) -> bool:
    query = exists().where(RestrictedAccess.case_id == case.id, RestrictedAccess.ended_at.is_(None))
    return bool(session.scalar(select(query.where(*conditions))))  # type: ignore[arg-type]


def grant(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    account_id: int,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Let one more account see a restricted case. Raises InvalidInput of ``access`` or ``reason``.

    Codes of ``access``: ``unknown``, ``conflict`` (see domain/conflicts.py), ``listed`` already.
    """
    begin(session, actor, case, Action.GRANT_ACCESS, expected_version)
    words = checked_text(reason, "reason")
    eligible(session, [account_id], conflicts_of(session, [case])[case.id], local_date(now))
    if _listed(session, case, RestrictedAccess.account_id == account_id):
        raise InvalidInput("access", "listed")
    open_list(session, case, [account_id], words, actor, now)
    record(session, case, EventKind.ACCESS_GRANTED, actor, now, account=account_id)


def end_access(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    account_id: int,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take an account off the access list; somebody else must stay on it.

    Raises InvalidInput of ``reason`` or ``access``: ``not_listed``, ``nobody_left``.
    """
    begin(session, actor, case, Action.GRANT_ACCESS, expected_version)
    words = checked_text(reason, "reason")
    if not _listed(session, case, RestrictedAccess.account_id == account_id):
        raise InvalidInput("access", "not_listed")
    if not _listed(session, case, RestrictedAccess.account_id != account_id):
        raise InvalidInput("access", "nobody_left")
    with writing(session, case.id):
        close_list(session, case, now, account_id)
        record(session, case, EventKind.ACCESS_ENDED, actor, now, note=words, account=account_id)
