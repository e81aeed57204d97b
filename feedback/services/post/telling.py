"""Telling members of staff in the product, and deciding whose mail leaves now, later, or not at all.

Every notice of staff is a message row, written in the transaction of its cause. When it falls due it is told
first: whoever stands behind its recipient that day gets a notification, once. What is left of the row is
the mail to those who want one; who is in their quiet hours gets a row of their own that waits.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, new_id, transaction
from feedback.domain.calendar import local_date
from feedback.domain.notices import NoticeKind
from feedback.domain.notifications import (
    LOCKED,
    NEW_TO_AGENCY,
    TOPIC_OF,
    Channel,
    NotificationKind,
    Preferences,
    Topic,
    kind_of,
    quiet_until,
)
from feedback.models import Case, Message, Notification
from feedback.queries.law_book import LawBook, load_law_book
from feedback.queries.night.recipients import Person, addressees, readers, unit_listeners
from feedback.queries.notifications import agencies_of, preferences_of, steps_in
from feedback.services.post import notices
from feedback.services.post.still_so import is_over

_log = structlog.get_logger(__name__)
_NOTIFICATION = insert(Notification.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]
_MAIL = insert(Message.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]


@dataclass
class _Round:
    """What one transaction of telling knows: the moment, the law, and what was read of people so far."""

    session: Session
    now: datetime
    book: LawBook
    known: dict[int, Preferences] = field(default_factory=dict)
    agencies: dict[int, int] = field(default_factory=dict)

    def learn(self, people: Iterable[Person]) -> None:
        """Read the preferences and agencies of people who are not known yet."""
        new = {person.account_id for person in people if person.account_id is not None} - self.known.keys()
        if new:
            self.known |= preferences_of(self.session, new)
            self.agencies |= agencies_of(self.session, new, local_date(self.now))

    def may_leave_at(self, account_id: int) -> datetime:
        """Give the moment from which a mail that can wait may leave for an account."""
        agency_id = self.agencies.get(account_id)
        calendar = self.book.calendar_of(agency_id, local_date(self.now))
        return quiet_until(self.now, self.known[account_id], calendar)


def tell_due(sessions: sessionmaker[Session], now: datetime, limit: int) -> int:
    """Tell up to `limit` messages that are due at `now`, in one transaction; gives how many there were."""
    with transaction(sessions, WORKER) as session:
        return tell(session, now, limit)


def tell(session: Session, now: datetime, limit: int) -> int:
    """Tell up to `limit` messages that are due at `now` and were not told yet; gives how many there were.

    To be committed as one, so that a worker that is killed leaves none of them half told. A row whose
    telling fails is logged and left to the mail, so that it holds up no other.
    """
    rows = session.scalars(
        select(Message)
        .where(
            Message.state == "pending",
            Message.told_at.is_(None),
            Message.recipient != notices.SUBMITTER,
            Message.not_before <= now,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
        )
        .order_by(Message.not_before, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    told = _Round(session, now, load_law_book(session, now))
    for row in rows:
        try:
            with session.begin_nested():
                _tell(told, row)
        except Exception as error:
            _log.warning("untold", message=str(row.id), kind=row.kind, error=type(error).__name__)
        row.told_at = now
    return len(rows)


def _tell(told: _Round, row: Message) -> None:
    kind = kind_of(row.kind)
    if kind is None:
        return
    case = None if row.case_id is None else told.session.get(Case, row.case_id)
    if case is not None and is_over(told.session, row, case):
        return
    on = local_date(told.now)
    people = readers(told.session, row.recipient, case, on)
    told.learn(people)
    written_to = addressees(told.session, row.recipient, case, on)
    mailbox = any(person.account_id is None for person in written_to)
    topic = TOPIC_OF[kind]
    channels = {
        person.account_id: told.known[person.account_id].channel(topic, beside_mailbox=mailbox)
        for person in people
        if person.account_id is not None
    }
    _notify(told, row, kind, channels)
    wanted = [account_id for account_id, channel in channels.items() if channel is Channel.MAIL]
    at_once = topic in LOCKED or (case is not None and case.urgent and case.contacted_at is None)
    _plan_mail(told, row, wanted, mailbox=mailbox, at_once=at_once)
    if case is not None and kind in NEW_TO_AGENCY and row.recipient == f"agency:{case.lead_agency_id}":
        _tell_units(told, row, case, but=channels.keys())


def _tell_units(told: _Round, row: Message, case: Case, *, but: Collection[int]) -> None:
    """Tell those of the agency's units who chose to hear of new cases; `but` were told by `row` itself."""
    people = unit_listeners(told.session, case, local_date(told.now))
    told.learn(people)
    channels = {
        person.account_id: told.known[person.account_id].channel(Topic.UNIT)
        for person in people
        if person.account_id is not None and person.account_id not in but
    }
    _notify(told, row, NotificationKind.UNIT_CASE, channels)
    for account_id, channel in channels.items():
        if channel is Channel.MAIL:
            _own_mail(told, row, account_id, told.may_leave_at(account_id), NoticeKind.UNIT_CASE)


def _notify(told: _Round, row: Message, kind: NotificationKind, channels: Mapping[int, Channel]) -> None:
    """Write what each reader sees in the product; the same cause and kind is told to an account once."""
    rows: list[dict[str, Any]] = []
    for account_id, channel in channels.items():
        if channel is Channel.OFF:
            continue
        values = _values(told, account_id, kind, row.case_id, row.cause)
        values["in_digest"] = channel is Channel.DIGEST
        rows += _of_digest(told, row, values) if kind is NotificationKind.ESCALATED else [values]
    if rows:
        told.session.execute(_NOTIFICATION, rows)


def _values(
    told: _Round, account_id: int, kind: NotificationKind, case_id: UUID | None, cause: UUID
) -> dict[str, Any]:
    return {
        "id": new_id(), "account_id": account_id, "kind": str(kind), "case_id": case_id, "cause": cause,
        "created_at": told.now, "in_digest": False,
    }  # fmt: skip


def _of_digest(told: _Round, row: Message, whole: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the notifications of an escalation digest: one for each case that is due soon, one for the rest.

    A case that is due soon is work for its reader; what climbed is looked at on one page anyway.
    """
    account_id = whole["account_id"]
    steps = steps_in(told.session, UUID(json.loads(row.params)["digest"]), account_id)
    before = {step.code for step in told.book.ladder if step.offset.amount < 0}
    soon = [step for step in steps if step.code in before and not (step.raised or step.restricted)]
    rows = [_values(told, account_id, NotificationKind.DUE_SOON, step.case_id, step.id) for step in soon]
    return rows if len(soon) == len(steps) else [*rows, whole]


def _plan_mail(told: _Round, row: Message, wanted: Sequence[int], *, mailbox: bool, at_once: bool) -> None:
    """Let the mail to each of `wanted` wait for the end of their quiet time, unless it goes `at_once`.

    A row for one person waits itself. Of a row for several, or for the mailbox of an agency, those who must
    wait, or whom the mailbox does not stand for, get a row of their own.
    """
    leaves = {one: told.now if at_once else told.may_leave_at(one) for one in wanted}
    alone = row.recipient.startswith(("account:", "position:"))
    for account_id, at in leaves.items():
        if alone:
            row.not_before = max(row.not_before, at)
        elif mailbox or at > told.now:
            _own_mail(told, row, account_id, at)


def _own_mail(
    told: _Round, row: Message, account_id: int, at: datetime, kind: NoticeKind | None = None
) -> None:
    values = notices.notice_values(
        cause=row.cause, kind=kind or NoticeKind(row.kind), recipient=notices.to_account(account_id),
        now=told.now, case_id=row.case_id, locale=row.locale, params=json.loads(row.params), not_before=at,
    )  # fmt: skip
    told.session.execute(_MAIL, values | {"told_at": told.now})


def wanting_mail(session: Session, row: Message, people: Sequence[Person]) -> tuple[Person, ...]:
    """Give those of `people`, to whom `row` is about to be mailed, who want that mail.

    A mailbox does, and so do submitters. Of staff those do who chose mails at once for its topic and have
    no row of their own for it.
    """
    kind = kind_of(row.kind)
    if kind is None or row.recipient == notices.SUBMITTER:
        return tuple(people)
    known = preferences_of(session, [one.account_id for one in people if one.account_id is not None])
    own = set(
        session.scalars(
            select(Message.recipient).where(
                Message.cause == row.cause, Message.kind == row.kind, Message.id != row.id
            )
        )
    )
    return tuple(
        person
        for person in people
        if person.account_id is None
        or (
            known[person.account_id].channel(TOPIC_OF[kind]) is Channel.MAIL
            and notices.to_account(person.account_id) not in own
        )
    )
