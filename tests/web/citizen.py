"""What the tests of the citizen's pages share: a province to write to, and a form filled in."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.pages import send

FILLED: dict[str, Any] = {
    "body": "Đèn đường trước cổng trường đã hỏng ba tuần, buổi tối trẻ em đi học về rất nguy hiểm.",
    "title": "Đèn đường hỏng",
    "place_text": "Phường Xuân Hương - Đà Lạt",
    "commune_code": "24769",
    "place_detail": "trước cổng trường",
    "identity": "named",
    "submitter_kind": "citizen",
    "name": "Trần Thị Bưởi",
    "phone": "0912 345 678",
    "email": "buoi@example.org",
}


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> io.BytesIO:
    """A small picture."""
    file = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(file, kind, **options)
    file.seek(0)
    return file


def submit(browser: FlaskClient, **changed: Any) -> TestResponse:
    """Open the form, fill it in and send it."""
    return send(browser, browser.get("/submit"), "/submit", **FILLED | changed)


def code_in(response: TestResponse) -> str:
    """The tracking code in the address that a received form leads to."""
    assert response.status_code == 303, response.text[:2000]
    return response.location.split("/track/")[1].split("/")[0]
