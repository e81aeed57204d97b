"""The language of a page: what the person chose, else what their account says, else Vietnamese."""

from __future__ import annotations

from urllib.parse import urlsplit

from babel.support import NullTranslations
from flask import Flask, g, redirect, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.wrappers import Response

from feedback import i18n
from feedback.web.guards import public

COOKIE = "language"
_YEAR = 365 * 24 * 3600


class _Catalogues(Domain):
    """The lookup of Flask-Babel over the catalogues that feedback/i18n.py compiles."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return i18n.translations(locale.language if locale is not None else i18n.DEFAULT)


class _Languages(Babel):
    domain_instance = _Catalogues()


def select_locale() -> str:
    """Choose the language of this request."""
    chosen = i18n.known_locale(request.cookies.get(COOKIE))
    return chosen or i18n.known_locale(g.get("account_locale")) or i18n.DEFAULT


def is_local(target: str | None) -> bool:
    """Tell whether `target` is a path on this site: the only place a page leads on to.

    Browsers read a backslash as a slash and drop control characters, so neither is let through.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return False
    if "\\" in target or any(ord(letter) < 0x21 or ord(letter) == 0x7F for letter in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


@public
def choose() -> Response:
    """Remember the language `lang` in a cookie and lead back to `next`."""
    target = request.args.get("next", "")
    response = redirect(target if is_local(target) else "/")
    lang = i18n.known_locale(request.args.get("lang"))
    if lang is not None:
        response.set_cookie(
            COOKIE, lang, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )
    return response


def register(app: Flask) -> None:
    """Give `app` its languages and the switch between them."""
    _Languages(app, default_locale=i18n.DEFAULT, locale_selector=select_locale)
    app.add_url_rule("/language", endpoint="public.language", view_func=choose)
    app.after_request(_say_language)


def _say_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", str(get_locale() or i18n.DEFAULT))
        response.vary.add("Cookie")
    return response
