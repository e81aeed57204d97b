"""What a person typed into the form of an act, kept on the server and put back into the form.

Kept by scripts every few seconds, by a button without them, and whenever an act fails. The text of the tab
(static/js/draft.js) and this one are compared by the moment of the last saving: the newer wins.
"""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import ValidationError, validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import Form as PlainForm
from wtforms.fields import (
    BooleanField,
    FieldList,
    FileField,
    FormField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
)

from feedback.domain.positions import Actor
from feedback.models import Case
from feedback.queries.case_file import find_case
from feedback.services.casework import form_drafts, presence
from feedback.services.errors import InvalidInput
from feedback.web.guards import staff
from feedback.web.inbox.acts import REGISTER, Task
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.summary import letter_only
from feedback.web.rendering import local_time
from feedback.web.requests import keep_writes, request_actor, request_now, request_session
from feedback.web.security import csrf

_NEVER = frozenset(
    {
        "csrf_token",
        "version",
        "back",
        "do",
        "mask",
        "merge",
        "pick",
        "picked",
        "kept",
        "remove",
        "standard_text",
        "insert",
    }
)
_OF_THE_LETTER = "deliver"
"""The one form whose words are kept for a clerk who sees of a case its letter alone (migration 0037)."""
_SENT_WHEN_CHOSEN = (BooleanField, RadioField, SelectMultipleField)


def typed_fields() -> dict[str, list[str]]:
    """Give what the request's form holds, without what belongs to one sending alone."""
    return {name: values for name, values in request.form.lists() if name not in _NEVER}


def keep(actor: Actor, case: Case, slug: str, version: int | None) -> str:
    """Keep what was sent as the person's own draft and give the sentence that says so.

    Raises InvalidInput when it is too long.
    """
    session, now = request_session(), request_now()
    form_drafts.keep(session, actor, case, slug, typed_fields(), now=now, case_version=version)
    presence.announce(session, actor, case, now)
    return str(_("Đã lưu lúc %(time)s.", time=local_time(now)))


def keep_after_failure(task: Task[Any], slug: str) -> None:
    """Keep what was sent although the act failed; to be called when nothing else of it is written."""
    if not _keeps(task.actor, task.case, slug):
        return
    try:
        keep(task.actor, task.case, slug, task.form.expected_version)
    except InvalidInput:
        return
    keep_writes()


def _keeps(actor: Actor, case: Case, slug: str) -> bool:
    """Tell whether what `actor` types into this form is kept."""
    return slug == _OF_THE_LETTER or not letter_only(actor, case)


def restore(task: Task[Any], slug: str) -> None:
    """Put the person's own draft into a fresh form; `task.more` gets ``restored`` with when it was saved."""
    found = form_drafts.kept(task.session, task.actor, task.case, slug)
    if found is None:
        return
    values = MultiDict([(name, value) for name, some in found.fields.items() for value in some])
    _fill(task.form, values)
    task.more["restored"] = found


def _fill(form: PlainForm, values: MultiDict[str, str]) -> None:
    for field in form:
        if field.name in _NEVER or isinstance(field, FileField | MultipleFileField):
            continue
        if isinstance(field, FormField):
            _fill(field.form, values)
        elif isinstance(field, FieldList):
            for entry in field:
                if isinstance(entry, FormField):
                    _fill(entry.form, values)
                else:
                    _take(entry, values)
        else:
            _take(field, values)


def _take(field: Any, values: MultiDict[str, str]) -> None:
    """Fill a field as if it had been sent; a box that was not ticked is sent by no browser."""
    if field.name not in values and not isinstance(field, _SENT_WHEN_CHOSEN):
        return
    field.process(values)
    field.errors = ()
    field.process_errors = []


@blueprint.post("/cases/<reference>/<slug>/draft")
@staff()
def keep_draft(reference: str, slug: str) -> ResponseReturnValue:
    """Keep what is typed into a form: for scripts as JSON, for the button by showing the form again.

    ``drop`` empties the draft instead.
    """
    if slug not in REGISTER:
        abort(404)
    session, actor = request_session(), request_actor()
    case = find_case(session, reference)
    if not _keeps(actor, case, slug):
        abort(404)
    scripted = request.accept_mimetypes.best == "application/json"
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        if scripted:
            return jsonify(said=_("Phiên làm việc đã hết; chữ vẫn được giữ trong thẻ này.")), 400
        return redirect(url_for("inbox.act", reference=reference, slug=slug), 307)
    form = url_for("inbox.act", reference=case.reference, slug=slug, back=request.form.get("back") or None)
    if "drop" in request.form:
        form_drafts.drop(session, actor, case, slug)
        return redirect(form, 303)
    version = request.form.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
    try:
        said = keep(actor, case, slug, number)
    except InvalidInput:
        return jsonify(said=str(TOO_LONG)), 422
    if scripted:
        return jsonify(said=said, saved=request_now().isoformat())
    return redirect(form, 303)


TOO_LONG = _l("Nội dung dài quá nên chưa lưu được lên hệ thống; chữ vẫn được giữ trong thẻ này.")
csrf.exempt(keep_draft)
