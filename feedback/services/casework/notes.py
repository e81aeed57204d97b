"""Words that staff leave on a case: a note for each other, a telephone call that was made or came in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.domain import permissions
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.positions import Actor
from feedback.models import Case
from feedback.services import clocks
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin, case_facts
from feedback.services.trail import record

PARTNERS = ("submitter", "agency", "unit", "other")
"""With whom a call was: the submitter, another agency, those who act on the spot, somebody else."""


def add(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    note: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Leave a note for everybody who works on the case; the submitter and the public never read it.

    It stands beside its event (`EventNote`), so that it can be erased. A page that somebody has open is not
    out of date for it. Raises InvalidInput of ``note``.
    """
    begin(session, actor, case, Action.ADD_NOTE, expected_version)
    words = checked_text(note, "note")
    record(session, case, EventKind.NOTE_ADDED, actor, now, note=words, moves_version=False)


def log_call(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    partner: str,
    incoming: bool,
    at: datetime,
    note: str,
    meets_urgent: bool = False,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record a telephone call: with whom (`PARTNERS`), who rang, when it was (aware), what was said.

    meets_urgent: it is the contact that an urgent case needs within two hours; whoever says so needs the
    right to record that too. The clock is met now, as with `handling.log_contact`: nobody ends it at a moment
    of their own choosing, and the event says when the call was. Raises InvalidInput of ``note``,
    ``partner`` (``unknown``) or ``at`` (``future``, ``before_case``).
    """
    begin(session, actor, case, Action.LOG_CALL, expected_version)
    words = checked_text(note, "note")
    if partner not in PARTNERS:
        raise InvalidInput("partner", "unknown")
    if at > now:
        raise InvalidInput("at", "future")
    # A page shows whole minutes: a call in the minute of reception counts as after it.
    if at < case.received_at - timedelta(minutes=1):
        raise InvalidInput("at", "before_case")
    if meets_urgent:
        permissions.require(actor, Action.LOG_CONTACT, case_facts(session, actor, case))
        if case.contacted_at is None:
            case.contacted_at = now
            clocks.meet(session, case.id, [Clock.URGENT], now)
    record(
        session, case, EventKind.CALL_LOGGED, actor, now, note=words, moves_version=meets_urgent,
        partner=partner, incoming=incoming, called_at=at.isoformat(), contact=meets_urgent,
    )  # fmt: skip
