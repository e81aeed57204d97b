"""The web application, put together: ``gunicorn "feedback.app:create_app()"``."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback import clock, db, logs
from feedback.doorbell import Doorbell
from feedback.settings import Settings
from feedback.web import (
    account,
    admin,
    auth,
    errors,
    guards,
    headers,
    health,
    inbox,
    language,
    limits,
    metrics,
    navigation,
    oversight,
    parameters,
    public,
    rendering,
    request_log,
    requests,
    security,
)

ROOT = Path(__file__).resolve().parent.parent
_MOST_PARTS = 200
_VISITOR_SECONDS = 7 * 24 * 3600


def create_app(
    settings: Settings | None = None,
    *,
    sessions: sessionmaker[Session] | None = None,
    now: Callable[[], datetime] = clock.now,
    ring: Callable[[str], None] | None = None,
) -> Flask:
    """Give the application.

    settings: read from the environment when left out. sessions, now, ring: the maker of database
    sessions, the clock and the doorbell; tests give their own.
    Raises SettingsError when the environment is incomplete.
    """
    settings = settings or Settings.from_env(os.environ)
    logs.configure(settings.log_level)
    https = settings.base_url.startswith("https://")
    app = Flask("feedback", root_path=str(ROOT / "feedback"), template_folder=str(ROOT / "templates"))
    app.testing = settings.environment == "test"
    app.config.update(_config(settings, https))
    requests.register(
        app,
        settings,
        sessions or db.session_factory(db.make_engine(settings.database_url)),
        now,
        ring or Doorbell(settings.redis_url, settings.broker_url).ring,
    )
    parameters.register(app)
    # Their order is the order in which a request meets them; answers meet them the other way round.
    metrics.register(app)
    request_log.register(app)
    headers.register(app, https=https)
    language.register(app)
    rendering.register(app)
    limits.register(app, settings.redis_url)
    security.register(app, https=https)
    auth.register(app)
    guards.declare(app, "static", guards.PUBLIC)
    guards.register(app, auth.enter)
    errors.register(app)
    health.register(app)
    navigation.register(app)
    for blueprint in (
        public.blueprint, account.blueprint, inbox.blueprint, oversight.blueprint, admin.blueprint,
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    app.wsgi_app = headers.CanonicalHost(  # type: ignore[method-assign]
        ProxyFix(app.wsgi_app, x_for=settings.proxy_hops, x_proto=0, x_host=0), settings.base_url
    )
    return app


def _config(settings: Settings, https: bool) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": limits.LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": limits.LARGEST_FORM,
        "MAX_FORM_PARTS": _MOST_PARTS,
        "PERMANENT_SESSION_LIFETIME": _VISITOR_SECONDS,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "WTF_CSRF_TIME_LIMIT": None,
        "PREFERRED_URL_SCHEME": "https" if https else "http",
    }
