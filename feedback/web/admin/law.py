"""The overview of the law as data: a way to each of its tables, and what was changed last."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.calendar import local_date
from feedback.domain.positions import PositionKind
from feedback.queries.law import law_tables, law_trail
from feedback.services.audit import actor_key
from feedback.services.casework import status_updates
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.forms import PressForm
from feedback.web.admin.trail import law_changes
from feedback.web.guards import staff
from feedback.web.requests import request_actor, request_now, request_session

_LAST = 10
CALENDAR = "admin.calendar"


@blueprint.get("/law")
@staff(PositionKind.ADMINISTRATOR)
def law() -> ResponseReturnValue:
    """Show what there is and what was changed last."""
    session, today = request_session(), local_date(request_now())
    return render_template(
        "admin/law.html",
        found=law_tables.figures(session, today),
        changes=law_changes(session, law_trail.changes(session, most=_LAST)),
        updates=status_updates.is_on(session),
        calendar_url=url_for(CALENDAR) if CALENDAR in current_app.view_functions else None,
        form=PressForm(),
    )


@blueprint.post("/law/status-updates")
@staff(PositionKind.ADMINISTRATOR)
def switch_updates() -> ResponseReturnValue:
    """Turn the interim updates to submitters on or off."""
    on = {"on": True, "off": False}.get(request.form.get("to", ""))
    if on is None:
        abort(400)
    if on is not status_updates.is_on(request_session()):
        status_updates.switch(request_session(), on, actor=actor_key(request_actor()), now=request_now())
    flash(
        _("Từ đêm nay hệ thống báo tình trạng cho người gửi.")
        if on
        else _("Hệ thống thôi báo tình trạng định kỳ."),
        "success",
    )
    return redirect(url_for("admin.law"))
