"""The forms of signing in and of passwords, with our labels and rules."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security.forms import (
    ChangePasswordForm,
    EmailValidation,
    EqualToLocalize,
    ForgotPasswordForm,
    IsString,
    LoginForm,
    ResetPasswordForm,
    email_required,
    password_required,
    valid_user_email,
)
from wtforms import EmailField, PasswordField, SubmitField
from wtforms.validators import Length

from feedback.services.staff.passwords import LONGEST
from feedback.web.requests import request_session

_ADDRESS_LONGEST = 254


def _new_password(label: Any) -> PasswordField:
    return PasswordField(
        label,
        render_kw={"autocomplete": "new-password"},
        validators=[IsString(), password_required, Length(max=LONGEST)],
    )


def _repeated(name: str) -> PasswordField:
    return PasswordField(
        _l("Nhập lại mật khẩu mới"),
        render_kw={"autocomplete": "new-password"},
        validators=[IsString(), EqualToLocalize(name, message="RETYPE_PASSWORD_MISMATCH"), password_required],
    )


class SignInForm(LoginForm):
    """Address and password. There is no "remember me": a session of staff ends with the working day."""

    remember = None  # type: ignore[assignment]
    email = EmailField(
        _l("Địa chỉ email"),
        render_kw={"autocomplete": "username", "maxlength": _ADDRESS_LONGEST},
        validators=[IsString(), email_required, EmailValidation(verify=False)],
    )
    password = PasswordField(
        _l("Mật khẩu"),
        render_kw={"autocomplete": "current-password"},
        validators=[IsString(), password_required, Length(max=LONGEST)],
    )
    submit = SubmitField(_l("Đăng nhập"))


class ForgottenForm(ForgotPasswordForm):
    """The address to which the link is sent."""

    email = EmailField(
        _l("Địa chỉ email"),
        render_kw={"autocomplete": "username", "maxlength": _ADDRESS_LONGEST},
        validators=[IsString(), email_required, EmailValidation(verify=False), valid_user_email],
    )
    submit = SubmitField(_l("Gửi liên kết"))


class NewPasswordForm(ResetPasswordForm):
    """A new password by the link of a mail."""

    password = _new_password(_l("Mật khẩu mới"))
    password_confirm = _repeated("password")
    submit = SubmitField(_l("Đặt mật khẩu"))

    def validate(self, **arguments: Any) -> bool:
        """Check the password, and that nobody used the same link while this request waited its turn."""
        if not super().validate(**arguments):
            return False
        user: Any = self.user
        before = user.fs_uniquifier
        request_session().refresh(user.account, with_for_update=True)
        if user.fs_uniquifier != before:
            self.form_errors.append(_("Liên kết không hợp lệ hoặc đã được dùng."))
            return False
        return True


class OwnPasswordForm(ChangePasswordForm):
    """The password of who is signed in, changed by themselves."""

    password = PasswordField(
        _l("Mật khẩu đang dùng"),
        render_kw={"autocomplete": "current-password"},
        validators=[Length(max=LONGEST)],
    )
    new_password = _new_password(_l("Mật khẩu mới"))
    new_password_confirm = _repeated("new_password")
    submit = SubmitField(_l("Đổi mật khẩu"))
