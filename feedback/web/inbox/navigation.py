"""The areas that somebody's positions open to them, with how much waits in each."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from feedback.domain.permissions import AREAS, HANDLERS, TOP, Area
from feedback.domain.positions import Actor, PositionKind
from feedback.queries.lists.desk import Desk, desk_of
from feedback.queries.lists.desk_work import CHECKERS, DESK_KINDS, LEADERS, waiting
from feedback.queries.lists.inbox import MOST_COUNTED
from feedback.web.navigation import staff_navigation
from feedback.web.rendering import number
from feedback.web.requests import request_actor, request_now, request_session

Entry = tuple[str, str, str, int | None]
"""An endpoint, its name, its icon, and how much waits there."""

INTAKE_KINDS = AREAS[Area.INTAKE]
DELIVERY_KINDS = HANDLERS | DESK_KINDS | {PositionKind.RECEPTION}


def request_desk() -> Desk:
    """Where the person of this request stands to the lists; worked out once a request."""
    if "desk" not in g:
        g.desk = desk_of(request_session(), request_actor(), request_now())
    desk: Desk = g.desk
    return desk


def request_counts() -> dict[str, int]:
    """How much waits for the person of this request in each area; counted once a request."""
    if "waiting" not in g:
        g.waiting = waiting(request_session(), request_actor(), request_desk(), request_now())
    counts: dict[str, int] = g.waiting
    return counts


def count_label(count: int | None) -> str | None:
    """Show a number that was counted to the cap: 7, 1.000+; nothing where nothing waits."""
    if not count:
        return None
    return f"{number(MOST_COUNTED - 1)}+" if count >= MOST_COUNTED else number(count)


@staff_navigation
def entries(actor: Actor) -> list[dict[str, Any]]:
    """List the areas, those of the actor's own work first; one query for all numbers."""
    areas = _for_supervisors() if actor.supervises else _for_the_line(actor)
    return [
        {
            "endpoint": endpoint,
            "url": url_for(endpoint),
            "label": label,
            "icon": icon,
            "count": count_label(count),
            "active": request.endpoint == endpoint,
        }
        for endpoint, label, icon, count in areas
    ]


def _for_supervisors() -> list[Entry]:
    return [
        ("oversight.home", _("Toàn tỉnh"), "bar-chart", None),
        ("oversight.cases", _("Các vụ việc"), "list", None),
    ]


def _of_liaison(counts: dict[str, int]) -> list[Entry]:
    """The desk that speaks for bodies outside the province; nobody else has the page in their way."""
    if not request_desk().speaks_for:
        return []
    return [("inbox.liaison", _("Đầu mối liên hệ"), "send", counts.get("relays"))]


def _for_the_line(actor: Actor) -> list[Entry]:
    counts = request_counts()
    g.unread = counts["unread"]
    for_heads = sum(counts.get(name, 0) for name in ("steps", "approvals", "extensions"))
    lead = ("inbox.head", _("Lãnh đạo"), "flag", for_heads) if actor.holds(LEADERS) else None
    areas: list[Entry] = [lead] if lead else []
    if actor.holds(DESK_KINDS):
        areas.append(("inbox.triage", _("Điều phối"), "signpost-split", counts.get("triage")))
    intake = ("inbox.intake", _("Nhập phản ánh"), "pencil-square", None)
    if actor.holds({PositionKind.RECEPTION}):
        areas.append(intake)
    areas.append(("inbox.home", _("Hộp việc"), "inbox", counts.get("mine")))
    if actor.holds(INTAKE_KINDS) and intake not in areas:
        areas.append(intake)
    areas += _of_liaison(counts)
    if actor.holds(DELIVERY_KINDS):
        areas.append(("inbox.deliveries", _("Trả kết quả"), "mailbox", counts.get("deliveries")))
    if actor.holds(HANDLERS | CHECKERS):
        areas.append(("inbox.publication", _("Công khai"), "megaphone", counts.get("publication")))
    if counts["restricted"]:
        areas.append(("inbox.restricted", _("Hạn chế tiếp cận"), "lock", counts["restricted_open"]))
    if actor.holds(TOP):
        areas.append(("admin.standard_texts", _("Mẫu văn bản"), "file-earmark-text", None))
    if actor.holds({PositionKind.COORDINATOR_HEAD}):
        areas.append(("admin.routing_quality", _("Chất lượng phân luồng"), "bar-chart", None))
    if actor.holds({PositionKind.ADMINISTRATOR}):
        areas.append(("admin.home", _("Quản trị"), "gear", None))
    return areas
