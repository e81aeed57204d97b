"""What came before a case: at its spot, in its field, and how that was answered."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.queries.case_file import find_case
from feedback.queries.lists.previous_cases import previous_cases
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.summary import letter_only
from feedback.web.requests import request_actor, request_session


@blueprint.get("/cases/<reference>/previous")
@staff()
def previous(reference: str) -> ResponseReturnValue:
    """List earlier cases of the same spot and field, as far as the person sees them."""
    session = request_session()
    found = find_case(session, reference)
    if letter_only(request_actor(), found):
        return redirect(url_for("inbox.letter", reference=found.reference))
    return render_template("staff/previous.html", case=found, previous=previous_cases(session, found))
