"""Showing a member of staff who the submitter is: only for a reason, and never unrecorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.positions import Actor
from feedback.models import Case, IdentityReveal
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.sight import Identity, identity_of
from feedback.services.trail import record

SHORTEST_REASON = 10


def reveal(session: Session, actor: Actor, case: Case, *, reason: str, now: datetime) -> Identity:
    """Show who sent `case` to `actor`, who says what they need it for; the reading is recorded first.

    Of a restricted case only those on its access list may ask. Raises InvalidInput of ``reason``
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
    record(session, case, EventKind.IDENTITY_REVEALED, actor, now, moves_version=False)
    identity = identity_of(session, case.id)
    if identity is None:
        raise InvalidInput("case", "erased")
    return identity
