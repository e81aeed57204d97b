"""The quiet bar over a list: how many cases came into it since it was opened. It moves nothing."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.models import Case
from feedback.queries.lists import inbox
from feedback.queries.lists.inbox_filters import BY_RECEPTION, counted_filters
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.lists import listing
from feedback.web.inbox.navigation import count_label
from feedback.web.inbox.searching import KEPT
from feedback.web.requests import request_session


def _since() -> datetime | None:
    try:
        moment = datetime.fromisoformat(request.args.get("since", "").replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None


@blueprint.get("/news")
@staff()
def news() -> ResponseReturnValue:
    """Say how many cases of the list reached their state after ``since``; nothing for none.

    A page asks again every minute; the same answer as before goes without content (ETag).
    """
    since, asked = _since(), listing(request.args)
    count = 0
    if since is not None and asked.filters.view not in BY_RECEPTION:
        query = counted_filters(asked.desk, asked.filters).where(Case.state_since > since)
        count = inbox.counts_of(request_session(), [query])[0]
    kept = {name: request.args[name] for name in KEPT if request.args.get(name)}
    page = render_template(
        "staff/_news.html",
        count=count,
        label=count_label(count),
        url=f"{url_for('inbox.home')}?{urlencode(kept)}",
    )
    answer = Response(page)
    answer.set_etag(f"{count}")
    return answer.make_conditional(request)
