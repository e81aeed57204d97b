"""Letting a signed-in account in: its positions of the day, its scope, the age of its session.

A session lives in a signed cookie. It ends after two hours without a request and twelve hours
after signing in; signing out, a new password or a deactivation change the account's session
mark, which ends all its sessions at once, also one whose cookie was copied.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import flask_security.signals
import structlog
from flask import Flask, abort, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
from flask_login import current_user, logout_user, user_logged_out
from werkzeug.wrappers import Response

from feedback.domain.calendar import local_date
from feedback.domain.positions import Actor, PositionKind
from feedback.queries import people
from feedback.services.staff import accounts
from feedback.web.guards import Access
from feedback.web.parameters import form_page
from feedback.web.requests import act_as, request_now, request_session

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
_OF_ONES_ACCOUNT = frozenset({"account", "security"})
"""The parts of the pages that are about the person's own account."""
_STEP = 60
"""Seconds after which the moment of the last request is written anew; not with each, which would
send the cookie each time."""

_UNSENT = _l(
    "Phiên làm việc đã hết hạn nên nội dung vừa gửi chưa được ghi nhận. "
    "Sau khi đăng nhập lại, phần chữ đã viết hiện lại để gửi."
)
_OPEN_WHILE_PASSWORD_IS_DUE = frozenset({"security.change_password", "security.logout"})
_KEPT = ("_user_id", "_fresh", "_id", "fs_cc", "fs_paa")


def enter(access: Access) -> Response | None:
    """Let the signed-in account in, with its actor and scope, or say where to go instead."""
    now = request_now()
    if not current_user.is_authenticated:
        return to_sign_in()
    if _too_old(now):
        logout_user_quietly()
        if request.method in {"GET", "HEAD"}:
            flash(_("Phiên làm việc đã hết hạn. Vui lòng đăng nhập lại."), "info")
        return to_sign_in()
    user: Any = current_user._get_current_object()
    if user.must_change_password and request.endpoint not in _OPEN_WHILE_PASSWORD_IS_DUE:
        flash(_("Vui lòng đổi mật khẩu được cấp trước khi làm việc."), "info")
        return redirect(url_for("security.change_password"))
    actor = people.actor_for(request_session(), user.id, local_date(now))
    _become(actor, user.locale)
    if actor.supervises:
        _only_watch(access)
        return None
    if access.kinds and not actor.holds(access.kinds):
        abort(403)
    return None


def _only_watch(access: Access) -> None:
    """Let a supervisor in: to the pages made for them, to read; what concerns their account besides.

    A page that names no positions is for the line, so a new one is closed to them until it says otherwise.
    """
    if (request.blueprint or "") in _OF_ONES_ACCOUNT:
        return
    if PositionKind.SUPERVISOR not in access.kinds or request.method not in {"GET", "HEAD"}:
        abort(403)


def _become(actor: Actor, locale: str) -> None:
    g.actor = actor
    g.account_locale = locale
    refresh()
    act_as(people.scope_for(actor))
    structlog.contextvars.bind_contextvars(account=actor.account_id)


def to_sign_in() -> Response:
    """Lead to the sign-in page and from there back to the page that was asked for.

    After a form that is the page it stood on, where the browser puts back what was typed.
    """
    if request.headers.get("HX-Request"):
        response = Response(status=401)
        response.headers["HX-Redirect"] = url_for("security.login")
        return response
    if request.method in {"GET", "HEAD"}:
        target: str | None = request.full_path.rstrip("?")
    else:
        target = form_page()
        if request.endpoint != "security.logout":
            flash(str(_UNSENT), "warning")
    return redirect(url_for("security.login", next=target))


def _too_old(now: datetime) -> bool:
    moment = int(now.timestamp())
    since, seen = session.get("since", 0), session.get("seen", 0)
    if moment - since > LONGEST.total_seconds() or moment - seen > IDLE.total_seconds():
        return True
    if moment - seen > _STEP:
        session["seen"] = moment
    return False


def logout_user_quietly() -> None:
    """End this browser's session without touching the account's other ones."""
    g.keep_session_mark = True
    logout_user()
    session.clear()


def begin_session(now: datetime) -> None:
    """Start a session of staff from nothing: what stood in the cookie before signing in is gone."""
    kept = {key: session[key] for key in _KEPT if key in session}
    session.clear()
    session.update(kept)
    session["since"] = session["seen"] = int(now.timestamp())
    session["nonce"] = secrets.token_urlsafe(12)
    g.pop("csrf_token", None)


def register(app: Flask) -> None:
    """Follow what the login library reports."""
    flask_security.signals.user_authenticated.connect(_signed_in, app)
    flask_security.signals.password_changed.connect(_password_set, app)
    flask_security.signals.password_reset.connect(_password_set, app)
    user_logged_out.connect(_signed_out, app)


def _signed_in(sender: Flask, user: Any, authn_via: list[str] | None = None, **_: Any) -> None:
    begin_session(request_now())
    if authn_via != ["change"]:
        accounts.sign_in_succeeded(request_session(), user.account, request_now())


def _password_set(sender: Flask, user: Any, **_: Any) -> None:
    accounts.password_was_set(request_session(), user.account, request_now())


def _signed_out(sender: Flask, user: Any, **_: Any) -> None:
    if g.get("keep_session_mark", False) or not getattr(user, "is_authenticated", False):
        return
    user.fs_uniquifier = accounts.new_session_mark()
    session.clear()
