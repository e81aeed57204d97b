"""A case in short, as it stands beside every form, and its clocks as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import remaining_working_days
from feedback.domain.explain import explain
from feedback.domain.lifecycle import State
from feedback.domain.positions import Actor
from feedback.domain.trace import Trace
from feedback.models import Account, Attachment, Case, Deadline
from feedback.queries.law_book import LawBook, load_law_book
from feedback.services.errors import Change
from feedback.web.inbox.event_words import event_label
from feedback.web.rendering import locale_code

CLOCK_NAMES = {
    Clock.AGENCY: _l("Hạn của cơ quan"),
    Clock.CITIZEN: _l("Hạn trả lời người gửi"),
    Clock.STATE: _l("Hạn của bước này"),
    Clock.URGENT: _l("Hạn liên hệ khẩn"),
    Clock.STATUS_UPDATE: _l("Lần cập nhật tình trạng tới"),
}
_TO_PUBLISH = _l("Hạn công khai kết quả")
_ORDER = (Clock.URGENT, Clock.AGENCY, Clock.CITIZEN, Clock.STATE, Clock.STATUS_UPDATE)


def clock_name(clock: str, state: str | None = None) -> LazyString:
    """Name a clock; that of the step of an answered case runs until its result is published."""
    if clock == Clock.STATE and state == State.ANSWERED:
        return _TO_PUBLISH
    return CLOCK_NAMES[Clock(clock)]


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock as a page shows it. `why`: how the date came about, line by line."""

    clock: Clock
    name: LazyString
    due_on: date
    due_at: datetime
    remaining: int
    paused: bool
    closed: Literal["on_time", "late"] | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What stands beside a form: the clocks that run and the files that came along."""

    clocks: tuple[ClockView, ...]
    attachments: Sequence[Attachment]


def summary_of(session: Session, case: Case, now: datetime) -> Summary:
    """Read the short form of a case: two queries."""
    deadlines = session.scalars(
        select(Deadline).where(
            Deadline.case_id == case.id, Deadline.superseded_at.is_(None), Deadline.met_at.is_(None)
        )
    )
    attachments = session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.created_at)
    ).all()
    return Summary(clocks_of(case, deadlines, load_law_book(session, now), now), attachments)


def letter_only(actor: Actor, case: Case) -> bool:
    """Tell whether `actor`, who sees `case`, sees it for the letter that waits and for nothing else.

    So it is for a clerk of the coordinator's one-stop office with another agency's case (row security
    hides what belongs to it; the submitter's own words stand in the case's row, and pages leave them out).
    """
    if not actor.delivers_for_province or actor.sees_province or case.restricted_at is not None:
        return False
    return not {case.lead_agency_id, *case.co_agency_ids} & set(actor.agency_ids)


def clocks_of(
    case: Case, deadlines: Iterable[Deadline], book: LawBook, now: datetime
) -> tuple[ClockView, ...]:
    """Give the clocks of the running period: what runs, and how the two of the law ended."""
    latest: dict[Clock, Deadline] = {}
    for row in deadlines:
        clock = Clock(row.clock)
        if row.superseded_at is not None or row.period != case.period:
            continue
        if row.met_at is not None and clock not in (Clock.AGENCY, Clock.CITIZEN):
            continue
        if clock is Clock.STATE and row.state == State.ANSWERED:
            continue
        latest[clock] = row
    return tuple(_view(latest[clock], book, now) for clock in _ORDER if clock in latest)


def _view(row: Deadline, book: LawBook, now: datetime) -> ClockView:
    clock = Clock(row.clock)
    closed: Literal["on_time", "late"] | None = None
    if row.met_at is not None:
        closed = "on_time" if row.met_at < row.due_at else "late"
    agency_id = row.agency_id if clock is Clock.AGENCY else None
    calendar = book.calendar_of(agency_id, local_date(row.started_at))
    return ClockView(
        clock=clock,
        name=CLOCK_NAMES[clock],
        due_on=row.due_on,
        due_at=row.due_at,
        remaining=remaining_working_days(row.due_on, local_date(now), calendar),
        paused=row.paused_at is not None,
        closed=closed,
        why=tuple(explain(Trace.from_json(row.trace), "en" if locale_code() == "en" else "vi")),
    )


def changes_in_words(session: Session, changes: Sequence[Change]) -> list[tuple[datetime, str, str]]:
    """Say what others did meanwhile: when, what, who."""
    numbers = {
        int(change.actor.partition(":")[2]) for change in changes if change.actor.startswith("account:")
    }
    found = session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers))).all()
    names = {f"account:{number}": name for number, name in found}
    return [(change.at, event_label(change.kind), names.get(change.actor, "")) for change in changes]
