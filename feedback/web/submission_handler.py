"""What happens when the submission form comes back: files, rules, intake, and nothing lost on the way.

The public page and the clerk's desk both use `show` for a fresh form and `take_in` for one
that was sent. A view only says by which channel it came and what to answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError

from feedback import db
from feedback.db import new_id
from feedback.domain.lifecycle import Channel
from feedback.domain.submission import StoredFile, Submission, problems
from feedback.queries.law_book import load_law_book
from feedback.queries.public.form_choices import field_groups
from feedback.queries.public.place_suggestions import load_gazetteer
from feedback.services import audit
from feedback.services.arrival import intake, uploads
from feedback.services.arrival.intake import Receipt
from feedback.web import form_files, form_token
from feedback.web.files import request_storage
from feedback.web.requests import request_now, request_session, request_settings
from feedback.web.submission_form import SubmissionForm

_TOO_OLD = _l("Trang đã mở quá lâu nên chưa gửi được. Nội dung vẫn còn: xin xem lại rồi gửi lần nữa.")
_UNCONFIRMED = _l("Chưa gửi được vì trang cần được xác nhận lại. Nội dung vẫn còn: xin bấm gửi lần nữa.")
_UNAVAILABLE = _l("Hệ thống đang tạm ngừng nên chưa nhận được. Nội dung vẫn còn: xin gửi lại sau ít phút.")


@dataclass
class Sheet:
    """A form as it is shown: its token, and the files that need not be sent again.

    receipt: set when the message was received. status: of the page that shows the form.
    notices: what stands above the form, each a (kind, text). question: what its sender is asked before
    it is received, if anything.
    """

    form: SubmissionForm
    case_id: UUID
    token: str
    files: list[StoredFile] = field(default_factory=list)
    receipt: Receipt | None = None
    status: int = 200
    notices: list[tuple[str, str]] = field(default_factory=list)
    question: object = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What comes of asking: the case to follow, or a question that must be answered first, or neither."""

    follows: UUID | None = None
    question: object = None


Ask = Callable[[UUID, Submission], Choice]
"""Takes the id of the case to be and its message, in order as it is."""


def show(form: SubmissionForm) -> Sheet:
    """Give a fresh form with its choices and a token of its own."""
    _offer(form)
    return _sheet(form, new_id())


def give_back(form: SubmissionForm, status: int, notice: str) -> Sheet:
    """Give the form back as it was filled in, without having done anything: too many requests, say.

    notice: the warning above it; empty for none.
    """
    _offer(form)
    case_id = _case_id()
    sheet = _sheet(form, case_id or new_id())
    if case_id is not None:
        sheet.files = form_files.held(case_id)
    sheet.status = status
    if notice:
        sheet.notices.append(("warning", notice))
    return sheet


def take_in(
    form: SubmissionForm, *, channel: Channel, actor: str = audit.SUBMITTER, ask: Ask | None = None
) -> Sheet:
    """Check the form that was sent and receive its message; the sheet has a receipt when all went well.

    channel: how the message came in. actor: who is recorded as having brought it in
    (`audit.actor_key` of a clerk). ask: asked when nothing is wrong, before anything is received;
    the sheet has its question then. Files that passed are kept with the form, so that they need
    not be chosen again when something else is wrong.
    """
    _offer(form)
    case_id = _case_id()
    sheet = _sheet(form, case_id or new_id())
    valid = bool(form.validate())
    if case_id is None:
        sheet.notices.append(("warning", str(_TOO_OLD)))
        valid = False
    unconfirmed = _forged(form)
    if unconfirmed:
        sheet.notices.append(("warning", str(_UNCONFIRMED)))
    if case_id is not None or not unconfirmed:
        sheet.files = form_files.gather(sheet.case_id, form.files)
        valid = valid and not form.files.errors
    submission = _submission(sheet, channel)
    for problem in problems(submission):
        form.say(*problem)
        valid = False
    if not valid:
        sheet.status = 400 if unconfirmed else 422
        return sheet
    choice = Choice() if ask is None else ask(sheet.case_id, submission)
    sheet.question = choice.question
    if choice.question is None:
        _receive(sheet, submission, actor, choice.follows)
    return sheet


def _forged(form: SubmissionForm) -> bool:
    """Whether the form's CSRF token failed; the notice above the form says so, not the list of errors."""
    if "csrf_token" not in form.errors:
        return False
    form["csrf_token"].errors = []
    return True


def _receive(sheet: Sheet, submission: Submission, actor: str, follows: UUID | None) -> None:
    session, now = request_session(), request_now()
    book = load_law_book(session, now)
    try:
        try:
            sheet.receipt = intake.receive(
                session, submission, case_id=sheet.case_id, now=now, book=book, actor=actor, follows=follows
            )
        except intake.TokenReused:
            other = form_token.second_id(sheet.case_id, submission.digest())
            sheet.receipt = intake.receive(
                session, _with_own_files(sheet, submission), case_id=other, now=now, book=book, actor=actor,
                follows=follows,
            )  # fmt: skip
    except OperationalError:
        db.rollback(session)
        sheet.status = 503
        sheet.notices.append(("danger", str(_UNAVAILABLE)))


def _with_own_files(sheet: Sheet, submission: Submission) -> Submission:
    """The submission with copies of its files: the first message from this form owns the originals."""
    storage, now = request_storage(), request_now()
    files = tuple(uploads.copy(storage, sheet.case_id, file, now) for file in submission.attachments)
    return replace(submission, attachments=files)


def _submission(sheet: Sheet, channel: Channel) -> Submission:
    gazetteer = load_gazetteer(request_session(), request_now())
    return sheet.form.submission(channel=channel, gazetteer=gazetteer, files=tuple(sheet.files))


def _offer(form: SubmissionForm) -> None:
    form.offer_fields(field_groups(request_session(), request_now()))


def _case_id() -> UUID | None:
    return form_token.read(request_settings().secret_key, request.form.get("token"), request_now())


def _sheet(form: SubmissionForm, case_id: UUID) -> Sheet:
    token = form_token.issue(request_settings().secret_key, case_id, request_now())
    return Sheet(form, case_id, token)
