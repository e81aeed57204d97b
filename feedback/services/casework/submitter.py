"""What the submitter does with their own case, which they reach by its tracking code."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import CAPS, Action, State, TransitionRefused, actions_in
from feedback.domain.notices import NoticeKind
from feedback.domain.terms import StartEvent
from feedback.models import Agency, Case, Rating
from feedback.queries.law_book import LawBook
from feedback.services import audit, clocks
from feedback.services.casework import duplicates, hands, letters, publication
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin_unattended
from feedback.services.post import notices
from feedback.services.sight import writing
from feedback.services.trail import record

POOR = 2
"""A score up to this one offers the submitter to reopen the case; it does not reopen it."""


def reopen_until(case: Case) -> date | None:
    """Give the last day (Vietnamese date) on which the submitter may reopen a case, if it is answered."""
    if case.answered_at is None or Action.REOPEN not in actions_in(case.state):
        return None
    return local_date(case.answered_at) + timedelta(days=CAPS.reopen_days)


def may_rate(case: Case) -> bool:
    """Tell whether there is an answer that the submitter may rate: their own, or one they share."""
    return case.answered_at is not None and Action.RATE in actions_in(case.state)


def rate(
    session: Session,
    case: Case,
    *,
    score: int,
    comment: str = "",
    now: datetime,
    expected_version: int | None = None,
) -> bool:
    """Keep how satisfied the submitter is (1 to 5) with the answer; once an answer.

    Who shares the answer of a main case rates it in their own case: each submitter counts once.
    Gives True when the score is poor and the case can still be reopened, so that the page offers
    it. Raises InvalidInput of ``score`` (``out_of_range``, ``already_rated``) or ``comment``,
    TransitionRefused while a merged case waits for its answer.
    """
    begin_unattended(session, case, Action.RATE, expected_version)
    if not may_rate(case):
        raise TransitionRefused(State(case.state), Action.RATE)
    if not 1 <= score <= 5:
        raise InvalidInput("score", "out_of_range")
    words = checked_text(comment, "comment", least=0)
    if session.get(Rating, (case.id, case.period)) is not None:
        raise InvalidInput("score", "already_rated")
    session.add(Rating(case_id=case.id, period=case.period, score=score, comment=words, rated_at=now))
    record(session, case, EventKind.CASE_RATED, audit.SUBMITTER, now, score=score, period=case.period)
    until = reopen_until(case)
    return score <= POOR and until is not None and local_date(now) <= until


def reopen(
    session: Session,
    case: Case,
    *,
    reason: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Open the case again within 30 days of the answer: a second period with a date of its own.

    What the first period recorded stays, and what is published of it; what was only proposed for the board,
    or waits to be handed over, is called off. The agency that answered has the case again. A case that was
    merged leaves the main one, which is somebody else's and stays as it is: it goes to triage, as every
    duplicate that is released, since no agency ever had it and what it asks beyond the shared answer
    must be read first. Raises InvalidInput of ``reason``, or of ``case`` (``too_late``),
    TransitionRefused while a merged case waits for its answer.
    """
    state = begin_unattended(session, case, Action.REOPEN, expected_version)
    words = checked_text(reason, "reason", least=10)
    until = reopen_until(case)
    if until is None:
        raise TransitionRefused(State(case.state), Action.REOPEN)
    if local_date(now) > until:
        raise InvalidInput("case", "too_late")
    if case.merged_into_id is not None:
        _leave(session, case, state, words, now, book)
        return
    lead = session.get(Agency, case.lead_agency_id) if case.lead_agency_id is not None else None
    if lead is None:
        raise RuntimeError(f"case {case.id} was answered by nobody")
    letters.call_off(session, case, now)
    with writing(session, case.id):
        publication.take_down(session, case, now, statuses=publication.ON_ITS_WAY)
    clocks.open_period(session, case, now, book, words)
    hands.give(session, case, lead, case.co_agency_ids, now, by=None, accepted=True)
    clocks.start_agency_clock(session, case, lead.id, now, book, StartEvent.REOPENING)
    clocks.enter_state(session, case, state, now, book)
    cause = record(session, case, EventKind.CASE_REOPENED, audit.SUBMITTER, now, period=case.period)
    hands.tell_handlers(session, case, cause, now, NoticeKind.REOPENED_AGENCY)
    hands.tell_heads(session, case, cause, now, NoticeKind.REOPENED_AGENCY)


def _leave(session: Session, case: Case, state: State, reason: str, now: datetime, book: LawBook) -> None:
    """Let a merged case go its own way again, in a second period."""
    main = case.merged_into_id
    duplicates.let_go(case)
    letters.call_off(session, case, now)
    clocks.open_period(session, case, now, book, reason)
    clocks.enter_state(session, case, state, now, book)
    cause = record(
        session, case, EventKind.CASE_REOPENED, audit.SUBMITTER, now, period=case.period, main=str(main)
    )
    notices.notify(
        session, cause=cause, kind=NoticeKind.TRIAGE_DESK, recipient=notices.DESK, now=now, case_id=case.id,
        params={"reason": reason},
    )  # fmt: skip


def withdraw(
    session: Session,
    case: Case,
    *,
    reason: str = "",
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Withdraw an open case. Cases of others that were merged into it go back to triage.

    Raises InvalidInput of ``reason``.
    """
    state = begin_unattended(session, case, Action.WITHDRAW, expected_version)
    words = checked_text(reason, "reason", least=0)
    with writing(session, case.id):
        had_lead = hands.lead_of(session, case.id) is not None
        hands.end_assignments(session, case, now)
        ended = hands.end_requests(session, case, now)
        clocks.enter_state(session, case, state, now, book)
        cause = record(session, case, EventKind.CASE_WITHDRAWN, audit.SUBMITTER, now, note=words)
        if had_lead:
            hands.tell_handlers(session, case, cause, now, NoticeKind.WITHDRAWN_AGENCY)
        hands.tell_ended(session, case, ended, cause, now)
    duplicates.release(session, case, audit.SUBMITTER, now, book)
