"""Forwarding a restricted case to the body that is competent, and the word that it arrived there."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.letter_words import forwarded
from feedback.domain.lifecycle import Action
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.models import Agency, Case, Forwarding, Move
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import hands, letters
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin
from feedback.services.trail import record

LONGEST_BODY_NAME = 200
LONGEST_NUMBER = 100


def forward(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    to_agency_id: int | None = None,
    to_body: str = "",
    document_number: str,
    document_date: date | None,
    note: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Record that a restricted case was forwarded to the competent body, and tell the submitter.

    The body is an agency of the province or, outside it, a name. It is never the accused one. What is
    forwarded goes by its own safe way, not through this system. Who has no e-mail gets a letter, which
    waits with those on the access list. document_number, document_date: of the letter that went with it.
    Raises InvalidInput of ``to_agency_id`` (``required``, ``accused``, ``unknown``, ``not_in_force``),
    ``to_body``, ``document_number``, ``document_date`` (``required``, ``future``) or ``note``.
    """
    state = begin(session, actor, case, Action.FORWARD, expected_version)
    words = checked_text(note, "note")
    number = checked_text(document_number, "document_number", most=LONGEST_NUMBER)
    dated = _past_day(document_date, "document_date", now)
    body = checked_text(to_body, "to_body", least=0, most=LONGEST_BODY_NAME)
    agency: Agency | None = None
    if to_agency_id is not None:
        agency = hands.existing_agency(session, to_agency_id, local_date(now), "to_agency_id")
        if agency.id == case.accused_agency_id:
            raise InvalidInput("to_agency_id", "accused")
    elif not body:
        raise InvalidInput("to_agency_id", "required")
    session.add(
        Move(
            id=new_id(), case_id=case.id, kind="forward", moved_at=now, moved_by=actor.account_id,
            to_agency_id=to_agency_id, reason=words if agency else f"{body}: {words}",
        )
    )  # fmt: skip
    session.add(
        Forwarding(
            id=new_id(), case_id=case.id, forwarded_at=now, forwarded_by=actor.account_id,
            to_agency_id=to_agency_id, to_body="" if agency else body, document_number=number,
            document_date=dated,
        )
    )  # fmt: skip
    clocks.enter_state(session, case, state, now, book)
    cause = record(
        session, case, EventKind.CASE_FORWARDED, actor, now, to=None if agency is None else agency.code
    )
    _tell(session, case, actor, cause, agency, body, now)


def _tell(
    session: Session, case: Case, actor: Actor, cause: UUID, agency: Agency | None, body: str, now: datetime
) -> None:
    names = (agency.name_vi, agency.name_en) if agency is not None else (body, body)
    told = hands.tell_submitter(
        session, case, cause, now, NoticeKind.FORWARDED, body_vi=names[0], body_en=names[1]
    )
    if not told and case.reachable_by in letters.DELIVERY_METHODS:
        text = forwarded(names[1] if case.locale == "en" else names[0], case.locale)
        letter = letters.write_letter(session, case, text, actor.account_id, now)
        letters.await_delivery(session, case, letter, now)


def confirm(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    received_on: date | None,
    receipt_number: str = "",
    note: str = "",
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Record that the body has what was forwarded to it: the day, and its own document if it sent one.

    Raises InvalidInput of ``received_on`` (``required``, ``future``, ``before_forwarding``, ``confirmed``
    already), ``receipt_number`` or ``note``.
    """
    begin(session, actor, case, Action.CONFIRM_FORWARDING, expected_version)
    number = checked_text(receipt_number, "receipt_number", least=0, most=LONGEST_NUMBER)
    words = checked_text(note, "note", least=0)
    day = _past_day(received_on, "received_on", now)
    row = session.scalars(
        select(Forwarding)
        .where(Forwarding.case_id == case.id)
        .order_by(Forwarding.forwarded_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.received_on is not None:
        raise InvalidInput("received_on", "confirmed")
    if day < row.document_date:
        raise InvalidInput("received_on", "before_forwarding")
    row.received_on, row.receipt_number = day, number
    row.confirmed_at, row.confirmed_by = now, actor.account_id
    record(session, case, EventKind.FORWARDING_CONFIRMED, actor, now, note=words, received_on=day.isoformat())


def _past_day(day: date | None, field: str, now: datetime) -> date:
    if day is None:
        raise InvalidInput(field, "required")
    if day > local_date(now):
        raise InvalidInput(field, "future")
    return day
