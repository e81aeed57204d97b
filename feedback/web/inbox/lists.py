"""The inbox: its lists, filters and search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.deadline import remaining_working_days
from feedback.domain.lifecycle import CLOSED, State
from feedback.domain.tracking import parse_reference, parse_tracking_code
from feedback.models import Case
from feedback.queries.law_book import load_law_book
from feedback.queries.lists import inbox
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox_filters import Cursor, Filters, View, Window
from feedback.queries.public.form_choices import field_groups
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import count_label, request_desk
from feedback.web.labels import STATES
from feedback.web.parameters import line, number
from feedback.web.rendering import localized
from feedback.web.requests import request_now, request_session

SOON = 3
"""Working days that count as soon."""

LONGEST_SEARCH = 200
KEPT = ("view", "state", "due", "field", "agency", "q")
"""What of a list's address tells the list from others, without the place in it."""
VIEW_NAMES: dict[View, LazyString] = {
    View.OPEN: _l("Cần xử lý"),
    View.MINE: _l("Của tôi"),
    View.UNASSIGNED: _l("Chưa giao ai"),
    View.APPROVAL: _l("Chờ tôi duyệt"),
    View.TODAY: _l("Hôm nay đến hạn"),
    View.OVERDUE: _l("Quá hạn"),
    View.WAITING: _l("Chờ người dân"),
    View.SHARED: _l("Phối hợp"),
    View.ANSWERED: _l("Đã trả lời"),
    View.ALL: _l("Tất cả"),
}
WINDOW_NAMES: dict[Window, LazyString] = {
    Window.OVERDUE: _l("Quá hạn"),
    Window.TODAY: _l("Hôm nay"),
    Window.SOON: _l("Trong 3 ngày làm việc"),
    Window.LATER: _l("Còn lâu hơn"),
}
_UNCOUNTED = frozenset({View.ANSWERED, View.ALL})


def read_filters(now_filters: Filters, asked: Mapping[str, str] | None = None) -> Filters:
    """Take what the address asks for; what cannot be read is left out.

    asked: read this instead of the request's address.
    """
    view = now_filters.view
    given = request.args if asked is None else asked
    state, window = given.get("state", ""), given.get("due", "")
    return replace(
        now_filters,
        state=State(state) if state in set(State) else None,
        window=Window(window) if window in set(Window) else None,
        field_id=number("field", given),
        agency_id=number("agency", given),
        text=line("q", LONGEST_SEARCH, given),
        after=Cursor.parse(given.get("after", ""), view),
        before=Cursor.parse(given.get("before", ""), view),
    )


def list_key() -> str:
    """Give what this list asked for, as the pages of its cases carry it (``list=…``)."""
    return urlencode([(name, request.args[name]) for name in KEPT if request.args.get(name)]) or "view=open"


def _views(desk: Desk) -> list[View]:
    """Give the lists that concern a desk."""
    found = [View.OPEN]
    found += [View.MINE] if desk.handles else []
    found += [View.UNASSIGNED] if desk.heads else []
    found += [View.APPROVAL] if desk.approves_for else []
    return [*found, View.TODAY, View.OVERDUE, View.WAITING, View.SHARED, View.ANSWERED, View.ALL]


def case_named(session: Session, typed: str) -> str | None:
    """Give the reference of the one case that a reference or a tracking code names, if it is seen."""
    reference, code = parse_reference(typed), parse_tracking_code(typed)
    if reference is None and code is None:
        return None
    return session.scalar(
        select(Case.reference).where((Case.reference == reference) | (Case.tracking_code == code))
    )


@blueprint.get("/")
@staff()
def home() -> ResponseReturnValue:
    """Show a list of cases; a reference or a tracking code in the search leads to its case."""
    session, now, desk = request_session(), request_now(), request_desk()
    views = _views(desk)
    asked = request.args.get("view", "")
    view = View(asked) if asked in set(View) and View(asked) in views else View.OPEN
    book = load_law_book(session, now)
    today = local_date(now)
    # Who works for one agency counts by its week.
    calendar = book.calendar_of(desk.agency_ids[0], today) if len(desk.agency_ids) == 1 else book.calendar
    soon_until = calendar.add_working_days(today, SOON)
    filters = read_filters(Filters(view=view, today=today, soon_until=soon_until))
    if filters.text:
        reference = case_named(session, filters.text)
        if reference is not None:
            return redirect(url_for("inbox.case", reference=reference))
    page = inbox.page_of(session, desk, filters)
    counts = inbox.counts(session, desk, [each for each in views if each not in _UNCOUNTED], today)
    return render_template(
        "staff/inbox.html",
        page=page,
        filters=filters,
        tabs=_tabs(views, view, counts),
        title=VIEW_NAMES[view],
        list_key=list_key(),
        total=_total(counts.get(view), filters),
        desk=desk,
        current_account=desk.account_id,
        remaining=lambda day: remaining_working_days(day, today, calendar),
        previous_url=_page_url("before", page.previous),
        next_url=_page_url("after", page.next),
        reset_url=url_for("inbox.home", view=str(view)),
        filtered=any((filters.state, filters.window, filters.field_id, filters.agency_id, filters.text)),
        choices=_choices(session, desk, view),
        now=now,
    )


def _tabs(views: list[View], active: View, counts: dict[View, int]) -> list[dict[str, Any]]:
    """List the tabs; what is shared with others only where there is something."""
    return [
        {
            "url": url_for("inbox.home", view=str(each)),
            "label": VIEW_NAMES[each],
            "count": count_label(counts.get(each)),
            "active": each is active,
        }
        for each in views
        if each is not View.SHARED or counts.get(each) or active is View.SHARED
    ]


def _total(count: int | None, filters: Filters) -> str | None:
    narrowed = filters.state or filters.window or filters.field_id or filters.agency_id or filters.text
    if count is None or narrowed:
        return None
    return str(_("%(n)s vụ việc", n=count_label(count) or "0"))


def _page_url(name: str, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    kept = {key: value for key, value in request.args.items() if key not in ("after", "before", "done")}
    return url_for("inbox.home", **kept, **{name: str(cursor)})  # type: ignore[arg-type]


def _choices(session: Session, desk: Desk, view: View) -> dict[str, list[tuple[Any, str]]]:
    """Give what the filters let choose from."""
    now = request_now()
    every = [("", str(_("Tất cả")))]
    states = State if view is View.ALL else [state for state in State if state not in CLOSED]
    hidden = {State.RESTRICTED, State.FORWARDED, State.GUIDED}
    fields = [field for group in field_groups(session, now) for field in group.fields]
    agencies = known_agencies(session, now).values() if desk.province else ()
    return {
        "state": [
            *every,
            *((str(state), str(STATES[state].staff)) for state in states if state not in hidden),
        ],
        "due": [*every, *((str(window), str(name)) for window, name in WINDOW_NAMES.items())],
        "field": [*every, *((field.id, localized(field)) for field in fields)],
        "agency": [*every, *((agency.id, localized(agency)) for agency in agencies)],
    }
