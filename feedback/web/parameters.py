"""What an address asks for, read so that PostgreSQL takes it: words without harm, numbers in range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.routing import IntegerConverter

from feedback.domain.text import clean_line
from feedback.web.language import is_local

LARGEST = 2**31 - 1
"""The largest number of a row: PostgreSQL's integer."""


class RowNumber(IntegerConverter):
    """The number of a row as part of an address; a larger one is of no row, so the page is not found."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST} | settings)


def register(app: Flask) -> None:
    """Let ``<int:…>`` in the addresses of `app` be the number of a row."""
    app.url_map.converters["int"] = RowNumber


def form_page() -> str | None:
    """Give the page of this site from which a form was sent, as a path that can be asked for again.

    None for what is no form, and for a form from elsewhere or on a page that only an answer showed.
    """
    if request.method in {"GET", "HEAD"} or not request.referrer:
        return None
    parts = urlsplit(request.referrer)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.netloc != request.host or not is_local(target):
        return None
    adapter = current_app.create_url_adapter(request)
    return target if adapter is not None and adapter.test(parts.path, "GET") else None


def number(name: str, asked: Mapping[str, str] | None = None) -> int | None:
    """Give the number of a row that the address names, or None for anything that is no such number.

    asked: read this instead of the request's address.
    """
    text = (request.args if asked is None else asked).get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    return int(text) if int(text) <= LARGEST else None


def line(name: str, most: int, asked: Mapping[str, str] | None = None) -> str:
    """Give the words that the address names, cleaned and on one line, at most `most` characters."""
    return clean_line((request.args if asked is None else asked).get(name, ""))[:most]
