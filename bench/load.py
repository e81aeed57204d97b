"""Submissions through the real form: the page is fetched, its token read, the form posted."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
_FIELDS = {
    "body": "Đèn đường trước số nhà 12 đã tắt ba tuần nay, đề nghị phường sửa đèn đường. Lượt {number}.",
    "place_text": "Phường 2 Bảo Lộc",
    "submitter_kind": "citizen",
    "identity": "anonymous",
    "consent_publish": "y",
    "reported": "mine",  # else every sender but the first would be asked whether theirs is the same
}


@dataclass
class Results:
    """Seconds of each accepted POST, from when it was to be sent, and what went wrong."""

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, seconds: float) -> None:
        """Count an accepted submission."""
        with self.lock:
            self.latencies.append(seconds)

    def fail(self, why: str) -> None:
        """Count one that was not accepted."""
        with self.lock:
            self.errors.append(why)


class Sender:
    """One keep-alive connection that sends submissions, each from another address."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        self._number = number
        self._sent = 0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def fetch(self) -> tuple[dict[str, str], dict[str, str]]:
        """Get the form; give its hidden fields and the headers with which it is to be sent."""
        self._sent += 1
        headers = {"X-Forwarded-For": f"10.{self._number}.{self._sent // 250}.{self._sent % 250 + 1}"}
        self._connection.request("GET", "/submit", headers=headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie"]
        if cookies:
            headers["Cookie"] = "; ".join(cookies)
        hidden = {}
        for tag in _HIDDEN.findall(page):
            attributes = dict(_ATTRIBUTE.findall(tag))
            hidden[attributes.get("name", "")] = attributes.get("value", "")
        return hidden, headers

    def post(self, hidden: dict[str, str], headers: dict[str, str]) -> str:
        """Send the form; give an empty text when it was accepted, else what was answered."""
        form = {**hidden, **_FIELDS}
        form["body"] = form["body"].format(number=f"{self._number}-{self._sent}")
        body = urlencode(form)
        type_ = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", "/submit", body=body, headers={**headers, **type_})
        answer = self._connection.getresponse()
        page = answer.read().decode(errors="replace")
        if answer.status == 303:
            return ""
        found = re.search(r'class="error[^>]*>(.*?)</', page, re.DOTALL)
        return f"{answer.status} {found.group(1).strip() if found else ''}"


def _each(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def as_fast_as_possible(port: int, connections: int, seconds: float) -> tuple[Results, float]:
    """Send one after the other on each connection; give the results and the seconds that it took."""
    results = Results()
    began = time.monotonic()

    def work(number: int) -> None:
        sender = Sender(port, number + 1)
        while time.monotonic() - began < seconds:
            hidden, headers = sender.fetch()
            sent = time.monotonic()
            why = sender.post(hidden, headers)
            results.fail(why) if why else results.add(time.monotonic() - sent)

    _each(connections, work)
    return results, time.monotonic() - began


def at_a_rate(port: int, rate: float, seconds: float, connections: int) -> Results:
    """Send `rate` submissions a second; a latency counts from the moment that the plan names.

    So a server that falls behind shows it, instead of slowing the load down.
    """
    results = Results()
    began = time.monotonic() + 1
    planned = [number / rate for number in range(int(rate * seconds))]

    def work(number: int) -> None:
        sender = Sender(port, 100 + number)
        for offset in planned[number::connections]:
            hidden, headers = sender.fetch()
            time.sleep(max(0.0, began + offset - time.monotonic()))
            why = sender.post(hidden, headers)
            results.fail(why) if why else results.add(time.monotonic() - began - offset)

    _each(connections, work)
    return results


def percentile(values: list[float], share: float) -> float:
    """Give the value that `share` (0 to 1) of `values` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
