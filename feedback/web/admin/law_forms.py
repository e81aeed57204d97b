"""The forms that change the law's rows, and the words for what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.domain.calendar import local_date
from feedback.domain.clocks import Clock
from feedback.domain.ladder import StateRole
from feedback.domain.lifecycle import CaseClass
from feedback.domain.offices import WEEKDAYS
from feedback.domain.permissions import EXTENDERS
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.services.errors import InvalidInput
from feedback.web.admin.amount_fields import LengthField, OffsetField
from feedback.web.admin.forms import explain
from feedback.web.admin.words import agency_kind_label, weekday_label, word
from feedback.web.labels import class_label, position_kind_label
from feedback.web.requests import drop_writes, request_now

_REQUIRED = _l("Vui lòng điền mục này.")
_WORDS = {
    "not_future": _l("Phiên bản mới bắt đầu sớm nhất từ ngày mai."),
    "version_later": _l("Đã có phiên bản bắt đầu từ ngày này hoặc muộn hơn."),
    "not_a_duration": _l("Hãy ghi một số và chọn đơn vị."),
    "other_unit": _l("Mức gia hạn phải cùng đơn vị với thời hạn."),
    "nobody_extends": _l("Chưa chọn ai được gia hạn."),
    "not_an_offset": _l("Hãy ghi một số, chọn đơn vị và chọn trước hay sau hạn."),
    "not_a_state": _l(
        "Người phụ trách bước và cấp trên trực tiếp chỉ dùng khi tính theo hạn của bước xử lý."
    ),
    "taken": _l("Mã này đã dùng cho một bậc khác."),
    "not_hours": _l("Hãy ghi như 07:30-11:30 13:30-17:00, theo thứ tự."),
    "no_hours": _l("Ngày tính là ngày làm việc phải có giờ làm việc."),
    "province_week": _l("Giờ chung của tỉnh tính từ thứ Hai đến thứ Sáu là ngày làm việc."),
    "past": _l("Ngày cuối không được ở quá khứ."),
    "past_day": _l("Sớm nhất là hôm nay."),
    "taken_rule": _l("Đã có quy tắc mang mã này."),
    "ended": _l("Quy tắc này khi đó đã hết hiệu lực."),
}
_OWNERS = (
    PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT, PositionKind.HEAD_OF_AGENCY, PositionKind.DISPATCHER,
    PositionKind.COORDINATOR_HEAD, PositionKind.CHAIRMAN,
)  # fmt: skip


def tell(form: FlaskForm, problem: InvalidInput) -> None:
    """Put what a service refused onto the field it is about."""
    text = _WORDS.get(problem.code)
    if text is None or problem.field not in form:
        explain(form, problem)
        return
    field = form[problem.field]
    field.errors = [*field.errors, str(text)]


def accepted(form: FlaskForm, change: Callable[[], object]) -> bool:
    """Make a change that a form asks for; one that is refused writes nothing and is told at its field."""
    try:
        change()
    except InvalidInput as problem:
        drop_writes()
        tell(form, problem)
        return False
    return True


class Boxes(SelectMultipleField):
    """Several answers as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _line(label: Any, most: int = 300, description: Any = "") -> StringField:
    return StringField(label, [InputRequired(_REQUIRED), Length(max=most)], description=description)


class VersionForm(FlaskForm):
    """What every new version has: its first day and what it rests on."""

    valid_from = DateField(_l("Áp dụng từ ngày"), [InputRequired(_REQUIRED)])
    basis = _line(_l("Căn cứ"))

    def begin(self) -> None:
        """Propose tomorrow, the earliest day."""
        self.valid_from.data = local_date(request_now()) + timedelta(days=1)


class TermForm(VersionForm):
    """A new version of a term."""

    duration = LengthField(_l("Thời hạn"), [InputRequired(_REQUIRED)])
    pauses = BooleanField(_l("Được tạm dừng khi yêu cầu bổ sung đúng hạn"))
    extend_by = Boxes(_l("Ai được gia hạn"))
    extend_at_most = LengthField(_l("Gia hạn thêm nhiều nhất"), [Optional()])

    def offer(self) -> TermForm:
        """Fill the choices."""
        self.extend_by.choices = [
            SelectChoice(str(kind), position_kind_label(kind)) for kind in PositionKind if kind in EXTENDERS
        ]
        if not self.extend_at_most.number:
            self.extend_at_most.unit = self.duration.unit
        return self


class LimitForm(VersionForm):
    """A new limit of a state."""

    duration = LengthField(_l("Thời hạn"), [InputRequired(_REQUIRED)])
    owner = SelectField(_l("Người phụ trách"))
    next_up = SelectField(_l("Cấp trên"))

    def offer(self) -> LimitForm:
        """Fill the choices."""
        kinds = [SelectChoice(str(kind), position_kind_label(kind)) for kind in _OWNERS]
        self.owner.choices = kinds
        self.next_up.choices = kinds
        return self


class StepForm(VersionForm):
    """A step of the ladder: the next version of one, or a new one with its code, clock and track."""

    code = StringField(
        _l("Mã"),
        [Optional(), Regexp(r"[a-z][a-z0-9_]{2,39}$", message=_l("Chữ thường không dấu, số và gạch dưới."))],
    )
    clock = SelectField(_l("Theo"))
    restricted = BooleanField(_l("Chỉ cho vụ việc hạn chế truy cập"))
    offset = OffsetField(_l("Nhắc khi nào"), [InputRequired(_REQUIRED)])
    recipients = Boxes(_l("Gửi đến"))
    case_classes = Boxes(_l("Chỉ với loại nội dung"))
    urgent = RadioField(_l("Mức khẩn cấp"), default="any")
    agency_kinds = Boxes(_l("Chỉ với cơ quan"))
    name_vi = _line(_l("Tên tiếng Việt"), 200)
    name_en = _line(_l("Tên tiếng Anh"), 200)

    def offer(self) -> StepForm:
        """Fill the choices."""
        clocks = [clock for clock in Clock if clock is not Clock.STATUS_UPDATE]
        self.clock.choices = [SelectChoice(str(clock), word(clock)) for clock in clocks]
        self.recipients.choices = [
            *(SelectChoice(str(role), word(role)) for role in StateRole),
            *(SelectChoice(str(kind), position_kind_label(kind)) for kind in _OWNERS),
        ]
        self.case_classes.choices = [
            SelectChoice(str(letter), f"{letter} · {class_label(letter)}") for letter in CaseClass
        ]
        self.urgent.choices = [
            SelectChoice("any", str(_l("Khẩn cấp hay không đều áp dụng"))),
            SelectChoice("yes", str(_l("Chỉ việc khẩn cấp"))),
            SelectChoice("no", str(_l("Chỉ việc không khẩn cấp"))),
        ]
        self.agency_kinds.choices = [
            SelectChoice(str(kind), agency_kind_label(kind))
            for kind in AgencyKind
            if kind is not AgencyKind.OVERSIGHT
        ]
        return self


class OfficeForm(FlaskForm):
    """The week of an office."""

    mon = StringField(filters=[lambda text: (text or "").strip()])
    tue = StringField(filters=[lambda text: (text or "").strip()])
    wed = StringField(filters=[lambda text: (text or "").strip()])
    thu = StringField(filters=[lambda text: (text or "").strip()])
    fri = StringField(filters=[lambda text: (text or "").strip()])
    sat = StringField(filters=[lambda text: (text or "").strip()])
    sun = StringField(filters=[lambda text: (text or "").strip()])
    working = Boxes(_l("Ngày tính là ngày làm việc"))
    valid_from = DateField(_l("Áp dụng từ ngày"), [InputRequired(_REQUIRED)])
    source = _line(_l("Căn cứ"))

    def offer(self) -> OfficeForm:
        """Fill the choices and name the days."""
        self.working.choices = [SelectChoice(day, weekday_label(n)) for n, day in enumerate(WEEKDAYS)]
        for n, day in enumerate(WEEKDAYS):
            self[day].label.text = weekday_label(n)
        return self


class SwitchForm(FlaskForm):
    """A setting on or off."""
