"""The dispatcher's queue, and the agencies that a form proposes while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.calendar import local_date
from feedback.domain.deadline import remaining_working_days
from feedback.domain.permissions import AREAS, Area
from feedback.domain.positions import AgencyKind
from feedback.domain.routing import explain_decision
from feedback.domain.text import clean_line
from feedback.queries.law_book import load_law_book
from feedback.queries.lists import triage as queries
from feedback.queries.lists.agency_search import Known, find_agencies, known_agencies
from feedback.queries.lists.clusters import Cluster, clusters_of
from feedback.queries.lists.followers import unread
from feedback.queries.lists.triage import Counts, Place, Queue, Waiting
from feedback.services.casework.triage import DISPATCHABLE
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.navigation import count_label
from feedback.web.rendering import locale_code, localized
from feedback.web.requests import request_now, request_session

QUEUE_NAMES = {
    Queue.ALL: _l("Tất cả"),
    Queue.RISKY: _l("Cần xem ngay"),
    Queue.RETURNED: _l("Bị trả lại"),
}
_FIELDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Item:
    """A case of the queue as the page shows it.

    given_as: the class with which it can be given away at once. cluster: the cases that probably tell of
    the same, of which it is the oldest. oldest: that of its cluster where it stands on another page.
    """

    waiting: Waiting
    reasons: list[str]
    given_as: str | None
    cluster: Cluster | None
    oldest: str | None


@blueprint.get("/triage")
@staff(*AREAS[Area.TRIAGE])
def triage() -> ResponseReturnValue:
    """Show what waits for a dispatcher: what is risky first, then the oldest."""
    session, now = request_session(), request_now()
    asked = request.args.get("queue", "")
    queue = Queue(asked) if asked in set(Queue) else Queue.ALL
    page = queries.queue_of(session, queue, Place.parse(request.args.get("after", "")))
    waiting, more = page.waiting, page.place
    book = load_law_book(session, now)
    return render_template(
        "staff/triage.html",
        items=items_of(waiting, clusters_of(session, waiting)),
        tabs=_tabs(page.counts, queue),
        first_url=url_for("inbox.triage", queue=str(queue)) if "after" in request.args else None,
        next_url=url_for("inbox.triage", queue=str(queue), after=str(more)) if more else None,
        remaining=lambda day: remaining_working_days(day, local_date(now), book.calendar),
    )


def _tabs(counts: Counts, active: Queue | None) -> list[dict[str, Any]]:
    """List the parts of the queue, and what came beside cases; active: None for the latter."""
    queues = [
        (url_for("inbox.triage", queue=str(each)), QUEUE_NAMES[each], counts.of(each), each) for each in Queue
    ]
    beside = (url_for("inbox.followers"), _l("Gửi kèm, chưa đọc"), counts.unread, None)
    return [
        {"url": url, "label": label, "count": count_label(count), "active": each is active}
        for url, label, count, each in (*queues, beside)
    ]


@blueprint.get("/followers")
@staff(*AREAS[Area.TRIAGE])
def followers() -> ResponseReturnValue:
    """Show what came beside cases that were reported before and that nobody has read."""
    session = request_session()
    return render_template(
        "staff/followers.html",
        waiting=unread(session),
        tabs=_tabs(queries.counts(session), None),
    )


def items_of(waiting: Sequence[Waiting], clusters: Sequence[Cluster]) -> list[Item]:
    """Put the members of a cluster under their oldest where that stands on this page; never an urgent one."""
    shown = {one.case.id for one in waiting}
    led = {cluster.head.id: cluster for cluster in clusters}
    of = {member.id: cluster for cluster in clusters for member in cluster.members[1:]}
    return [
        Item(
            one, reasons_of(one), one_click(one), led.get(one.case.id),
            of[one.case.id].head.reference if one.case.id in of else None,
        )
        for one in waiting
        if one.case.id not in of or one.case.urgent or of[one.case.id].head.id not in shown
    ]  # fmt: skip


def reasons_of(waiting: Waiting) -> list[str]:
    """Give why a case is in triage, in plain words."""
    return explain_decision(waiting.trace, locale_code()) if waiting.trace else []


def one_click(waiting: Waiting) -> str | None:
    """Give the class with which a candidate can be given the case at once, if one is known."""
    known = waiting.case.case_class or (waiting.decision.case_class if waiting.decision else None)
    return str(known) if known in DISPATCHABLE else None


@blueprint.get("/agencies")
@staff()
def agencies() -> ResponseReturnValue:
    """Propose agencies for what is typed: names, codes, fields."""
    typed = clean_line(request.args.get("q", ""))[:100]
    found = find_agencies(known_agencies(request_session(), request_now()), typed)
    return jsonify({"results": [_result(one) for one in found]})


def _result(one: Known) -> dict[str, Any]:
    names = [name_en if locale_code() == "en" else name_vi for name_vi, name_en in one.fields]
    shown = "; ".join(names[:_FIELDS_SHOWN]) + ("…" if len(names) > _FIELDS_SHOWN else "")
    detail = one.code if one.kind == AgencyKind.COMMUNE or not shown else f"{one.code} · {shown}"
    return {"value": str(one.id), "label": localized(one), "detail": detail}
