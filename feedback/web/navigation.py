"""What the frame of a staff page shows: who is signed in, and the way to each area."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from feedback.domain.permissions import AREAS, Area
from feedback.domain.positions import Actor, PositionKind
from feedback.queries.notifications import MOST_UNREAD, unread_count
from feedback.queries.people import positions_of
from feedback.web.rendering import localized
from feedback.web.requests import request_session

ADMIN_PAGES = (
    ("admin.home", _l("Tình trạng"), "graph-up"),
    ("admin.accounts", _l("Tài khoản"), "people"),
    ("admin.positions", _l("Chức vụ"), "person-badge"),
    ("admin.permissions", _l("Ma trận quyền"), "shield-lock"),
    ("admin.agencies", _l("Các cơ quan"), "building"),
    ("admin.fields", _l("Các lĩnh vực"), "list"),
    ("admin.rules", _l("Quy tắc phân luồng"), "signpost-split"),
    ("admin.standard_texts", _l("Mẫu văn bản"), "file-earmark-text"),
    ("admin.routing_quality", _l("Chất lượng phân luồng"), "bar-chart"),
    ("admin.law", _l("Thời hạn và lịch"), "hourglass-split"),
    ("admin.calendar", _l("Lịch làm việc"), "calendar-event"),
    ("admin.failures", _l("Việc chưa làm được"), "exclamation-triangle"),
    ("admin.audit", _l("Nhật ký"), "journal-text"),
)
_BELONGS_TO = {
    "admin.account": "admin.accounts",
    "admin.new_account": "admin.accounts",
    "admin.position": "admin.positions",
    "admin.new_position": "admin.positions",
    "admin.new_unit": "admin.positions",
    "admin.end_holding": "admin.positions",
    "admin.agency": "admin.agencies",
    "admin.new_standard_text": "admin.standard_texts",
    "admin.standard_text": "admin.standard_texts",
    "admin.rule": "admin.rules",
    "admin.new_rule": "admin.rules",
    "admin.change_rule": "admin.rules",
    "admin.end_rule": "admin.rules",
    "admin.rule_trial": "admin.rules",
    "admin.new_calendar_change": "admin.calendar",
    "admin.calendar_change": "admin.calendar",
    "admin.terms": "admin.law",
    "admin.change_term": "admin.law",
    "admin.ladder": "admin.law",
    "admin.new_step": "admin.law",
    "admin.change_step": "admin.law",
    "admin.end_step": "admin.law",
    "admin.limits": "admin.law",
    "admin.change_limit": "admin.law",
    "admin.offices": "admin.law",
    "admin.change_hours": "admin.law",
    "admin.change_province_hours": "admin.law",
}
"""Pages that are reached from an entry of the navigation, which stays marked on them."""


_OF_OTHERS: Mapping[str, frozenset[PositionKind]] = {
    "admin.standard_texts": AREAS[Area.STANDARD_TEXTS],
    "admin.routing_quality": AREAS[Area.ROUTING_QUALITY],
}
"""Pages of the administration that open to others than administrators too."""

Navigation = Callable[[Actor], list[dict[str, Any]]]
_providers: list[Navigation] = []


def staff_navigation(provider: Navigation) -> Navigation:
    """Have `provider` say what stands in the navigation of staff pages, for the actor it is given.

    Its entries are {"endpoint", "url", "label", "icon", "count" (None for no number), "active"}.
    """
    _providers[:] = [provider]
    return provider


def register(app: Flask) -> None:
    """Put the frame's parts into every template of a staff page."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    actor: Actor | None = g.get("actor")
    if actor is None:
        return {}
    work = "oversight.home" if actor.supervises else "inbox.home"
    home = work if work in current_app.view_functions else "account.home"
    areas = [entry for provider in _providers for entry in provider(actor)]
    return {
        "staff_identity": _identity(actor),
        "staff_navigation": areas,
        "staff_notifications": _notifications(actor),
        "staff_home_url": url_for(home),
        "admin_home_url": url_for("admin.home"),
        "admin_navigation": _admin_navigation(actor),
    }


def _identity(actor: Actor) -> dict[str, Any]:
    acting = {held.position_id for held in actor.positions if held.acting}
    rows = positions_of(request_session(), [held.position_id for held in actor.positions])
    # Two posts of one title in one agency (head of the office, head of its coordinators) are told once.
    held = dict.fromkeys((localized(row, "title"), localized(row.agency), row.id in acting) for row in rows)
    return {
        "name": actor.name,
        "positions": [
            {"label": label, "agency": agency, "acting": stands_in} for label, agency, stands_in in held
        ],
        "account_url": url_for("account.home"),
        "sign_out_url": url_for("security.logout"),
    }


def _notifications(actor: Actor) -> dict[str, Any]:
    """Say how much the actor has not read: counted by the navigation where that counts at all."""
    if "unread" not in g:
        g.unread = request_session().scalar(select(unread_count(actor.account_id))) or 0
    label = None if not g.unread else f"{MOST_UNREAD - 1}+" if g.unread >= MOST_UNREAD else str(g.unread)
    return {"url": url_for("account.notification_list"), "unread": g.unread, "label": label}


def _admin_navigation(actor: Actor) -> list[dict[str, Any]]:
    pages: list[tuple[str, Any, str]] = []
    administers = actor.holds({PositionKind.ADMINISTRATOR})
    if administers:
        pages += ADMIN_PAGES
    else:
        pages += [page for page in ADMIN_PAGES if actor.holds(_OF_OTHERS.get(page[0], ()))]
    if (len(actor.positions) > 1 or not administers) and "inbox.home" in current_app.view_functions:
        pages.append(("inbox.home", _l("Hộp việc"), "inbox"))
    return [
        {
            "endpoint": endpoint,
            "url": url_for(endpoint),
            "label": label,
            "icon": icon,
            "count": None,
            "active": _BELONGS_TO.get(request.endpoint or "", request.endpoint) == endpoint,
        }
        for endpoint, label, icon in pages
        if endpoint in current_app.view_functions
    ]
