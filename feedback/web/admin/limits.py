"""The limits of the states of a case: how long, whose task, who hears next."""

from __future__ import annotations

from functools import partial

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.positions import PositionKind
from feedback.queries.law import law_tables, law_trail
from feedback.services.audit import actor_key
from feedback.services.law import law_rows
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.law_forms import LimitForm, accepted
from feedback.web.guards import staff
from feedback.web.requests import request_actor, request_now, request_session


@blueprint.get("/law/limits")
@staff(PositionKind.ADMINISTRATOR)
def limits() -> ResponseReturnValue:
    """Show the limits of all states, past and planned ones with them."""
    session = request_session()
    trail = law_trail.changes(session, [EventKind.LIMIT_CHANGED])
    return render_template(
        "admin/limits.html",
        rows=law_tables.limits(session),
        made=law_trail.by_version(trail),
        today=local_date(request_now()),
    )


@blueprint.route("/law/limits/<state>/new", methods=["GET", "POST"])
@staff(PositionKind.ADMINISTRATOR)
def change_limit(state: str) -> ResponseReturnValue:
    """Add the next limit of a state."""
    versions = [row for row in law_tables.limits(request_session()) if row.state == state]
    if not versions:
        abort(404)
    newest = max(versions, key=lambda row: row.valid_from)
    form = LimitForm(obj=newest).offer()
    if not form.is_submitted():
        form.begin()
    if form.validate_on_submit() and _save(state, form):
        flash(_("Đã thêm hạn mới. Vụ việc đang ở bước này giữ nguyên hạn đã tính."), "success")
        return redirect(url_for("admin.limits"))
    return render_template("admin/limit_new.html", form=form, newest=newest)


def _save(state: str, form: LimitForm) -> bool:
    if form.valid_from.data is None:
        return False
    change = partial(
        law_rows.change_limit,
        request_session(),
        actor=actor_key(request_actor()),
        state=state,
        valid_from=form.valid_from.data,
        duration=form.duration.data or "",
        owner=form.owner.data,
        next_up=form.next_up.data,
        basis=form.basis.data or "",
        now=request_now(),
    )
    return accepted(form, change)
