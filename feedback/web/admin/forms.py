"""The forms of the administration, and the words for what a service finds wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from feedback.domain.positions import HoldingKind, PositionKind
from feedback.models import Account, Unit
from feedback.services.errors import InvalidInput
from feedback.web.labels import holding_kind_label, position_kind_label
from feedback.web.rendering import localized

_REQUIRED = _l("Vui lòng điền mục này.")
_WORDS = {
    "required": _REQUIRED,
    "too_long": _l("Nội dung quá dài."),
    "invalid": _l("Giá trị không hợp lệ."),
    "taken": _l("Địa chỉ này đã có tài khoản."),
    "inactive": _l("Tài khoản không còn hoạt động."),
    "occupied": _l("Trong thời gian này đã có người khác giữ chức vụ."),
    "before_start": _l("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
    "after_end": _l("Ngày kết thúc không được muộn hơn ngày đã ghi."),
    "other_body": _l("Cơ quan loại này không có chức vụ như vậy."),
    "past": _l("Việc đảm nhiệm này đã kết thúc."),
    "begun": _l("Việc đảm nhiệm này đã bắt đầu; hãy ghi ngày kết thúc."),
}


def explain(form: FlaskForm, problem: InvalidInput) -> None:
    """Put what a service refused onto the field it is about."""
    text = str(_WORDS.get(problem.code, _WORDS["invalid"]))
    if problem.field in form:
        field = form[problem.field]
        field.errors = [*field.errors, text]
    else:
        form.form_errors.append(text)


def _required() -> InputRequired:
    return InputRequired(_REQUIRED)


def _text(label: Any, most: int = 200, *, required: bool = True) -> StringField:
    return StringField(label, [_required() if required else Optional(), Length(max=most)])


class AccountForm(FlaskForm):
    """A new account."""

    name = _text(_l("Họ và tên"), 120)
    email = EmailField(_l("Địa chỉ email"), [_required(), Length(max=254)])
    phone = TelField(_l("Điện thoại"), [Optional(), Length(max=30)])
    locale = RadioField(
        _l("Ngôn ngữ"),
        choices=[SelectChoice("vi", "Tiếng Việt"), SelectChoice("en", "English")],
        default="vi",
        validate_choice=True,
    )


class UnitForm(FlaskForm):
    """A new unit of an agency."""

    name_vi = _text(_l("Tên đơn vị"))
    name_en = _text(_l("Tên tiếng Anh"), required=False)


class PositionForm(FlaskForm):
    """A new position of an agency."""

    kind = SelectField(_l("Loại chức vụ"))
    unit_id = SelectField(_l("Đơn vị"), coerce=int)
    title_vi = _text(_l("Tên chức vụ"))
    title_en = _text(_l("Tên tiếng Anh"), required=False)

    def offer(self, units: Sequence[Unit]) -> PositionForm:
        """Fill the choices with these units."""
        self.kind.choices = [SelectChoice(str(kind), position_kind_label(kind)) for kind in PositionKind]
        self.unit_id.choices = [
            SelectChoice(0, _("Trực thuộc cơ quan")),
            *(SelectChoice(unit.id, localized(unit)) for unit in units),
        ]
        return self


class AppointmentForm(FlaskForm):
    """Somebody into a position."""

    account_email = EmailField(_l("Địa chỉ email của tài khoản"), [_required(), Length(max=254)])
    kind = RadioField(_l("Hình thức"), default=str(HoldingKind.HOLDER))
    valid_from = DateField(_l("Từ ngày"), [_required()])
    valid_to = DateField(_l("Đến hết ngày"), [Optional()])
    basis = _text(_l("Căn cứ"), 300, required=False)

    account: Account | None = None

    def offer(self) -> AppointmentForm:
        """Fill the choices."""
        self.kind.choices = [SelectChoice(str(kind), holding_kind_label(kind)) for kind in HoldingKind]
        return self


class EndForm(FlaskForm):
    """The last day of somebody in a position."""

    last_day = DateField(_l("Ngày cuối cùng"), [_required()])


class CallOffForm(FlaskForm):
    """Nothing to fill in: that somebody will not take a position after all."""


class ContactForm(FlaskForm):
    """How an agency is reached."""

    email = EmailField(_l("Địa chỉ email"), [Optional(), Length(max=254)])
    phone = TelField(_l("Điện thoại"), [Optional(), Length(max=30)])
    address = _text(_l("Địa chỉ"), 300, required=False)


class PressForm(FlaskForm):
    """A button alone."""
