"""The smaller desks: publications to check, letters to hand over."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.queries.lists import desk_work
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import request_desk
from feedback.web.requests import request_actor, request_now, request_session

_LOOKED_BACK = timedelta(days=90)


@blueprint.get("/publication")
@staff()
def publication() -> ResponseReturnValue:
    """Show what awaits a second person, what came back, and what could be published."""
    session, actor = request_session(), request_actor()
    return render_template(
        "staff/publication.html",
        proposed=desk_work.proposed(session),
        returned=desk_work.returned(session, actor),
        publishable=desk_work.publishable(session, request_desk(), request_now() - _LOOKED_BACK),
        may_check=actor.holds(desk_work.CHECKERS),
        actor=actor,
    )


@blueprint.get("/deliveries")
@staff()
def deliveries() -> ResponseReturnValue:
    """Show the answers that wait to be printed, posted, told or handed over."""
    return render_template(
        "staff/deliveries.html", letters=desk_work.letters(request_session(), request_now())
    )
