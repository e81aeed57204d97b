"""The answer: drafted in versions, submitted, returned or approved, and brought to the submitter."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.text import clean_text
from feedback.models import Answer, Case, Delivery
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import duplicates, evidence, hands, letters, publication
from feedback.services.casework.evidence import Proof
from feedback.services.errors import Conflict, InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.sight import writing
from feedback.services.trail import record

SHORTEST_ANSWER = 20


def _newest(session: Session, case: Case, *statuses: str) -> Answer | None:
    return session.scalars(
        select(Answer)
        .where(Answer.case_id == case.id, Answer.period == case.period, Answer.status.in_(statuses))
        .order_by(Answer.version.desc())
        .limit(1)
        # A page may have read it before the case was locked; whoever was first wrote over it meanwhile.
        .execution_options(populate_existing=True)
    ).one_or_none()


class Overtaken(Conflict):
    """Another version of the answer was saved since the form was shown; nothing of this act was written.

    theirs: that version, to be shown beside what was typed.
    """

    def __init__(self, case: Case, theirs: Answer) -> None:
        super().__init__(case.id, case.version, case.version, ())
        self.theirs = theirs


def newest_version(session: Session, case: Case) -> Answer | None:
    """Give the newest version of the answer of the running period, whatever became of it."""
    return _newest(session, case, "draft", "submitted", "returned", "approved")


def mark(answer: Answer | None) -> str:
    """Give what tells one state of the newest version from another: what a form says it was written upon."""
    if answer is None:
        return "0"
    return f"{answer.version}:{hashlib.sha256(answer.text.encode()).hexdigest()[:16]}"


def _hold_against(session: Session, case: Case, based_on: str | None, words: str) -> None:
    if not based_on:
        return
    newest = newest_version(session, case)
    if newest is not None and mark(newest) != based_on and newest.text != words:
        raise Overtaken(case, newest)


def save_draft(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    text: str,
    now: datetime,
    based_on: str | None = None,
    proof: Proof | None = None,
) -> Answer:
    """Keep `text` as the draft of the answer, as often as it is typed.

    One's own draft is written over; over somebody else's a new version begins, so that nobody's
    words are lost. based_on: the `mark` of the version that the form showed. Raises InvalidInput of
    ``text``, Overtaken when another version was saved since.
    """
    begin(session, actor, case, Action.SAVE_DRAFT)
    _hold_against(session, case, based_on, clean_text(text).strip())
    before = newest_version(session, case)
    draft = _keep_draft(session, actor, case, checked_text(text, "text"), now)
    if proof is not None:
        evidence.attach(session, actor, draft, before, proof, now)
    record(session, case, EventKind.DRAFT_SAVED, actor, now, moves_version=False, draft=draft.version)
    return draft


def _keep_draft(session: Session, actor: Actor, case: Case, words: str, now: datetime) -> Answer:
    draft = _newest(session, case, "draft")
    if draft is not None and (draft.written_by == actor.account_id or draft.text == words):
        draft.text = words
        draft.written_at = now
        return draft
    return draft_of(session, actor, case, words, now)


def draft_of(session: Session, actor: Actor, case: Case, words: str, now: datetime) -> Answer:
    """Begin a new version with `words`, beside a draft that is there; for a verb that has its own right.

    What somebody had begun to write stays as the version before.
    """
    draft = Answer(
        id=new_id(), case_id=case.id, period=case.period, version=letters.next_version(session, case),
        status="draft", text=words, written_at=now, written_by=actor.account_id, remarks="",
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def submit(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    text: str,
    now: datetime,
    book: LawBook,
    based_on: str | None = None,
    proof: Proof | None = None,
    expected_version: int | None = None,
) -> Answer:
    """Send `text` to the head of the agency for approval.

    based_on: as for `save_draft`. proof: what a person's form sends along; None for a caller that is none.
    Raises InvalidInput of ``text``, ``photos`` and ``no_photo_reason`` (`evidence.check`), Overtaken.
    """
    state = begin(session, actor, case, Action.SUBMIT_DRAFT, expected_version)
    _hold_against(session, case, based_on, clean_text(text).strip())
    before = newest_version(session, case)
    draft = _keep_draft(session, actor, case, checked_text(text, "text", least=SHORTEST_ANSWER), now)
    photos = None if proof is None else evidence.attach(session, actor, draft, before, proof, now)
    evidence.check(case, draft, photos)
    draft.status = "submitted"
    draft.submitted_at = now
    clocks.enter_state(session, case, state, now, book)
    cause = record(session, case, EventKind.DRAFT_SUBMITTED, actor, now, draft=draft.version)
    hands.tell_heads(session, case, cause, now, NoticeKind.APPROVAL_REQUESTED)
    return draft


def _submitted(session: Session, case: Case) -> Answer:
    draft = _newest(session, case, "submitted")
    if draft is None:
        raise RuntimeError(f"case {case.id} awaits approval and has no draft submitted")
    return draft


def approve(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    now: datetime,
    book: LawBook,
    names_nobody: bool = False,
    expected_version: int | None = None,
) -> Answer:
    """Approve the submitted answer and send it: the case is answered, its clocks are met, its period ends.

    The head of a small agency may approve what they wrote themselves; the trail says so. The
    submitters of merged cases get the same answer (design.md §6).

    names_nobody: the actor confirms that words and photos tell of nobody. Raises InvalidInput of
    ``names_nobody``, ``required`` without it when somebody follows the case by their own choice.
    """
    state = begin(session, actor, case, Action.APPROVE, expected_version)
    followers = duplicates.followers(session, case)
    if followers and not names_nobody:
        raise InvalidInput("names_nobody", "required")
    answer = _submitted(session, case)
    answer.status = "approved"
    answer.decided_at = now
    answer.decided_by = actor.account_id
    on_time = clocks.end_period(session, case, now)
    clocks.enter_state(session, case, state, now, book)
    hands.end_assignments(session, case, now)
    ended = hands.end_requests(session, case, now)
    publication.await_publication(session, case, now, book)
    cause = record(
        session, case, EventKind.ANSWER_APPROVED, actor, now, draft=answer.version, period=case.period,
        on_time=on_time, self_approved=answer.written_by == actor.account_id,
        followers=followers,
    )  # fmt: skip
    hands.tell_ended(session, case, ended, cause, now)
    letters.send(session, case, answer, NoticeKind.ANSWER, cause, now)
    duplicates.share(
        session, case, answer, NoticeKind.ANSWER, actor, now, book, answers=True, names_nobody=names_nobody
    )
    return answer


def return_draft(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    remarks: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Return the submitted answer with remarks; the officer writes the next version.

    Raises InvalidInput of ``remarks``.
    """
    state = begin(session, actor, case, Action.RETURN_DRAFT, expected_version)
    words = checked_text(remarks, "remarks")
    draft = _submitted(session, case)
    draft.status = "returned"
    draft.decided_at = now
    draft.decided_by = actor.account_id
    draft.remarks = words
    clocks.enter_state(session, case, state, now, book)
    cause = record(session, case, EventKind.DRAFT_RETURNED, actor, now, draft=draft.version)
    hands.tell_handlers(session, case, cause, now, NoticeKind.DRAFT_RETURNED, remarks=words)


def record_delivery(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    method: str,
    note: str = "",
    now: datetime,
    expected_version: int | None = None,
) -> Delivery:
    """Record by which way the words to a submitter reached them: ``counter``, ``post``, ``phone``, ``mail``.

    The delivery that waits is the one recorded, whatever way had been foreseen; without one (a mail
    came back) a new row tells. A clerk of the one-stop office who recorded the last letter that waited
    loses sight of another agency's case. Raises InvalidInput of ``method``: ``unknown``, or
    ``nothing_to_deliver``.
    """
    begin(session, actor, case, Action.RECORD_DELIVERY, expected_version)
    if method not in letters.DELIVERY_METHODS:
        raise InvalidInput("method", "unknown")
    words = checked_text(note, "note", least=0)
    letter = _newest(session, case, "approved")
    if letter is None:
        raise InvalidInput("method", "nothing_to_deliver")
    row = session.scalars(
        select(Delivery)
        .where(Delivery.case_id == case.id, Delivery.delivered_at.is_(None), Delivery.cancelled_at.is_(None))
        .order_by(Delivery.created_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        row = Delivery(id=new_id(), case_id=case.id, answer_id=letter.id, created_at=now, note="")
        session.add(row)
    row.method = method
    row.delivered_at = now
    row.recorded_by = actor.account_id
    row.note = words
    with writing(session, case.id):
        record(session, case, EventKind.DELIVERY_RECORDED, actor, now, method=method)
    return row
