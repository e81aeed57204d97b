"""Forwarding a restricted case to the competent body, and the word that it arrived there."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import Action
from feedback.queries.case_file import CaseFile
from feedback.services.errors import LONGEST
from feedback.services.restricted_track import forwarding
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import AgencyField, cleaned_line, cleaned_text

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))
_DAY = InputRequired(_l("Hãy chọn ngày."))
_NUMBER = Length(max=forwarding.LONGEST_NUMBER)


class ForwardForm(ActForm):
    """To which body, by which document."""

    agency = AgencyField(_l("Cơ quan có thẩm quyền"), description=_l("Nếu là cơ quan trong tỉnh."))
    to_body = StringField(
        _l("Hoặc cơ quan ngoài tỉnh"), [Length(max=forwarding.LONGEST_BODY_NAME)], filters=[cleaned_line]
    )
    document_number = StringField(
        _l("Số văn bản chuyển"), [_NEEDED, _NUMBER], filters=[cleaned_line],
        description=_l("Ví dụ: 12/VP-TCD."),
    )  # fmt: skip
    document_date = DateField(_l("Ngày văn bản"), [_DAY])
    note = TextAreaField(
        _l("Ghi chép việc chuyển"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Kèm những gì, chuyển bằng cách an toàn nào. Hồ sơ không gửi qua hệ thống này."),
    )  # fmt: skip


@act
class Forward(Act[ForwardForm]):
    """Record that a restricted case was forwarded."""

    slug = "forward"
    actions = frozenset({Action.FORWARD})
    title = _l("Chuyển cơ quan có thẩm quyền")
    lead = _l("Người gửi được báo đã chuyển đến cơ quan nào. Vụ việc kết thúc tại đây.")
    button = _l("Chuyển cơ quan có thẩm quyền")
    icon = "send"
    rank = 12
    form = ForwardForm
    error_fields = (("to_agency_id", "agency"),)

    def prepare(self, task: Task[ForwardForm]) -> None:
        task.form.agency.offer(task.agencies)
        if not task.sent:
            task.form.document_date.data = local_date(task.now)

    def run(self, task: Task[ForwardForm]) -> str:
        form = task.form
        forwarding.forward(
            task.session, task.actor, task.case, to_agency_id=form.agency.agency_id,
            to_body=form.to_body.data or "", document_number=form.document_number.data or "",
            document_date=form.document_date.data, note=form.note.data or "", **task.timed,
        )  # fmt: skip
        return str(_("Đã ghi việc chuyển %(case)s.", case=task.case.reference))


class ConfirmForwardingForm(ActForm):
    """When it arrived."""

    received_on = DateField(_l("Ngày nơi được chuyển đã nhận"), [_DAY])
    receipt_number = StringField(
        _l("Số văn bản, phiếu tiếp nhận"), [_NUMBER], filters=[cleaned_line],
        description=_l("Nếu nơi ấy có gửi."),
    )  # fmt: skip
    note = TextAreaField(_l("Ghi chú"), [Length(max=LONGEST)], filters=[cleaned_text])


@act
class ConfirmForwarding(Act[ConfirmForwardingForm]):
    """Record that the body has what was forwarded to it."""

    slug = "confirm-forwarding"
    actions = frozenset({Action.CONFIRM_FORWARDING})
    title = _l("Ghi nhận nơi được chuyển đã nhận")
    lead = _l("Theo giấy báo tin, phiếu tiếp nhận hoặc cuộc gọi của nơi được chuyển đến.")
    button = _l("Ghi nhận nơi được chuyển đã nhận")
    icon = "check-circle"
    rank = 10
    form = ConfirmForwardingForm

    def applies(self, file: CaseFile) -> bool:
        return bool(file.forwardings) and file.forwardings[-1].received_on is None

    def prepare(self, task: Task[ConfirmForwardingForm]) -> None:
        if not task.sent:
            task.form.received_on.data = local_date(task.now)

    def run(self, task: Task[ConfirmForwardingForm]) -> str:
        form = task.form
        forwarding.confirm(
            task.session, task.actor, task.case, received_on=form.received_on.data,
            receipt_number=form.receipt_number.data or "", note=form.note.data or "", **task.common,
        )  # fmt: skip
        return str(_("Đã ghi nhận nơi được chuyển đã nhận %(case)s.", case=task.case.reference))
