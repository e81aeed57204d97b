"""The headers that every answer carries, from ``default-src 'none'`` up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from feedback.web.guards import access_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(self), gyroscope=(), magnetometer=(),"
    " microphone=(), payment=(), usb=(), browsing-topics=()"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_TWO_YEARS = 2 * 365 * 24 * 3600
_STATIC_SECONDS = 365 * 24 * 3600
_UNMARKED_SECONDS = 7 * 24 * 3600


class CanonicalHost:
    """Has the application see the configured address, whatever a request claims as its Host.

    So a forged Host header reaches neither a link in a mail nor a redirect.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], base_url: str) -> None:
        self._application = application
        parts = urlsplit(base_url)
        self._scheme, self._host = parts.scheme, parts.netloc

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["HTTP_HOST"] = self._host
        environ["wsgi.url_scheme"] = self._scheme
        return self._application(environ, start_response)


def private() -> None:
    """Keep this answer out of every cache: it shows something of one person alone."""
    g.private = True


def allow_own_frames() -> None:
    """Let this page hold frames of the site's own: only an answer that says so may stand in one."""
    g.own_frames = True


def register(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer of `app`; with `https` also strict transport."""
    headers: dict[str, str] = dict(HEADERS)
    if https:
        headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"

    def put(response: Response) -> Response:
        if g.get("own_frames", False):
            response.headers.setdefault("Content-Security-Policy", f"{CONTENT_POLICY}; frame-src 'self'")
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        _caching(app, response)
        return response

    app.after_request(put)


def _caching(app: Flask, response: Response) -> None:
    endpoint: Any = request.endpoint
    if endpoint == "static" and response.status_code == 200 and "v" in request.args:
        # The address carries a mark of the content, so it never means anything else.
        response.headers["Cache-Control"] = f"public, max-age={_STATIC_SECONDS}, immutable"
        return
    if endpoint == "static":
        if response.status_code == 200:
            # Fonts and pictures that a style sheet names without a mark: not asked for again on every page.
            response.headers["Cache-Control"] = f"public, max-age={_UNMARKED_SECONDS}"
        return
    access = access_of(app, endpoint) if endpoint else None
    secret = g.get("private", False) or request.blueprint == "security" or response.status_code >= 400
    if secret or access is None or access.signed_in:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
