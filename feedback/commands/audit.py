"""``feedback audit verify``: recompute every chain of the audit trail."""

from __future__ import annotations

import json
import sys

import click

from feedback.commands.stores import worker_sessions
from feedback.db import WORKER, transaction
from feedback.services.audit import verify as verify_trail


@click.group("audit")
def command() -> None:
    """The audit trail."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Hold every stored hash against one computed anew. Exit code 1 when a chain is broken."""
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        found = verify_trail(session)
    if as_json:
        breaks = [{"stream": stream, "seq": seq, "what": what} for stream, seq, what in found.breaks]
        click.echo(json.dumps({"streams": found.streams, "events": found.events, "breaks": breaks}))
    else:
        click.echo(f"{found.events} events in {found.streams} streams, {len(found.breaks)} breaks")
        for stream, seq, what in found.breaks:
            click.echo(f"{stream} event {seq}: {what}", err=True)
    if not found.sound:
        sys.exit(1)
