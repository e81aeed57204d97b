"""A person in front of the product: a browser window that notices what should not be there.

Whatever the console complains of, a request that leaves this machine, a page wider than the
window or a violation that axe finds fails the test. A page that refuses on purpose (404, 422)
is announced with `refusals`, because the browser reports it on the console.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from tests.e2e.product import PASSWORD, Product, address_of

AXE = (Path(__file__).parent / "vendor/axe-core/axe.min.js").read_text()
PHONE, DESK = 375, 1280
HEIGHTS = {PHONE: 812, DESK: 900}
PICTURES = os.environ.get("FEEDBACK_E2E_PICTURES", "")
"""A folder into which every page that is looked at is photographed, when it is named."""

_MISSING_ICONS = """async () => {
  const uses = [...document.querySelectorAll("svg use")].map(use => use.getAttribute("href").split("#"));
  const sprites = {};
  for (const [file] of uses) sprites[file] ??= await (await fetch(file)).text();
  return uses.filter(([file, name]) => !sprites[file].includes(`id="${name}"`)).map(([, name]) => name);
}"""

_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
_NO_SERVER = re.compile(r"Failed to load resource: net::ERR_")
_OWN = re.compile(r"data:|blob:|about:")


class Visitor:
    """A window on the product in which somebody may be signed in."""

    def __init__(self, context: BrowserContext, product: Product, name: str, width: int) -> None:
        self.context = context
        self.product = product
        self.name = name
        self.width = width
        self.refusals: set[int] = set()
        self._outage = False
        self._complaints: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._complaints.append(str(error.error)))
        context.on("request", self._watch)
        self.page: Page = context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not (self._outage and _NO_SERVER.match(message.text)):
            refused = _REFUSED.match(message.text)
            if not refused or int(refused.group(1)) not in self.refusals:
                self._complaints.append(f"{self.page.url}: {message.text}")

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Let the server be away on purpose for the time of the block."""
        self._outage = True
        yield
        self._outage = False

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(self.product.address) and not _OWN.match(request.url):
            self._complaints.append(f"a request left the machine: {request.url}")

    def assert_content(self) -> None:
        """Fail on everything the window complained of since it was opened."""
        assert self._complaints == []

    def go(self, path: str) -> int:
        """Open a page; give its status."""
        answered = self.page.goto(path)
        assert answered is not None
        return answered.status

    def sign_in(self, login: str, password: str = PASSWORD) -> None:
        """Sign in through the page, as the demonstration account `login` or by a whole address."""
        email = login if "@" in login else address_of(login)
        self.go("/staff/login")
        self.page.get_by_label("Địa chỉ email").fill(email)
        self.page.get_by_label("Mật khẩu", exact=False).fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        expect(self.page.locator(".user-menu")).to_be_visible()

    def look(self, name: str, *, schemes: tuple[str, ...] = ("light", "dark")) -> None:
        """Have axe look at the page in both schemes, see that it fits, and photograph it when asked to.

        Checks what every page of the product promises: one h1, and nothing wider than the window.
        """
        page = self.page
        page.evaluate("document.fonts.ready.then(() => null)")
        for scheme in schemes:
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
            found = "\n".join(violations(page))
            assert not found, f"{name} ({scheme}) at {page.url}:\n{found}"
            if PICTURES:
                file = f"{name}-{self.width}-{scheme}.png"
                page.screenshot(path=Path(PICTURES) / file, full_page=True)
        page.emulate_media(color_scheme="light")
        assert page.locator("h1").count() == 1, name
        assert page.evaluate(_MISSING_ICONS) == [], name
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} is too wide"


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page, a line for each place."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
