"""Refusals and failures as pages: what a person is told, and what is not told.

What may not be seen looks exactly like what does not exist. What may be seen and not done is
explained: after a form, on the page the form stood on, else on a page of its own.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, current_app, flash, g, redirect, request
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from feedback.domain.lifecycle import TransitionRefused
from feedback.domain.permissions import Refused
from feedback.queries.case_file import NotFound
from feedback.queries.people import NoSuchAccount
from feedback.services.errors import Conflict, InvalidInput
from feedback.web import auth
from feedback.web.guards import access_of
from feedback.web.parameters import form_page
from feedback.web.requests import drop_writes

_log = structlog.get_logger(__name__)

WHY = {
    "state": _l("Vụ việc đã chuyển sang bước khác nên không thực hiện được việc này nữa."),
    "position": _l("Chức vụ ông/bà đảm nhiệm hôm nay không có quyền thực hiện việc này."),
    "final": _l("Điều phối đã quyết định cuối cùng: cơ quan không trả lại được nữa."),
    "transfer_cap": _l("Vụ việc đã được chuyển hai lần; từ nay chỉ điều phối mới chuyển được."),
    "not_extendable": _l("Thời hạn này không được gia hạn, hoặc đã được gia hạn tối đa."),
    "extension_pending": _l("Đã có một đề nghị gia hạn đang chờ quyết định."),
    "no_extension": _l("Không có đề nghị gia hạn nào đang chờ quyết định."),
    "not_urgent": _l("Vụ việc không ở diện khẩn cấp nên không cần ghi nhận liên hệ gấp."),
    "not_external": _l("Chỉ vụ việc của cơ quan ngoài UBND mới chuyển bằng văn bản qua đầu mối."),
    "nothing_asked": _l("Không có đề nghị phối hợp nào đang chờ cơ quan của ông/bà trả lời."),
    "no_publication": _l("Không có nội dung nào đang chờ duyệt công khai."),
    "second_person": _l("Người soạn không được tự duyệt: cần một người thứ hai."),
    "moved_on": _l("Không hoàn tác được: đã có việc khác xảy ra với vụ việc này sau quyết định của ông/bà."),
    "not_yours": _l("Không hoàn tác được: quyết định này là của người khác."),
    "too_late": _l("Đã quá 5 phút nên không hoàn tác được nữa. Hãy rút vụ việc về và nêu lý do."),
    "notice_left": _l("Không hoàn tác được: thông báo đã gửi đi. Hãy rút vụ việc về và nêu lý do."),
    "told_others": _l("Không hoàn tác được: lời từ chối đã gửi cả cho những phản ánh gộp vào vụ việc này."),
    "released_others": _l(
        "Không hoàn tác được: những phản ánh gộp vào vụ việc này đã trở lại hàng đợi điều phối."
    ),
    "part_moved_on": _l("Không hoàn tác được: đã có việc khác xảy ra với một phần được tách ra."),
    "conflict": _l("Người khác vừa thay đổi vụ việc này. Vui lòng xem nội dung mới nhất rồi thực hiện lại."),
}
_MEETINGS = frozenset({"40P01", "40001"})
"""What PostgreSQL says of a transaction that another one came before: a deadlock, a serialisation failure."""
_OTHER = _l("Không thực hiện được việc này.")


def page(code: int, **more: Any) -> tuple[str, int]:
    """Give the error page for an HTTP status, with the reference by which its log line is found.

    It is rendered without what other pages are told of the person and the province: that is read
    from the database, which may be what failed.
    """
    error = {"code": code, "reference": g.get("request_id") if code >= 500 else None, **more}
    return current_app.jinja_env.get_template("shared/error.html").render(error=error), code


def back_with(text: Any) -> Response | tuple[str, int]:
    """Explain a refusal on the page that the form stood on; nothing of the request is kept."""
    drop_writes()
    origin = form_page()
    if origin is None:
        return page(409)
    flash(str(text), "danger")
    return redirect(origin, 303)


def register(app: Flask) -> None:
    """Have `app` answer every refusal and failure with a page."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _lapsed)
    app.register_error_handler(NotFound, lambda error: page(404))
    app.register_error_handler(NoSuchAccount, lambda error: page(404))
    app.register_error_handler(InvalidInput, lambda error: page(400))
    app.register_error_handler(Refused, lambda error: back_with(WHY.get(error.why, _OTHER)))
    app.register_error_handler(TransitionRefused, lambda error: back_with(WHY["state"]))
    app.register_error_handler(Conflict, lambda error: back_with(WHY["conflict"]))
    app.register_error_handler(StaleDataError, lambda error: back_with(WHY["conflict"]))
    app.register_error_handler(IntegrityError, _clash)
    app.register_error_handler(OperationalError, _no_database)


def _lapsed(error: CSRFError) -> Response | tuple[str, int]:
    """A form without a valid token: of staff whose session ended, or of a page open for too long."""
    access = access_of(current_app, request.endpoint or "")
    if access is not None and access.signed_in and not current_user.is_authenticated:
        return auth.to_sign_in()
    return page(400, expired=True)


def _http(error: HTTPException) -> Response | tuple[str, int] | HTTPException:
    code = error.code or 500
    if error.response is not None or code < 400:
        return error
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        _log.error("unhandled", exc_info=error.original_exception)
    body, _ = page(code)
    response = Response(body, code, content_type="text/html; charset=utf-8")
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response


def _clash(error: IntegrityError | OperationalError) -> Response | tuple[str, int]:
    """Two people wrote what may be there once, or waited for one another: the second does it again."""
    _log.error("clash", error=str(error.orig).partition("\n")[0])
    return back_with(WHY["conflict"])


def _no_database(error: OperationalError) -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """The database is away or gave up waiting: say so, and ask to come back."""
    if getattr(error.orig, "sqlstate", None) in _MEETINGS:
        return _clash(error)
    _log.error("database_unavailable", error=str(error.orig))
    body, code = page(503)
    return body, code, {"Retry-After": "30"}
