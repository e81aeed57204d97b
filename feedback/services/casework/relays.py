"""The liaison desk: a case that an external body leads is relayed to it, reminded of, and its reply recorded.

Such a body (tax, social insurance, power company) has no account here. The desk of the agency that speaks for
it writes to it and types in what it replies; the reply becomes a draft of the answer, which the head of the
desk's agency approves like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.contributions import due_objection
from feedback.domain.events import EventKind
from feedback.domain.letter_words import relayed_reply
from feedback.domain.lifecycle import Action, State
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.submission import MOST_FILES, StoredFile
from feedback.models import Agency, Attachment, Case, Relay
from feedback.queries.law_book import LawBook
from feedback.queries.relays import open_relay
from feedback.services import clocks
from feedback.services.casework import answers, hands
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.post import notices
from feedback.services.trail import record

REMIND_AT = time(7, 30)
"""When the body is reminded on the day on which its reply is due (Vietnamese time)."""
LONGEST_NUMBER = 100


def relay(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    document_number: str,
    request: str,
    due_on: date,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> Relay:
    """Record that a case was relayed to the external body that leads it, by which letter, until when.

    A case that was not accepted yet is taken on by it. On the day itself the body is reminded by mail, if it
    has not replied by then. Raises InvalidInput of
    ``document_number``, ``request`` (also ``relayed``, while one waits) or ``due_on`` (`due_objection`).
    """
    state = begin(session, actor, case, Action.RELAY, expected_version)
    number = checked_text(document_number, "document_number", most=LONGEST_NUMBER)
    words = checked_text(request, "request")
    if open_relay(session, case.id) is not None:
        raise InvalidInput("request", "relayed")
    agency = _body(session, case)
    today = local_date(now)
    why = due_objection(due_on, today, case.agency_due_on, book.calendar_of(agency.id, today))
    if why is not None:
        raise InvalidInput("due_on", why)
    row = Relay(
        id=new_id(), case_id=case.id, agency_id=agency.id, relayed_at=now, relayed_by=actor.account_id,
        document_number=number, request=words, due_on=due_on, reply="", reply_number="", reminders=0,
    )  # fmt: skip
    session.add(row)
    if case.state != state:
        _take_on(session, case, state, now, book)
    cause = record(
        session, case, EventKind.CASE_RELAYED, actor, now, agency=agency.code, due_on=due_on.isoformat()
    )
    notices.notify(
        session, cause=cause, kind=NoticeKind.RELAY_DUE, recipient=notices.to_body(agency.id), now=now,
        case_id=case.id, params=_told(row), not_before=datetime.combine(due_on, REMIND_AT, VIETNAM),
    )  # fmt: skip
    return row


def remind(
    session: Session, actor: Actor, case: Case, *, now: datetime, expected_version: int | None = None
) -> Relay:
    """Remind the body by mail of the reply that it owes, once a day at most.

    Raises InvalidInput of ``relay``: ``nothing_waits``, ``reminded_today``.
    """
    begin(session, actor, case, Action.REMIND_RELAY, expected_version)
    row = open_relay(session, case.id)
    if row is None:
        raise InvalidInput("relay", "nothing_waits")
    if row.reminded_at is not None and local_date(row.reminded_at) == local_date(now):
        raise InvalidInput("relay", "reminded_today")
    row.reminded_at = now
    row.reminders += 1
    cause = record(session, case, EventKind.RELAY_REMINDED, actor, now, agency=_body(session, case).code)
    notices.notify(
        session, cause=cause, kind=NoticeKind.RELAY_DUE, recipient=notices.to_body(row.agency_id), now=now,
        case_id=case.id, params=_told(row),
    )  # fmt: skip
    return row


def record_reply(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    text: str,
    document_number: str,
    replied_on: date | None,
    files: Sequence[StoredFile] = (),
    now: datetime,
    expected_version: int | None = None,
) -> Relay:
    """Type in what the body replied; it becomes a draft of the answer, to be edited and approved.

    A draft that somebody had begun stays as an earlier version. Raises InvalidInput of ``text`` (also
    ``nothing_waits``), ``document_number``, ``replied_on`` (``required``, ``future``,
    ``before_relay``) or ``files`` (``too_many``).
    """
    begin(session, actor, case, Action.RECORD_RELAY_REPLY, expected_version)
    words = checked_text(text, "text", least=answers.SHORTEST_ANSWER)
    number = checked_text(document_number, "document_number", most=LONGEST_NUMBER)
    row = open_relay(session, case.id)
    if row is None:
        raise InvalidInput("text", "nothing_waits")
    if replied_on is None:
        raise InvalidInput("replied_on", "required")
    if replied_on > local_date(now):
        raise InvalidInput("replied_on", "future")
    if replied_on < local_date(row.relayed_at):
        raise InvalidInput("replied_on", "before_relay")
    if len(files) > MOST_FILES:
        raise InvalidInput("files", "too_many")
    row.reply, row.reply_number, row.replied_on = words, number, replied_on
    row.answered_at, row.answered_by = now, actor.account_id
    _keep_files(session, actor, case, files, now)
    agency = _body(session, case)
    draft = relayed_reply(agency.name_vi, number, replied_on, words)
    version = answers.draft_of(session, actor, case, draft, now)
    record(
        session, case, EventKind.RELAY_ANSWERED, actor, now, agency=agency.code,
        late=replied_on > row.due_on, draft=version.version,
    )  # fmt: skip
    return row


def _take_on(session: Session, case: Case, state: State, now: datetime, book: LawBook) -> None:
    """Relaying a case that nobody accepted yet accepts it: the desk works on it from now on."""
    lead = hands.lead_of(session, case.id)
    if lead is not None:
        lead.accepted_at = now
    clocks.enter_state(session, case, state, now, book)


def _keep_files(
    session: Session, actor: Actor, case: Case, files: Sequence[StoredFile], now: datetime
) -> None:
    known = set(session.scalars(select(Attachment.id).where(Attachment.id.in_([file.id for file in files]))))
    session.add_all(
        Attachment(
            id=file.id, case_id=case.id, origin="relay", name=file.name, media_type=file.media_type,
            size=file.size, sha256=file.sha256, storage_key=file.storage_key, created_at=now,
            created_by=actor.account_id,
        )
        for file in files
        if file.id not in known
    )  # fmt: skip


def _body(session: Session, case: Case) -> Agency:
    return session.get_one(Agency, case.lead_agency_id)


def _told(row: Relay) -> dict[str, object]:
    return {
        "document_number": row.document_number,
        "relayed_on": local_date(row.relayed_at).isoformat(),
        "due_on": row.due_on.isoformat(),
    }
