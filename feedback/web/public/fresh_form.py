"""The empty form, rendered once a minute and handed out with tokens of its own each time.

Rendering it takes some thirty times as long as putting two tokens into it, and the form is
what people fetch most when a province is upset about something.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import request, session
from flask_wtf.csrf import generate_csrf

from feedback.db import new_id
from feedback.web import form_token
from feedback.web.rendering import locale_code
from feedback.web.requests import request_now, request_settings

KEPT_FOR = timedelta(seconds=60)
_TOKEN, _CSRF = "\x01token\x01", "\x01csrf\x01"
_FLASHES = "_flashes"


class _Kept(NamedTuple):
    page: str
    rendered_at: datetime


_pages: dict[tuple[str, str], _Kept] = {}


def fresh_page(render: Callable[[], tuple[str, str]]) -> str:
    """Give the page with an empty form, whose tokens nobody else gets.

    render: gives the page and the form's token in it; asked when no page is kept. A request
    that has more to show than the bare form (a message from the page before, a query) is
    rendered for itself.
    """
    if request.args or _FLASHES in session:
        return render()[0]
    now, secret = request_now(), request_settings().secret_key
    # The address stands in the key because the page links to itself in the other language.
    key = (locale_code(), request.host_url)
    kept = _pages.get(key)
    if kept is None or not kept.rendered_at <= now < kept.rendered_at + KEPT_FOR:
        page, token = render()
        kept = _Kept(page.replace(token, _TOKEN).replace(generate_csrf(), _CSRF), now)
        _pages[key] = kept
    token = form_token.issue(secret, new_id(), now)
    return kept.page.replace(_TOKEN, token).replace(_CSRF, generate_csrf())
