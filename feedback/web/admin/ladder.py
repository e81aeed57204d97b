"""The ladder: when a step is reached, who is told, for which cases; tried out before it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.positions import PositionKind
from feedback.models import LadderStep
from feedback.queries.law import law_tables, law_trail
from feedback.queries.law.ladder_preview import Difference, difference
from feedback.queries.law_book import read_law_book
from feedback.services.audit import actor_key
from feedback.services.errors import InvalidInput
from feedback.services.law import law_rows
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import EndForm
from feedback.web.admin.law_forms import StepForm, tell
from feedback.web.guards import staff
from feedback.web.requests import drop_writes, request_actor, request_now, request_session, row_or_404

_LISTS = ("recipients", "case_classes", "agency_kinds")
_TRY = "try"
"""The name of the button that only shows what a change would do."""


@blueprint.get("/law/ladder")
@staff(PositionKind.ADMINISTRATOR)
def ladder() -> ResponseReturnValue:
    """Show the steps: those in force or planned, and apart from them the past ones."""
    session, today = request_session(), local_date(request_now())
    rows = law_tables.ladder(session)
    trail = law_trail.changes(session, [EventKind.LADDER_CHANGED])
    return render_template(
        "admin/ladder.html",
        rows=[row for row in rows if row.valid_to is None or row.valid_to >= today],
        past=[row for row in rows if row.valid_to is not None and row.valid_to < today],
        made=law_trail.by_version(trail),
        today=today,
    )


@blueprint.route("/law/ladder/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def new_step() -> ResponseReturnValue:
    """Add a step that the ladder does not have yet."""
    form = StepForm().offer()
    if not form.is_submitted():
        form.begin()
    valid = form.validate_on_submit()
    if valid and not form.code.data:
        tell(form, InvalidInput("code", "required"))
        valid = False
    return _answer(form, None, valid)


@blueprint.route("/law/ladder/<code>/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def change_step(code: str) -> ResponseReturnValue:
    """Add the next version of a step; its clock and track stay."""
    versions = [row for row in law_tables.ladder(request_session()) if row.code == code]
    if not versions:
        abort(404)
    newest = max(versions, key=lambda row: row.valid_from)
    form = StepForm(obj=newest).offer()
    if not form.is_submitted():
        form.begin()
        for name in _LISTS:
            form[name].data = [item for item in getattr(newest, name).split(";") if item]
    form.code.data, form.clock.data, form.restricted.data = newest.code, newest.clock, newest.restricted
    return _answer(form, newest, form.validate_on_submit())


@blueprint.route("/law/ladder/rows/<int:row_id>/end", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def end_step(row_id: int) -> ResponseReturnValue:
    """Give a row of the ladder its last day."""
    row = row_or_404(LadderStep, row_id)
    form, code = EndForm(), row.code
    effect: Difference | None = None
    if request.method == "GET":
        form.last_day.data = local_date(request_now())
    if form.validate_on_submit() and (last := form.last_day.data):
        try:
            effect = _change(
                code,
                lambda session: law_rows.end_step(
                    session, row, last, actor=actor_key(request_actor()), now=request_now()
                ),
            )
        except InvalidInput as problem:
            drop_writes()
            tell(form, problem)
        else:
            if effect is None:
                flash(_("Đã ghi ngày cuối của bậc này."), "success")
                return redirect(url_for("admin.ladder"))
    return render_template("admin/step_end.html", form=form, row=row, effect=effect)


def _answer(form: StepForm, newest: LadderStep | None, valid: bool) -> ResponseReturnValue:
    """Try the change out or store it, and show the form again where it is not stored."""
    effect: Difference | None = None
    if valid:
        try:
            row = law_rows.ladder_row(_values(form))
            effect = _change(
                row.code,
                lambda session: law_rows.change_ladder(
                    session, row, actor=actor_key(request_actor()), now=request_now()
                ),
            )
        except InvalidInput as problem:
            drop_writes()
            tell(form, problem)
        else:
            if effect is None:
                flash(_("Đã lưu bậc nhắc việc."), "success")
                return redirect(url_for("admin.ladder"))
    return render_template("admin/step_form.html", form=form, newest=newest, effect=effect)


def _values(form: StepForm) -> dict[str, Any]:
    values: dict[str, Any] = {name: form[name].data for name in form.data if name != "csrf_token"}
    return values | {name: values[name] or [] for name in _LISTS}


def _change(code: str, change: Callable[[Session], object]) -> Difference | None:
    """Change the rows of a step; where the button says to try, say what the night would do, and undo it."""
    session = request_session()
    before = read_law_book(session)
    change(session)
    if _TRY not in request.form:
        return None
    after = [rung for rung in read_law_book(session).ladder if rung.code == code]
    drop_writes()
    return difference(session, before, after, {code}, request_now())
