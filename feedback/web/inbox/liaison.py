"""The liaison desk: what is to be relayed to external bodies, what waits for them, what they replied."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.domain.calendar import local_date
from feedback.domain.deadline import remaining_working_days
from feedback.queries import relays
from feedback.queries.law_book import load_law_book
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import request_desk
from feedback.web.requests import request_now, request_session


@blueprint.get("/liaison")
@staff()
def liaison() -> ResponseReturnValue:
    """Show the cases of the external bodies that the person's agency speaks for."""
    session, now, bodies = request_session(), request_now(), request_desk().speaks_for
    today, calendar = local_date(now), load_law_book(session, now).calendar
    return render_template(
        "staff/liaison.html",
        new=relays.not_relayed(session, bodies),
        waiting=relays.waiting(session, bodies),
        replied=relays.replied(session, bodies),
        today=today,
        remaining=lambda day: remaining_working_days(day, today, calendar),
    )
