"""``feedback audit verify``: recompute every chain of the audit trail."""

from __future__ import annotations

import json
import sys

import click

from feedback import clock
from feedback.commands.stores import worker_sessions
from feedback.db import WORKER, transaction
from feedback.models import JobRun
from feedback.queries.administration.oversight import AUDIT_VERIFY
from feedback.services.audit import verify as verify_trail
from feedback.services.sealing import verify_seals


@click.group("audit")
def command() -> None:
    """The audit trail."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Hold every stored hash against one computed anew. Exit code 1 when a chain is broken.

    The outcome is kept, so that the administration shows when the trail was last verified.
    """
    began = clock.now()
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        found = verify_trail(session)
        broken = [*found.breaks, *(("seals", number, what) for number, what in verify_seals(session))]
        session.add(
            JobRun(
                name=AUDIT_VERIFY, as_of=began, started_at=began, finished_at=clock.now(),
                outcome="broken" if broken else "sound",
            )
        )  # fmt: skip
    if as_json:
        breaks = [{"stream": stream, "seq": seq, "what": what} for stream, seq, what in broken]
        click.echo(json.dumps({"streams": found.streams, "events": found.events, "breaks": breaks}))
    else:
        click.echo(f"{found.events} events in {found.streams} streams, {len(broken)} breaks")
        for stream, seq, what in broken:
            click.echo(f"{stream} event {seq}: {what}", err=True)
    if broken:
        sys.exit(1)
