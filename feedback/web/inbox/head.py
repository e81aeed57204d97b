"""A head's page: what the ladder brought, what waits for a decision, and how the unit stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, HiddenField, TextAreaField

from feedback.domain.calendar import local_date
from feedback.domain.deadline import remaining_working_days
from feedback.domain.permissions import AREAS, Area
from feedback.domain.positions import Actor, PositionKind
from feedback.queries.law_book import LawBook, load_law_book
from feedback.queries.lists import escalated, head
from feedback.queries.lists.desk import Desk, desk_of
from feedback.queries.lists.inbox import Row, page_of
from feedback.queries.lists.inbox_filters import Filters, View
from feedback.services.errors import InvalidInput
from feedback.services.night.acknowledgement import acknowledge as acknowledge_steps
from feedback.web.forms import Form
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.problems import problem_text
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
    reason = TextAreaField(_l("Lý do và cách khắc phục"))


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


@blueprint.get("/head", endpoint="head")
@staff(*HEADS)
def head_page() -> ResponseReturnValue:
    """Show a head what escalated, what to decide, and the load."""
    return _page()


@blueprint.post("/head/acknowledge")
@staff(*HEADS)
def acknowledge() -> ResponseReturnValue:
    """Acknowledge the steps about a case with a promise; what was typed comes back when it cannot be."""
    which = request.form.get("which", "")
    form = PromiseForm(prefix=which)
    reason = form.reason.data or ""
    try:
        if form.promised_on.data is None:
            raise InvalidInput("promised_on", "required")
        done = acknowledge_steps(
            request_session(),
            request_actor(),
            step_ids=_step_ids(form.steps.data or ""),
            promised_on=form.promised_on.data,
            reason=reason,
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


def _step_ids(text: str) -> list[UUID]:
    try:
        return [UUID(part) for part in text.split(",") if part]
    except ValueError as error:
        raise InvalidInput("steps", "unknown") from error


def _page(returned: PromiseForm | None = None) -> str:
    session, actor, now = request_session(), request_actor(), request_now()
    today = local_date(now)
    book = load_law_book(session, now)
    desk = desk_of(session, actor, now)
    positions = [held.position_id for held in actor.positions if held.kind in HEADS]
    return render_template(
        "staff/head.html",
        waiting=_waiting(session, positions, today, book, returned),
        promised=escalated.acknowledged(session, positions, 20),
        retracted=escalated.retracted(session, positions, now, 10),
        approvals=_approvals(session, desk, today, book),
        extensions=head.extensions_asked(session, desk.approves_for) if desk.approves_for else [],
        load=_load(session, actor, desk, today, book),
        behind=head.behind(session, today) if desk.province else [],
        remaining=lambda due_on: remaining_working_days(due_on, today, book.calendar),
        taken_back=_TAKEN_BACK,
        step_names={step.code: step for step in book.ladder},
        today=today,
        returned=returned,
    )


def _waiting(
    session: Session, positions: list[int], today: date, book: LawBook, returned: PromiseForm | None
) -> list[Waiting]:
    by_case: dict[str, list[escalated.Reached]] = {}
    for reached in escalated.unacknowledged(session, positions):
        by_case.setdefault(reached.reference, []).append(reached)
    proposal = book.calendar.add_working_days(today, _PROMISE_DAYS)
    found = []
    for reference, steps in by_case.items():
        form: Any = returned
        if returned is None or not returned.steps.name.startswith(reference):
            form = PromiseForm(formdata=None, prefix=reference)
            form.steps.data = ",".join(str(reached.step.id) for reached in steps)
            form.promised_on.data = proposal
        left = remaining_working_days(steps[0].due_on, today, book.calendar)
        found.append(Waiting(tuple(steps), left, form))
    return found


def _approvals(session: Session, desk: Desk, today: date, book: LawBook) -> tuple[Row, ...]:
    if not desk.approves_for:
        return ()
    soon = book.calendar.add_working_days(today, _SOON_DAYS)
    return page_of(session, desk, Filters(View.APPROVAL, today, soon)).rows


def _load(session: Session, actor: Actor, desk: Desk, today: date, book: LawBook) -> list[head.Load]:
    """Give the load of the agencies that the actor heads; of a head of unit, their units' only."""
    agencies = [held.agency_id for held in actor.positions if held.kind is PositionKind.HEAD_OF_AGENCY]
    soon = book.calendar.add_working_days(today, _SOON_DAYS)
    if agencies:
        return head.load_of(session, agencies, today, soon)
    units = [held.unit_id for held in actor.positions if held.kind is PositionKind.HEAD_OF_UNIT]
    known = [unit for unit in units if unit is not None]
    return head.load_of(session, desk.heads, today, soon, known) if known else []
