"""The form of a standard text, and the words for what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length

from feedback.domain.lifecycle import State
from feedback.domain.standard_text import Placeholder, StandardKind, states_of
from feedback.models import Agency, Field, StandardText
from feedback.services.casework.standard_texts import (
    LONGEST_BODY,
    LONGEST_TITLE,
    UnknownPlaceholders,
    Wording,
)
from feedback.services.errors import InvalidInput
from feedback.web.admin.forms import explain
from feedback.web.admin.law_forms import Boxes
from feedback.web.inbox.fields import cleaned_line, cleaned_text
from feedback.web.labels import state_label
from feedback.web.rendering import localized

_REQUIRED = _l("Vui lòng điền mục này.")
PROVINCE = 0
"""The choice of nobody's own: a text of the whole province."""

KINDS: Mapping[StandardKind, LazyString] = {
    StandardKind.ANSWER: _l("Câu trả lời"),
    StandardKind.SUPPLEMENT: _l("Đề nghị bổ sung"),
    StandardKind.REFUSAL: _l("Thư từ chối tiếp nhận"),
    StandardKind.GUIDANCE: _l("Thư hướng dẫn"),
    StandardKind.EXTENSION: _l("Lý do gia hạn"),
}
_WORDS: Mapping[str, LazyString] = {
    "never_offered": _l("Loại mẫu này không dùng ở bước đã chọn."),
    "overtaken": _l(
        "Người khác vừa sửa mẫu này. Nội dung ông/bà viết vẫn còn; xem bản mới ở dưới rồi lưu lại."
    ),
    "position": _l("Ông/bà không quản lý mẫu của nơi này."),
}
PLACEHOLDERS: Mapping[Placeholder, LazyString] = {
    Placeholder.REFERENCE: _l("mã vụ việc"),
    Placeholder.TITLE: _l("tiêu đề của vụ việc"),
    Placeholder.AGENCY: _l("cơ quan chủ trì"),
    Placeholder.PHONE: _l("số điện thoại của cơ quan chủ trì"),
    Placeholder.RECEIVED_ON: _l("ngày người gửi gửi đến"),
    Placeholder.DUE_ON: _l("hạn trả lời người gửi"),
    Placeholder.FIELD: _l("tên lĩnh vực"),
    Placeholder.PLACE: _l("nơi xảy ra sự việc"),
    Placeholder.TODAY: _l("ngày chèn mẫu"),
}
"""What the system fills in; the other placeholders become gaps for the writer."""


class StandardTextForm(FlaskForm):
    """A text: whose it is, for what, and its words. version: that which the form showed."""

    version = HiddenField()
    owner = SelectField(_l("Của"), coerce=int)
    kind = RadioField(_l("Dùng để viết"), [InputRequired(_l("Hãy chọn một loại."))])
    title = StringField(
        _l("Tên mẫu"), [InputRequired(_REQUIRED), Length(max=LONGEST_TITLE)], filters=[cleaned_line]
    )
    body = TextAreaField(
        _l("Nội dung"), [InputRequired(_REQUIRED), Length(max=LONGEST_BODY)], filters=[cleaned_text]
    )
    fields = Boxes(_l("Chỉ cho lĩnh vực"))
    states = Boxes(_l("Chỉ khi vụ việc"))

    def offer(
        self, agencies: Sequence[Agency], fields: Sequence[Field], *, province: bool
    ) -> StandardTextForm:
        """Fill the choices: whose texts the person keeps, the fields, the states of the kinds' forms."""
        owners = [SelectChoice(PROVINCE, str(_("Toàn tỉnh")))] if province else []
        self.owner.choices = [*owners, *(SelectChoice(row.id, localized(row)) for row in agencies)]
        self.kind.choices = [SelectChoice(str(kind), str(name)) for kind, name in KINDS.items()]
        self.fields.choices = [SelectChoice(row.code, localized(row)) for row in fields]
        possible = {state for kind in StandardKind for state in states_of(kind)}
        self.states.choices = [SelectChoice(str(one), state_label(one)) for one in State if one in possible]
        return self

    def show(self, row: StandardText) -> None:
        """Let a fresh form hold a version."""
        self.version.data = str(row.version)
        self.owner.data = row.agency_id or PROVINCE
        self.kind.data, self.title.data, self.body.data = row.kind, row.title, row.body
        self.fields.data, self.states.data = list(row.field_codes), list(row.state_codes)

    @property
    def based_on(self) -> int | None:
        """The version that the form showed."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    @property
    def wording(self) -> Wording:
        """What was typed."""
        return Wording(
            kind=self.kind.data or "", title=self.title.data or "", body=self.body.data or "",
            fields=self.fields.data or (), states=self.states.data or (),
        )  # fmt: skip


def tell(form: StandardTextForm, problem: InvalidInput) -> None:
    """Put what the verb refused onto the field that it is about, or over the form."""
    if isinstance(problem, UnknownPlaceholders):
        text = _(
            "Không có chỗ điền tên %(names)s. Hãy dùng đúng tên trong danh sách.",
            names=", ".join(problem.found),
        )
        form.body.errors = [*form.body.errors, text]
    elif problem.field == "version":
        form.form_errors.append(str(_WORDS[problem.code]))
    elif problem.code in _WORDS and problem.field in form:
        form[problem.field].errors = [*form[problem.field].errors, str(_WORDS[problem.code])]
    elif problem.code in _WORDS:
        form.form_errors.append(str(_WORDS[problem.code]))
    else:
        explain(form, problem)
