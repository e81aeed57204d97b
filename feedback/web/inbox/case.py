"""The page of a case, its letter, and who sent it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain import permissions
from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import CLOSED, Action, State
from feedback.models import Case, RoutingDecision
from feedback.queries.case_file import CaseFile, find_case, read_case_file
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.lists.neighbours import Earlier, earlier_query
from feedback.queries.lists.previous_cases import may_have_previous
from feedback.queries.lists.similar_cases import CANDIDATES, Similar, candidate_query, likeliest
from feedback.queries.promises import to_be_told
from feedback.services.casework import publication
from feedback.services.casework.identity import reveal
from feedback.services.errors import InvalidInput
from feedback.services.facts import case_facts
from feedback.services.sight import Identity
from feedback.web.files import PDF
from feedback.web.guards import staff
from feedback.web.headers import allow_own_frames, private
from feedback.web.inbox.acts import offered
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.decision_words import decision_lines
from feedback.web.inbox.event_details import Reader
from feedback.web.inbox.list_context import ListContext, list_context
from feedback.web.inbox.problems import problem_text
from feedback.web.inbox.summary import clocks_of, letter_only
from feedback.web.inbox.timeline import SHOW_NAMES, Show, timeline_of
from feedback.web.requests import drop_writes, request_actor, request_now, request_session


@blueprint.get("/cases/<reference>")
@staff()
def case(reference: str) -> ResponseReturnValue:
    """Show a case: what to do, until when, what it says, and what happened.

    Who is concerned with its letter alone is led to that.
    """
    found = find_case(request_session(), reference)
    if letter_only(request_actor(), found):
        return redirect(url_for("inbox.letter", reference=found.reference))
    return _page(found)


def _page(
    found: Case,
    *,
    identity: Identity | None = None,
    error: str = "",
    reason: str = "",
) -> str:
    session, actor, now = request_session(), request_actor(), request_now()
    facts = case_facts(session, actor, found)
    book = load_law_book(session, now)
    opened_from = list_context(book, now)
    around = {**earlier_query(found), **(opened_from.queries(found) if opened_from else {})}
    if found.state not in CLOSED:
        around |= candidate_query(found)
    file = read_case_file(session, found, around)
    if any(row.media_type == PDF for row in file.attachments):
        allow_own_frames()
    acts = offered(file, actor, facts)
    reader = Reader(file, known_agencies(session, now), book)
    similar = likeliest(found, file.beside.get(CANDIDATES, ()))
    shown = request.args.get("show", "")
    return render_template(
        "staff/case.html",
        case=found,
        file=file,
        facts=facts,
        acts=acts,
        similar=similar,
        earlier=_without(file.beside["earlier"], similar),
        has_past=may_have_previous(found),
        opened_from=opened_from,
        case_url=case_url(found.reference, opened_from),
        may_merge=permissions.refusal(actor, Action.MERGE, facts) is None,
        may_reveal=permissions.refusal(actor, Action.REVEAL_IDENTITY, facts) is None and not found.anonymous,
        identity=identity,
        identity_error=error,
        identity_reason=reason,
        clocks=clocks_of(found, file.deadlines, book, now),
        timeline=timeline_of(file, reader, Show(shown) if shown in set(Show) else Show.ALL),
        shows=[(each, SHOW_NAMES[each]) for each in Show],
        shown=shown if shown in set(Show) else Show.ALL,
        reader=reader,
        routing=_routing(file, reader),
        commune=file.commune,
        closed=State(found.state) in CLOSED,
        untold=to_be_told(file),
        obstacle=publication.obstacle(found),
        actor=actor,
        now=now,
        today=local_date(now),
        reads_all=permissions.may_read(actor, permissions.Reading.NOTES, facts),
    )


def case_url(reference: str, opened_from: ListContext | None) -> str:
    """Give the address of a case that keeps the list it was opened from."""
    return url_for("inbox.case", reference=reference, list=opened_from.key if opened_from else None)


def _without(earlier: Sequence[Earlier], similar: Sequence[Similar]) -> list[Earlier]:
    """Leave out of the earlier cases those that stand among the likely duplicates already."""
    named = {one.reference for one in similar}
    return [one for one in earlier if one.reference not in named]


def _routing(file: CaseFile, reader: Reader) -> list[tuple[RoutingDecision, list[str]]]:
    """Give each decision with its reasons in plain words."""
    return [(decision, decision_lines(decision, reader.agency)) for decision in file.routing_decisions]


@blueprint.route("/cases/<reference>/identity", methods=["GET", "POST"])
@staff()
def identity(reference: str) -> ResponseReturnValue:
    """Show once who sent a case, to somebody who says why; the reading is recorded before.

    Asked for again without the form, its address leads back to the case.
    """
    private()
    session, actor, now = request_session(), request_actor(), request_now()
    found = find_case(session, reference)
    if request.method == "GET" or letter_only(actor, found):
        return redirect(url_for("inbox.case", reference=found.reference))
    reason = request.form.get("reason", "")
    try:
        seen = reveal(session, actor, found, reason=reason, now=now)
    except InvalidInput as problem:
        drop_writes()
        return _page(found, error=problem_text(problem.field, problem.code), reason=reason), 422
    return _page(found, identity=seen)


@blueprint.route("/cases/<reference>/letter", methods=["GET", "POST"])
@staff()
def letter(reference: str) -> ResponseReturnValue:
    """Show the answer as a letter to print; with name and address when somebody says what for.

    Sending the form reads the identity, which is recorded with its reason.
    """
    private()
    session, actor, now = request_session(), request_actor(), request_now()
    found = find_case(session, reference)
    file = read_case_file(session, found)
    if file.approved_answer is None:
        abort(404)
    seen: Identity | None = None
    error = ""
    if request.method == "POST":
        try:
            seen = reveal(session, actor, found, reason=request.form.get("reason", ""), now=now)
        except InvalidInput as problem:
            drop_writes()
            error = problem_text(problem.field, problem.code)
    facts = case_facts(session, actor, found)
    whole = not letter_only(actor, found)
    page = render_template(
        "staff/letter.html",
        case=found,
        file=file,
        answer=file.approved_answer,
        identity=seen,
        error=error,
        may_reveal=permissions.refusal(actor, Action.REVEAL_IDENTITY, facts) is None and not found.anonymous,
        back_url=url_for("inbox.case", reference=found.reference) if whole else url_for("inbox.deliveries"),
        answered_on=local_date(file.approved_answer.decided_at or now),
        received_on=f"{local_date(found.received_at):%d/%m/%Y}",
        now=now,
    )
    return page, 422 if error else 200
