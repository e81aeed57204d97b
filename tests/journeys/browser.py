"""A browser without a screen: cookies, redirects, and forms sent with what stands in them, over real HTTP."""

from __future__ import annotations

import io
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.pages import form_in

_LINK = re.compile(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_SKIPPED = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_MARK = re.compile(r"<[^>]*>")
_SECONDS = 10


@dataclass(frozen=True)
class Page:
    """A page as it came: where it was in the end, and its text."""

    url: str
    html: str

    @property
    def path(self) -> str:
        """The path of the address, decoded."""
        return urllib.parse.unquote(urllib.parse.urlsplit(self.url).path)

    @property
    def words(self) -> str:
        """What a person reads, in one line."""
        return " ".join(unescape(_MARK.sub(" ", _SKIPPED.sub(" ", self.html))).split())

    def link(self, words: str) -> str:
        """The address of the first link whose text or address has `words` in it."""
        for address, text in _LINK.findall(self.html):
            if words in " ".join(unescape(_MARK.sub(" ", text)).split()) or words in address:
                return unescape(address)
        raise AssertionError(f"no link {words!r} on {self.path}: {self.words[:2000]}")


class Browser:
    """Somebody's browser at one site; an answer that is an error fails the test."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def fetch(self, address: str) -> bytes:
        """The bytes at an address of the site, absolute or not."""
        with self._opener.open(urllib.parse.urljoin(self.site, address), timeout=_SECONDS) as answer:
            return bytes(answer.read())

    def open(self, address: str) -> Page:
        """Open an address of the site, absolute or not."""
        return self._ask(urllib.parse.urljoin(self.site, address), None, {})

    def send(
        self, page: Page, action: str = "", files: dict[str, tuple[bytes, str]] | None = None, **changed: Any
    ) -> Page:
        """Send a form of `page`, with `changed` fields and `files` (bytes and name by field)."""
        form = form_in(page.html, action)
        data: dict[str, Any] = {**form.fields, **changed}
        for name, (content, called) in (files or {}).items():
            data[name] = FileStorage(io.BytesIO(content), filename=called, content_type="image/jpeg")
        boundary, body = encode_multipart(data)
        address = urllib.parse.urljoin(page.url, form.action)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Referer": page.url}
        return self._ask(address, body, headers)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a member of staff."""
        page = self.send(self.open("/staff/"), email=email, password=password)
        assert page.path.startswith("/staff"), page.words[:2000]

    def wait_for(self, address: str, words: str, seconds: float) -> float:
        """Open a page again and again until it shows `words`; give how many seconds that took."""
        begun = time.monotonic()
        while words not in (page := self.open(address)).words:
            took = time.monotonic() - begun
            assert took < seconds, f"{address} did not show {words!r} in {seconds} s: {page.words[:2000]}"
            time.sleep(0.1)
        return time.monotonic() - begun

    def _ask(self, address: str, body: bytes | None, headers: dict[str, str]) -> Page:
        request = urllib.request.Request(address, body, headers)  # noqa: S310 - http, our own site
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return Page(answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            page = Page(address, error.read().decode(errors="replace"))
            raise AssertionError(f"{error.code} from {page.path}: {page.words[:2000]}") from None
