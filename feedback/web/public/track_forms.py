"""The forms of the tracking page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length

from feedback.domain.text import clean_text
from feedback.services.errors import LONGEST
from feedback.web.forms import Form
from feedback.web.public.path import SCORES


def _text(text: str | None) -> str:
    return clean_text(text or "").strip()


class CodeForm(Form):
    """The tracking code, typed in any way."""

    code = StringField(_l("Mã tra cứu"))


class ReplyForm(Form):
    """The reply to an agency's question."""

    text = TextAreaField(
        _l("Câu trả lời của ông/bà"),
        [InputRequired(_l("Xin viết câu trả lời.")), Length(max=LONGEST)],
        filters=[_text],
    )
    files = MultipleFileField(_l("Ảnh và tài liệu kèm theo"))
    question = HiddenField()


class RateForm(Form):
    """How satisfied the sender is with the answer."""

    score = RadioField(
        _l("Ông/bà có hài lòng với câu trả lời không?"),
        [InputRequired(_l("Xin chọn một mức độ hài lòng."))],
        choices=[SelectChoice(str(score), label) for score, label in reversed(SCORES.items())],
    )
    comment = TextAreaField(_l("Nhận xét thêm"), [Length(max=2000)], filters=[_text])


class ReopenForm(Form):
    """Why the answer does not settle the matter."""

    reason = TextAreaField(
        _l("Điều gì chưa được giải quyết?"),
        [
            InputRequired(_l("Xin cho biết điều gì chưa được giải quyết.")),
            Length(min=10, max=LONGEST, message=_l("Xin viết rõ hơn, ít nhất 10 ký tự.")),
        ],
        filters=[_text],
    )


class WithdrawForm(Form):
    """Why the sender takes the message back, if they care to say."""

    reason = TextAreaField(_l("Lý do"), [Length(max=2000)], filters=[_text])
