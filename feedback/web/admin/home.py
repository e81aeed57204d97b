"""How the system does: stores, work, mail, the last night."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.domain.positions import PositionKind
from feedback.queries.administration import job_runs, oversight, state_of_work
from feedback.web import health
from feedback.web.admin.blueprint import blueprint
from feedback.web.guards import staff
from feedback.web.requests import request_now, request_session


@blueprint.get("/")
@staff(PositionKind.ADMINISTRATOR)
def home() -> ResponseReturnValue:
    """Show the figures of the moment."""
    session = request_session()
    found = state_of_work.figures(session, request_now())
    return render_template(
        "admin/home.html",
        found=found,
        runs=oversight.last_runs(session),
        stores=health.look(),
        silent=job_runs.is_silent(session, job_runs.ESCALATION, request_now()),
    )
