"""Already reported? What stands between sending the form and its receipt when somebody was there before.

The question is a page of its own that needs no script: everything that was filled in goes on in it, and
one press either follows a case or sends the message as it is. It names other cases by words
that tell nothing (`form_token.choice`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded

from feedback.domain.submission import Submission
from feedback.queries.public.reported import Reported
from feedback.services.arrival.reported import reported_before
from feedback.web import form_token
from feedback.web.form_files import KEPT, REMOVED
from feedback.web.limits import REPORTED, limiter
from feedback.web.requests import request_now, request_session, request_settings
from feedback.web.submission_handler import Choice, Sheet

CHOSEN, MINE, EDIT = "reported", "mine", "edit"
"""The name of the buttons that answer the question, and what they say but for following a case."""

_NOT_CARRIED = frozenset({"csrf_token", "token", KEPT, REMOVED, CHOSEN})


@dataclass(frozen=True, slots=True)
class Offer:
    """A case that may be followed, and the word that chooses it."""

    word: str
    case: Reported


def wants_to_edit() -> bool:
    """Tell whether the sender, asked, would rather change what they wrote."""
    return request.form.get(CHOSEN) == EDIT


def ask(case_id: UUID, submission: Submission) -> Choice:
    """Ask about a message in order, unless that was answered, or nobody reported the like.

    A case that was chosen and cannot be followed any more is said to be so: the message goes its own way.
    """
    chosen = request.form.get(CHOSEN, "")
    if chosen == MINE:
        return Choice()
    if not chosen and not _may_ask():
        return Choice()
    found = reported_before(request_session(), submission, request_now())
    secret = request_settings().secret_key
    offers = [Offer(form_token.choice(secret, case_id, case.id), case) for case in found]
    if not chosen:
        return Choice(question=offers or None)
    follows = next((offer.case.id for offer in offers if offer.word == chosen), None)
    if follows is None:
        flash(_("Vụ việc ông/bà chọn vừa thay đổi, nên phản ánh của ông/bà được xử lý riêng."), "info")
    return Choice(follows=follows)


def page(sheet: Sheet) -> ResponseReturnValue:
    """Show the question; all that the form held is carried in it."""
    carried = [
        (name, value) for name, value in request.form.items(multi=True)
        if name not in _NOT_CARRIED and name in sheet.form
    ]  # fmt: skip
    return render_template(
        "public/reported.html",
        sheet=sheet,
        offers=sheet.question,
        carried=carried,
    )


def _may_ask() -> bool:
    try:
        _count()
    except RateLimitExceeded:
        return False
    return True


@limiter.limit(REPORTED)
def _count() -> None:
    """Count one look at what was reported before; raises RateLimitExceeded."""
