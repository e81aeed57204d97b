"""A case as a supervisor sees it: where it stands, its dates, what the ladder did, what was answered."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.domain.events import EventKind
from feedback.models import Commune
from feedback.queries.case_file import find_case, read_case_file
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.people import positions_of
from feedback.web.guards import staff
from feedback.web.inbox.event_details import Reader
from feedback.web.inbox.event_words import event_label
from feedback.web.inbox.summary import clocks_of
from feedback.web.oversight.blueprint import WATCHERS, blueprint
from feedback.web.oversight.veil import may_show, veiled
from feedback.web.rendering import localized
from feedback.web.requests import request_now, request_session

_OF_LADDER = frozenset({EventKind.STEP_REACHED, EventKind.STEP_RETRACTED})
"""What the table of the ladder's steps tells already."""


@blueprint.get("/cases/<reference>")
@staff(*WATCHERS)
def case(reference: str) -> ResponseReturnValue:
    """Show a case without who sent it; what somebody wrote is veiled, or hidden when they asked so."""
    session, now = request_session(), request_now()
    found = find_case(session, reference)
    file = read_case_file(session, found)
    book = load_law_book(session, now)
    answer = file.approved_answer
    reader = Reader(file, known_agencies(session, now), book)
    title, body, answered = veiled(session, now, [found.title, found.body, answer.text if answer else ""])
    shown = may_show(
        found.state, confidential=found.confidential, restricted=found.restricted_at is not None,
        followed=found.follows_id is not None,
    )  # fmt: skip
    reached = {step.position_id for step in file.steps}
    return render_template(
        "staff/oversight_case.html",
        case=found,
        title=title if shown else None,
        body=body if shown else None,
        answer=answered if shown else None,
        clocks=clocks_of(found, file.deadlines, book, now),
        periods=file.periods,
        steps=file.steps,
        step_names={step.code: step for step in book.ladder},
        positions={row.id: row for row in positions_of(session, reached)} if reached else {},
        beside=[localized(file.agencies[number]) for number in found.co_agency_ids],
        events=[
            (entry.at, event_label(entry.kind, reader.named_in(entry.payload)))
            for entry in reversed(file.history)
            if entry.kind not in _OF_LADDER
        ],
        commune=session.get(Commune, found.commune_code) if found.commune_code else None,
    )
