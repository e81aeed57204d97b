"""The public form: it is shown, comes back, and leads to a receipt."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded

from feedback.domain.lifecycle import Channel
from feedback.domain.submission import MOST_FILES
from feedback.services.arrival.uploads import ACCEPTED_TYPES, LARGEST
from feedback.web import submission_handler
from feedback.web.form_files import allow_large_request
from feedback.web.guards import public
from feedback.web.headers import private
from feedback.web.limits import SUBMIT, limiter
from feedback.web.public import reported
from feedback.web.public.blueprint import blueprint
from feedback.web.public.fresh_form import fresh_page
from feedback.web.security import csrf
from feedback.web.submission_form import SubmissionForm
from feedback.web.submission_handler import Sheet


@blueprint.route("/submit", methods=["GET", "POST"])
@public
def submit() -> ResponseReturnValue:
    """Show the form, or receive what it brings."""
    private()
    if request.method == "GET":
        return fresh_page(_empty)
    allow_large_request()
    form = SubmissionForm()
    try:
        _count()
    except RateLimitExceeded:
        notice = _("Có quá nhiều lượt gửi từ mạng này. Nội dung vẫn còn: xin chờ ít phút rồi gửi lại.")
        return _page(submission_handler.give_back(form, 429, notice))
    if reported.wants_to_edit():
        return _page(submission_handler.give_back(form, 200, ""))
    sheet = submission_handler.take_in(form, channel=Channel.WEB, ask=reported.ask)
    if sheet.question is not None:
        return reported.page(sheet)
    if sheet.receipt is None:
        return _page(sheet)
    return redirect(url_for("public.receipt", code=sheet.receipt.tracking_code, sent=1), 303)


# The form checks its own token, so that one that has lapsed is given back filled in.
csrf.exempt(submit)


@limiter.limit(SUBMIT)
def _count() -> None:
    """Count one sending; raises RateLimitExceeded. The page is given back with what was typed."""


def _empty() -> tuple[str, str]:
    sheet = submission_handler.show(SubmissionForm())
    return _rendered(sheet), sheet.token


def _page(sheet: Sheet) -> ResponseReturnValue:
    return _rendered(sheet), sheet.status


def _rendered(sheet: Sheet) -> str:
    return render_template(
        "public/submit.html",
        sheet=sheet,
        form=sheet.form,
        accepted=ACCEPTED_TYPES,
        largest=LARGEST,
        most_files=MOST_FILES,
    )
