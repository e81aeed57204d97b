"""The cases of the province as a supervisor's list, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import State
from feedback.domain.permissions import SET_APART
from feedback.queries.law_book import LawBook, load_law_book
from feedback.queries.lists import inbox
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox import Row
from feedback.queries.lists.inbox_filters import Cursor, Filters, View
from feedback.web.guards import staff
from feedback.web.inbox.lists import case_named
from feedback.web.labels import STATES, state_label
from feedback.web.oversight.blueprint import WATCHERS, blueprint
from feedback.web.oversight.veil import titles
from feedback.web.parameters import line, number
from feedback.web.rendering import local_date as day_text
from feedback.web.rendering import localized
from feedback.web.requests import request_actor, request_now, request_session

VIEWS: dict[View, LazyString] = {
    View.OPEN: _l("Đang xử lý"),
    View.OVERDUE: _l("Quá hạn"),
    View.ANSWERED: _l("Đã trả lời"),
    View.ALL: _l("Tất cả"),
}
MOST_EXPORTED = 5_000
"""Rows of a file; a narrower filter gives the rest."""

_SOON = 3
_CHUNK = 500
_LONGEST = 200


def _desk() -> Desk:
    return Desk(request_actor().account_id, (), (), (), (), province=True)


def _filters(book: LawBook) -> Filters:
    """Take what the address asks for; what cannot be read is left out."""
    today = local_date(request_now())
    asked, state = request.args.get("view", ""), request.args.get("state", "")
    view = View(asked) if asked in {str(each) for each in VIEWS} else View.OPEN
    return Filters(
        view=view,
        today=today,
        soon_until=book.calendar.add_working_days(today, _SOON),
        state=State(state) if state in set(State) - SET_APART else None,
        agency_id=number("agency"),
        after=Cursor.parse(request.args.get("after", ""), view),
        before=Cursor.parse(request.args.get("before", ""), view),
    )


@blueprint.get("/cases")
@staff(*WATCHERS)
def cases() -> ResponseReturnValue:
    """Show a list; a reference leads to its case."""
    session, now = request_session(), request_now()
    typed = line("q", _LONGEST)
    named = case_named(session, typed) if typed else None
    if named is not None:
        return redirect(url_for("oversight.case", reference=named))
    book = load_law_book(session, now)
    filters = _filters(book)
    page = inbox.page_of(session, _desk(), filters)
    return render_template(
        "staff/oversight_cases.html",
        page=page,
        rows=list(zip(page.rows, titles(session, now, page.rows), strict=True)),
        title=VIEWS[filters.view],
        tabs=_tabs(filters.view),
        filters=filters,
        typed=typed,
        choices=_choices(),
        filtered=bool(filters.state or filters.agency_id or typed),
        reset_url=url_for("oversight.cases", view=str(filters.view)),
        previous_url=_address("oversight.cases", before=page.previous) if page.previous else None,
        next_url=_address("oversight.cases", after=page.next) if page.next else None,
        export_url=_address("oversight.export"),
    )


def _tabs(active: View) -> list[dict[str, Any]]:
    return [
        {"url": url_for("oversight.cases", view=str(view)), "label": name, "active": view is active}
        for view, name in VIEWS.items()
    ]


def _choices() -> dict[str, list[tuple[Any, str]]]:
    every = [("", str(_("Tất cả")))]
    agencies = known_agencies(request_session(), request_now()).values()
    return {
        "state": [*every, *((str(state), state_label(state)) for state in STATES if state not in SET_APART)],
        "agency": [*every, *((agency.id, localized(agency)) for agency in agencies)],
    }


def _address(endpoint: str, **more: Cursor) -> str:
    kept = {name: request.args[name] for name in ("view", "state", "agency") if name in request.args}
    return url_for(endpoint, **kept, **{name: str(value) for name, value in more.items()})  # type: ignore[arg-type]


@blueprint.get("/cases.csv")
@staff(*WATCHERS)
def export() -> ResponseReturnValue:
    """Give the list as a file for a spreadsheet: where cases stand and when, nothing that somebody wrote."""
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(
        str(name)
        for name in (
            _("Mã vụ việc"), _("Tiếp nhận"), _("Trạng thái"), _("Cơ quan"), _("Xã, phường"), _("Loại"),
            _("Hạn"), _("Hạn trả lời người gửi"), _("Đã trả lời"), _("Đúng hạn"),
        )
    )  # fmt: skip
    written.writerows(_line(row) for row in _rows())
    # The mark at the beginning tells spreadsheets that the letters are UTF-8.
    answer = Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="vu-viec-{local_date(request_now())}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _rows() -> Iterator[Row]:
    session = request_session()
    filters = replace(_filters(load_law_book(session, request_now())), after=None, before=None)
    for _chunk in range(MOST_EXPORTED // _CHUNK):
        page = inbox.page_of(session, _desk(), filters, _CHUNK)
        yield from page.rows
        if page.next is None:
            return
        filters = replace(filters, after=page.next)


def _line(row: Row) -> list[str]:
    on_time = {True: _("đúng hạn"), False: _("trễ hạn"), None: ""}[row.on_time]
    return [
        row.reference,
        day_text(row.received_at),
        state_label(row.state),
        localized(row.agency) if row.agency else "",
        row.commune or "",
        row.case_class or "",
        day_text(row.due_on),
        day_text(row.citizen_due_on),
        day_text(row.answered_at) if row.answered_at else "",
        str(on_time),
    ]
