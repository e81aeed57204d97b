"""What the sender does with their own case: reply, rate, ask for another look, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.lifecycle import Action, TransitionRefused, actions_in
from feedback.domain.submission import StoredFile
from feedback.models import Case
from feedback.queries.case_file import CaseFile
from feedback.queries.law_book import load_law_book
from feedback.services.casework import following, submitter, supplements
from feedback.services.errors import InvalidInput
from feedback.web import form_files
from feedback.web.forms import Form
from feedback.web.guards import public
from feedback.web.public.blueprint import blueprint
from feedback.web.public.track import case_page
from feedback.web.public.track_forms import RateForm, ReopenForm, ReplyForm, WithdrawForm
from feedback.web.public.tracked import track_by
from feedback.web.requests import request_now, request_session
from feedback.web.security import csrf

Verb = Callable[[Case, Sequence[StoredFile]], str]


@blueprint.post("/track/<code>/reply")
@public
def reply(code: str) -> ResponseReturnValue:
    """Take the reply to an agency's question, with files."""
    form_files.allow_large_request()
    form = ReplyForm()

    def send(case: Case, files: Sequence[StoredFile]) -> str:
        session, now = request_session(), request_now()
        book = load_law_book(session, now)
        supplements.reply(
            session, case, text=form.text.data or "", files=files, question_id=_question_read(form), now=now,
            book=book,
        )  # fmt: skip
        return str(_("Cảm ơn ông/bà. Câu trả lời đã đến cơ quan xử lý."))

    return _act(code, "reply", Action.SUPPLY, form, send)


@blueprint.post("/track/<code>/rate")
@public
def rate(code: str) -> ResponseReturnValue:
    """Keep how satisfied the sender is."""
    form = RateForm()

    def keep(case: Case, files: Sequence[StoredFile]) -> str:
        poor = submitter.rate(
            request_session(), case, score=int(form.score.data), comment=form.comment.data or "",
            now=request_now(),
        )  # fmt: skip
        if poor:
            return str(_("Cảm ơn ông/bà. Nếu việc chưa được giải quyết, ông/bà có thể đề nghị xem xét lại."))
        return str(_("Cảm ơn ông/bà đã đánh giá."))

    return _act(code, "rate", Action.RATE, form, keep)


@blueprint.post("/track/<code>/reopen")
@public
def reopen(code: str) -> ResponseReturnValue:
    """Open the case again: a second period with a date of its own."""
    form = ReopenForm()

    def again(case: Case, files: Sequence[StoredFile]) -> str:
        session, now = request_session(), request_now()
        book = load_law_book(session, now)
        shared = case.merged_into_id is not None
        submitter.reopen(session, case, reason=form.reason.data or "", now=now, book=book)
        if shared:
            return str(_("Phản ánh đã được mở lại và xem xét riêng. Ông/bà theo dõi bằng mã tra cứu này."))
        return str(_("Phản ánh đã được mở lại. Cơ quan xử lý đã nhận được đề nghị của ông/bà."))

    return _act(code, "reopen", Action.REOPEN, form, again)


@blueprint.post("/track/<code>/withdraw")
@public
def withdraw(code: str) -> ResponseReturnValue:
    """Take an open case back."""
    form = WithdrawForm()

    def take_back(case: Case, files: Sequence[StoredFile]) -> str:
        session, now = request_session(), request_now()
        book = load_law_book(session, now)
        submitter.withdraw(session, case, reason=form.reason.data or "", now=now, book=book)
        return str(_("Ông/bà đã rút phản ánh này."))

    return _act(code, "withdraw", Action.WITHDRAW, form, take_back)


@blueprint.post("/track/<code>/leave")
@public
def leave(code: str) -> ResponseReturnValue:
    """Have a case that follows another one handled by itself."""
    form = Form()

    def go(case: Case, files: Sequence[StoredFile]) -> str:
        session, now = request_session(), request_now()
        following.leave(session, case, now=now, book=load_law_book(session, now))
        return str(_("Phản ánh của ông/bà được xử lý riêng từ bây giờ. Ngày hẹn trả lời không đổi."))

    return _act(code, "leave", Action.LEAVE, form, go)


# The forms check their own token, so that one that has lapsed is given back filled in.
for _view in (reply, rate, reopen, withdraw, leave):
    csrf.exempt(_view)


def _act(code: str, name: str, action: Action, form: Form, verb: Verb) -> ResponseReturnValue:
    """Do `verb` when the form is in order and the state still allows it, else show the page again.

    verb: acts on the case with the form's files, and gives the sentence that thanks. What was
    typed is shown again whenever it could not be taken.
    """
    tracked = track_by(code)
    here = redirect(url_for("public.case", code=tracked.case.tracking_code), 303)
    if tracked.file is None or action not in actions_in(tracked.case.state):
        return _too_late(here)
    valid = bool(form.validate())
    files = _files(tracked.file, form)
    if not valid or form.errors:
        return case_page(tracked, _status(form), **{name: form, "files": files})
    try:
        thanks = verb(tracked.case, files)
    except TransitionRefused:
        return _too_late(here)
    except InvalidInput as problem:
        _say(form, problem)
        return case_page(tracked, 422, **{name: form, "files": files})
    flash(thanks, "success")
    return here


def _too_late(here: ResponseReturnValue) -> ResponseReturnValue:
    """Say that the case has moved on meanwhile, and show where it is."""
    flash(_("Việc này không còn cần đến nữa: phản ánh đã sang bước khác."), "info")
    return here


def _files(file: CaseFile, form: Form) -> list[StoredFile]:
    """The files of a reply; they are held under the question that they answer."""
    question = file.open_supplement
    if not isinstance(form, ReplyForm) or question is None:
        return []
    return form_files.gather(question.id, form.files)


def _question_read(form: ReplyForm) -> UUID | None:
    """The question that stood on the page that was sent; None from a page that does not say it."""
    try:
        return UUID(form.question.data or "")
    except ValueError:
        return None


def _status(form: Form) -> int:
    """The status of a page that gives the form back; a failed CSRF token is explained above the page."""
    if "csrf_token" not in form.errors:
        return 422
    form["csrf_token"].errors = []
    flash(
        _("Chưa gửi được vì trang cần được xác nhận lại. Nội dung vẫn còn: xin bấm gửi lần nữa."), "warning"
    )
    return 400


def _say(form: Form, problem: InvalidInput) -> None:
    """Put what a verb refuses on its field, or above the form when it has none."""
    texts = {
        "already_rated": _("Ông/bà đã đánh giá câu trả lời này rồi."),
        "too_late": _("Đã quá 30 ngày kể từ khi trả lời; xin gửi một phản ánh mới."),
        "other_question": _(
            "Cơ quan xử lý vừa hỏi câu khác: xin đọc câu hỏi mới ở trên rồi sửa câu trả lời."
        ),
        "too_many": _("Có quá nhiều tệp; xin bỏ bớt."),
    }
    text = texts.get(problem.code, _("Chưa nhận được; xin xem lại nội dung rồi gửi lần nữa."))
    if problem.field in form:
        form[problem.field].errors = [*form[problem.field].errors, text]
    else:
        form.form_errors = [*form.form_errors, text]
