"""``feedback route``: what rules and classifier would decide on a text, without writing anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from feedback import clock
from feedback.commands.stores import stores
from feedback.db import WORKER, transaction
from feedback.domain.lifecycle import CaseClass
from feedback.domain.personal_data import find_personal_data
from feedback.domain.routing import (
    Candidate,
    Decision,
    Message,
    Outcome,
    RuleError,
    decide,
    explain_decision,
    likely_agencies,
)
from feedback.domain.text import clean_line, clean_text
from feedback.queries.routing_data import RoutingBook, load_routing_book
from feedback.storage import storage_at


@click.command("route")
@click.option("--text", help="The message.")
@click.option("--subject", default="", help="Its title.")
@click.option("--place", default="", help="The place as the person wrote it.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a JSON object a line (text, subject, place).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a message.")
def command(text: str | None, subject: str, place: str, file: Path | None, as_json: bool) -> None:
    """Show where a message would go, and why."""
    if (text is None) == (file is None):
        raise click.UsageError("name either --text or --file")
    now = clock.now()
    with stores() as (settings, sessions), transaction(sessions, WORKER) as session:
        book = load_routing_book(session, now, storage_at(settings.storage_url))
    for message in [_message(text, subject, place)] if file is None else _messages(file):
        try:
            decision = decide(message, book.data, book.classifier)
            likely = _likely(decision, message, book)
        except RuleError as error:
            raise click.ClickException(str(error)) from error
        _print(message, decision, likely, book, as_json)


def _message(text: str | None, subject: str, place: str) -> Message:
    return Message(clean_line(subject), clean_text(text or ""), clean_line(place))


def _messages(file: Path) -> list[Message]:
    messages = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            messages.append(_message(row["text"], row.get("subject", ""), row.get("place", "")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise click.ClickException(f"{file}:{number}: not a message ({error!r})") from error
    return messages


def _likely(decision: Decision, message: Message, book: RoutingBook) -> tuple[Candidate, ...]:
    """Give the three likeliest agencies, of a message about a danger or a crime too.

    Of what is taken for a denunciation or a complaint none is named.
    """
    if decision.case_class in (CaseClass.D, CaseClass.E):
        return ()
    if decision.top3 or book.classifier is None:
        return decision.top3
    return likely_agencies(message, book.data, book.classifier)


def _print(
    message: Message, decision: Decision, likely: tuple[Candidate, ...], book: RoutingBook, as_json: bool
) -> None:
    if not as_json:
        click.echo("\n".join(explain_decision(decision.to_trace(), "vi")))
        return
    commune = book.data.gazetteer.commune(decision.commune_code or "")
    result: dict[str, Any] = {
        "class": decision.case_class,
        "agency": decision.agency_code or (likely[0].agency_code if likely else None),
        "top3": [candidate.agency_code for candidate in likely],
        "confidence": round(decision.confidence or (likely[0].score if likely else 0.0), 3),
        "automatic": decision.outcome is Outcome.ASSIGN,
        "place": commune.name if commune else "",
        "place_status": str(decision.place.status),
        "urgent": decision.urgent,
        "outcome": str(decision.outcome),
        "pii": [
            {"kind": str(span.kind), "text": span.of(message.text), "start": span.start, "end": span.end}
            for span in find_personal_data(message.text, book.data.gazetteer.senses)
        ],
        "why": explain_decision(decision.to_trace(), "vi"),
        "model": getattr(book.classifier, "version", None),
    }
    click.echo(json.dumps(result, ensure_ascii=False))
