"""What an address asks for, read so that PostgreSQL takes it: words without harm, numbers in range."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from feedback.domain.text import clean_line

LARGEST = 2**31 - 1
"""The largest number of a row: PostgreSQL's integer."""


class RowNumber(IntegerConverter):
    """The number of a row as part of an address; a larger one is of no row, so the page is not found."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **{"max": LARGEST} | settings)


def register(app: Flask) -> None:
    """Let ``<int:…>`` in the addresses of `app` be the number of a row."""
    app.url_map.converters["int"] = RowNumber


def number(name: str) -> int | None:
    """Give the number of a row that the address names, or None for anything that is no such number."""
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    return int(text) if int(text) <= LARGEST else None


def line(name: str, most: int) -> str:
    """Give the words that the address names, cleaned and on one line, at most `most` characters."""
    return clean_line(request.args.get(name, ""))[:most]
