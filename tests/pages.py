"""Reading pages and sending their forms as a browser does, with what stands in them.

`form_in(html)` reads a form out of a page's text (the first, or the one whose action ends as named),
`form_of(page)` out of an answer of the test client;
`without_tokens(html)` is the page without what is random in it;
`send` posts it with some of its fields changed, hidden fields and the CSRF token included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r"\b(?:ey|I)[\w-]{20,}\.[\w-]+\.[\w-]{20,}")
"""What itsdangerous signs: its payload, a moment and a signature."""


@dataclass
class PageForm:
    """A form as it stood on the page: where it goes and what it holds."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms with the values a browser would send untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._select: str | None = None
        self._textarea: str | None = None
        self._first_option: str | None = None

    def _put(self, name: str | None, value: str) -> None:
        if name and self.forms:
            self.forms[-1].fields.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = dict(attrs)
        if tag == "form":
            self.forms.append(PageForm(at.get("action") or "", (at.get("method") or "get").lower()))
        elif tag == "input":
            kind = at.get("type", "text")
            chosen = kind not in {"checkbox", "radio"} or "checked" in at
            if chosen and kind not in {"submit", "file", "button"}:
                self._put(at.get("name"), at.get("value") or "")
        elif tag == "select":
            self._select, self._first_option = at.get("name"), None
        elif tag == "option" and self._select:
            value = at.get("value") or ""
            if self._first_option is None:
                self._first_option = value
            if "selected" in at:
                self._put(self._select, value)
                self._first_option = ""
                self._select = None
        elif tag == "textarea":
            self._textarea = at.get("name")
            self._put(self._textarea, "")

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            self.forms[-1].fields[self._textarea][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            if self._select and self._first_option is not None:
                self._put(self._select, self._first_option)
            self._select = None
        elif tag == "textarea":
            if self._textarea and self.forms:
                # A browser drops the line break that stands first.
                values = self.forms[-1].fields[self._textarea]
                values[-1] = values[-1].removeprefix("\r").removeprefix("\n")
            self._textarea = None


def without_tokens(html: str) -> str:
    """Give a page without its random tokens, in which any two or three signs stand now and then."""
    return _TOKEN.sub("", html)


def form_of(page: TestResponse, action: str = "") -> PageForm:
    """Give the first POST form of an answer whose action ends with `action`."""
    return form_in(page.text, action)


def form_in(html: str, action: str = "") -> PageForm:
    """Give the first POST form of a page whose action ends with `action`."""
    parser = _Forms()
    parser.feed(html)
    for form in parser.forms:
        if form.method == "post" and form.action.split("?")[0].endswith(action):
            if not action and form.action.endswith("/logout"):
                continue
            return form
    raise AssertionError(f"no form to …{action} on the page: {[form.action for form in parser.forms]}")


def send(browser: FlaskClient, page: TestResponse, action: str = "", **changed: Any) -> TestResponse:
    """Send a form of `page` with `changed` fields; a list sends a name several times."""
    form = form_of(page, action)
    data: dict[str, Any] = {name: list(values) for name, values in form.fields.items()} | changed
    target = form.action or page.request.path
    return browser.post(target, data=data, headers={"Referer": f"http://localhost{page.request.path}"})
