"""The clocks of a case: starting, replacing, pausing and ending their deadlines.

A deadline is never changed: a new version takes its place, so that what was promised on
a day can always be shown. `Case.due_on` follows, because the inbox sorts by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, String, Update, Uuid, bindparam, func, select, update
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import Deadline as DueDate
from feedback.domain.deadline import compute_deadline
from feedback.domain.duration import Duration, Unit
from feedback.domain.lifecycle import CLOSED, RestrictedKind, State
from feedback.domain.recount import recount
from feedback.domain.terms import StartEvent
from feedback.domain.trace import Trace
from feedback.models import Case, Deadline, Period
from feedback.queries.law_book import LawBook

ANSWER = "answer"
URGENT = "contact_urgent"


def citizen_due(book: LawBook, start: datetime, event: StartEvent = StartEvent.SUBMISSION) -> DueDate:
    """Compute the citizen's due date from a submission (or a reopening) at `start`."""
    term = book.term(ANSWER, start)
    return compute_deadline(start, term.duration, book.calendar, term=term, event=event)


def deadline_values(
    due: DueDate,
    *,
    case_id: UUID,
    period: int,
    clock: Clock,
    version: int,
    now: datetime,
    agency_id: int | None = None,
    state: State | None = None,
) -> dict[str, object]:
    """Give the columns of a deadline row that holds `due` and its trace."""
    return {
        "id": new_id(),
        "case_id": case_id,
        "period": period,
        "clock": str(clock),
        "version": version,
        "state": None if state is None else str(state),
        "agency_id": agency_id,
        "term_key": due.trace.term_key or None,
        "duration": str(due.trace.duration),
        "started_at": due.trace.started_at,
        "due_on": due.due_on,
        "due_at": due.due_at,
        "fixed_on": due.trace.fixed_on,
        "trace": due.trace.to_json(),
        "created_at": now,
    }


def active_deadline(session: Session, case_id: UUID, clock: Clock) -> Deadline | None:
    """Give the running deadline of a case's clock, if it runs."""
    return session.scalars(
        select(Deadline).where(
            Deadline.case_id == case_id,
            Deadline.clock == str(clock),
            Deadline.superseded_at.is_(None),
            Deadline.met_at.is_(None),
        )
    ).one_or_none()


def _next_version(session: Session, case: Case, clock: Clock) -> int:
    newest = session.scalar(
        select(func.max(Deadline.version)).where(
            Deadline.case_id == case.id, Deadline.period == case.period, Deadline.clock == str(clock)
        )
    )
    return (newest or 0) + 1


def set_deadline(
    session: Session,
    case: Case,
    clock: Clock,
    due: DueDate,
    now: datetime,
    *,
    agency_id: int | None = None,
    state: State | None = None,
) -> Deadline:
    """Let `due` be the running deadline of `clock`; the one before it is superseded."""
    supersede(session, case.id, [clock], now)
    row = Deadline(
        **deadline_values(
            due, case_id=case.id, period=case.period, clock=clock,
            version=_next_version(session, case, clock), now=now, agency_id=agency_id, state=state,
        )
    )  # fmt: skip
    session.add(row)
    session.flush()
    if clock is Clock.AGENCY:
        case.agency_due_on = due.due_on
        case.due_on = due.due_on
    elif clock is Clock.CITIZEN:
        case.citizen_due_on = due.due_on
        case.due_on = case.agency_due_on or due.due_on
    return row


def _ending(column: str) -> Update:
    """Build the statement that ends running clocks of a case by setting `column`; built once each."""
    return (
        update(Deadline)
        .where(
            Deadline.case_id == bindparam("of_case", type_=Uuid()),
            Deadline.clock.in_(bindparam("of_clocks", expanding=True, type_=String())),
            Deadline.superseded_at.is_(None),
            Deadline.met_at.is_(None),
        )
        .values({column: bindparam("ended", type_=DateTime(timezone=True))})
        .execution_options(synchronize_session="fetch")
    )


_SUPERSEDING, _MEETING = _ending("superseded_at"), _ending("met_at")


def _end(session: Session, ending: Update, case_id: UUID, clocks: Iterable[Clock], now: datetime) -> None:
    session.flush()
    of_clocks = [str(clock) for clock in clocks]
    session.execute(ending, {"of_case": case_id, "of_clocks": of_clocks, "ended": now})


def supersede(session: Session, case_id: UUID, clocks: Iterable[Clock], now: datetime) -> None:
    """Stop `clocks` of a case without their having been met."""
    _end(session, _SUPERSEDING, case_id, clocks, now)


def meet(session: Session, case_id: UUID, clocks: Iterable[Clock], now: datetime) -> None:
    """Stop `clocks` of a case because what they ask for was done at `now`."""
    _end(session, _MEETING, case_id, clocks, now)


def start_agency_clock(
    session: Session,
    case: Case,
    agency_id: int,
    now: datetime,
    book: LawBook,
    event: StartEvent = StartEvent.ASSIGNMENT,
) -> Deadline:
    """Start the agency's clock at `now`: 15 working days from the assignment or transfer (766/QĐ-TTg).

    They are working days of that agency: of its own office hours where it has some.
    """
    term = book.term(ANSWER, now)
    on = local_date(now)
    due = compute_deadline(
        now, term.duration, book.calendar_of(agency_id, on), term=term, event=event,
        office=book.office_of(agency_id, on),
    )  # fmt: skip
    return set_deadline(session, case, Clock.AGENCY, due, now, agency_id=agency_id)


def take_up_agency_clock(session: Session, case: Case, agency_id: int, now: datetime, book: LawBook) -> bool:
    """Let the clock that an agency had in this period run on to the date it had; False when it had none.

    For a case that was recalled from the agency and is given back to it: that wins it no time. A calendar
    that changed meanwhile counts.
    """
    last = session.scalars(
        select(Deadline)
        .where(
            Deadline.case_id == case.id,
            Deadline.period == case.period,
            Deadline.clock == str(Clock.AGENCY),
            Deadline.agency_id == agency_id,
        )
        .order_by(Deadline.version.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return False
    calendar = book.calendar_of(agency_id, local_date(last.started_at))
    due = recount(Trace.from_json(last.trace), calendar, fixed_on=last.fixed_on)
    set_deadline(session, case, Clock.AGENCY, due, now, agency_id=agency_id)
    return True


def stop_agency_clock(session: Session, case: Case, now: datetime) -> None:
    """Take the agency's clock away from a case that no agency has; the citizen's date counts again."""
    supersede(session, case.id, [Clock.AGENCY], now)
    case.agency_due_on = None
    case.due_on = case.citizen_due_on


def start_urgent_clock(
    session: Session, case: Case, now: datetime, book: LawBook, *, since: datetime | None = None
) -> Deadline:
    """Start the two hours within which an urgent case's agency is contacted, from its reception.

    since: a later start, for a report of a crime that is recognised as one only then.
    """
    term = book.term(URGENT, now)
    due = compute_deadline(since or case.received_at, term.duration, book.calendar, term=term)
    return set_deadline(session, case, Clock.URGENT, due, now)


def pause_agency_clock(session: Session, case: Case, now: datetime) -> None:
    """Let the agency's clock stand still while the submitter is asked for more."""
    running = active_deadline(session, case.id, Clock.AGENCY)
    if running is not None:
        running.paused_at = now


def resume_agency_clock(
    session: Session, case: Case, now: datetime, book: LawBook, *, since: datetime | None = None
) -> None:
    """Let a paused agency's clock run on: the working days left at the pause are left now.

    since: when the wait was over, where that was before `now`: a term that ran out days before a
    worker saw it gives the agency no more time.

    The day of the pause had begun and counts as used, the day of the reply does not
    (Bộ luật Dân sự 2015 Đ.147.2), so no working day is lost or gained. A clock paused
    after its due date has no day left and is due on the day of the reply's next working day.
    """
    paused = active_deadline(session, case.id, Clock.AGENCY)
    if paused is None or paused.paused_at is None:
        return
    calendar = book.calendar_of(paused.agency_id, local_date(paused.started_at))
    left = calendar.working_days_between(local_date(paused.paused_at), paused.due_on)
    term = book.term(ANSWER, paused.started_at)
    due = compute_deadline(
        since or now,
        Duration(max(left, 1), Unit.WORKING_DAYS),
        calendar,
        term=term,
        event=StartEvent.RESUMPTION,
    )
    set_deadline(session, case, Clock.AGENCY, due, now, agency_id=paused.agency_id)


def enter_state(session: Session, case: Case, state: State, now: datetime, book: LawBook) -> None:
    """Let a case stand in `state` from `now`: its limit starts, or everything ends when it is closed.

    The limit of the state before is met when the case moves on, whatever the next state.
    """
    meet(session, case.id, [Clock.STATE], now)
    case.state = str(state)
    case.state_since = now
    case.closed_at = now if state in CLOSED else None
    if state in CLOSED:
        meet(session, case.id, [Clock.CITIZEN, Clock.AGENCY, Clock.URGENT], now)
        supersede(session, case.id, [Clock.STATUS_UPDATE], now)
        return
    due = _state_due(case, state, now, book)
    if due is not None:
        set_deadline(session, case, Clock.STATE, due, now, agency_id=case.lead_agency_id, state=state)


def return_to_state(session: Session, case: Case, state: State, now: datetime, book: LawBook) -> None:
    """Let an open case stand in `state` again as if it had never left: the limit it had there goes on."""
    earlier = session.scalars(
        select(Deadline)
        .where(
            Deadline.case_id == case.id,
            Deadline.period == case.period,
            Deadline.clock == str(Clock.STATE),
            Deadline.state == str(state),
        )
        .order_by(Deadline.version.desc())
        .limit(1)
    ).one_or_none()
    if earlier is None:
        enter_state(session, case, state, now, book)
        return
    meet(session, case.id, [Clock.STATE], now)
    case.state = str(state)
    case.state_since = earlier.started_at
    case.closed_at = None
    due = DueDate(earlier.due_on, earlier.due_at, Trace.from_json(earlier.trace))
    set_deadline(session, case, Clock.STATE, due, now, agency_id=case.lead_agency_id, state=state)


CHECKS = {
    RestrictedKind.COMPLAINT: "complaint_accept",
    RestrictedKind.DENUNCIATION: "denunciation_check",
    RestrictedKind.CRIME: URGENT,
}
"""The term of a restricted case by kind: accept the complaint, check the denunciation, tell the police."""


def _state_due(case: Case, state: State, now: datetime, book: LawBook) -> DueDate | None:
    """Compute until when a case may stay in `state`; a restricted one as long as its kind's own law says."""
    limit = book.limit(state, now)
    if limit is None:
        return None
    if state is not State.RESTRICTED or case.restricted_kind is None:
        return compute_deadline(now, limit.duration, book.calendar, event=StartEvent.STATE_ENTERED)
    term = book.term(CHECKS[RestrictedKind(case.restricted_kind)], now)
    return compute_deadline(now, term.duration, book.calendar, term=term, event=StartEvent.STATE_ENTERED)


def open_period(session: Session, case: Case, now: datetime, book: LawBook, reason: str) -> Period:
    """Open the next period of a reopened case: a new citizen's date, counted from `now`.

    What the period before recorded stays as it was.
    """
    case.period += 1
    case.answered_at = None
    due = citizen_due(book, now, StartEvent.REOPENING)
    period = Period(
        case_id=case.id, number=case.period, opened_at=now, citizen_due_on=due.due_on, reopening_reason=reason
    )
    session.add(period)
    set_deadline(session, case, Clock.CITIZEN, due, now)
    return period


def end_period(session: Session, case: Case, now: datetime) -> bool:
    """Record that the running period was answered at `now`, and whether that was on time."""
    period = session.get_one(Period, (case.id, case.period))
    on_time = local_date(now) <= period.citizen_due_on
    period.ended_at = now
    period.on_time = on_time
    case.answered_at = now
    return on_time
