"""Citizens who send the real form over HTTP and do not give up until they hold a receipt."""

from __future__ import annotations

import contextlib
import html
import http.client
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.faults.province import submission

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
_TROUBLE = (OSError, http.client.HTTPException)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class Citizen:
    """Somebody with a browser (cookies) and an address of their own, so that rate limits see many people."""

    def __init__(self, site: str, number: int) -> None:
        self.site = site
        self.number = number
        self._browser = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _NoRedirect()
        )
        self._browser.addheaders = [
            ("X-Forwarded-For", f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        ]

    def send(self, until: float) -> str | None:
        """Open the form once and send it until it is acknowledged; gives the tracking code.

        until: the monotonic moment to give up at. The same form is sent again after every
        trouble, as a person would press the button again.
        """
        hidden: dict[str, str] | None = None
        while time.monotonic() < until:
            with contextlib.suppress(*_TROUBLE):
                hidden = hidden or self._open()
                code = self._post(hidden) if hidden else None
                if code:
                    return code
            time.sleep(0.1)
        return None

    def _open(self) -> dict[str, str] | None:
        try:
            with self._browser.open(f"{self.site}/submit", timeout=10) as response:
                page = response.read().decode()
        except urllib.error.HTTPError as error:
            error.close()
            return None
        inputs = (dict(_ATTRIBUTE.findall(tag)) for tag in _HIDDEN.findall(page))
        return {each["name"]: html.unescape(each.get("value", "")) for each in inputs if "name" in each}

    def _post(self, hidden: dict[str, str]) -> str | None:
        words = submission(self.number)
        filled = hidden | {
            "title": words.title, "body": words.body, "place_text": words.place_text, "identity": "named",
            "submitter_kind": "citizen", "name": words.name, "email": words.email, "reported": "mine",
        }  # fmt: skip
        address, body = f"{self.site}/submit", urllib.parse.urlencode(filled).encode()
        request = urllib.request.Request(address, body, {"Referer": address})  # noqa: S310 - http, our own
        try:
            with self._browser.open(request, timeout=10):
                return None
        except urllib.error.HTTPError as answer:
            with answer:
                place = answer.headers.get("Location", "")
                found = re.search(r"/track/([^/?]+)", place)
                return urllib.parse.unquote(found[1]) if answer.code == 303 and found else None


class Crowd:
    """Many citizens: `threads` of them write at a time, each message once, `rate` messages a second."""

    def __init__(self, site: str, messages: int, threads: int, rate: float, patience: float) -> None:
        self.site = site
        self.receipts: dict[int, str] = {}
        self.unheard: list[int] = []
        self._numbers = iter(range(messages))
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._rate = rate
        self._patience = patience
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        while True:
            with self._lock:
                number = next(self._numbers, None)
            if number is None:
                return
            time.sleep(max(0.0, self._begun + number / self._rate - time.monotonic()))
            code = Citizen(self.site, number).send(time.monotonic() + self._patience)
            with self._lock:
                if code is None:
                    self.unheard.append(number)
                else:
                    self.receipts[number] = code

    @property
    def writing(self) -> bool:
        """Whether somebody still writes."""
        return any(thread.is_alive() for thread in self._threads)
