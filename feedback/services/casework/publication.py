"""The public board: words an officer wrote, checked by a second person, shown, and taken down again.

The submitter's text, name, files and exact place are never published (design.md §4).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_deadline
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, State
from feedback.domain.personal_data import PersonalSpan, find_personal_data
from feedback.domain.positions import Actor
from feedback.domain.redaction import Secrets, gives_away
from feedback.domain.terms import StartEvent
from feedback.domain.text import clean_line
from feedback.models import Answer, Case, Period, Publication, Supplement
from feedback.queries.law_book import LawBook
from feedback.queries.public.place_suggestions import load_gazetteer
from feedback.services import clocks
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.sight import identity_of
from feedback.services.trail import record

LONGEST_TITLE = 200
LONGEST_SUMMARY = 2_000


def obstacle(case: Case) -> str | None:
    """Say why a case may never be published, as a code, or None.

    Codes: ``no_consent`` (publication needs it: Luật 91/2025/QH15), ``confidential``, ``restricted`` (it was
    set apart at some time, even if it came back).
    """
    if case.restricted_at is not None or case.state_before_restriction is not None:
        return "restricted"
    if not case.consent_publish:
        return "no_consent"
    return "confidential" if case.confidential else None


def await_publication(session: Session, case: Case, now: datetime, book: LawBook) -> None:
    """Start the two working days within which an answer is published (766/QĐ-TTg), where it may be."""
    limit = book.limit(State.ANSWERED, now)
    if limit is None or obstacle(case) is not None:
        return
    due = compute_deadline(now, limit.duration, book.calendar, event=StartEvent.ANSWER_APPROVED)
    clocks.set_deadline(
        session, case, Clock.STATE, due, now, agency_id=case.lead_agency_id, state=State.ANSWERED
    )


def suggested_masks(session: Session, text: str, now: datetime) -> list[PersonalSpan]:
    """Find what in `text` may be personal data of somebody: suggestions that a person decides on."""
    return find_personal_data(text, load_gazetteer(session, now).senses)


def propose(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    title: str,
    summary: str,
    answer_text: str | None = None,
    may_name: bool = False,
    now: datetime,
    expected_version: int | None = None,
) -> Publication:
    """Propose what the board is to show of an answered case.

    answer_text: the approved answer with what must not be public left out; None for all of it.
    may_name: the officer looked at what `suggested_masks` finds and says that it may be public.
    Raises InvalidInput of ``title``, ``summary`` or ``answer_text`` with the code of what the text gives
    away (`redaction.gives_away`; never to be overruled) or ``personal`` for a suggestion that nobody
    looked at, of ``case`` with the code of `obstacle`, or ``published`` already.
    """
    begin(session, actor, case, Action.PROPOSE_PUBLICATION, expected_version)
    why_not = obstacle(case)
    if why_not is not None:
        raise InvalidInput("case", why_not)
    answer = session.scalars(
        select(Answer)
        .where(Answer.case_id == case.id, Answer.period == case.period, Answer.status == "approved")
        .order_by(Answer.version.desc())
        .limit(1)
    ).one()
    texts = {
        "title": checked_text(clean_line(title), "title", most=LONGEST_TITLE),
        "summary": checked_text(summary, "summary", most=LONGEST_SUMMARY),
        "answer_text": checked_text(answer.text if answer_text is None else answer_text, "answer_text"),
    }
    secrets = _secrets(session, case)
    for field, text in texts.items():
        given_away = gives_away(text, secrets)
        if given_away is not None:
            raise InvalidInput(field, given_away)
        if not may_name and suggested_masks(session, text, now):
            raise InvalidInput(field, "personal")
    publication = _of_period(session, case)
    if publication is None:
        publication = Publication(id=new_id(), case_id=case.id, period=case.period)
    elif publication.status == "published":
        raise InvalidInput("case", "published")
    _fill(session, publication, case, answer, texts, actor, now)
    session.add(publication)
    session.flush()
    record(session, case, EventKind.PUBLICATION_PROPOSED, actor, now)
    return publication


def _secrets(session: Session, case: Case) -> Secrets:
    """Gather what must not appear; the identity is compared here and shown to nobody."""
    identity = identity_of(session, case.id)
    replies = session.scalars(select(Supplement.reply).where(Supplement.case_id == case.id)).all()
    words = (case.title, case.body, case.happened, *replies)
    if identity is None:
        return Secrets(exact_place=case.place_detail, words=words)
    return Secrets(
        name=identity.name, organisation=identity.organisation, business_code=identity.business_code,
        email=identity.email, phone=identity.phone, address=identity.address,
        exact_place=case.place_detail, words=words,
    )  # fmt: skip


def _of_period(session: Session, case: Case) -> Publication | None:
    return session.scalars(
        select(Publication).where(Publication.case_id == case.id, Publication.period == case.period)
    ).one_or_none()


def _fill(
    session: Session,
    row: Publication,
    case: Case,
    answer: Answer,
    texts: dict[str, str],
    actor: Actor,
    now: datetime,
) -> None:
    if case.lead_agency_id is None or case.answered_at is None:
        raise RuntimeError(f"case {case.id} is answered by nobody")
    row.status = "awaiting_check"
    row.answer_id = answer.id
    row.title, row.summary, row.answer_text = texts["title"], texts["summary"], texts["answer_text"]
    row.agency_id = case.lead_agency_id
    row.field_id = case.field_id
    row.commune_code = case.commune_code
    row.received_on = local_date(case.received_at)
    row.answered_on = local_date(case.answered_at)
    row.on_time = bool(session.get_one(Period, (case.id, case.period)).on_time)
    row.written_at = now
    row.written_by = actor.account_id
    row.checked_at = row.checked_by = row.published_at = row.withdrawn_at = None
    row.remarks = ""


def check(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    approved: bool,
    remarks: str = "",
    now: datetime,
    expected_version: int | None = None,
) -> Publication:
    """Let a second person publish what was proposed, or return it with remarks.

    The permissions refuse the writer. Raises InvalidInput of ``remarks`` for a return without any.
    """
    begin(session, actor, case, Action.CHECK_PUBLICATION, expected_version)
    words = checked_text(remarks, "remarks", least=0 if approved else 1)
    row = _of_period(session, case)
    if row is None:
        raise RuntimeError(f"case {case.id} has no publication to check")
    row.checked_at = now
    row.checked_by = actor.account_id
    row.remarks = words
    if approved:
        row.status = "published"
        row.published_at = now
        clocks.meet(session, case.id, [Clock.STATE], now)
        record(session, case, EventKind.CASE_PUBLISHED, actor, now)
    else:
        row.status = "returned"
        record(session, case, EventKind.PUBLICATION_RETURNED, actor, now)
    return row


def withdraw(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take a case off the board, of whichever period. Raises InvalidInput of ``reason`` or ``case``."""
    begin(session, actor, case, Action.WITHDRAW_PUBLICATION, expected_version)
    words = checked_text(reason, "reason")
    if not take_down(session, case, now, statuses=("published",)):
        raise InvalidInput("case", "not_published")
    record(session, case, EventKind.PUBLICATION_WITHDRAWN, actor, now, note=words)


ON_ITS_WAY = ("awaiting_check", "returned")


def take_down(
    session: Session, case: Case, now: datetime, *, statuses: Collection[str] = ("published", *ON_ITS_WAY)
) -> bool:
    """Withdraw what is published of a case, and what is on its way there; tell whether there was any.

    statuses: those meant. Of an answer that is not the last word any more it is what is `ON_ITS_WAY`: nobody
    could check it, and a proposal belongs to one period.
    """
    session.flush()
    found = session.scalars(
        update(Publication)
        .where(Publication.case_id == case.id, Publication.status.in_(statuses))
        .values(status="withdrawn", withdrawn_at=now)
        .returning(Publication.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    return bool(found)
