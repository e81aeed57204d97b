"""Typing in, word for word, what came by telephone, on paper or at the counter."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.domain.lifecycle import Channel
from feedback.domain.submission import MOST_FILES
from feedback.services.arrival.uploads import ACCEPTED_TYPES, LARGEST
from feedback.services.audit import actor_key
from feedback.web.form_files import allow_large_request
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import INTAKE_KINDS
from feedback.web.requests import request_actor
from feedback.web.security import csrf
from feedback.web.submission_form import ClerkSubmissionForm
from feedback.web.submission_handler import Sheet, show, take_in


@blueprint.get("/intake")
@staff(*INTAKE_KINDS)
def intake() -> ResponseReturnValue:
    """Show an empty form."""
    return _page(show(ClerkSubmissionForm(formdata=None)))


@blueprint.post("/intake")
@staff(*INTAKE_KINDS)
def take_in_submission() -> ResponseReturnValue:
    """Receive what was typed in, recorded by the clerk's account."""
    allow_large_request()
    form = ClerkSubmissionForm()
    chosen = form.channel.data
    channel = (
        Channel(chosen) if chosen in {Channel.PHONE, Channel.PAPER, Channel.COUNTER} else Channel.COUNTER
    )
    sheet = take_in(form, channel=channel, actor=actor_key(request_actor()))
    if sheet.receipt is None:
        return _page(sheet), sheet.status
    return render_template("staff/intake_done.html", receipt=sheet.receipt)


csrf.exempt(take_in_submission)


def _page(sheet: Sheet) -> str:
    return render_template(
        "staff/intake.html",
        sheet=sheet,
        form=sheet.form,
        accepted=ACCEPTED_TYPES,
        largest=LARGEST,
        most_files=MOST_FILES,
    )
