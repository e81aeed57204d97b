"""Signing in: the login library, set to our accounts, our words and our rules.

Flask-Security brings the views for signing in and out, for a forgotten and for a changed
password. Everything else stays ours: rights follow from positions (feedback/web/auth.py), the
session of the request is its store, its mails become message rows, and the counters of failed
attempts are columns of the account.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import structlog
from flask import Flask, abort, request
from flask_security import MailUtil, Security, SQLAlchemySessionUserDatastore, UserMixin
from flask_wtf import CSRFProtect
from werkzeug.local import LocalProxy

from feedback.db import new_id
from feedback.models import Account, Role
from feedback.services.staff import accounts
from feedback.services.staff.passwords import LANES, MEMORY_KIB, NORMAL_FORM, ROUNDS, SHORTEST
from feedback.web import auth_forms, auth_words
from feedback.web.guards import CLOSED, PUBLIC, Access, declare
from feedback.web.language import is_local
from feedback.web.limits import (
    RECOVER,
    RECOVER_ACCOUNT,
    SIGN_IN,
    SIGN_IN_ACCOUNT,
    limiter,
    posted_account,
)
from feedback.web.requests import request_now, request_session

LINK_LIFE = timedelta(hours=24)
"""How long the link of an invitation or of a forgotten password works."""

csrf = CSRFProtect()
_log = structlog.get_logger(__name__)


class StaffUser(UserMixin):
    """An account as the login library knows it: its attributes are the account's own."""

    account: Account

    def __init__(self, account: Account) -> None:
        object.__setattr__(self, "account", account)
        # None ever: rights follow from positions.
        object.__setattr__(self, "roles", [])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.account, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.account, name, value)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Tell whether failed attempts lock the account; the page then says what it always says."""
        locked = accounts.is_locked(self.account, request_now())
        if locked and form_error is not None:
            form_error.append("locked")
        return locked

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        """Count a failed attempt."""
        accounts.count_failure(request_session(), self.account.id, request_now())
        _log.warning("sign_in_failed", account=self.account.id, method=auth_type)


class Accounts(SQLAlchemySessionUserDatastore):
    """The accounts behind the request's session. What the library calls a commit is a flush here."""

    def commit(self) -> None:
        self.db.session.flush()

    def put(self, model: Any) -> Any:
        """Nothing: a changed account is flushed by the session that it was read in."""
        return model

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> StaffUser | None:
        """Give the account with the one attribute that is named, as the library knows it."""
        account: Any = super().find_user(case_insensitive, **kwargs)
        return None if account is None else StaffUser(account)

    def set_uniquifier(self, user: Any, uniquifier: str | None = None) -> None:
        """Give the account a new session mark, which ends every session it has."""
        user.fs_uniquifier = uniquifier or accounts.new_session_mark()


class MailRows(MailUtil):
    """Writes what the login library would mail as a message row of the account."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **context: Any,
    ) -> None:
        """Write the notice that `template` stands for; texts are ours, in the account's language."""
        accounts.write_mail(
            request_session(),
            context["user"].account,
            accounts.Mail(template),
            cause=new_id(),
            now=request_now(),
            link=context.get("reset_link"),
        )


def _config(https: bool) -> dict[str, Any]:
    return {
        "SECURITY_URL_PREFIX": "/staff",
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_LOGOUT_URL": "/logout",
        "SECURITY_RESET_URL": "/password/forgotten",
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/staff/enter",
        "SECURITY_POST_LOGOUT_VIEW": "/staff/login",
        "SECURITY_POST_RESET_VIEW": "/staff/login",
        "SECURITY_POST_CHANGE_VIEW": "/staff/enter",
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TRACKABLE": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RESET_PASSWORD_WITHIN": LINK_LIFE,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__rounds": ROUNDS,
            "argon2__memory_cost": MEMORY_KIB,
            "argon2__parallelism": LANES,
        },
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_PASSWORD_NORMALIZE_FORM": NORMAL_FORM,
        "SECURITY_EMAIL_PLAINTEXT": False,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET": accounts.Mail.RESET,
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": accounts.Mail.CHANGED,
        "SECURITY_EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": accounts.Mail.CHANGED,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_CACHE_CONTROL": None,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_DATETIME_FACTORY": lambda: request_now().replace(tzinfo=None),
        "SESSION_COOKIE_SECURE": https,
        **auth_words.messages(),
    }


def register(app: Flask, *, https: bool) -> None:
    """Give `app` its sign-in pages."""
    app.config.update(_config(https))
    csrf.init_app(app)
    store = Accounts(cast(Any, LocalProxy(request_session)), cast(Any, Account), cast(Any, Role))
    security = Security(
        app,
        store,
        login_form=auth_forms.SignInForm,
        forgot_password_form=auth_forms.ForgottenForm,
        reset_password_form=auth_forms.NewPasswordForm,
        change_password_form=auth_forms.OwnPasswordForm,
        mail_util_cls=MailRows,
    )
    security.i18n_domain = app.extensions["babel"].instance.domain_instance
    app.jinja_env.globals["password_hint"] = auth_words.PASSWORD_HINT
    # Pages and nothing else: no tokens in headers or addresses, no JSON interface.
    app.login_manager.request_loader(lambda _: None)  # type: ignore[attr-defined]
    security.want_json(lambda _: False)
    for name in ("login", "forgot_password", "reset_password"):
        declare(app, f"security.{name}", PUBLIC)
    for name in ("logout", "change_password"):
        declare(app, f"security.{name}", Access(signed_in=True))
    for name in ("static", "verify"):
        declare(app, f"security.{name}", CLOSED)
    _limit(app)
    app.before_request(_refuse_strange_next)


def _limit(app: Flask) -> None:
    """Count what could be guessed at by address and by account."""
    views: dict[str, Any] = cast("dict[str, Any]", app.view_functions)
    for name, by_address, by_account in (
        ("login", SIGN_IN, SIGN_IN_ACCOUNT),
        ("forgot_password", RECOVER, RECOVER_ACCOUNT),
    ):
        view = views[f"security.{name}"]
        view = limiter.limit(by_account, key_func=posted_account, methods=["POST"])(view)
        views[f"security.{name}"] = limiter.limit(by_address, methods=["POST"])(view)
    views["security.reset_password"] = limiter.limit(SIGN_IN)(views["security.reset_password"])


def _refuse_strange_next() -> None:
    """Refuse a sign-in address that would lead away from this site afterwards."""
    if request.blueprint != "security":
        return
    for target in (request.args.get("next"), request.form.get("next")):
        if target and not is_local(target):
            abort(400)
