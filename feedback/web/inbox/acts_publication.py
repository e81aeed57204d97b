"""Publication: proposing what the board shows, checking it as a second person, taking it down."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from feedback.domain.lifecycle import Action
from feedback.models import Account, Answer, Publication
from feedback.queries.case_file import CaseFile
from feedback.services.casework import publication
from feedback.services.errors import LONGEST
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import cleaned_line, cleaned_text
from feedback.web.inbox.masking import MASK, Suggested, replaced, suggested

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class ProposeForm(ActForm):
    """What everybody will read."""

    title = StringField(
        _l("Tiêu đề công khai"), [_NEEDED, Length(max=publication.LONGEST_TITLE)], filters=[cleaned_line]
    )
    summary = TextAreaField(
        _l("Tóm tắt bằng lời của cơ quan"), [_NEEDED, Length(max=publication.LONGEST_SUMMARY)],
        filters=[cleaned_text],
        description=_l("Không tên, không số điện thoại, không địa chỉ cụ thể, không chép lời người gửi."),
    )  # fmt: skip
    answer_text = TextAreaField(
        _l("Câu trả lời được công khai"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Câu trả lời đã duyệt; bỏ những gì không được công khai."),
    )  # fmt: skip

    may_name = BooleanField(
        _l("Tôi đã xem từng chỗ được đánh dấu; những chỗ còn lại được phép công khai"),
        description=_l("Ví dụ tên của cơ quan, hoặc của người phát ngôn được công khai theo quy định."),
    )


_TEXTS = ("title", "summary", "answer_text")


def _of_period(task: Task[ActForm]) -> tuple[Publication | None, str]:
    row = task.session.execute(
        select(Publication, Account.name)
        .join(Account, Account.id == Publication.written_by)
        .where(Publication.case_id == task.case.id, Publication.period == task.case.period)
    ).one_or_none()
    return (None, "") if row is None else (row[0], row[1])


@act
class Propose(Act[ProposeForm]):
    """Propose a publication."""

    slug = "publish"
    actions = frozenset({Action.PROPOSE_PUBLICATION})
    title = _l("Đề xuất công khai")
    lead = _l("Một người thứ hai kiểm tra rồi mới hiện trên trang công khai.")
    button = _l("Đề xuất công khai")
    icon = "megaphone"
    rank = 25
    form = ProposeForm
    template = "staff/act_publish.html"

    def applies(self, file: CaseFile) -> bool:
        waiting = file.publication is not None and file.publication.status in ("awaiting_check", "published")
        return not waiting and publication.obstacle(file.case) is None

    def prepare(self, task: Task[ProposeForm]) -> None:
        form = task.form
        row, _who = _of_period(task)
        task.more["publication"] = row
        if not task.sent:
            self._begin(task, row)
        elif self.asks_again():
            field, _sep, words = request.form["mask"].partition(":")
            if field in _TEXTS and words:
                form[field].data = replaced(form[field].data or "", words)
        marked: list[Suggested] = []
        for name in _TEXTS:
            text = form[name].data or ""
            spans = publication.suggested_masks(task.session, text, task.now)
            if spans:
                marked.append(suggested(name, form[name].label.text, text, spans))
        task.more["marked"], task.more["mask"] = marked, MASK
        if not marked:
            del form.may_name

    def asks_again(self) -> bool:
        return "mask" in request.form

    def _begin(self, task: Task[ProposeForm], row: Publication | None) -> None:
        form = task.form
        if row is not None:
            form.title.data, form.summary.data, form.answer_text.data = (
                row.title,
                row.summary,
                row.answer_text,
            )
            return
        answer = task.session.scalar(
            select(Answer)
            .where(
                Answer.case_id == task.case.id,
                Answer.period == task.case.period,
                Answer.status == "approved",
            )
            .order_by(Answer.version.desc())
            .limit(1)
        )
        form.answer_text.data = answer.text if answer is not None else ""

    def run(self, task: Task[ProposeForm]) -> str:
        form = task.form
        publication.propose(
            task.session, task.actor, task.case, title=form.title.data or "", summary=form.summary.data or "",
            answer_text=form.answer_text.data or "",
            may_name="may_name" in form and bool(form.may_name.data), **task.common,
        )  # fmt: skip
        return str(_("Đã đề xuất công khai %(case)s.", case=task.case.reference))


class CheckForm(ActForm):
    """Remarks, when it goes back."""

    remarks = TextAreaField(
        _l("Góp ý"), [Length(max=LONGEST)], filters=[cleaned_text], description=_l("Bắt buộc khi trả lại.")
    )


@act
class Check(Act[CheckForm]):
    """Publish what was proposed, or return it."""

    slug = "check-publication"
    actions = frozenset({Action.CHECK_PUBLICATION})
    title = _l("Kiểm tra trước khi công khai")
    lead = _l("Đọc như một người lạ: có đoán ra người gửi không? Có số nhà, tên, số điện thoại nào không?")
    button = _l("Kiểm tra công khai")
    icon = "patch-check"
    rank = 12
    form = CheckForm
    template = "staff/act_check.html"

    def prepare(self, task: Task[CheckForm]) -> None:
        task.more["publication"], task.more["written_by"] = _of_period(task)

    def run(self, task: Task[CheckForm]) -> str:
        approved = request.form.get("do") == "publish"
        publication.check(
            task.session, task.actor, task.case, approved=approved, remarks=task.form.remarks.data or "",
            **task.common,
        )  # fmt: skip
        said = _("Đã công khai %(case)s.") if approved else _("Đã trả lại nội dung công khai %(case)s.")
        return str(said) % {"case": task.case.reference}


class WithdrawForm(ActForm):
    """Why."""

    reason = TextAreaField(_l("Lý do gỡ"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class WithdrawPublication(Act[WithdrawForm]):
    """Take a case off the board."""

    slug = "withdraw-publication"
    actions = frozenset({Action.WITHDRAW_PUBLICATION})
    title = _l("Gỡ khỏi trang công khai")
    lead = _l("Trang công khai thôi hiện vụ việc ngay; câu trả lời của người gửi không đổi.")
    button = _l("Gỡ khỏi trang công khai")
    icon = "eye-slash"
    rank = 62
    danger = True
    form = WithdrawForm

    def applies(self, file: CaseFile) -> bool:
        return any(row.status == "published" for row in file.publications)

    def run(self, task: Task[WithdrawForm]) -> str:
        reason = task.form.reason.data or ""
        publication.withdraw(task.session, task.actor, task.case, reason=reason, **task.common)
        return str(_("Đã gỡ %(case)s khỏi trang công khai.", case=task.case.reference))
