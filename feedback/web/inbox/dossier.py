"""The dossier of a case: all that its page shows, in order, to print or to save as a PDF by the browser."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.events import EventKind
from feedback.domain.permissions import Reading, may_read
from feedback.queries.case_file import find_case, read_case_file
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.agency_search import known_agencies
from feedback.services.facts import case_facts
from feedback.services.trail import record
from feedback.web.guards import staff
from feedback.web.headers import private
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.event_details import Reader
from feedback.web.inbox.summary import clocks_of
from feedback.web.inbox.timeline import timeline_of
from feedback.web.requests import request_actor, request_now, request_session


@blueprint.route("/cases/<reference>/dossier", methods=["GET", "POST"])
@staff()
def dossier(reference: str) -> ResponseReturnValue:
    """Show the whole file of a case to print, for whoever reads its notes too; that it was made is recorded.

    It never holds who sent the case. Pages and print carry what people wrote as text; nothing in it is
    fetched from an address that a text names (the site's policy lets in images of its own alone). Asked
    for without the form, its address leads back to the case.
    """
    private()
    session, actor, now = request_session(), request_actor(), request_now()
    found = find_case(session, reference)
    if not may_read(actor, Reading.NOTES, case_facts(session, actor, found)):
        abort(404)
    if request.method == "GET":
        return redirect(url_for("inbox.case", reference=found.reference))
    record(session, found, EventKind.DOSSIER_PRINTED, actor, now, moves_version=False)
    file = read_case_file(session, found)
    book = load_law_book(session, now)
    reader = Reader(file, known_agencies(session, now), book)
    return render_template(
        "staff/dossier.html",
        case=found,
        file=file,
        clocks=clocks_of(found, file.deadlines, book, now),
        timeline=timeline_of(file, reader)[::-1],
        actor=actor,
        now=now,
    )
