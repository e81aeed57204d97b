"""The public figures, honest: counts beside every share, and no share of a small sample."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.queries.public.statistics import MINIMUM_SAMPLE, published_figures
from feedback.web.guards import public
from feedback.web.public.blueprint import blueprint
from feedback.web.requests import request_now, request_session


@blueprint.get("/statistics")
@public
def statistics() -> ResponseReturnValue:
    """Show what came in, what was answered in time, and which bodies are overdue."""
    figures = published_figures(request_session(), request_now())
    return render_template("public/statistics.html", figures=figures, minimum=MINIMUM_SAMPLE)
