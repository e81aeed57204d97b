"""The receipt: the code to keep, the date to expect an answer by, and why that date."""

from __future__ import annotations

from urllib.parse import quote

import segno
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.clocks import Clock
from feedback.domain.explain import explain_plain
from feedback.queries.public.tracking import as_told
from feedback.web.guards import public
from feedback.web.headers import private
from feedback.web.public.blueprint import blueprint
from feedback.web.public.tracked import track_by
from feedback.web.rendering import locale_code
from feedback.web.requests import request_now, request_settings


@blueprint.get("/track/<code>/receipt")
@public
def receipt(code: str) -> ResponseReturnValue:
    """Show the receipt of the case that `code` names, right after sending (``sent=1``) or later."""
    private()
    tracked = as_told(track_by(code), request_now())
    printed = tracked.case.tracking_code
    running = tracked.file.active(Clock.CITIZEN) if tracked.file else None
    return render_template(
        "public/receipt.html",
        tracked=tracked,
        case=tracked.case,
        sent="sent" in request.args,
        qr=qr_image(_outside(url_for("public.case", code=printed))),
        lookup=_outside(url_for("public.track")),
        why=explain_plain(tracked.file.trace(running), locale_code()) if tracked.file and running else None,
    )


def _outside(path: str) -> str:
    """Give the whole address of a page, at the configured host whatever the request says."""
    return request_settings().base_url + path


def qr_image(text: str) -> str:
    """Give a QR code of `text` as an SVG in a data address, drawn here: the text goes nowhere."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=2, dark="#000000", light="#ffffff"
    )
    return "data:image/svg+xml," + quote(
        drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )
