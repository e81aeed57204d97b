"""Where a case stands now, for the person who sent it: who has it, since when, what is due when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.deadline import remaining_working_days
from feedback.domain.explain import explain, explain_plain
from feedback.domain.lifecycle import State
from feedback.queries.case_file import CaseFile
from feedback.queries.law_book import LawBook
from feedback.services.casework import following
from feedback.web.public.path import agency_name
from feedback.web.rendering import locale_code

Status = Literal["done", "current", "ahead"]
_STEP = {
    State.RECEIVED: 0, State.TRIAGE: 1, State.ASSIGNED: 1, State.IN_PROGRESS: 2,
    State.AWAITING_SUBMITTER: 2, State.AWAITING_APPROVAL: 2, State.ANSWERED: 4,
}  # fmt: skip

_SENTENCES = {
    State.RECEIVED: _l("Đã nhận, đang được chuyển đến cơ quan có trách nhiệm."),
    State.TRIAGE: _l("%(office)s đang xác định cơ quan xử lý."),
    State.ASSIGNED: _l("%(agency)s đã được giao và sắp nhận xử lý."),
    State.IN_PROGRESS: _l("%(agency)s đang xử lý."),
    State.AWAITING_SUBMITTER: _l("%(agency)s cần ông/bà trả lời một câu hỏi."),
    State.AWAITING_APPROVAL: _l("%(agency)s đã soạn câu trả lời; người đứng đầu đang duyệt."),
    State.ANSWERED: _l("%(agency)s đã trả lời."),
    State.REFUSED: _l("%(office)s đã thông báo vì sao không tiếp nhận được."),
    State.MERGED: _l("Được trả lời chung với một phản ánh cùng nội dung đã gửi trước."),
    State.SPLIT: _l("Đã được tách thành nhiều phần; mỗi phần được trả lời riêng."),
    State.REJOINED: _l("Đã được nhập lại vào phản ánh ban đầu và được trả lời cùng phản ánh đó."),
}
_FOLLOWS = _l("Đang được theo dõi chung với một vụ việc có người gửi trước, như ông/bà đã chọn.")
_WITHDRAWN = _l("Ông/bà đã rút phản ánh này.")


@dataclass(frozen=True, slots=True)
class Due:
    """A running date: the day, working days left (negative when overdue), whether it stands still, and why.

    why: one sentence. lines: the whole computation.
    """

    due_on: date
    remaining: int
    paused: bool
    why: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A station of the way, as the macro ``ui.stepper`` shows it."""

    label: str
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The upper part of the tracking page.

    citizen: the answer's date. agency: the agency's own, where it differs. moves: how often the
    case changed hands.
    """

    sentence: str
    since: datetime
    steps: tuple[Step, ...]
    citizen: Due | None
    agency: Due | None
    on_time: bool | None
    moves: int


def standing_of(file: CaseFile, office: str, book: LawBook, now: datetime) -> Standing:
    """Describe where a case stands at `now`. office: the coordinator's name in the page's language."""
    citizen = _due(file, Clock.CITIZEN, book, now)
    agency = _due(file, Clock.AGENCY, book, now)
    if citizen is not None and agency is not None and citizen.due_on == agency.due_on and not agency.paused:
        agency = None
    return Standing(
        sentence=_sentence(file, office),
        since=file.case.state_since,
        steps=_steps(file),
        citizen=citizen,
        agency=agency,
        on_time=file.periods[-1].on_time if file.periods else None,
        moves=len(file.moves),
    )


def _due(file: CaseFile, clock: Clock, book: LawBook, now: datetime) -> Due | None:
    running = file.active(clock)
    if running is None:
        return None
    trace = file.trace(running)
    agency_id = running.agency_id if clock is Clock.AGENCY else None
    calendar = book.calendar_of(agency_id, local_date(running.started_at))
    return Due(
        due_on=running.due_on,
        remaining=remaining_working_days(running.due_on, local_date(now), calendar),
        paused=running.paused_at is not None,
        why=explain_plain(trace, locale_code()),
        lines=tuple(explain(trace, locale_code())),
    )


def _sentence(file: CaseFile, office: str) -> str:
    """Who has the case and what they do with it, in one sentence."""
    if following.may_leave(file.case):
        return str(_FOLLOWS)
    sentence = str(_SENTENCES.get(State(file.case.state), _WITHDRAWN))
    return sentence % {"agency": agency_name(file, file.case.lead_agency_id), "office": office}


def _steps(file: CaseFile) -> tuple[Step, ...]:
    """The four stations; none for a case that left the straight way."""
    reached = _STEP.get(State(file.case.state))
    if reached is None:
        return ()
    labels = (_("Tiếp nhận"), _("Giao cơ quan xử lý"), _("Xử lý"), _("Trả lời"))
    return tuple(
        Step(label, "done" if place < reached else "current" if place == reached else "ahead")
        for place, label in enumerate(labels)
    )
