"""The quiet bar after a decision of the desk: what was done, and for a few minutes the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.domain.lifecycle import TransitionRefused
from feedback.domain.permissions import Refused
from feedback.domain.positions import PositionKind
from feedback.queries.case_file import NotFound, find_case
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.undo_offers import Offer, undo_offers
from feedback.services.casework.undo import take_back
from feedback.services.errors import Conflict
from feedback.web.errors import WHY
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.summary import changes_in_words
from feedback.web.language import is_local
from feedback.web.requests import request_actor, request_now, request_session

DESK = (PositionKind.DISPATCHER, PositionKind.COORDINATOR_HEAD)
_KEY = "decided"
_MOST_KEPT = 3
_MOST_CASES = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """What was done, in words, and the cases of it that can still be taken back (none: only the words)."""

    said: str
    offers: tuple[Offer, ...]
    minutes: int


def remember(references: Sequence[str], said: str) -> bool:
    """Offer the way back from what the actor just did; False when they are not of the desk."""
    if not request_actor().holds(DESK):
        return False
    kept = session.get(_KEY, [])[-(_MOST_KEPT - 1) :]
    session[_KEY] = [*kept, {"cases": list(references)[:_MOST_CASES], "said": said, "told": False}]
    return True


def current_bar() -> Bar | None:
    """Give the newest decision that can be taken back, or that the actor was not told of yet."""
    groups: list[dict[str, Any]] = session.get(_KEY, [])
    while groups:
        newest = groups[-1]
        offers = undo_offers(request_session(), request_actor().account_id, newest["cases"], request_now())
        if offers or not newest["told"]:
            session[_KEY] = [*groups[:-1], {**newest, "told": True}]
            return Bar(newest["said"], tuple(offers), _minutes(offers))
        groups = groups[:-1]
        session[_KEY] = groups
    return None


def _minutes(offers: Sequence[Offer]) -> int:
    left = min((one.until for one in offers), default=request_now()) - request_now()
    return max(1, -(-left // timedelta(minutes=1)))


@blueprint.post("/undo")
@staff(*DESK)
def undo() -> ResponseReturnValue:
    """Take back the decisions on the cases named, each that still can be; say of the others why not."""
    back = request.form.get("back", "")
    target = back if back.startswith("/staff") and is_local(back) else url_for("inbox.triage")
    done, objections = [], []
    for named in request.form.getlist("case")[:_MOST_CASES]:
        reference, _sep, version = named.partition(":")
        why = _take_back(reference, version)
        if why is None:
            done.append(reference)
        else:
            objections.append(f"{reference}: {why}")
    session[_KEY] = [one for one in session.get(_KEY, []) if not set(one["cases"]) & set(done)]
    if done:
        flash(_("Đã hoàn tác: %(cases)s. Đã trở lại hàng đợi điều phối.", cases=", ".join(done)), "success")
    for text in objections:
        flash(text, "warning")
    anchor = f"#case-{done[0]}" if done and target == url_for("inbox.triage") else ""
    return redirect(f"{target}{anchor}", 303)


def _take_back(reference: str, version: str) -> str | None:
    """Take back the decision on one case; gives why not, where it cannot be."""
    db, now = request_session(), request_now()
    try:
        case = find_case(db, reference)
        expected = int(version) if version.isascii() and version.isdigit() else None
        take_back(db, request_actor(), case, now=now, book=load_law_book(db, now), expected_version=expected)
    except NotFound:
        return str(_("không còn thuộc phạm vi của ông/bà."))
    except Conflict as conflict:
        happened = "; ".join(str(what) for _at, what, _who in changes_in_words(db, conflict.changes))
        return str(_("không hoàn tác được vì sau đó đã có: %(what)s.", what=happened))
    except Refused as error:
        return str(WHY.get(error.why, WHY["state"]))
    except TransitionRefused:
        return str(WHY["state"])
    return None


@blueprint.context_processor
def _bar() -> dict[str, Any]:
    return {"undo_bar": current_bar}
