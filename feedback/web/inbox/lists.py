"""The inbox: its lists, filters and search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import WorkingCalendar, local_date
from feedback.domain.deadline import remaining_working_days
from feedback.domain.lifecycle import CLOSED, State
from feedback.domain.search_query import widened
from feedback.domain.tracking import parse_reference, parse_tracking_code
from feedback.models import Case, SavedView
from feedback.queries.law_book import load_law_book
from feedback.queries.lists import inbox
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.export import MOST_EXPORTED
from feedback.queries.lists.found_texts import found_texts
from feedback.queries.lists.inbox_filters import (
    BY_RECEPTION,
    Cursor,
    Filters,
    View,
    Window,
    counted,
    counted_filters,
)
from feedback.queries.lists.saved_views import views_for
from feedback.queries.public.form_choices import field_groups
from feedback.services.casework.bulk import MOST_AT_ONCE
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import count_label, request_desk
from feedback.web.inbox.searching import HELP, KEPT, address_of, problem_lines, read_filters, sort_names
from feedback.web.labels import STATES
from feedback.web.rendering import localized
from feedback.web.requests import request_now, request_session

SOON = 3
"""Working days that count as soon."""

VIEW_NAMES: dict[View, LazyString] = {
    View.OPEN: _l("Cần xử lý"),
    View.MINE: _l("Của tôi"),
    View.UNIT: _l("Phòng tôi"),
    View.UNASSIGNED: _l("Chưa giao ai"),
    View.APPROVAL: _l("Chờ tôi duyệt"),
    View.TODAY: _l("Hôm nay đến hạn"),
    View.OVERDUE: _l("Quá hạn"),
    View.ESCALATED: _l("Báo lên tôi"),
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
KEYS: dict[View, str] = {
    View.OPEN: "o", View.MINE: "m", View.UNIT: "u", View.UNASSIGNED: "n", View.APPROVAL: "p",
    View.TODAY: "t", View.OVERDUE: "q", View.ESCALATED: "e", View.WAITING: "w", View.SHARED: "s",
    View.ANSWERED: "r", View.ALL: "a",
}  # fmt: skip
"""The letter that opens a list, after g."""
_WHERE_ANY = frozenset({View.SHARED, View.ESCALATED})
"""Lists that are shown only where something stands in them."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as a request asks for it, with what its days are counted by."""

    desk: Desk
    views: list[View]
    filters: Filters
    calendar: WorkingCalendar


def views_of(desk: Desk) -> list[View]:
    """Give the lists that concern a desk."""
    found = [View.OPEN]
    found += [View.MINE] if desk.handles else []
    found += [View.UNIT] if desk.unit_ids else []
    found += [View.UNASSIGNED] if desk.heads else []
    found += [View.APPROVAL] if desk.approves_for else []
    found += [View.TODAY, View.OVERDUE]
    found += [View.ESCALATED] if desk.heads or desk.province else []
    return [*found, View.WAITING, View.SHARED, View.ANSWERED, View.ALL]


def listing(asked: Any) -> Listing:
    """Read what an address (or a form that carries one) asks of the lists."""
    session, now, desk = request_session(), request_now(), request_desk()
    book = load_law_book(session, now)
    today = local_date(now)
    # Who works for one agency counts by its week.
    calendar = book.calendar_of(desk.agency_ids[0], today) if len(desk.agency_ids) == 1 else book.calendar
    views = views_of(desk)
    filters = read_filters(asked, views, today, calendar.add_working_days(today, SOON))
    return Listing(desk, views, filters, calendar)


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
    """Show a list of cases; a reference or a tracking code in the search leads to its case.

    Without a list named, the one that the person starts with.
    """
    session, now = request_session(), request_now()
    asked = listing(request.args)
    desk, filters = asked.desk, asked.filters
    saved = views_for(session, desk)
    start = next((one for one in saved if one.starts and one.account_id == desk.account_id), None)
    if start is not None and not request.args:
        return redirect(_saved_url(start))
    if filters.text:
        reference = case_named(session, filters.text)
        if reference is not None:
            return redirect(url_for("inbox.case", reference=reference))
    page = inbox.page_of(session, desk, filters)
    counts, saved_counts = _counts(session, asked, list(saved))
    tabs = _tabs(asked, counts)
    return render_template(
        "staff/inbox.html",
        page=page,
        filters=filters,
        tabs=tabs,
        saved=_saved_tabs(saved, saved_counts, desk),
        title=VIEW_NAMES[filters.view],
        list_key=address_of(request.args) or f"view={filters.view}",
        total=_total(counts.get(filters.view), filters),
        desk=desk,
        current_account=desk.account_id,
        remaining=lambda day: remaining_working_days(day, filters.today, asked.calendar),
        previous_url=_page_url("before", page.previous),
        next_url=_page_url("after", page.next),
        reset_url=url_for("inbox.home", view=str(filters.view)),
        filtered=filters.narrowed,
        choices=_choices(session, desk, filters.view),
        excerpts=found_texts(page.rows, filters.plan.typed) if filters.plan else {},
        problems=problem_lines(filters.plan.problems) if filters.plan else [],
        search_help=HELP,
        wider=widened(filters.text),
        address=address_of(request.args),
        asked={name: request.args[name] for name in KEPT if request.args.get(name)},
        sorted_by_reception=filters.view in BY_RECEPTION,
        now=now,
        watched=filters.view not in BY_RECEPTION,
        most_exported=MOST_EXPORTED,
        most_at_once=MOST_AT_ONCE,
    )


def _counts(session: Session, asked: Listing, saved: list[SavedView]) -> tuple[dict[View, int], list[int]]:
    """Count every list and every view that was named, in one query."""
    views = [view for view in asked.views if view not in BY_RECEPTION]
    named = [
        read_filters(dict(parse_qsl(one.query)), asked.views, asked.filters.today, asked.filters.soon_until)
        for one in saved
    ]
    found = inbox.counts_of(
        session,
        [
            *(counted(view, asked.desk, asked.filters.today) for view in views),
            *(counted_filters(asked.desk, filters) for filters in named),
        ],
    )
    return dict(zip(views, found, strict=False)), found[len(views) :]


def _tabs(asked: Listing, counts: dict[View, int]) -> list[dict[str, Any]]:
    """List the tabs; what is shared with others only where there is something."""
    active = asked.filters.view
    return [
        {
            "url": url_for("inbox.home", view=str(each)),
            "label": VIEW_NAMES[each],
            "count": count_label(counts.get(each)),
            "key": KEYS[each],
            "active": each is active and not request.args.get("saved"),
        }
        for each in asked.views
        if each not in _WHERE_ANY or counts.get(each) or active is each
    ]


def _saved_url(view: SavedView) -> str:
    return f"{url_for('inbox.home')}?{view.query}{'&' if view.query else ''}saved={view.id}"


def _saved_tabs(saved: Any, counts: list[int], desk: Desk) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "url": _saved_url(one),
            "label": one.name,
            "count": count_label(count),
            "active": request.args.get("saved") == str(one.id),
            "own": one.account_id == desk.account_id,
            "shared": one.shared_unit_id is not None,
            "starts": one.starts and one.account_id == desk.account_id,
        }
        for one, count in zip(saved, counts, strict=True)
    ]


def _total(count: int | None, filters: Filters) -> str | None:
    if count is None or filters.narrowed:
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
        "sort": sort_names(),
    }
