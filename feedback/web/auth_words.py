"""What the sign-in pages say: the login library's messages in our words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from feedback.services.staff.passwords import SHORTEST

_WORDS: dict[str, tuple[Any, str]] = {
    "API_ERROR": (_l("Dữ liệu gửi lên không hợp lệ."), "danger"),
    "GENERIC_AUTHN_FAILED": (
        _l("Địa chỉ email hoặc mật khẩu không đúng, hoặc tài khoản đang tạm khóa."),
        "danger",
    ),
    "GENERIC_RECOVERY": (
        _l("Nếu địa chỉ này có tài khoản, hướng dẫn đặt lại mật khẩu đã được gửi đến đó."),
        "info",
    ),
    "PASSWORD_RESET_REQUEST": (
        _l("Nếu địa chỉ này có tài khoản, hướng dẫn đặt lại mật khẩu đã được gửi đến đó."),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (_l("Liên kết đã hết hạn. Vui lòng yêu cầu liên kết mới."), "danger"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _l("Liên kết không hợp lệ hoặc đã được dùng. Vui lòng yêu cầu liên kết mới."),
        "danger",
    ),
    "PASSWORD_RESET_NO_LOGIN": (_l("Đã đặt mật khẩu mới. Vui lòng đăng nhập bằng mật khẩu đó."), "success"),
    "PASSWORD_CHANGE": (_l("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."), "success"),
    "PASSWORD_IS_THE_SAME": (_l("Mật khẩu mới phải khác mật khẩu đang dùng."), "danger"),
    "PASSWORD_INVALID_LENGTH": (_l("Mật khẩu cần ít nhất %(length)s ký tự."), "danger"),
    "PASSWORD_NOT_PROVIDED": (_l("Vui lòng nhập mật khẩu."), "danger"),
    "RETYPE_PASSWORD_MISMATCH": (_l("Hai lần nhập mật khẩu không giống nhau."), "danger"),
    "INVALID_PASSWORD": (_l("Mật khẩu đang dùng không đúng."), "danger"),
    "EMAIL_NOT_PROVIDED": (_l("Vui lòng nhập địa chỉ email."), "danger"),
    "INVALID_EMAIL_ADDRESS": (_l("Địa chỉ email không hợp lệ."), "danger"),
    "INVALID_REDIRECT": (_l("Không thể chuyển đến địa chỉ ngoài hệ thống."), "danger"),
    "UNAUTHENTICATED": (_l("Vui lòng đăng nhập để xem trang này."), "info"),
    "UNAUTHORIZED": (_l("Tài khoản không có quyền xem trang này."), "danger"),
    "ANONYMOUS_USER_REQUIRED": (_l("Trang này chỉ dành cho người chưa đăng nhập."), "info"),
    "LOGIN": (_l("Vui lòng đăng nhập để xem trang này."), "info"),
    "REFRESH": (_l("Vui lòng đăng nhập lại để tiếp tục."), "info"),
}

PASSWORD_HINT = _l(
    "Ít nhất %(length)s ký tự. Một câu dài dễ nhớ tốt hơn một từ ngắn khó đọc.", length=SHORTEST
)


def messages() -> dict[str, tuple[Any, str]]:
    """The settings by which the login library speaks in our words."""
    return {f"SECURITY_MSG_{key}": value for key, value in _WORDS.items()}
