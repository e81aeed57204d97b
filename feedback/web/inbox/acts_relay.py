"""The liaison desk's acts: relaying a case to an external body, reminding it, recording its reply."""

from __future__ import annotations

from uuid import UUID, uuid5

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, MultipleFileField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.contributions import latest_due, proposed_due
from feedback.domain.lifecycle import Action
from feedback.queries.case_file import CaseFile
from feedback.queries.relays import open_relay
from feedback.services.casework import relays
from feedback.services.errors import LONGEST
from feedback.web import form_files
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import cleaned_line, cleaned_text
from feedback.web.rendering import local_date as shown_date

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))
_DAY = InputRequired(_l("Hãy chọn ngày."))
_NUMBER = Length(max=relays.LONGEST_NUMBER)


def _waits(file: CaseFile) -> bool:
    return any(row.answered_at is None and row.ended_at is None for row in file.relays)


class RelayForm(ActForm):
    """By which letter, asking what, until when."""

    document_number = StringField(
        _l("Số văn bản chuyển"), [_NEEDED, _NUMBER], filters=[cleaned_line],
        description=_l("Ví dụ: 12/VP-TCD."),
    )  # fmt: skip
    request = TextAreaField(
        _l("Đề nghị cơ quan ấy làm gì"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Cán bộ đọc; người gửi chỉ thấy việc đã chuyển, đến đâu và hạn trả lời."),
    )  # fmt: skip
    due_on = DateField(_l("Đề nghị trả lời trước hết ngày"), [_DAY])


@act
class RelayCase(Act[RelayForm]):
    """Record that a case was relayed."""

    slug = "relay"
    actions = frozenset({Action.RELAY})
    title = _l("Chuyển cơ quan ngoài UBND")
    lead = _l(
        "Cơ quan ấy không dùng hệ thống này: ông/bà gửi văn bản, ghi lại ở đây, đôn đốc và nhập văn bản trả "
        "lời. Đến hạn mà chưa trả lời, hệ thống gửi thư nhắc một lần."
    )
    button = _l("Chuyển cơ quan ngoài UBND")
    icon = "send"
    rank = 9
    form = RelayForm

    def applies(self, file: CaseFile) -> bool:
        return not _waits(file)

    def prepare(self, task: Task[RelayForm]) -> None:
        case, today = task.case, local_date(task.now)
        calendar = task.book.calendar_of(case.lead_agency_id, today)
        latest = latest_due(today, case.agency_due_on, calendar)
        if latest is not None:
            task.form.due_on.description = _("Một ngày làm việc, không sau %(day)s.", day=shown_date(latest))
        if not task.sent:
            task.form.due_on.data = proposed_due(today, case.agency_due_on, calendar)

    def run(self, task: Task[RelayForm]) -> str:
        form = task.form
        assert form.due_on.data is not None  # noqa: S101 - the field is required
        relays.relay(
            task.session, task.actor, task.case, document_number=form.document_number.data or "",
            request=form.request.data or "", due_on=form.due_on.data, **task.timed,
        )  # fmt: skip
        return str(_("Đã ghi việc chuyển %(case)s.", case=task.case.reference))


@act
class RemindRelay(Act[ActForm]):
    """Remind the body of its reply."""

    slug = "remind-relay"
    actions = frozenset({Action.REMIND_RELAY})
    title = _l("Đôn đốc cơ quan ngoài UBND")
    lead = _l(
        "Gửi thư nhắc đến hộp thư của cơ quan ấy; chưa có hộp thư thì đến bộ phận đầu mối. Mỗi ngày một lần."
    )
    button = _l("Đôn đốc")
    icon = "bell"
    rank = 11
    form = ActForm

    def applies(self, file: CaseFile) -> bool:
        return _waits(file)

    def run(self, task: Task[ActForm]) -> str:
        relays.remind(task.session, task.actor, task.case, **task.common)
        return str(_("Đã gửi thư nhắc về %(case)s.", case=task.case.reference))


class ReplyForm(ActForm):
    """What the body wrote back."""

    document_number = StringField(_l("Số văn bản trả lời"), [_NEEDED, _NUMBER], filters=[cleaned_line])
    replied_on = DateField(_l("Ngày văn bản"), [_DAY])
    text = TextAreaField(
        _l("Nội dung trả lời của cơ quan ấy"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Thành dự thảo trả lời người gửi: sửa lại rồi trình duyệt như mọi câu trả lời."),
    )  # fmt: skip
    files = MultipleFileField(_l("Văn bản kèm theo"))
    form_id = HiddenField()


@act
class RecordReply(Act[ReplyForm]):
    """Record the reply of the body."""

    slug = "relay-reply"
    actions = frozenset({Action.RECORD_RELAY_REPLY})
    title = _l("Nhập văn bản trả lời")
    button = _l("Nhập văn bản trả lời")
    icon = "reply"
    rank = 7
    template = "staff/act_relay_reply.html"
    form = ReplyForm

    def applies(self, file: CaseFile) -> bool:
        return _waits(file)

    def prepare(self, task: Task[ReplyForm]) -> None:
        task.more["relay"] = open_relay(task.session, task.case.id)
        if not task.sent:
            task.form.form_id.data = str(new_id())
            task.form.replied_on.data = local_date(task.now)
            return
        try:
            form_id = UUID(task.form.form_id.data or "")
        except ValueError:
            form_id = new_id()
            task.form.form_id.data = str(form_id)
        # Of this case alone: a form cannot name a file that was sent to another.
        own = uuid5(form_id, f"relay {task.case.id}")
        task.more["waiting_files"] = form_files.gather(own, task.form.files)
        problems = [str(text) for text in task.form.files.errors]
        task.form.files.validators = [form_files.fails_with(problems)] if problems else []

    def run(self, task: Task[ReplyForm]) -> str:
        form = task.form
        relays.record_reply(
            task.session, task.actor, task.case, text=form.text.data or "",
            document_number=form.document_number.data or "", replied_on=form.replied_on.data,
            files=task.more["waiting_files"], **task.common,
        )  # fmt: skip
        return str(
            _(
                "Đã nhập văn bản trả lời thành dự thảo của %(case)s. "
                "Bước tiếp theo: xem lại dự thảo rồi trình duyệt.",
                case=task.case.reference,
            )
        )
