"""Cases that were merged into another one: what happens to that one happens to their submitters too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.clocks import Clock
from feedback.domain.deadline import Deadline as DueDate
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, step
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.trace import Trace
from feedback.models import Answer, Attachment, Case, Deadline, Period
from feedback.queries.case_file import related_cases
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import evidence, hands, letters
from feedback.services.facts import lock
from feedback.services.sight import writing
from feedback.services.trail import record


def each_duplicate(session: Session, case: Case) -> Iterator[Case]:
    """Give each case merged into `case`, locked and writable while the loop stands at it.

    One that was set apart is left alone: it is no longer on the public track.
    """
    with writing(session, case.id):
        found = [kin.id for kin in related_cases(session, case.id) if kin.relation == "duplicate"]
    for case_id in found:
        with writing(session, case_id):
            duplicate = session.scalars(select(Case).where(Case.id == case_id)).one()
            lock(session, duplicate)
            if duplicate.restricted_at is None and duplicate.merged_into_id == case.id:
                yield duplicate


def followers(session: Session, case: Case) -> int:
    """Count the duplicates whose senders chose by themselves to follow `case`; nobody compared the two."""
    return sum(duplicate.follows_id is not None for duplicate in each_duplicate(session, case))


def let_go(case: Case) -> None:
    """Have a case belong to no other one any more, whoever had chosen it: desk or sender."""
    case.merged_into_id = None
    case.follows_id = None


def share(
    session: Session,
    case: Case,
    letter: Answer,
    kind: NoticeKind,
    actor: Actor | str,
    now: datetime,
    book: LawBook,
    *,
    answers: bool,
    names_nobody: bool = False,
    only: Collection[UUID] | None = None,
) -> None:
    """Bring the words that `case` got to the submitters of its duplicates.

    answers: it is an answer, so their period ends now, on time or not by their own date. names_nobody: a
    person confirmed that the words and the files with them tell of nobody. Without that, who follows by
    their own choice is a stranger to `case` and reads nothing of them: theirs goes to triage; whom the desk
    merged reads the words alone. A refusal is not for those who have an answer. only: the duplicates meant.
    """
    files = evidence.files_of(session, letter) if names_nobody else []
    for duplicate in each_duplicate(session, case):
        if only is not None and duplicate.id not in only:
            continue
        if not answers and duplicate.answered_at is not None:
            continue
        if duplicate.follows_id is not None and not names_nobody:
            _release(session, duplicate, actor, now, book)
        else:
            share_with(session, duplicate, letter, kind, actor, now, answers=answers, files=files)


def share_with(
    session: Session,
    duplicate: Case,
    letter: Answer,
    kind: NoticeKind,
    actor: Actor | str,
    now: datetime,
    *,
    answers: bool,
    files: Iterable[Attachment] = (),
) -> None:
    """Keep a copy of `letter`, and of the rows of `files`, with one duplicate and bring it to the submitter.

    Call within the duplicate's sight.
    """
    copy = Answer(
        id=new_id(), case_id=duplicate.id, period=duplicate.period,
        version=letters.next_version(session, duplicate), status="approved", text=letter.text,
        written_at=letter.written_at, written_by=letter.written_by, submitted_at=letter.submitted_at,
        decided_at=letter.decided_at, decided_by=letter.decided_by, remarks="",
    )  # fmt: skip
    session.add(copy)
    session.flush()
    evidence.copy_to(session, copy, files, now)
    period = session.get_one(Period, (duplicate.id, duplicate.period))
    if answers and period.ended_at is None:
        clocks.end_period(session, duplicate, now)
    cause = record(
        session, duplicate, EventKind.ANSWER_SHARED, actor, now, main=str(duplicate.merged_into_id)
    )
    letters.send(session, duplicate, copy, kind, cause, now)


def release(session: Session, case: Case, actor: Actor | str, now: datetime, book: LawBook) -> int:
    """Return the duplicates that wait for a case that will not be answered to triage; gives their number.

    The citizen's clock goes on to the date that it always had. Who was answered with an earlier period of
    `case` keeps that answer, and may ask for another look.
    """
    count = 0
    for duplicate in each_duplicate(session, case):
        if duplicate.answered_at is not None:
            continue
        _release(session, duplicate, actor, now, book)
        count += 1
    return count


def _release(session: Session, duplicate: Case, actor: Actor | str, now: datetime, book: LawBook) -> None:
    state, main = step(duplicate.state, Action.RELEASE_DUPLICATE), duplicate.merged_into_id
    let_go(duplicate)
    letters.call_off(session, duplicate, now)
    revive_clocks(session, duplicate, now, book)
    clocks.enter_state(session, duplicate, state, now, book)
    record(session, duplicate, EventKind.DUPLICATE_RELEASED, actor, now, main=str(main))


def revive_clocks(session: Session, case: Case, now: datetime, book: LawBook) -> None:
    """Let the citizen's clock of a case that was closed and is open again run to the date it had.

    So do the two hours of one that is urgent, unless its agency was contacted. A period that was answered
    keeps its result: the case gets the next one then.
    """
    period = session.get_one(Period, (case.id, case.period))
    if period.ended_at is not None:
        clocks.open_period(session, case, now, book, "")
        return
    if clocks.active_deadline(session, case.id, Clock.CITIZEN) is not None:
        return
    last = session.scalars(
        select(Deadline)
        .where(
            Deadline.case_id == case.id, Deadline.period == case.period, Deadline.clock == str(Clock.CITIZEN)
        )
        .order_by(Deadline.version.desc())
        .limit(1)
    ).one()
    due = DueDate(last.due_on, last.due_at, Trace.from_json(last.trace))
    clocks.set_deadline(session, case, Clock.CITIZEN, due, now)
    hands.start_urgency(session, case, now, book)
