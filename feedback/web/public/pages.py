"""Pages that only say something: the home page, help, privacy, and what robots may read."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from feedback.queries.law_book import load_law_book
from feedback.queries.public.board import latest
from feedback.queries.public.statistics import MINIMUM_SAMPLE, published_figures
from feedback.services.clocks import citizen_due
from feedback.web.guards import public
from feedback.web.public.blueprint import blueprint
from feedback.web.requests import request_now, request_session

_ROBOTS = "User-agent: *\nDisallow: /track\nDisallow: /submit\nDisallow: /staff\nDisallow: /admin\nAllow: /\n"


@blueprint.get("/")
@public
def home() -> ResponseReturnValue:
    """What this is, the two doors, and what was answered last."""
    session, now = request_session(), request_now()
    return render_template(
        "public/home.html",
        figures=published_figures(session, now),
        minimum=MINIMUM_SAMPLE,
        items=latest(session),
    )


@blueprint.get("/help")
@public
def help_page() -> ResponseReturnValue:
    """How to send and follow a message, by when it must be answered and what else there is."""
    session, now = request_session(), request_now()
    due = citizen_due(load_law_book(session, now), now)
    return render_template("public/help.html", due=due)


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept of a person, why, for how long, and who sees it."""
    return render_template("public/privacy.html")


@blueprint.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Keep robots away from what belongs to single persons."""
    return Response(_ROBOTS, mimetype="text/plain")


@blueprint.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """Answer browsers that ask for an icon by its old name; pages name the real one."""
    return Response(status=204)
