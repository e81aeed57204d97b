"""A supervisor's start page: how the province stands, who is behind, what escalated."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.domain.calendar import local_date
from feedback.queries.law_book import load_law_book
from feedback.queries.lists import head, supervision
from feedback.queries.public.statistics import MINIMUM_SAMPLE, published_figures
from feedback.web.guards import staff
from feedback.web.oversight.blueprint import WATCHERS, blueprint
from feedback.web.oversight.veil import titles
from feedback.web.requests import request_now, request_session


@blueprint.get("/")
@staff(*WATCHERS)
def home() -> ResponseReturnValue:
    """Show the province at a glance."""
    session, now = request_session(), request_now()
    today = local_date(now)
    steps = load_law_book(session, now).ladder
    escalated = supervision.escalated(session)
    return render_template(
        "staff/oversight_home.html",
        figures=published_figures(session, now),
        minimum=MINIMUM_SAMPLE,
        behind=head.behind(session, today, most=50),
        escalated=list(zip(escalated, titles(session, now, escalated), strict=True)),
        standing=supervision.standing(session, today),
        step_names={step.code: step for step in steps},
    )
