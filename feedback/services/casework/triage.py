"""The coordinator's desk: dispatching, refusing, and marking what is urgent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import CAPS, Action, CaseClass, RefusalCode
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.routing.correction import Act
from feedback.domain.undo import notices_from
from feedback.models import Case, Field, Move
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import duplicates, hands, labels, letters
from feedback.services.errors import InvalidInput, checked_text, finished_text
from feedback.services.facts import begin
from feedback.services.trail import record

DISPATCHABLE = frozenset({CaseClass.A, CaseClass.B, CaseClass.C, CaseClass.F, CaseClass.Q})
"""The classes that an agency answers: D and E are set apart, G is split, X is refused."""


def dispatch(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    agency_id: int,
    co_agency_ids: Collection[int] = (),
    case_class: CaseClass | str | None = None,
    field_id: int | None = None,
    note: str = "",
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Give a case in triage to a lead agency and to co-handlers, and start the agency's clock.

    case_class, field_id: corrections; None leaves what stands. After as many send-backs as
    `CAPS` allows, and after a recall, the decision is final: the agency cannot send the case back
    again. An agency from which the case was recalled just now gets no new time.
    Raises InvalidInput of ``agency_id``, ``co_agency_ids``, ``case_class`` or ``field_id``.
    """
    state = begin(session, actor, case, Action.DISPATCH, expected_version)
    on = local_date(now)
    agency = hands.existing_agency(session, agency_id, on)
    for co_id in co_agency_ids:
        hands.existing_agency(session, co_id, on, "co_agency_ids")
    before = labels.marks_of(session, case)
    classify(session, case, case_class, field_id)
    recalled_from = _last_recall(session, case)
    final = case.send_backs >= CAPS.send_backs or recalled_from is not None
    hands.give(session, case, agency, co_agency_ids, now, by=actor.account_id, final=final)
    labels.keep_decision(session, case, actor, Act.DISPATCH, now, before=before, agency=agency)
    if recalled_from != agency.id or not clocks.take_up_agency_clock(session, case, agency.id, now, book):
        clocks.start_agency_clock(session, case, agency.id, now, book)
    hands.start_urgency(session, case, now, book)
    clocks.enter_state(session, case, state, now, book)
    cause = record(
        session, case, EventKind.CASE_DISPATCHED, actor, now, note=checked_text(note, "note", least=0),
        agency=agency.code, co_handlers=len(case.co_agency_ids), case_class=case.case_class, final=final,
    )  # fmt: skip
    held = notices_from(now, urgent=case.urgent)
    hands.tell_agencies(session, case, cause, now, NoticeKind.ASSIGNED_AGENCY, not_before=held)


def _last_recall(session: Session, case: Case) -> int | None:
    """Give the agency from which a case was last recalled, if it ever was."""
    return session.scalar(
        select(Move.from_agency_id)
        .where(Move.case_id == case.id, Move.kind == "recall")
        .order_by(Move.moved_at.desc(), Move.id.desc())
        .limit(1)
    )


def classify(session: Session, case: Case, case_class: CaseClass | str | None, field_id: int | None) -> None:
    """Correct the class and the field of a case that an agency is to answer.

    Raises InvalidInput: ``required`` when no class is known, ``not_dispatchable`` for a class that no
    agency answers, ``unknown`` for a field that does not exist.
    """
    wanted = case_class or case.case_class
    if wanted is None:
        raise InvalidInput("case_class", "required")
    if wanted not in set(CaseClass):
        raise InvalidInput("case_class", "unknown")
    if CaseClass(wanted) not in DISPATCHABLE:
        raise InvalidInput("case_class", "not_dispatchable")
    case.case_class = str(CaseClass(wanted))
    if field_id is not None:
        if session.get(Field, field_id) is None:
            raise InvalidInput("field_id", "unknown")
        case.field_id = field_id


def refuse(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    code: RefusalCode | str,
    explanation: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Refuse a case in triage, with a coded reason and an explanation that the submitter reads.

    Raises InvalidInput of ``code`` or ``explanation``.
    """
    state = begin(session, actor, case, Action.REFUSE, expected_version)
    if code not in set(RefusalCode):
        raise InvalidInput("code", "unknown")
    text = finished_text(explanation, "explanation", least=20)
    case.refusal_code = str(RefusalCode(code))
    before = labels.marks_of(session, case)
    labels.keep_decision(session, case, actor, Act.REFUSE, now, before=before, code=case.refusal_code)
    clocks.enter_state(session, case, state, now, book)
    letter = letters.write_letter(session, case, text, actor.account_id, now)
    cause = record(
        session, case, EventKind.CASE_REFUSED, actor, now, code=case.refusal_code,
        reached_by=case.reachable_by,
    )  # fmt: skip
    held = notices_from(now, urgent=False)
    letters.send(session, case, letter, NoticeKind.REFUSED, cause, now, not_before=held)
    duplicates.share(session, case, letter, NoticeKind.REFUSED, actor, now, book, answers=False)


def set_urgency(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    urgent: bool,
    note: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Mark a case as urgent, or no longer so, and say why.

    The two hours count from the reception: a case marked late may be overdue at once, and is
    then brought to the head of the agency at once. Raises InvalidInput of ``urgent`` (``unchanged``)
    or ``note``.
    """
    begin(session, actor, case, Action.CHANGE_URGENCY, expected_version)
    if case.urgent is urgent:
        raise InvalidInput("urgent", "unchanged")
    reason = checked_text(note, "note")
    before = labels.marks_of(session, case)
    case.urgent = urgent
    labels.keep_decision(session, case, actor, Act.URGENCY, now, before=before)
    if urgent:
        hands.start_urgency(session, case, now, book)
    else:
        clocks.supersede(session, case.id, [Clock.URGENT], now)
    cause = record(session, case, EventKind.URGENCY_CHANGED, actor, now, note=reason, urgent=urgent)
    if urgent:
        hands.tell_agencies(session, case, cause, now, NoticeKind.URGENT_AGENCY)
