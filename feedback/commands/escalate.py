"""``feedback escalate``: one run of the night, for now or for a named moment."""

from __future__ import annotations

import json
from datetime import datetime

import click

from feedback import clock
from feedback.commands.stores import worker_sessions
from feedback.db import WORKER, transaction
from feedback.domain.calendar import VIETNAM
from feedback.queries.law_book import read_law_book
from feedback.services.night.escalation import ClockBehind, EscalationSummary, escalate


class Moment(click.ParamType[datetime]):
    """A moment in ISO form; without a zone it is Vietnamese time."""

    name = "time"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Give the aware moment that `value` names."""
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time like 2026-11-23T00:10 or 2026-11-23T00:10+07:00", param, ctx)
        return found if found.tzinfo is not None else found.replace(tzinfo=VIETNAM)


@click.command("escalate")
@click.option(
    "--at",
    type=Moment(),
    help="Compute for this moment instead of now, e.g. 2026-11-23T00:10 (Vietnamese time).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def command(at: datetime | None, as_json: bool) -> None:
    """Bring what is due to the heads of units: record the steps, write the digests.

    A repeated run changes nothing; one for a missed night makes up for it. A run for a
    moment before the last one is refused.
    """
    now = clock.now()
    with worker_sessions() as sessions:
        with transaction(sessions, WORKER) as session:
            book = read_law_book(session)
        try:
            summary = escalate(sessions, at or now, book, now=now)
        except ClockBehind as error:
            raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(summary.figures()))
    else:
        click.echo(_sentence(summary))


def _sentence(summary: EscalationSummary) -> str:
    if summary.busy:
        return "Another run is under way; nothing was done."
    moment = summary.as_of.astimezone(VIETNAM)
    return (
        f"As of {moment:%Y-%m-%d %H:%M} (Vietnam): {summary.steps} steps, {summary.raised} raised,"
        f" {summary.retracted} taken back, {summary.settled} settled, {summary.digests} digests,"
        f" {summary.unaddressed} without a position"
    )
