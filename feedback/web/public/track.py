"""Following a case: the page that asks for the code, and the page of the case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import Action, actions_in
from feedback.domain.submission import MOST_FILES
from feedback.queries.case_file import CaseFile, NotFound
from feedback.queries.law_book import load_law_book
from feedback.queries.promises import latest_move
from feedback.queries.public.form_choices import province_settings
from feedback.queries.public.tracking import Tracked, as_told
from feedback.services.arrival.uploads import ACCEPTED_TYPES, LARGEST
from feedback.services.casework import following, submitter
from feedback.web.files import attachment_response
from feedback.web.forms import Form
from feedback.web.guards import public
from feedback.web.headers import private
from feedback.web.public.blueprint import blueprint
from feedback.web.public.path import path_of
from feedback.web.public.standing import standing_of
from feedback.web.public.track_forms import CodeForm, RateForm, ReopenForm, ReplyForm, WithdrawForm
from feedback.web.public.tracked import track_by
from feedback.web.rendering import locale_code
from feedback.web.requests import request_now, request_session

_LONGEST_CODE = 100


@blueprint.get("/track")
@public
def track() -> ResponseReturnValue:
    """Ask for the code."""
    private()
    return render_template("public/track.html", form=CodeForm())


@blueprint.post("/track")
@public
def find() -> ResponseReturnValue:
    """Lead from a typed code to its case."""
    private()
    form = CodeForm()
    try:
        tracked = track_by((form.code.data or "")[:_LONGEST_CODE])
    except NotFound:
        text = _("Không có phản ánh nào với mã này. Có thể một ký tự bị gõ nhầm: xin xem lại từng nhóm.")
        form.code.errors = [text]
        return render_template("public/track.html", form=form), 404
    return redirect(url_for("public.case", code=tracked.case.tracking_code), 303)


@blueprint.get("/track/<code>")
@public
def case(code: str) -> ResponseReturnValue:
    """Show a case to whoever holds its code."""
    return case_page(track_by(code))


@blueprint.get("/track/<code>/files/<uuid:file_id>")
@public
def attachment(code: str, file_id: UUID) -> Response:
    """Give a file of the case back to whoever holds its code. Raises NotFound."""
    tracked = track_by(code)
    files = tracked.file.attachments if tracked.file else []
    found = next((row for row in files if row.id == file_id), None)
    if found is None:
        raise NotFound(str(file_id))
    return attachment_response(found)


def case_page(tracked: Tracked, status: int = 200, **forms: Any) -> tuple[str, int]:
    """Render the page of a case; `forms` are those that came back with errors, by name."""
    private()
    if tracked.file is None:
        return render_template("public/case_restricted.html", case=tracked.case), status
    session, now = request_session(), request_now()
    # What can be done is asked of the case as it is; what is shown, as its sender has been told.
    possible = _forms(tracked.file) | forms
    told = as_told(tracked, now)
    file = told.file or tracked.file
    book = load_law_book(session, now)
    settings = province_settings(session, now)
    office = settings.get(f"office_{locale_code()}", "")
    page = render_template(
        "public/case.html",
        case=told.case,
        file=file,
        standing=standing_of(file, office, book, now),
        path=path_of(file),
        moved=latest_move(file),
        forms=possible,
        reopen_until=submitter.reopen_until(told.case),
        accepted=ACCEPTED_TYPES,
        largest=LARGEST,
        most_files=MOST_FILES,
    )
    return page, status


def _forms(file: CaseFile) -> dict[str, Any]:
    """The forms for what the sender can do now: empty, and only those that the state allows."""
    possible = actions_in(file.case.state)
    until = submitter.reopen_until(file.case)
    forms: dict[str, Any] = {}
    if Action.SUPPLY in possible and file.open_supplement is not None:
        forms["reply"] = ReplyForm(formdata=None)
    if submitter.may_rate(file.case) and all(row.period != file.case.period for row in file.ratings):
        forms["rate"] = RateForm(formdata=None)
    if until is not None and local_date(request_now()) <= until:
        forms["reopen"] = ReopenForm(formdata=None)
    if following.may_leave(file.case):
        forms["leave"] = Form(formdata=None)
    if Action.WITHDRAW in possible:
        forms["withdraw"] = WithdrawForm(formdata=None)
    return forms
