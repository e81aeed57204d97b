"""A head's page: what the ladder brought, what to decide, how the unit stands, who acts for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import Length

from feedback.domain.calendar import local_date
from feedback.domain.deadline import remaining_working_days
from feedback.domain.permissions import AREAS, Area
from feedback.queries.law_book import LawBook, load_law_book
from feedback.queries.lists import escalated, on_time_weeks
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.head_page import Led, led_by, read_head_page
from feedback.queries.lists.inbox import Row, page_of
from feedback.queries.lists.inbox_filters import Filters, View
from feedback.queries.lists.on_time_weeks import Week
from feedback.queries.posts import around
from feedback.services.errors import InvalidInput
from feedback.services.night.acknowledgement import LONGEST_REASON
from feedback.services.night.acknowledgement import acknowledge as acknowledge_steps
from feedback.services.staff import delegation as verbs
from feedback.web.chart import NARROW, Frame, Line
from feedback.web.forms import Form
from feedback.web.guards import staff
from feedback.web.inbox import delegation
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import count_label, request_counts, request_desk
from feedback.web.inbox.problems import problem_text
from feedback.web.inbox.summary import clock_name
from feedback.web.requests import drop_writes, request_actor, request_now, request_session

HEADS = AREAS[Area.HEAD]
_TAKEN_BACK = {
    "deadline_changed": _l("thời hạn đã thay đổi"),
    "calendar_changed": _l("lịch làm việc đã thay đổi"),
    "case_changed": _l("bậc nhắc việc này không còn áp dụng cho vụ việc"),
    "set_apart": _l("vụ việc đã được tách riêng"),
}
_SOON_DAYS = 3
_PROMISE_DAYS = 3


class PromiseForm(Form):
    """A head's answer to the steps about one case: until when, and what stands in the way."""

    steps = HiddenField()
    promised_on = DateField(_l("Hẹn xong ngày"))
    reason = TextAreaField(_l("Lý do và cách khắc phục"), [Length(max=LONGEST_REASON)])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case whose steps wait for an acknowledgement, with the form that gives it."""

    steps: tuple[escalated.Reached, ...]
    remaining: int
    form: PromiseForm

    @property
    def first(self) -> escalated.Reached:
        """The step that is longest overdue; the others are about the same case."""
        return self.steps[0]


@dataclass(frozen=True, slots=True)
class Curve:
    """How much of what was due was answered on time, week by week, as a line and as figures.

    One point is no line: `line` is None then.

    whole, last: of all the weeks, and of the last one that is over and in which something was due.
    """

    frame: Frame
    line: Line | None
    ticks: list[tuple[float, date]]
    weeks: list[Week]
    whole: Week
    last: Week | None
    counted_at: datetime


@blueprint.get("/head", endpoint="head")
@staff(*HEADS)
def head_page() -> ResponseReturnValue:
    """Show a head what escalated, what to decide, the load, and who acts for whom."""
    return _page()


@blueprint.post("/head/acknowledge")
@staff(*HEADS)
def acknowledge() -> ResponseReturnValue:
    """Acknowledge the steps about a case with a promise; what was typed comes back when it cannot be."""
    which = request.form.get("which", "")
    form = PromiseForm(prefix=which)
    if not form.validate():
        return _page(form), 422
    try:
        if form.promised_on.data is None:
            raise InvalidInput("promised_on", "required")
        done = acknowledge_steps(
            request_session(),
            request_actor(),
            step_ids=_step_ids(form.steps.data or ""),
            promised_on=form.promised_on.data,
            reason=form.reason.data or "",
            now=request_now(),
        )
    except InvalidInput as error:
        drop_writes()
        form[error.field].errors = [problem_text(error.field, error.code)]
        return _page(form), 422
    flash(
        _("Đã xác nhận và ghi nhận cam kết.") if done else _("Việc này đã được xác nhận trước đó."), "success"
    )
    return redirect(url_for("inbox.head", done=f"promise:{which}"), 303)


@blueprint.post("/head/delegations")
@staff(*HEADS)
def delegate() -> ResponseReturnValue:
    """Hand one's post over for some days."""
    session, actor, now = request_session(), request_actor(), request_now()
    today = local_date(now)
    form = delegation.receive(actor, around(session, actor.agency_ids, today), today)
    if not form.validate():
        return _page(delegation.Returned(form)), 422
    try:
        verbs.delegate(
            session, actor, position_ids=form.position_ids.data or (), absence=delegation.absence_of(form),
            now=now,
        )  # fmt: skip
    except InvalidInput as error:
        delegation.complain(form, error)
        return _page(delegation.Returned(form)), 422
    flash(_("Đã giao phụ trách thay."), "success")
    return redirect(url_for("inbox.head", done="delegate", _anchor="delegation"), 303)


@blueprint.post("/head/delegations/<int:holding_id>/end")
@staff(*HEADS)
def end_delegation(holding_id: int) -> ResponseReturnValue:
    """End a delegation early, or call off one that has not begun."""
    form = delegation.EndForm(prefix=f"end-{holding_id}")
    if not form.validate():
        return _page(delegation.Returned(form, holding_id)), 422
    today = local_date(request_now())
    try:
        verbs.end_early(
            request_session(), request_actor(), holding_id, last_day=form.last_day.data or today,
            now=request_now(),
        )  # fmt: skip
    except InvalidInput as error:
        delegation.complain(form, error)
        return _page(delegation.Returned(form, holding_id)), 422
    flash(_("Đã ghi nhận."), "success")
    return redirect(url_for("inbox.head", _anchor="delegation"), 303)


def _step_ids(text: str) -> list[UUID]:
    try:
        return [UUID(part) for part in text.split(",") if part]
    except ValueError as error:
        raise InvalidInput("steps", "unknown") from error


def _page(returned: PromiseForm | delegation.Returned | None = None) -> str:
    session, actor, now = request_session(), request_actor(), request_now()
    today, desk = local_date(now), request_desk()
    book = load_law_book(session, now)
    positions = [held.position_id for held in actor.positions if held.kind in HEADS]
    reached = escalated.standing(session, positions, now)
    approvals = _approvals(session, desk, today, book)
    more = read_head_page(session, actor, desk, [row.id for row in approvals], today)
    counts = request_counts()
    promise = returned if isinstance(returned, PromiseForm) else None
    handed = returned if isinstance(returned, delegation.Returned) else None
    return render_template(
        "staff/head.html",
        waiting=_waiting(reached.waiting, today, book, promise),
        promised=_promises(reached.promised),
        retracted=reached.retracted,
        approvals=approvals,
        hidden=counts["steps"] > len({one.reference for one in reached.waiting}),
        counted={name: count_label(counts[name]) or "0" for name in ("steps", "approvals")},
        submitted=more.submitted,
        extensions=more.asked,
        load=more.load,
        behind=more.behind,
        curve=_curve(session, led_by(actor), now),
        delegating=delegation.delegating(actor, more.around, today, handed),
        remaining=lambda due_on: remaining_working_days(due_on, today, book.calendar),
        taken_back=_TAKEN_BACK,
        clock_name=clock_name,
        step_names={step.code: step for step in book.ladder},
        today=today,
        returned=returned,
    )


def _waiting(
    steps: list[escalated.Reached], today: date, book: LawBook, returned: PromiseForm | None
) -> list[Waiting]:
    by_case: dict[str, list[escalated.Reached]] = {}
    for reached in steps:
        by_case.setdefault(reached.reference, []).append(reached)
    proposal = book.calendar.add_working_days(today, _PROMISE_DAYS)
    found = []
    for reference, of_case in by_case.items():
        form: Any = returned
        if returned is None or not returned.steps.name.startswith(reference):
            form = PromiseForm(formdata=None, prefix=reference)
            form.steps.data = ",".join(str(reached.step.id) for reached in of_case)
            form.promised_on.data = proposal
        left = remaining_working_days(of_case[0].due_on, today, book.calendar)
        found.append(Waiting(tuple(of_case), left, form))
    return found


def _promises(steps: list[escalated.Reached]) -> list[escalated.Reached]:
    """Give each promise about a case once, by the step that was reached last: one answers several steps."""
    found = {(one.reference, one.step.promised_on, one.step.promise_reason): one for one in steps}
    for one in steps:
        key = (one.reference, one.step.promised_on, one.step.promise_reason)
        if one.step.reached_on > found[key].step.reached_on:
            found[key] = one
    return list(found.values())


def _approvals(session: Session, desk: Desk, today: date, book: LawBook) -> tuple[Row, ...]:
    if not desk.approves_for:
        return ()
    soon = book.calendar.add_working_days(today, _SOON_DAYS)
    return page_of(session, desk, Filters(View.APPROVAL, today, soon)).rows


def _curve(session: Session, led: Led, now: datetime) -> Curve | None:
    """Draw the weeks of what somebody leads; None before the workers counted, and where nothing was due."""
    counts = on_time_weeks.counted(session, now)
    if counts is None:
        return None
    weeks = counts.weeks(None if led.province else led.agency_ids, led.unit_ids)
    whole = on_time_weeks.total(weeks)
    if whole is None:
        return None
    line = NARROW.line(_("Đúng hạn"), "on-time", [week.share for week in weeks])
    return Curve(
        frame=NARROW,
        line=line if len(line.points) > 1 else None,
        ticks=NARROW.ticks([week.first_day for week in weeks], most=4),
        weeks=weeks,
        whole=whole,
        last=next((week for week in reversed(weeks[:-1]) if week.due), None) if len(weeks) > 2 else None,
        counted_at=counts.counted_at,
    )
