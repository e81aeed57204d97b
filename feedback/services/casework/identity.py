"""Showing a member of staff who the submitter is: only for a reason, and never unrecorded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.models import AuditEvent, Case, IdentityReveal
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.post.notices import notify, to_account
from feedback.services.restricted_track import access
from feedback.services.sight import Identity, identity_of
from feedback.services.trail import record

SHORTEST_REASON = 10


def reveal(session: Session, actor: Actor, case: Case, *, reason: str, now: datetime) -> Identity:
    """Show who sent `case` to `actor`, who says what they need it for; the reading is recorded first.

    Of a restricted case only those on its access list may ask, and the head of the track is told by mail.
    Raises InvalidInput of ``reason``
    (at least 10 characters), or of ``case`` (``anonymous``, ``erased``).
    """
    begin(session, actor, case, Action.REVEAL_IDENTITY)
    words = checked_text(reason, "reason", least=SHORTEST_REASON)
    if case.anonymous:
        raise InvalidInput("case", "anonymous")
    session.add(
        IdentityReveal(
            id=new_id(), case_id=case.id, account_id=actor.account_id, revealed_at=now, reason=words
        )
    )
    cause = record(session, case, EventKind.IDENTITY_REVEALED, actor, now, moves_version=False)
    if case.restricted_at is not None:
        _tell_head_of_track(session, actor, case, cause, now)
    identity = identity_of(session, case.id)
    if identity is None:
        raise InvalidInput("case", "erased")
    return identity


def _tell_head_of_track(session: Session, actor: Actor, case: Case, cause: UUID, now: datetime) -> None:
    head = access.head_of_track(session, case, local_date(now), besides=actor.account_id)
    if head is not None:
        notify(
            session, cause=cause, kind=NoticeKind.IDENTITY_UNSEALED, recipient=to_account(head), now=now,
            case_id=case.id, params={"by": actor.name, "on": local_date(now).isoformat()},
        )  # fmt: skip


def seal_again(session: Session, actor: Actor, case: Case, *, now: datetime) -> None:
    """Record that `actor` has done with the identity of a restricted case that they had opened.

    Each opening shows it once and it is sealed again as they leave the page; this says in the trail when
    they had no more need of it. Raises InvalidInput of ``case`` (``sealed``) when they have it open no more.
    """
    begin(session, actor, case, Action.SEAL_IDENTITY)
    if not opened_by(session, case, actor.account_id):
        raise InvalidInput("case", "sealed")
    record(session, case, EventKind.IDENTITY_SEALED, actor, now, moves_version=False)


def opened_by(session: Session, case: Case, account_id: int) -> bool:
    """Tell whether an account opened the identity after it last sealed it again."""
    kinds = [str(EventKind.IDENTITY_REVEALED), str(EventKind.IDENTITY_SEALED)]
    last = session.scalar(
        select(AuditEvent.kind)
        .where(
            AuditEvent.case_id == case.id,
            AuditEvent.actor == f"account:{account_id}",
            AuditEvent.kind.in_(kinds),
        )
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    return last == EventKind.IDENTITY_REVEALED
