"""A head hands their own post over for some days, ends it early, or calls it off before it begins.

The administrator calls off any holding that has not begun.

The rules are `feedback.domain.delegation`'s; the row is a holding like any other, so rights, letters and the
ladder follow it by themselves. The days are Vietnamese dates, and the first and the last of them count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.delegation import Delegation, called_off, objection
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor, HoldingKind
from feedback.models import Account, Holding
from feedback.queries.case_file import NotFound
from feedback.queries.posts import around, position_of
from feedback.services.audit import actor_key
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.post.notices import notify, to_account
from feedback.services.staff import appointments

LONGEST_REASON = 300
_FIELDS = {"position": "position_ids", "account": "account_id", "valid_from": "position_ids"}


@dataclass(frozen=True, slots=True)
class Absence:
    """From when to when a head is away, why, and who acts meanwhile."""

    account_id: int
    first_day: date
    last_day: date
    reason: str


def delegate(
    session: Session, actor: Actor, *, position_ids: Collection[int], absence: Absence, now: datetime
) -> list[Holding]:
    """Hand posts of the actor over; either all of them are, or none.

    Raises InvalidInput: ``reason`` (``required``, ``too_short``, ``too_long``), ``position_ids``
    (``required``, ``unknown``: not a post that the actor holds today), and what
    `feedback.domain.delegation.Objection` names, of ``first_day``, ``last_day``, ``position_ids``,
    ``account_id``.
    """
    reason = checked_text(absence.reason, "reason", least=5, most=LONGEST_REASON)
    own = {held.position_id: held for held in actor.positions if not held.acting}
    if not position_ids:
        raise InvalidInput("position_ids", "required")
    if not set(position_ids) <= set(own):
        raise InvalidInput("position_ids", "unknown")
    _take_turns(session, actor.account_id, absence.account_id)
    today = local_date(now)
    near = around(session, {own[position_id].agency_id for position_id in position_ids}, today)
    for position_id in position_ids:
        wanted = Delegation(
            position_of(near.by_id[position_id]), actor.account_id, absence.account_id, absence.first_day,
            absence.last_day,
        )  # fmt: skip
        found = objection(wanted, near.posts, today)
        if found is not None:
            raise InvalidInput(_FIELDS.get(found.field, found.field), found.code)
    return [_appoint(session, actor, position_id, absence, reason, now) for position_id in position_ids]


def _appoint(
    session: Session, actor: Actor, position_id: int, absence: Absence, reason: str, now: datetime
) -> Holding:
    """Write one of the holdings; somebody may have been quicker since the rules were asked."""
    try:
        holding, cause = appointments.appoint(
            session, actor=actor_key(actor), position_id=position_id, account_id=absence.account_id,
            kind=HoldingKind.ACTING, valid_from=absence.first_day, valid_to=absence.last_day, basis=reason,
            now=now, created_by=actor.account_id,
        )  # fmt: skip
    except InvalidInput as error:
        raise InvalidInput(_FIELDS.get(error.field, error.field), error.code) from error
    _tell(session, holding, NoticeKind.ACTING_NAMED, cause, now)
    return holding


def end_early(session: Session, actor: Actor, holding_id: int, *, last_day: date, now: datetime) -> None:
    """End a delegation that the actor made: `last_day` still counts; one that has not begun never begins.

    Raises NotFound when it is not the actor's to end: made by somebody else (an appointment by the
    administrator), over already, or of a post they hold no more. InvalidInput of ``last_day``: ``past``,
    ``after_end``.
    """
    today = local_date(now)
    holding = session.scalars(
        select(Holding).where(Holding.id == holding_id).with_for_update(of=Holding)
    ).one_or_none()
    if holding is None or not _is_own(actor, holding, today):
        raise NotFound("delegation")
    if holding.valid_from > today:
        cause = appointments.call_off(session, actor=actor_key(actor), holding=holding, now=now)
    elif last_day < today:
        raise InvalidInput("last_day", "past")
    else:
        cause = appointments.end_holding(
            session, actor=actor_key(actor), holding=holding, last_day=last_day, now=now
        )
    _tell(session, holding, NoticeKind.ACTING_ENDED, cause, now)


def call_off(session: Session, actor: Actor, holding_id: int, *, now: datetime) -> Holding:
    """Have any holding that has not begun never begin, for the administrator; whoever was to act is told.

    Raises NotFound when there is none such, InvalidInput of ``last_day``: ``begun``; ``past`` when it was
    called off before.
    """
    holding = session.scalars(
        select(Holding).where(Holding.id == holding_id).with_for_update(of=Holding)
    ).one_or_none()
    if holding is None:
        raise NotFound("holding")
    cause = appointments.call_off(session, actor=actor_key(actor), holding=holding, now=now)
    if holding.kind == HoldingKind.ACTING:
        _tell(session, holding, NoticeKind.ACTING_ENDED, cause, now)
    return holding


def _tell(session: Session, holding: Holding, kind: NoticeKind, cause: UUID, now: datetime) -> None:
    """Tell whoever was named, by the post and the days: the reason is the giver's own matter."""
    position, account = holding.position, session.get_one(Account, holding.account_id)
    off = called_off(holding.valid_from, holding.valid_to)
    last = None if off or holding.valid_to is None else holding.valid_to.isoformat()
    notify(
        session, cause=cause, kind=kind, recipient=to_account(account.id), now=now, locale=account.locale,
        params={
            "position_vi": position.title_vi, "position_en": position.title_en,
            "agency_vi": position.agency.name_vi, "agency_en": position.agency.name_en,
            "first": holding.valid_from.isoformat(), "last": last,
        },
    )  # fmt: skip


def _is_own(actor: Actor, holding: Holding, today: date) -> bool:
    over = holding.valid_to is not None and holding.valid_to < today
    return (
        holding.kind == HoldingKind.ACTING
        and holding.created_by == actor.account_id
        and not over
        and not called_off(holding.valid_from, holding.valid_to)
        and any(held.position_id == holding.position_id and not held.acting for held in actor.positions)
    )


def _take_turns(session: Session, *account_ids: int) -> None:
    """Have delegations in which one of these people takes part wait for one another.

    So that A does not name B while B hands their own post over. Raises InvalidInput of ``account_id``
    (``outside``) for an account that is not there.
    """
    found = session.scalars(
        select(Account.id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    ).all()
    if set(found) != set(account_ids):
        raise InvalidInput("account_id", "outside")
