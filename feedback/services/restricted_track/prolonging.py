"""More time for the check of a denunciation: once, to the longest that the law gives it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_deadline
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Refused
from feedback.domain.positions import Actor
from feedback.domain.terms import StartEvent
from feedback.models import Case
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.errors import checked_text
from feedback.services.facts import begin
from feedback.services.trail import record

LONGEST = "denunciation_check_longest"
"""The term that takes the place of the usual one: 10 working days from the same start (Luật Tố cáo Đ.24)."""


def prolong_check(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Let the check of a denunciation last as long as the law allows, counted from when it began.

    Who may is said by the row of the term. Raises InvalidInput of ``reason``; Refused
    (``not_extendable``) for another kind of case, or when the check lasts that long already.
    """
    begin(session, actor, case, Action.PROLONG_CHECK, expected_version)
    words = checked_text(reason, "reason")
    running = clocks.active_deadline(session, case.id, Clock.STATE)
    if running is None:
        raise Refused(Action.PROLONG_CHECK, "not_extendable")
    term = book.term(LONGEST, running.started_at)
    due = compute_deadline(
        running.started_at, term.duration, book.calendar, term=term, event=StartEvent.STATE_ENTERED
    )
    clocks.set_deadline(session, case, Clock.STATE, due, now, state=State.RESTRICTED)
    record(session, case, EventKind.CHECK_PROLONGED, actor, now, note=words, due_on=due.due_on.isoformat())
