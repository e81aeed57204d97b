"""The public board: answered cases in an officer's words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.queries.public.board import BoardFilter, board_page, published_item
from feedback.queries.public.form_choices import agencies, field_groups
from feedback.queries.public.place_suggestions import load_gazetteer
from feedback.web.guards import public
from feedback.web.parameters import line, number
from feedback.web.public.blueprint import blueprint
from feedback.web.public.path import SCORES
from feedback.web.rendering import localized
from feedback.web.requests import request_now, request_session

_LONGEST_SEARCH = 200


@blueprint.get("/board")
@public
def board() -> ResponseReturnValue:
    """List what was published, newest first."""
    session, now = request_session(), request_now()
    wanted = BoardFilter(
        text=line("q", _LONGEST_SEARCH),
        field_id=number("field"),
        agency_id=number("agency"),
        commune_code=line("commune", 10),
    )
    page = board_page(
        session,
        wanted,
        older_than=_key(request.args.get("older")),
        newer_than=_key(request.args.get("newer")),
    )
    gazetteer = load_gazetteer(session, now)
    communes = sorted(gazetteer.communes.values(), key=lambda row: row.name)
    return render_template(
        "public/board.html",
        page=page,
        wanted=wanted,
        fields=[
            (field.id, localized(field)) for group in field_groups(session, now) for field in group.fields
        ],
        agencies=[(row.id, localized(row)) for row in agencies(session, now)],
        communes=[(row.code, row.name) for row in communes],
        older_url=_page_url("older", page.older_than),
        newer_url=_page_url("newer", page.newer_than),
    )


@blueprint.get("/board/<uuid:publication_id>")
@public
def published(publication_id: UUID) -> ResponseReturnValue:
    """Show one published case with its answer."""
    item = published_item(request_session(), publication_id)
    return render_template("public/published.html", item=item, scores=SCORES)


def _key(text: str | None) -> tuple[datetime, UUID] | None:
    """Read the key of a page from its address; one that was made up is a bad request."""
    if not text:
        return None
    moment, _, number = text.partition("~")
    try:
        key = datetime.fromisoformat(moment), UUID(number)
    except ValueError:
        abort(400)
    if key[0].utcoffset() is None:
        abort(400)
    return key


def _page_url(name: str, key: tuple[datetime, UUID] | None) -> str | None:
    if key is None:
        return None
    wanted = {"q", "field", "agency", "commune"}
    address: dict[str, Any] = {part: value for part, value in request.args.items() if part in wanted}
    address[name] = f"{key[0].isoformat()}~{key[1]}"
    return url_for("public.board", **address)
