"""The product in a real browser: one running product, one Chromium, a window for each person.

`make e2e` names the browser in FEEDBACK_CHROMIUM. Windows of a test that failed are photographed into
var/e2e; FEEDBACK_E2E_PICTURES=folder photographs every page that is looked at, for human eyes.
FEEDBACK_E2E_VAR=var uses the product that already runs on that folder, while tests are written.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e import product as products
from tests.e2e.product import ROOT, Product
from tests.e2e.visitor import DESK, HEIGHTS, PHONE, Visitor

FAILURES = ROOT / "var" / "e2e"
_REPORT = pytest.StashKey[pytest.TestReport]()
_MILLISECONDS = 15_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Keep the outcome of the test itself where its fixtures can see it."""
    report: pytest.TestReport = yield
    if report.when == "call":
        item.stash[_REPORT] = report
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium. It finds no host but this machine."""
    expect.set_options(timeout=_MILLISECONDS)
    found = (
        os.environ.get("FEEDBACK_CHROMIUM")
        or subprocess.run(
            [ROOT / "tools/find-chromium"], capture_output=True, text=True, check=True
        ).stdout.strip()
    )
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )  # fmt: skip
        yield started
        started.close()


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """The whole product on a fresh folder, with its demonstration."""
    if "FEEDBACK_E2E_VAR" in os.environ:
        yield products.already_running(Path(os.environ["FEEDBACK_E2E_VAR"]))
        return
    with tempfile.TemporaryDirectory(prefix="hoi-am-e2e-") as folder:
        # Embedded PostgreSQL may run as another user than the tests.
        Path(folder).chmod(0o755)
        with products.running(Path(folder)) as started:
            yield started


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    """The width of the window, in CSS pixels: every journey is made on both."""
    return int(request.param)


Open = Callable[..., Visitor]


@pytest.fixture(scope="session")
def cookies() -> dict[str, list[Any]]:
    """What a browser keeps of those who have signed in, so that each signs in once a session."""
    return {}


@pytest.fixture
def visitor(
    browser: Browser,
    product: Product,
    cookies: dict[str, list[Any]],
    request: pytest.FixtureRequest,
) -> Iterator[Open]:
    """A function that opens a window: `visitor("dieuphoi", width=375)`; without a name, a citizen's.

    width: of the window. language: vi or en. fresh: sign in anew, as a test that signs out must.
    """
    opened: list[Visitor] = []

    def open_window(
        login: str = "", *, width: int = DESK, language: str = "vi", fresh: bool = False, **options: Any
    ) -> Visitor:
        context = browser.new_context(
            base_url=product.address,
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            **options,
        )
        context.set_default_timeout(_MILLISECONDS)
        window = Visitor(context, product, login or "citizen", width)
        opened.append(window)
        if login and not fresh and login in cookies:
            context.add_cookies(cookies[login])
        elif login:
            window.sign_in(login)
            if not fresh:
                cookies[login] = context.cookies()
        if language != "vi":
            window.go(f"/language?lang={language}&next=/")
        return window

    yield open_window
    report = request.node.stash.get(_REPORT, None)
    failed = report is not None and report.failed
    for number, window in enumerate(opened, 1):
        if failed:
            _photograph(window, request.node.name, number)
        window.context.close()
    if not failed:
        for window in opened:
            window.assert_content()


def _photograph(window: Visitor, test: str, number: int) -> None:
    FAILURES.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", test)
    window.page.screenshot(path=FAILURES / f"{name}-{number}-{window.name}.png", full_page=True)
    (FAILURES / f"{name}-{number}-{window.name}.html").write_text(window.page.content(), encoding="utf-8")
