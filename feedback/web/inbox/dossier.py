"""The dossier of a case: all that its page shows, in order, to print or to take away as a PDF."""

from __future__ import annotations

from io import BytesIO

from flask import abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.events import EventKind
from feedback.domain.permissions import Reading, may_read
from feedback.models import Case
from feedback.queries.case_file import find_case
from feedback.services.facts import case_facts
from feedback.services.trail import record
from feedback.web.guards import staff
from feedback.web.headers import private
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.dossier_content import DossierContent, dossier_content
from feedback.web.inbox.dossier_pdf import dossier_pdf
from feedback.web.requests import request_actor, request_now, request_session


@blueprint.route("/cases/<reference>/dossier", methods=["GET", "POST"])
@staff()
def dossier(reference: str) -> ResponseReturnValue:
    """Show the whole file of a case to print, for whoever reads its notes too; that it was made is recorded.

    It never holds who sent the case. Pages and print carry what people wrote as text; nothing in it is
    fetched from an address that a text names (the site's policy lets in images of its own alone). Asked
    for without the form, its address leads back to the case.
    """
    found = _readable(reference)
    if request.method == "GET":
        return redirect(url_for("inbox.case", reference=found.reference))
    content = _made(found, "page")
    return render_template("staff/dossier.html", content=content, **_named(content))


@blueprint.route("/cases/<reference>/dossier.pdf", methods=["GET", "POST"])
@staff()
def take_dossier(reference: str) -> ResponseReturnValue:
    """Hand out the same as a PDF made here, under the same right and with the same record."""
    found = _readable(reference)
    if request.method == "GET":
        return redirect(url_for("inbox.case", reference=found.reference))
    document = dossier_pdf(_made(found, "pdf"))
    name = f"ho-so-{found.reference}.pdf"
    return send_file(
        BytesIO(document), mimetype="application/pdf", as_attachment=True, download_name=name,
        conditional=False, etag=False,
    )  # fmt: skip


def _readable(reference: str) -> Case:
    """Find a case that the person may read whole, and keep the answer out of every cache."""
    private()
    session, actor = request_session(), request_actor()
    found = find_case(session, reference)
    if not may_read(actor, Reading.NOTES, case_facts(session, actor, found)):
        abort(404)
    return found


def _made(found: Case, form: str) -> DossierContent:
    """Record that a dossier is made, in which form, and gather it: its course tells of this one too."""
    session, actor, now = request_session(), request_actor(), request_now()
    record(session, found, EventKind.DOSSIER_PRINTED, actor, now, moves_version=False, form=form)
    return dossier_content(session, actor, found, now)


def _named(content: DossierContent) -> dict[str, object]:
    names = ("case", "file", "clocks", "timeline", "actor", "now")
    return {name: getattr(content, name) for name in names}
