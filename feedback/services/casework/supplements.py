"""Asking the submitter for more, and what ends the wait: their reply, a call at the office, or time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import exists, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import day_start, local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_due
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, State
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.submission import MOST_FILES, StoredFile
from feedback.models import Attachment, Case, Supplement
from feedback.queries.law_book import LawBook
from feedback.services import audit, clocks
from feedback.services.casework import hands
from feedback.services.errors import InvalidInput, checked_text, finished_text
from feedback.services.facts import begin, begin_unattended
from feedback.services.trail import record

FIRST_REQUEST = "supplement"
WAIT = "supplement_reply"
_log = structlog.get_logger(__name__)


def ask(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    question: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> Supplement:
    """Ask the submitter for more; they have 10 working days to reply.

    The agency's clock stands still meanwhile only when its term allows pauses, this is the first
    request and it comes within 5 working days of the submission (scoring rule of 766/QĐ-TTg). The
    citizen's never does.
    Raises InvalidInput of ``question``; ``unreachable`` when the submitter is anonymous, for then
    nobody would learn that something was asked.
    """
    state = begin(session, actor, case, Action.ASK_SUPPLEMENT, expected_version)
    words = finished_text(question, "question")
    if case.anonymous:
        raise InvalidInput("question", "unreachable")
    due_on, _ = compute_due(now, book.term(WAIT, now).duration, book.calendar)
    supplement = Supplement(
        id=new_id(), case_id=case.id, asked_at=now, asked_by=actor.account_id, question=words,
        pauses=_pauses(session, case, now, book), due_on=due_on, reply="",
    )  # fmt: skip
    session.add(supplement)
    if supplement.pauses:
        clocks.pause_agency_clock(session, case, now)
    clocks.enter_state(session, case, state, now, book)
    cause = record(
        session, case, EventKind.SUPPLEMENT_ASKED, actor, now, pauses=supplement.pauses,
        due_on=due_on.isoformat(),
    )  # fmt: skip
    hands.tell_submitter(
        session, case, cause, now, NoticeKind.SUPPLEMENT_REQUEST, question=words, due_on=due_on.isoformat()
    )
    return supplement


def _pauses(session: Session, case: Case, now: datetime, book: LawBook) -> bool:
    if session.scalar(select(exists().where(Supplement.case_id == case.id))):
        return False
    running = clocks.active_deadline(session, case.id, Clock.AGENCY)
    if running is None or not book.term(running.term_key or clocks.ANSWER, running.started_at).pauses:
        return False
    term = book.term(FIRST_REQUEST, case.received_at)
    _, until = compute_due(case.received_at, term.duration, book.calendar)
    return now < until


def _open_request(session: Session, case: Case) -> Supplement:
    return session.scalars(
        select(Supplement).where(
            Supplement.case_id == case.id, Supplement.replied_at.is_(None), Supplement.expired_at.is_(None)
        )
    ).one()


def reply(
    session: Session,
    case: Case,
    *,
    text: str,
    files: Sequence[StoredFile] = (),
    question_id: UUID | None = None,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Take the submitter's reply, with files already stored; the agency's clock runs on.

    Acts for the submitter, who reached the case by its tracking code. question_id: the request that they
    read, where it is known. Raises InvalidInput of ``text`` (``other_question`` when another one is open by
    now) or ``files``, TransitionRefused when nothing is waited for.
    """
    state = begin_unattended(session, case, Action.SUPPLY, expected_version)
    words = checked_text(text, "text")
    if question_id is not None and _open_request(session, case).id != question_id:
        raise InvalidInput("text", "other_question")
    if len(files) > MOST_FILES:
        raise InvalidInput("files", "too_many")
    session.add_all(
        Attachment(
            id=file.id, case_id=case.id, origin="supplement", name=file.name, media_type=file.media_type,
            size=file.size, sha256=file.sha256, storage_key=file.storage_key, created_at=now,
        )
        for file in files
    )  # fmt: skip
    _end_by_reply(session, case, words, state, now, book)
    cause = record(
        session, case, EventKind.SUPPLEMENT_RECEIVED, audit.SUBMITTER, now, files=len(files), by="submitter"
    )
    hands.tell_handlers(session, case, cause, now, NoticeKind.SUPPLEMENT_RECEIVED)


def _end_by_reply(
    session: Session, case: Case, words: str, state: State, now: datetime, book: LawBook
) -> None:
    request = _open_request(session, case)
    request.reply = words
    request.replied_at = now
    clocks.resume_agency_clock(session, case, now, book)
    clocks.enter_state(session, case, state, now, book)


def end_wait(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    told: str = "",
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Let staff end the wait: with what the submitter told them, by telephone or at the counter, or by time.

    told: the reply, verbatim (QĐ 31/2021 Đ.43.2). Raises InvalidInput of ``told``: ``required`` while the
    term has not passed and nothing was told.
    """
    state = begin(session, actor, case, Action.END_SUPPLEMENT_WAIT, expected_version)
    words = checked_text(told, "told", least=0)
    request = _open_request(session, case)
    if words:
        _end_by_reply(session, case, words, state, now, book)
        record(session, case, EventKind.SUPPLEMENT_RECEIVED, actor, now, files=0, by="staff")
        return
    if local_date(now) <= request.due_on:
        raise InvalidInput("told", "required")
    _end_by_time(session, case, request, state, now, book, actor)


def _end_by_time(
    session: Session,
    case: Case,
    request: Supplement,
    state: State,
    now: datetime,
    book: LawBook,
    actor: Actor | str,
) -> UUID:
    request.expired_at = now
    clocks.resume_agency_clock(session, case, now, book, since=day_start(request.due_on))
    clocks.enter_state(session, case, state, now, book)
    return record(session, case, EventKind.SUPPLEMENT_EXPIRED, actor, now)


def expire(
    session: Session, now: datetime, book: LawBook, limit: int = 100, *, failed: set[UUID] | None = None
) -> int:
    """End up to `limit` waits whose term has passed by `now`; gives how many it ended.

    For a worker, whose scope sees every case. Cases that somebody else holds locked are left to
    the next run. A case that cannot be ended stops no other: it is undone alone and logged.

    failed: the requests (ids) that failed before; they are passed over, and those that fail now are
    added, so that whoever calls again and again comes to an end.
    """
    passed_over = set() if failed is None else failed
    overdue = session.execute(
        select(Case, Supplement)
        .join(Supplement, Supplement.case_id == Case.id)
        .where(
            Supplement.replied_at.is_(None),
            Supplement.expired_at.is_(None),
            Supplement.due_on < local_date(now),
            Supplement.id.not_in(passed_over),
            Case.state == str(State.AWAITING_SUBMITTER),
        )
        .order_by(Supplement.due_on, Supplement.id)
        .limit(limit)
        .with_for_update(of=Case, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    ended = 0
    for case, request in overdue:
        case_id, request_id = case.id, request.id
        try:
            with session.begin_nested():
                _expire_one(session, case, request, now, book)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            # The kind alone: in its text the database quotes the row.
            _log.error("wait_not_ended", case=str(case_id), error=type(error).__name__)
            passed_over.add(request_id)
        else:
            ended += 1
    return ended


def _expire_one(session: Session, case: Case, request: Supplement, now: datetime, book: LawBook) -> None:
    state = begin_unattended(session, case, Action.END_SUPPLEMENT_WAIT)
    cause = _end_by_time(session, case, request, state, now, book, audit.WORKER)
    hands.tell_handlers(session, case, cause, now, NoticeKind.SUPPLEMENT_EXPIRED)
