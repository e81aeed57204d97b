"""The letters of the demonstration: what the mail catcher took, to be read in the browser.

Only the demonstration has this page; elsewhere it does not exist. A letter's HTML is shown in
a frame that can run nothing, load nothing and send nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from feedback.web.guards import public
from feedback.web.headers import CONTENT_POLICY, private
from feedback.web.public.blueprint import blueprint
from feedback.web.requests import request_settings

_SHOWN = 100
_LARGEST = 2_000_000
_NAME = re.compile(r"[A-Za-z0-9_.,:=+-]{1,200}")
_LETTER_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A caught mail: its file's name, and what its head says."""

    name: str
    subject: str
    recipient: str
    sent_at: datetime
    text: str = ""
    html: str = ""


@blueprint.get("/demo/mail")
@public
def mailbox() -> ResponseReturnValue:
    """List the newest letters."""
    private()
    paths = sorted(_files(), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return render_template("public/mailbox.html", letters=[_read(path) for path in paths[:_SHOWN]])


@blueprint.get("/demo/mail/<name>")
@public
def letter(name: str) -> ResponseReturnValue:
    """Show one letter."""
    private()
    page = Response(render_template("public/letter.html", letter=_read(_find(name))))
    page.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return page


@blueprint.get("/demo/mail/<name>/html")
@public
def letter_html(name: str) -> ResponseReturnValue:
    """Give a letter's HTML for the frame that shows it."""
    private()
    response = Response(_read(_find(name)).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _files() -> list[Path]:
    """The files of the Maildir; 404 outside the demonstration."""
    settings = request_settings()
    if not settings.demonstration or not settings.mailbox_dir:
        abort(404)
    root = Path(settings.mailbox_dir)
    return [path for part in ("new", "cur") for path in (root / part).glob("*") if path.is_file()]


def _find(name: str) -> Path:
    found = next((path for path in _files() if path.name == name), None) if _NAME.fullmatch(name) else None
    if found is None:
        abort(404)
    return found


def _read(path: Path) -> Letter:
    with path.open("rb") as file:
        message = BytesParser(policy=policy.default).parsebytes(file.read(_LARGEST))
    return Letter(
        name=path.name,
        subject=str(message.get("Subject", "")),
        recipient=str(message.get("To", "")),
        sent_at=_sent_at(message, path),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _sent_at(message: EmailMessage, path: Path) -> datetime:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
