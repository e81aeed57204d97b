"""Splitting a message of mixed content into cases, and merging a duplicate into the case that it repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import Deadline as DueDate
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import OPEN_PUBLIC, Action, CaseClass, State, step
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import Actor
from feedback.domain.routing.correction import Act
from feedback.domain.submission import LIMITS, SHORTEST_BODY
from feedback.domain.text import clean_line
from feedback.domain.trace import Trace
from feedback.domain.tracking import new_reference, new_tracking_code
from feedback.domain.undo import notices_from
from feedback.models import Answer, Attachment, Case, Period, Submitter
from feedback.queries.law_book import LawBook
from feedback.services import clocks
from feedback.services.casework import duplicates, hands, labels, triage
from feedback.services.errors import InvalidInput, checked_text
from feedback.services.facts import begin, lock
from feedback.services.sight import Identity, identity_of, writing
from feedback.services.trail import record
from feedback.services.work import WorkKind, enqueue


@dataclass(frozen=True, slots=True)
class Part:
    """One matter of a mixed message, as the dispatcher cuts it out.

    agency_id, case_class: to dispatch it at once; without an agency it is routed like a new message.
    attachment_ids: the files that belong to it. A file is only shown with a part that names it,
    since evidence against an agency may stand beside a matter for that agency.
    """

    title: str
    body: str
    agency_id: int | None = None
    case_class: CaseClass | None = None
    attachment_ids: tuple[UUID, ...] = field(default=())


def split(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    parts: Sequence[Part],
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> list[Case]:
    """Split a case in triage into `parts`, at least two (Luật Tiếp công dân Đ.25.3); gives the new cases.

    Each has its own code, and the submitter, the reception and the citizen's date of the case it comes
    from: splitting restarts nothing. While it can be taken back its submitter is not told, and parts of a
    case that is not urgent are not routed. Raises InvalidInput of ``parts``.
    """
    state = begin(session, actor, case, Action.SPLIT, expected_version)
    if len(parts) < 2:
        raise InvalidInput("parts", "too_few")
    cleaned = [_checked(session, case, part, now) for part in parts]
    identity = identity_of(session, case.id)
    clock = _citizen_clock(session, case)
    before = labels.marks_of(session, case)
    labels.keep_decision(session, case, actor, Act.SPLIT, now, before=before, parts=len(cleaned))
    released = duplicates.release(session, case, actor, now, book)
    cause = record(session, case, EventKind.CASE_SPLIT, actor, now, parts=len(cleaned), released=released)
    born = [_part_of(session, case, part, identity, clock, actor, now, book) for part in cleaned]
    clocks.enter_state(session, case, state, now, book)
    told = [{"title": part.title, "tracking_code": part.tracking_code} for part in born]
    held = notices_from(now, urgent=False)
    hands.tell_submitter(session, case, cause, now, NoticeKind.SPLIT, parts=told, not_before=held)
    return born


def _checked(session: Session, case: Case, part: Part, now: datetime) -> Part:
    title = clean_line(part.title)
    if not title or len(title) > LIMITS["title"]:
        raise InvalidInput("parts", "title")
    body = checked_text(part.body, "parts", least=SHORTEST_BODY, most=LIMITS["body"])
    if part.agency_id is not None:
        hands.existing_agency(session, part.agency_id, local_date(now), "parts")
    if part.attachment_ids:
        known = set(session.scalars(select(Attachment.id).where(Attachment.case_id == case.id)))
        if not known.issuperset(part.attachment_ids):
            raise InvalidInput("parts", "attachments")
    return Part(title, body, part.agency_id, part.case_class, part.attachment_ids)


def _citizen_clock(session: Session, case: Case) -> DueDate:
    running = clocks.active_deadline(session, case.id, Clock.CITIZEN)
    if running is None:
        raise RuntimeError(f"case {case.id} is open and has no citizen's date")
    return DueDate(running.due_on, running.due_at, Trace.from_json(running.trace))


def _part_of(
    session: Session,
    case: Case,
    part: Part,
    identity: Identity | None,
    due: DueDate,
    actor: Actor,
    now: datetime,
    book: LawBook,
) -> Case:
    child_id = new_id()
    with writing(session, child_id):
        child = _child(case, child_id, part, now)
        session.add(child)
        session.flush()
        values = {"case_id": child_id} | ({} if identity is None else asdict(identity))
        session.execute(insert(Submitter).values(values).inline())
        session.add(
            Period(
                case_id=child_id, number=1, opened_at=case.received_at, citizen_due_on=due.due_on,
                reopening_reason="",
            )
        )  # fmt: skip
        clocks.set_deadline(session, child, Clock.CITIZEN, due, now)
        clocks.enter_state(session, child, State.RECEIVED, now, book)
        _copy_files(session, child_id, part, now)
        record(session, child, EventKind.CASE_SPLIT_OFF, actor, now, origin=str(case.id))
        if part.agency_id is None:
            held = notices_from(now, urgent=case.urgent)
            enqueue(session, WorkKind.ROUTE, child_id, now, not_before=held)
        else:
            _dispatch_part(session, child, part, actor, now, book)
    return child


def _child(case: Case, child_id: UUID, part: Part, now: datetime) -> Case:
    return Case(
        id=child_id, reference=new_reference(), tracking_code=new_tracking_code(),
        submission_digest=case.submission_digest, channel=case.channel, locale=case.locale,
        state=str(State.RECEIVED), state_since=now, case_class=None, field_id=None, title=part.title,
        body=part.body, place_text=case.place_text, place_detail=case.place_detail,
        commune_code=case.commune_code, happened=case.happened, latitude=case.latitude,
        longitude=case.longitude, submitter_kind=case.submitter_kind,
        anonymous=case.anonymous, reachable_by=case.reachable_by, consent_publish=case.consent_publish,
        confidential=case.confidential, urgent=case.urgent, contacted_at=case.contacted_at,
        received_at=case.received_at, co_agency_ids=[], period=1, due_on=case.citizen_due_on,
        citizen_due_on=case.citizen_due_on, split_from_id=case.id, send_backs=0, transfers=0,
    )  # fmt: skip


def _copy_files(session: Session, child_id: UUID, part: Part, now: datetime) -> None:
    """Let the part show the files that the dispatcher gave it; the stored bytes are shared."""
    rows = session.scalars(select(Attachment).where(Attachment.id.in_(part.attachment_ids))).all()
    session.add_all(
        Attachment(
            id=new_id(), case_id=child_id, origin=row.origin, name=row.name, media_type=row.media_type,
            size=row.size, sha256=row.sha256, storage_key=row.storage_key, created_at=now,
            created_by=row.created_by,
        )
        for row in rows
    )  # fmt: skip


def _dispatch_part(
    session: Session, child: Case, part: Part, actor: Actor, now: datetime, book: LawBook
) -> None:
    if part.agency_id is None:
        return
    agency = hands.existing_agency(session, part.agency_id, local_date(now), "parts")
    before = labels.marks_of(session, child)
    triage.classify(session, child, part.case_class, None)
    hands.give(session, child, agency, (), now, by=actor.account_id)
    labels.keep_decision(session, child, actor, Act.DISPATCH, now, before=before, agency=agency)
    clocks.start_agency_clock(session, child, agency.id, now, book)
    hands.start_urgency(session, child, now, book)
    clocks.enter_state(session, child, step(child.state, Action.ROUTE_ASSIGN), now, book)
    cause = record(
        session, child, EventKind.CASE_DISPATCHED, actor, now, agency=agency.code, co_handlers=0,
        case_class=child.case_class, final=False,
    )  # fmt: skip
    held = notices_from(now, urgent=child.urgent)
    hands.tell_agencies(session, child, cause, now, NoticeKind.ASSIGNED_AGENCY, not_before=held)


def merge(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    into: Case,
    note: str = "",
    now: datetime,
    book: LawBook,
    expected_version: int | None = None,
) -> None:
    """Close a case in triage as a duplicate of `into`, whose answer its submitter gets as well.

    `into` is open on the public track, or answered already: then the answer goes out at once. What
    was merged into `case` before follows it. Raises InvalidInput of ``into``.
    """
    for each in sorted((case, into), key=lambda one: one.id):
        lock(session, each)
    state = begin(session, actor, case, Action.MERGE, expected_version)
    if into.id == case.id:
        raise InvalidInput("into", "same")
    if into.restricted_at is not None or State(into.state) not in OPEN_PUBLIC | {State.ANSWERED}:
        raise InvalidInput("into", "closed")
    words = checked_text(note, "note", least=0)
    labels.keep_decision(
        session, case, actor, Act.MERGE, now, before=labels.marks_of(session, case), main=str(into.id)
    )
    join(session, actor, case, into, state, now=now, book=book, note=words)


def join(
    session: Session,
    actor: Actor | str,
    case: Case,
    into: Case,
    state: State,
    *,
    now: datetime,
    book: LawBook,
    note: str = "",
    chosen: bool = False,
) -> None:
    """Let `case`, on its way to `state`, be answered with `into`; call when both are locked and it may be.

    actor: the dispatcher, or audit.WORKER where it is chosen: the sender asked for it as they sent it. They
    are told the date that they were promised; of a desk's choice that of `into`, where it is nearer.
    """
    reason = "submitter_follows" if chosen else "desk"
    due_on = case.citizen_due_on if chosen else min(case.citizen_due_on, into.citizen_due_on)
    followers = list(_redirect(session, case, into, actor, now))
    case.merged_into_id = into.id
    clocks.enter_state(session, case, state, now, book)
    cause = record(
        session, case, EventKind.CASE_MERGED, actor, now, note=note, main=str(into.id), reason=reason
    )
    record(session, into, EventKind.DUPLICATE_JOINED, actor, now, duplicate=str(case.id), reason=reason)
    hands.tell_submitter(
        session, case, cause, now, NoticeKind.MERGED, due_on=due_on.isoformat(), chosen=chosen,
        not_before=now if chosen else notices_from(now, urgent=False),
    )  # fmt: skip
    if into.state == State.ANSWERED:
        _share_at_once(session, into, {case.id, *followers}, actor, now, book)


def _redirect(session: Session, case: Case, into: Case, actor: Actor | str, now: datetime) -> list[UUID]:
    followers = []
    for duplicate in duplicates.each_duplicate(session, case):
        duplicate.merged_into_id = into.id
        record(session, duplicate, EventKind.CASE_MERGED, actor, now, main=str(into.id), via=str(case.id))
        followers.append(duplicate.id)
    return followers


def _share_at_once(
    session: Session, into: Case, new: set[UUID], actor: Actor | str, now: datetime, book: LawBook
) -> None:
    """Bring an answer that was given before to those whose cases join only now."""
    letter = session.scalars(
        select(Answer)
        .where(Answer.case_id == into.id, Answer.period == into.period, Answer.status == "approved")
        .order_by(Answer.version.desc())
        .limit(1)
    ).one()
    duplicates.share(session, into, letter, NoticeKind.ANSWER, actor, now, book, answers=True, only=new)
