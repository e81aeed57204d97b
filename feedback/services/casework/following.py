"""Following a case that was reported before: joining it as the sender chose, and leaving it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.events import EventKind
from feedback.domain.following import Joinable, may_be_joined, may_join
from feedback.domain.lifecycle import Action, State, TransitionRefused, step
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.routing import Decision, Outcome
from feedback.models import Case, RoutingDecision
from feedback.queries.law_book import LawBook
from feedback.services import audit, clocks
from feedback.services.casework import duplicates, letters, partition
from feedback.services.facts import begin, begin_unattended, lock
from feedback.services.post import notices
from feedback.services.sight import writing
from feedback.services.trail import record

FOLLOWED = "followed"
"""The outcome of a routing decision on a message that joined the case its sender chose."""

_MOST_HOPS = 5


def followed_case(session: Session, case: Case) -> Case | None:
    """Give the case that `case` is to join, locked; None when the chosen one can be joined no more.

    Where that one was merged meanwhile, it is the case it was merged into. The caller holds `case`,
    which nobody sees in any other list yet: locks are taken in no other order than that.
    """
    wanted: UUID | None = case.follows_id
    for _ in range(_MOST_HOPS):
        found = session.get(Case, wanted) if wanted is not None else None
        if found is None or found.id == case.id:
            return None
        lock(session, found)
        if found.merged_into_id is None:
            return found if may_be_joined(_joinable(session, found)) else None
        wanted = found.merged_into_id
    return None


def _joinable(session: Session, case: Case) -> Joinable:
    suspected = select(
        exists().where(
            RoutingDecision.case_id == case.id, RoutingDecision.outcome == str(Outcome.RESTRICTED_TRIAGE)
        )
    )
    return Joinable(
        state=case.state,
        case_class=case.case_class,
        has_agency=case.lead_agency_id is not None,
        set_apart=case.restricted_at is not None or case.state_before_restriction is not None,
        suspected=bool(session.scalar(suspected)),
        urgent=case.urgent,
        confidential=case.confidential,
        erased=case.anonymised_at is not None,
    )


def join(session: Session, case: Case, decision: Decision, now: datetime, book: LawBook) -> bool:
    """Let a received case join the one that its sender chose; False when that cannot be: it is routed then.

    decision: what the rules made of it, kept for the desk in case its sender leaves again. It keeps its
    code, its words and the date it was promised. Written in a savepoint: what fails leaves nothing behind.
    """
    if case.follows_id is None or not may_join(decision):
        return False
    with session.begin_nested():
        into = followed_case(session, case)
        if into is not None:
            _join(session, case, into, decision, now, book)
    return into is not None


def _join(session: Session, case: Case, into: Case, decision: Decision, now: datetime, book: LawBook) -> None:
    state = step(case.state, Action.FOLLOW)
    case.case_class = None if decision.case_class is None else str(decision.case_class)
    case.commune_code = case.commune_code or decision.commune_code
    session.add(
        RoutingDecision(
            id=new_id(), case_id=case.id, decided_at=now, outcome=FOLLOWED, case_class=case.case_class,
            confidence=decision.confidence, trace=decision.to_trace(),
        )
    )  # fmt: skip
    partition.join(session, audit.WORKER, case, into, state, now=now, book=book, chosen=True)


def may_leave(case: Case) -> bool:
    """Tell whether the submitter may have a case handled by itself: it waits in one they chose to follow.

    What the desk merged stays so until there is an answer; then they may ask for another look.
    """
    return case.follows_id is not None and case.state == State.MERGED and case.answered_at is None


def leave(
    session: Session, case: Case, *, now: datetime, book: LawBook, expected_version: int | None = None
) -> None:
    """Have a case that follows another one handled by itself: it goes to triage, to the date it always had.

    Raises TransitionRefused when it follows none, or when the answer has come.
    """
    main = _lock_main(session, case)
    state = begin_unattended(session, case, Action.LEAVE, expected_version)
    if main is None or not may_leave(case) or case.merged_into_id != main.id:
        raise TransitionRefused(State(case.state), Action.LEAVE)
    cause = _part(session, case, main, state, audit.SUBMITTER, now, book, reason="submitter")
    notices.notify(
        session, cause=cause, kind=NoticeKind.TRIAGE_DESK, recipient=notices.DESK, now=now, case_id=case.id
    )


def mark_read(
    session: Session, actor: Actor, case: Case, *, now: datetime, expected_version: int | None = None
) -> None:
    """Record that the desk read what the sender of a case that follows another one wrote.

    Raises Conflict, NotFound and permissions.Refused as every verb does, TransitionRefused when it follows
    none. Reading it once more changes nothing.
    """
    state = begin(session, actor, case, Action.READ_FOLLOWER, expected_version)
    if case.follows_id is None:
        raise TransitionRefused(state, Action.READ_FOLLOWER)
    if case.follower_read_at is None:
        case.follower_read_at = now
        record(session, case, EventKind.FOLLOWER_READ, actor, now)


def separate(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Have the desk handle a merged case by itself after all: it goes to triage, to the date it always had.

    Raises what `mark_read` raises; TransitionRefused also when the answer has come, after which only its
    submitter may ask for another look.
    """
    main = _lock_main(session, case)
    state = begin(session, actor, case, Action.SEPARATE, expected_version)
    if main is None or case.merged_into_id != main.id or case.answered_at is not None:
        raise TransitionRefused(State(case.state), Action.SEPARATE)
    _part(session, case, main, state, actor, now, book, reason="desk")


def _part(
    session: Session,
    case: Case,
    main: Case,
    state: State,
    actor: Actor | str,
    now: datetime,
    book: LawBook,
    reason: str,
) -> UUID:
    """Take `case` out of `main`; gives the event that says so."""
    duplicates.let_go(case)
    letters.call_off(session, case, now)
    duplicates.revive_clocks(session, case, now, book)
    clocks.enter_state(session, case, state, now, book)
    cause = record(session, case, EventKind.DUPLICATE_RELEASED, actor, now, main=str(main.id), reason=reason)
    with writing(session, main.id):
        record(session, main, EventKind.DUPLICATE_LEFT, actor, now, duplicate=str(case.id))
    return cause


def _lock_main(session: Session, case: Case) -> Case | None:
    """Lock the case that `case` was merged into, unseen by its sender: first, as who answers it does."""
    main_id: UUID | None = case.merged_into_id
    if main_id is None:
        return None
    with writing(session, main_id):
        main = session.get_one(Case, main_id)
        lock(session, main)
    return main
