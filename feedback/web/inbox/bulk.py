"""One act on the chosen cases of a list, or on all of them: seen beforehand, then done, then taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import TransitionRefused
from feedback.domain.permissions import Refused
from feedback.models import Case
from feedback.queries.case_file import NotFound
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.export import rows_of_list
from feedback.queries.lists.head import Handler, handlers_of
from feedback.services.casework import bulk as verbs
from feedback.services.errors import Conflict, InvalidInput
from feedback.web.errors import WHY
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.lists import listing
from feedback.web.inbox.navigation import request_desk
from feedback.web.inbox.problems import problem_text
from feedback.web.inbox.searching import address_of
from feedback.web.requests import request_actor, request_now, request_session

_KEY = "bulk"
_LONGEST_QUERY = 1_000


def acts_for(desk: Desk) -> list[tuple[str, str]]:
    """Give what somebody may do to many cases; nothing for who handles none."""
    found = [("assign", str(_("Giao người xử lý")))] if desk.heads else []
    return [*found, ("accept", str(_("Nhận xử lý")))] if desk.handles else found


@blueprint.post("/bulk")
@staff()
def bulk() -> ResponseReturnValue:
    """Show what would happen to the chosen cases; with ``go``, do it to those that can."""
    desk = request_desk()
    act = request.form.get("act", "")
    query = address_of(dict(parse_qsl(request.form.get("query", "")[:_LONGEST_QUERY])))
    back = f"{url_for('inbox.home')}?{query or 'view=open'}"
    if act not in dict(acts_for(desk)):
        flash(_("Ông/bà không làm được việc này với nhiều vụ việc."), "warning")
        return redirect(back, 303)
    chosen, more = _chosen(query)
    if not chosen:
        flash(_("Hãy chọn ít nhất một vụ việc."), "warning")
        return redirect(back, 303)
    agency_id = chosen[0][0].lead_agency_id
    people = (
        handlers_of(request_session(), agency_id or 0, local_date(request_now())) if act == "assign" else []
    )
    officer_id = _officer(people)
    if request.form.get("go") and (act != "assign" or officer_id is not None):
        return _done(chosen, act, officer_id, back)
    return _preview(chosen, act, agency_id, people, query, more=more)


def _officer(people: Sequence[Handler]) -> int | None:
    known = {str(one.account_id): one.account_id for one in people}
    return known.get(request.form.get("officer", ""))


def _chosen(query: str) -> tuple[list[tuple[Case, int]], bool]:
    """Read the chosen cases with the versions seen; tells too whether the list had more than are taken."""
    db = request_session()
    if request.form.get("whole") and not request.form.get("go"):
        asked = listing(dict(parse_qsl(query)))
        most = verbs.MOST_AT_ONCE
        named = {row.reference: "" for row in rows_of_list(db, asked.desk, asked.filters, most + 1)}
    else:
        named = dict(one.partition(":")[::2] for one in request.form.getlist("case"))
    references = [reference[:20] for reference in named][: verbs.MOST_AT_ONCE]
    cases = db.scalars(select(Case).where(Case.reference.in_(references)).order_by(Case.due_on, Case.id))
    found = []
    for case in cases:
        seen = named.get(case.reference, "")
        found.append((case, int(seen) if seen.isascii() and seen.isdigit() else case.version))
    return found, len(named) > verbs.MOST_AT_ONCE


def _preview(
    chosen: Sequence[tuple[Case, int]],
    act: str,
    agency_id: int | None,
    people: Sequence[Handler],
    query: str,
    *,
    more: bool,
) -> ResponseReturnValue:
    db, actor = request_session(), request_actor()
    ready, kept = [], []
    for case, version in chosen:
        why = verbs.objection(db, actor, case, act, agency_id)
        if why is None:
            ready.append((case, version))
        else:
            kept.append((case, _why(why)))
    missing = bool(request.form.get("go"))
    acts = dict(acts_for(request_desk()))
    page = render_template(
        "staff/bulk.html", act=act, acts=acts, ready=ready, kept=kept, people=people, query=query,
        more=more, most=verbs.MOST_AT_ONCE, missing=missing,
    )  # fmt: skip
    return page, 422 if missing else 200


def _why(code: str) -> str:
    if code == "other_agency":
        return str(_("thuộc cơ quan khác với vụ việc đầu tiên; hãy giao riêng."))
    return str(WHY.get(code, WHY["state"]))


def _problem(error: Exception) -> str:
    if isinstance(error, (Conflict, NotFound)):
        return str(WHY["conflict"])
    if isinstance(error, InvalidInput):
        return problem_text(error.field, error.code)
    return str(WHY.get(error.why, WHY["state"])) if isinstance(error, Refused) else str(WHY["state"])


def _done(
    chosen: Sequence[tuple[Case, int]], act: str, officer_id: int | None, back: str
) -> ResponseReturnValue:
    db, now = request_session(), request_now()
    done, refused = verbs.apply(
        db, request_actor(), chosen, act, officer_id=officer_id, now=now, book=load_law_book(db, now)
    )
    if done and act == "assign":
        rows = [[one.case.reference, one.officer_before, one.unit_before, one.case.version] for one in done]
        session[_KEY] = {"at": now.isoformat(), "cases": rows[: verbs.MOST_AT_ONCE]}
    if done and act != "assign":  # The bar that takes an assignment back tells it.
        flash(str(_("Đã làm với %(n)s vụ việc.", n=len(done))), "success")
    for case, error in refused[:10]:
        flash(f"{case.reference}: {_problem(error)}", "warning")
    return redirect(back, 303)


def last_assignment() -> dict[str, Any] | None:
    """Give what was assigned together within the last minutes and can be taken back; None for nothing."""
    kept = session.get(_KEY)
    if not kept or request_now() - datetime.fromisoformat(kept["at"]) > verbs.BACK_WITHIN:
        return None
    return {"count": len(kept["cases"])}


@blueprint.post("/bulk/undo")
@staff()
def undo_bulk() -> ResponseReturnValue:
    """Give each case of the last assignment back to whom it was, unless something happened to it since."""
    db, now = request_session(), request_now()
    kept = session.pop(_KEY, None)
    if not kept or now - datetime.fromisoformat(kept["at"]) > verbs.BACK_WITHIN:
        flash(_("Đã quá 5 phút nên không hoàn tác được nữa."), "warning")
        return redirect(url_for("inbox.home"), 303)
    back = {row[0]: row[1:] for row in kept["cases"]}
    count = 0
    for case in db.scalars(select(Case).where(Case.reference.in_(list(back)))).all():
        officer_id, unit_id, version = back[case.reference]
        try:
            with db.begin_nested():
                verbs.give_back(
                    db, request_actor(), case, officer_id=officer_id, unit_id=unit_id, now=now,
                    expected_version=version,
                )  # fmt: skip
            count += 1
        except (Refused, Conflict, NotFound, TransitionRefused) as error:
            flash(f"{case.reference}: {_problem(error)}", "warning")
    flash(str(_("Đã trả %(n)s vụ việc về người xử lý trước đó.", n=count)), "success")
    return redirect(url_for("inbox.home"), 303)


@blueprint.context_processor
def _offered() -> dict[str, Any]:
    return {"bulk_acts": lambda: acts_for(request_desk()), "last_assignment": last_assignment}
