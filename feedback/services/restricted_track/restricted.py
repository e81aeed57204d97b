"""The restricted track: a complaint, a denunciation or a report of a crime leaves the public one.

Setting a case apart is one act: whoever had it loses it, the board loses it, notices not sent yet
are taken back, and an access list says who sees it from now on.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.conflicts import Conflicts
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import CLOSED, Action, CaseClass, RestrictedKind, State, step
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.routing.correction import Act
from feedback.models import Agency, Case
from feedback.queries.conflicts import conflicts_of
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import duplicates, hands, labels, letters, publication
from feedback.services.errors import InvalidInput, checked_text, finished_text
from feedback.services.facts import begin
from feedback.services.post import notices
from feedback.services.restricted_track import access, conflicts
from feedback.services.sight import writing
from feedback.services.trail import record

_CLASS_OF = {RestrictedKind.COMPLAINT: CaseClass.D, RestrictedKind.DENUNCIATION: CaseClass.E}


def set_apart(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    kind: RestrictedKind | str,
    reason: str,
    accused_agency_id: int | None = None,
    access_account_ids: Collection[int] = (),
    named_account_ids: Collection[int] = (),
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Set a case apart as a complaint, a denunciation or a report of a crime, at any stage.

    accused_agency_id: the agency that stands accused; nobody who holds a position there sees the
    case. named_account_ids: staff whom the message names; none of them sees it either. access_account_ids:
    who sees it besides those the province names (needed when these are the accused). Cases merged into
    this one are set apart with it. The citizen's date stays; the state's limit is the term of its kind
    (`clocks.CHECKS`). The actor loses sight unless they are on the list.
    Raises InvalidInput of ``kind``, ``reason``, ``accused_agency_id``, ``account`` (``unknown``) or
    ``access`` (``unknown``, ``conflict``, ``nobody_left``).
    """
    begin(session, actor, case, Action.SET_APART, expected_version)
    if kind not in set(RestrictedKind):
        raise InvalidInput("kind", "unknown")
    words = checked_text(reason, "reason")
    on = local_date(now)
    if accused_agency_id is not None and session.get(Agency, accused_agency_id) is None:
        raise InvalidInput("accused_agency_id", "unknown")
    against = _against(session, case, accused_agency_id, conflicts.named_accounts(session, named_account_ids))
    chosen = access.eligible(session, access_account_ids, against, on)
    handlers = access.free_of_conflict(session, access.handlers(session, accused_agency_id, on), against, on)
    listed = dict.fromkeys((*handlers, *chosen))
    if not listed:
        raise InvalidInput("access", "nobody_left")
    for each in duplicates.each_duplicate(session, case):
        _seal(session, each, RestrictedKind(kind), words, against, listed, actor, now, book)
    with writing(session, case.id):
        _seal(session, case, RestrictedKind(kind), words, against, listed, actor, now, book)


def _against(session: Session, case: Case, accused_agency_id: int | None, named: frozenset[int]) -> Conflicts:
    """Give what the case has against people: what was just said, and what is recorded of it from before."""
    with writing(session, case.id):
        earlier = conflicts_of(session, [case])[case.id]
    return Conflicts(accused_agency_id, earlier.named | named, earlier.declared)


def _seal(
    session: Session,
    case: Case,
    kind: RestrictedKind,
    reason: str,
    against: Conflicts,
    listed: Collection[int],
    actor: Actor,
    now: datetime,
    book: LawBook,
) -> None:
    before, found = case.state, labels.marks_of(session, case)
    state = step(before, Action.SET_APART)
    conflicts.add_named(session, case, against.named, reason, actor, now)
    # A case that was set apart before, or one merged into this, may have conflicts of its own.
    barred = conflicts_of(session, [case])[case.id].barred
    access.open_list(session, case, [one for one in listed if one not in barred], reason, actor, now)
    notices.cancel_unsent(session, case.id, now)
    publication.take_down(session, case, now)
    hands.take_back(session, case, now)
    case.restricted_at = now
    case.restricted_kind = str(kind)
    case.state_before_restriction = before
    case.accused_agency_id = against.accused_agency_id
    case.case_class = str(_CLASS_OF[kind]) if kind in _CLASS_OF else case.case_class
    labels.keep_decision(session, case, actor, Act.SET_APART, now, before=found, kind=str(kind))
    clocks.supersede(session, case.id, [Clock.STATUS_UPDATE], now)
    clocks.enter_state(session, case, state, now, book)
    if kind is RestrictedKind.CRIME and clocks.active_deadline(session, case.id, Clock.URGENT) is None:
        # What is not with the police in two hours is told at once, day or night.
        clocks.start_urgent_clock(session, case, now, book, since=now)
    record(
        session, case, EventKind.CASE_SET_APART, actor, now, note=reason, restricted_kind=str(kind),
        before=before, accused=against.accused_agency_id, listed=len(listed),
    )  # fmt: skip


def guide(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    letter: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Answer a restricted case with a letter that guides the submitter to the right way and body.

    Raises InvalidInput of ``letter``.
    """
    state = begin(session, actor, case, Action.GUIDE, expected_version)
    text = finished_text(letter, "letter", least=20)
    clocks.enter_state(session, case, state, now, book)
    row = letters.write_letter(session, case, text, actor.account_id, now)
    cause = record(session, case, EventKind.CASE_GUIDED, actor, now, reached_by=case.reachable_by)
    letters.send(session, case, row, NoticeKind.GUIDANCE, cause, now)


def return_to_triage(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    reason: str,
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Return a case that does not belong on the restricted track to triage; the access list ends.

    It is never published all the same: `state_before_restriction` stays as the mark. A case that had
    been answered gets a second period. Raises InvalidInput of ``reason``.
    """
    state = begin(session, actor, case, Action.RETURN_TO_TRIAGE, expected_version)
    words = checked_text(reason, "reason")
    with writing(session, case.id):
        if not case.urgent or case.contacted_at is not None:
            clocks.supersede(session, case.id, [Clock.URGENT], now)
        access.close_list(session, case, now)
        case.restricted_at = None
        case.restricted_kind = None
        case.accused_agency_id = None
        case.case_class = None
        duplicates.let_go(case)
        letters.call_off(session, case, now)
        case.refusal_code = None
        if State(case.state_before_restriction or State.TRIAGE) in CLOSED:
            duplicates.revive_clocks(session, case, now, book)
        clocks.enter_state(session, case, state, now, book)
        cause = record(session, case, EventKind.CASE_RETURNED_TO_TRIAGE, actor, now, note=words)
        notices.notify(
            session, cause=cause, kind=NoticeKind.TRIAGE_DESK, recipient=notices.DESK, now=now,
            case_id=case.id, params={"reason": words},
        )  # fmt: skip
