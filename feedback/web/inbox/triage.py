"""The dispatcher's queue, and the agencies that a form proposes while somebody types."""

from __future__ import annotations

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
from feedback.queries.lists.triage import Place, Queue, Waiting
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


@blueprint.get("/triage")
@staff(*AREAS[Area.TRIAGE])
def triage() -> ResponseReturnValue:
    """Show what waits for a dispatcher: what is risky first, then the oldest."""
    session, now = request_session(), request_now()
    asked = request.args.get("queue", "")
    queue = Queue(asked) if asked in set(Queue) else Queue.ALL
    waiting, more = queries.queue_of(session, queue, Place.parse(request.args.get("after", "")))
    book = load_law_book(session, now)
    counts = queries.counts(session)
    return render_template(
        "staff/triage.html",
        waiting=[(one, reasons_of(one), one_click(one)) for one in waiting],
        tabs=[
            {
                "url": url_for("inbox.triage", queue=str(each)),
                "label": QUEUE_NAMES[each],
                "count": count_label(counts[each]),
                "active": each is queue,
            }
            for each in Queue
        ],
        first_url=url_for("inbox.triage", queue=str(queue)) if "after" in request.args else None,
        next_url=url_for("inbox.triage", queue=str(queue), after=str(more)) if more else None,
        remaining=lambda day: remaining_working_days(day, local_date(now), book.calendar),
    )


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
