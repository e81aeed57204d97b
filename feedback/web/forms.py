"""The form class that every page's form extends: WTForms' own messages in Vietnamese.

WTForms ships no Vietnamese catalogue; its English texts are kept for the English pages.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs

from feedback.web.rendering import locale_code

_VIETNAMESE = {
    "Invalid field name '%s'.": "Không có ô “%s”.",
    "Field must be equal to %(other_name)s.": "Phải giống ô “%(other_name)s”.",
    "Field must be at least %(min)d character long.": "Cần ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "Không được dài quá %(max)d ký tự.",
    "Field must be exactly %(max)d character long.": "Phải có đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": "Cần từ %(min)d đến %(max)d ký tự.",
    "Number must be at least %(min)s.": "Số phải từ %(min)s trở lên.",
    "Number must be at most %(max)s.": "Số không được quá %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Số phải từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Ngày phải từ %(min)s trở đi.",
    "Date must be at most %(max)s.": "Ngày không được sau %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Ngày phải từ %(min)s đến %(max)s.",
    "This field is required.": "Ô này là bắt buộc.",
    "Invalid input.": "Nội dung không hợp lệ.",
    "Invalid email address.": "Địa chỉ thư điện tử không hợp lệ.",
    "Invalid URL.": "Địa chỉ trang web không hợp lệ.",
    "Invalid UUID.": "Mã không hợp lệ.",
    "Invalid value, must be one of: %(values)s.": "Phải là một trong: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không được là: %(values)s.",
    "This field cannot be edited.": "Ô này không sửa được.",
    "This field is disabled and cannot have a value.": "Ô này đang khóa và phải để trống.",
    "Invalid CSRF Token.": "Biểu mẫu không còn hiệu lực, hãy gửi lại.",
    "CSRF token missing.": "Biểu mẫu không còn hiệu lực, hãy gửi lại.",
    "CSRF failed.": "Biểu mẫu không còn hiệu lực, hãy gửi lại.",
    "CSRF token expired.": "Biểu mẫu đã hết hiệu lực, hãy gửi lại.",
    "The CSRF token is missing.": "Biểu mẫu không còn hiệu lực, hãy gửi lại.",
    "The CSRF token is invalid.": "Biểu mẫu không còn hiệu lực, hãy gửi lại.",
    "The CSRF token has expired.": "Biểu mẫu đã hết hiệu lực, hãy gửi lại.",
    "The CSRF tokens do not match.": "Biểu mẫu không còn hiệu lực, hãy gửi lại.",
    "Invalid Choice: could not coerce.": "Lựa chọn không hợp lệ.",
    "Not a valid choice.": "Hãy chọn một mục trong danh sách.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Có lựa chọn không hợp lệ.",
    "'%(value)s' is not a valid choice for this field.": "“%(value)s” không có trong danh sách.",
    "Not a valid datetime value.": "Ngày giờ không hợp lệ.",
    "Not a valid date value.": "Ngày không hợp lệ.",
    "Not a valid time value.": "Giờ không hợp lệ.",
    "Not a valid week value.": "Tuần không hợp lệ.",
    "Not a valid integer value.": "Hãy ghi một số nguyên.",
    "Not a valid decimal value.": "Hãy ghi một số.",
    "Not a valid float value.": "Hãy ghi một số.",
}


class _Translations:
    """What WTForms asks for its messages; the page's language is looked up at each call."""

    def gettext(self, text: str) -> str:
        return text if locale_code() == "en" else _VIETNAMESE.get(text, text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        if locale_code() == "en":
            return singular if number == 1 else plural
        return _VIETNAMESE.get(singular, singular if number == 1 else plural)


_TRANSLATIONS = _Translations()


def options(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """Give pairs of value and label as the choices of a field."""
    return [SelectChoice(value, label) for value, label in pairs]


class Form(FlaskForm):
    """A form with CSRF protection whose built-in messages speak the page's language."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: object) -> _Translations:
            return _TRANSLATIONS
