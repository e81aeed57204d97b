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
"""With whom words were exchanged: the submitter, another agency, those who act on the spot, somebody else."""
WAYS = ("rang", "was_rung", "wrote", "met")
"""How: the actor rang, the other rang, a letter was sent, they met face to face."""


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


def log_exchange(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    partner: str,
    way: str,
    at: datetime,
    note: str,
    meets_urgent: bool = False,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record a call, letter or meeting: with whom (`PARTNERS`), how (`WAYS`), when (aware), what was said.

    meets_urgent: it is the contact that an urgent case needs within two hours; whoever says so needs the
    right to record that too. The clock is met now, as with `handling.log_contact`: nobody ends it at a moment
    of their own choosing, and the event says when it was. A letter takes longer than two hours and is no
    such contact. Raises InvalidInput of ``note``, ``partner`` or ``way`` (``unknown``), ``at`` (``future``,
    ``before_case``) or ``meets_urgent`` (``by_letter``).
    """
    begin(session, actor, case, Action.LOG_EXCHANGE, expected_version)
    words = checked_text(note, "note")
    if partner not in PARTNERS:
        raise InvalidInput("partner", "unknown")
    if way not in WAYS:
        raise InvalidInput("way", "unknown")
    if at > now:
        raise InvalidInput("at", "future")
    # A page shows whole minutes: what was said in the minute of reception counts as after it.
    if at < case.received_at - timedelta(minutes=1):
        raise InvalidInput("at", "before_case")
    if meets_urgent:
        if way == "wrote":
            raise InvalidInput("meets_urgent", "by_letter")
        permissions.require(actor, Action.LOG_CONTACT, case_facts(session, actor, case))
        if case.contacted_at is None:
            case.contacted_at = now
            clocks.meet(session, case.id, [Clock.URGENT], now)
    record(
        session, case, EventKind.EXCHANGE_LOGGED, actor, now, note=words, moves_version=meets_urgent,
        partner=partner, way=way, called_at=at.isoformat(), contact=meets_urgent,
    )  # fmt: skip
