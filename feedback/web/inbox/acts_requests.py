"""Asking: the submitter for more, the head for more time."""

from __future__ import annotations

from datetime import date

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback.domain.lifecycle import Action
from feedback.domain.standard_text import StandardKind
from feedback.models import Extension, Supplement
from feedback.queries.case_file import CaseFile
from feedback.services.casework import extensions, supplements
from feedback.services.errors import LONGEST
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import cleaned_text
from feedback.web.rendering import local_date

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class AskSupplementForm(ActForm):
    """The question."""

    question = TextAreaField(
        _l("Cần người gửi bổ sung điều gì"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Người gửi đọc nguyên văn. Hỏi rõ, mỗi điều một dòng."),
    )  # fmt: skip


@act
class AskSupplement(Act[AskSupplementForm]):
    """Ask the submitter for more."""

    slug = "ask-supplement"
    actions = frozenset({Action.ASK_SUPPLEMENT})
    title = _l("Đề nghị người gửi bổ sung")
    lead = _l(
        "Người gửi có 10 ngày làm việc để trả lời. Hạn của cơ quan chỉ tạm dừng nếu đây là lần hỏi đầu "
        "và trong 5 ngày làm việc đầu tiên; hạn trả lời người gửi không bao giờ dừng."
    )
    button = _l("Đề nghị bổ sung")
    icon = "chat-left-dots"
    rank = 28
    key = "s"
    form = AskSupplementForm
    standard = (StandardKind.SUPPLEMENT, "question")

    def applies(self, file: CaseFile) -> bool:
        return not file.case.anonymous

    def run(self, task: Task[AskSupplementForm]) -> str:
        question = task.form.question.data or ""
        supplements.ask(task.session, task.actor, task.case, question=question, **task.timed)
        return str(_("Đã gửi đề nghị bổ sung cho %(case)s.", case=task.case.reference))


class EndSupplementForm(ActForm):
    """What the submitter said."""

    told = TextAreaField(
        _l("Người gửi đã bổ sung"), [Length(max=LONGEST)], filters=[cleaned_text],
        description=_l(
            "Ghi nguyên văn lời người gửi nói qua điện thoại hoặc tại quầy. Để trống chỉ khi đã hết "
            "thời gian chờ."
        ),
    )  # fmt: skip


@act
class EndSupplement(Act[EndSupplementForm]):
    """End the wait for the submitter."""

    slug = "end-supplement"
    actions = frozenset({Action.END_SUPPLEMENT_WAIT})
    title = _l("Ghi nội dung bổ sung, xử lý tiếp")
    button = _l("Ghi nội dung bổ sung")
    icon = "chat-square-text"
    rank = 15
    form = EndSupplementForm

    def prepare(self, task: Task[EndSupplementForm]) -> None:
        task.more["supplement"] = task.session.scalar(
            select(Supplement).where(
                Supplement.case_id == task.case.id,
                Supplement.replied_at.is_(None),
                Supplement.expired_at.is_(None),
            )
        )

    def run(self, task: Task[EndSupplementForm]) -> str:
        told = task.form.told.data or ""
        supplements.end_wait(task.session, task.actor, task.case, told=told, **task.timed)
        return str(_("Đã ghi, %(case)s được xử lý tiếp.", case=task.case.reference))


class AskExtensionForm(ActForm):
    """Until when, and why."""

    new_due_on = DateField(
        _l("Hạn mới"), [InputRequired(_l("Hãy chọn ngày."))],
        description=_l("Một ngày làm việc sau hạn hiện tại."),
    )  # fmt: skip
    reason = TextAreaField(
        _l("Lý do"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Nếu được đồng ý, người gửi nhận lý do này cùng hạn mới."),
    )  # fmt: skip


@act
class AskExtension(Act[AskExtensionForm]):
    """Ask the head of the agency for a later date."""

    slug = "ask-extension"
    actions = frozenset({Action.ASK_EXTENSION})
    title = _l("Đề nghị gia hạn")
    lead = _l("Lãnh đạo có thẩm quyền quyết định. Hạn trả lời đã hẹn với người gửi không đổi.")
    button = _l("Đề nghị gia hạn")
    icon = "calendar-event"
    rank = 34
    key = "e"
    form = AskExtensionForm
    standard = (StandardKind.EXTENSION, "reason")

    def prepare(self, task: Task[AskExtensionForm]) -> None:
        if not task.sent and task.case.agency_due_on is not None:
            task.form.new_due_on.data = task.book.calendar.add_working_days(task.case.agency_due_on, 5)
        latest = extensions.latest_day(task.session, task.case, task.book)
        if latest is not None:
            task.form.new_due_on.description = _(
                "Một ngày làm việc sau hạn hiện tại, chậm nhất %(day)s.", day=local_date(latest)
            )

    def run(self, task: Task[AskExtensionForm]) -> str:
        form = task.form
        extensions.ask(
            task.session, task.actor, task.case, reason=form.reason.data or "",
            new_due_on=form.new_due_on.data or date.min, **task.timed,
        )  # fmt: skip
        return str(_("Đã trình đề nghị gia hạn %(case)s.", case=task.case.reference))


class DecideExtensionForm(ActForm):
    """Yes or no."""

    granted = RadioField(
        _l("Quyết định"),
        choices=options([("yes", _l("Đồng ý gia hạn")), ("no", _l("Không đồng ý"))]),
        validators=[InputRequired(_l("Hãy chọn một quyết định."))],
    )
    remarks = TextAreaField(
        _l("Ý kiến"), [Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Bắt buộc khi không đồng ý."),
    )  # fmt: skip


@act
class DecideExtension(Act[DecideExtensionForm]):
    """Grant or deny an extension."""

    slug = "decide-extension"
    actions = frozenset({Action.DECIDE_EXTENSION})
    title = _l("Quyết định gia hạn")
    button = _l("Quyết định gia hạn")
    icon = "calendar-check"
    rank = 11
    key = "y"
    form = DecideExtensionForm

    def prepare(self, task: Task[DecideExtensionForm]) -> None:
        if not task.sent and request.args.get("granted") in ("yes", "no"):
            task.form.granted.data = request.args["granted"]
        task.more["extension"] = task.session.scalar(
            select(Extension).where(Extension.case_id == task.case.id, Extension.decision == "pending")
        )

    def run(self, task: Task[DecideExtensionForm]) -> str:
        form = task.form
        granted = form.granted.data == "yes"
        extensions.decide(
            task.session, task.actor, task.case, granted=granted, remarks=form.remarks.data or "",
            **task.timed,
        )  # fmt: skip
        said = _("Đã đồng ý gia hạn %(case)s.") if granted else _("Đã từ chối gia hạn %(case)s.")
        return str(said) % {"case": task.case.reference}
