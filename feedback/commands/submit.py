"""``feedback submit FILE``: messages of a file through the same intake as the form."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.commands.stores import stores
from feedback.db import WORKER, transaction
from feedback.domain.lifecycle import State
from feedback.domain.submission import Submission
from feedback.models import Case
from feedback.queries.law_book import load_law_book
from feedback.queries.routing_data import load_routing_book
from feedback.services import audit
from feedback.services.arrival import intake
from feedback.services.arrival.file_intake import UnreadableLine, read_line
from feedback.services.casework.routing import route_cases
from feedback.storage import Storage, storage_at

_BATCH = 50
_ASKED_AT_ONCE = 1000

Line = tuple[UUID, Submission]


@click.command("submit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
def command(file: Path, as_json: bool) -> None:
    """Receive every message of FILE (a JSON object a line) and route it.

    Exit code 1 when a line could not be read; the others are received all the same.
    """
    lines, failures = _read(file)
    for number, why in failures:
        click.echo(f"{file}:{number}: {why}", err=True)
    with stores() as (settings, sessions):
        repeated = _receive(sessions, lines, quiet=as_json)
        _route(sessions, storage_at(settings.storage_url))
        counts = _count(sessions, [case_id for case_id, _ in lines])
    result = {
        "received": len(lines),
        "assigned": sum(counts.values())
        - counts[State.RECEIVED]
        - counts[State.TRIAGE]
        - counts[State.REFUSED],
        "triage": counts[State.TRIAGE],
        "refused": counts[State.REFUSED],
        "failed": len(failures),
        "repeated": repeated,
        "unrouted": counts[State.RECEIVED],
    }
    if as_json:
        click.echo(json.dumps(result))
    else:
        click.echo(", ".join(f"{name} {count}" for name, count in result.items()))
    if failures:
        sys.exit(1)


def _read(file: Path) -> tuple[list[Line], list[tuple[int, str]]]:
    lines: list[Line] = []
    failures: list[tuple[int, str]] = []
    with file.open(encoding="utf-8", errors="surrogateescape") as stream:
        for number, text in enumerate(stream, start=1):
            if not text.strip():
                continue
            try:
                lines.append(read_line(text))
            except UnreadableLine as error:
                failures.append((number, str(error)))
    return lines, failures


def _batches(lines: list[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _receive(sessions: sessionmaker[Session], lines: list[Line], *, quiet: bool) -> int:
    """Receive `lines`, a commit a batch, and give how many had been received before."""
    repeated = 0
    with click.progressbar(length=len(lines), label="received", hidden=quiet) as bar:
        for batch in _batches(lines):
            now = clock.now()
            with transaction(sessions, WORKER) as session:
                book = load_law_book(session, now)
                for case_id, submission in batch:
                    receipt = intake.receive(
                        session, submission, case_id=case_id, now=now, book=book, actor=audit.COMMAND
                    )
                    repeated += receipt.repeated
            bar.update(len(batch))
    return repeated


def _route(sessions: sessionmaker[Session], storage: Storage) -> None:
    """Route what waits, beside whatever workers run: each case is claimed by one of them."""
    claimed = True
    while claimed:
        now = clock.now()
        with transaction(sessions, WORKER) as session:
            routing = load_routing_book(session, now, storage)
            counts = route_cases(session, now, load_law_book(session, now), routing)
            claimed = counts.claimed > 0


def _count(sessions: sessionmaker[Session], case_ids: list[UUID]) -> Counter[str]:
    counts: Counter[str] = Counter()
    with transaction(sessions, WORKER) as session:
        for start in range(0, len(case_ids), _ASKED_AT_ONCE):
            query = (
                select(Case.state, func.count())
                .where(Case.id.in_(case_ids[start : start + _ASKED_AT_ONCE]))
                .group_by(Case.state)
            )
            counts.update({state: number for state, number in session.execute(query)})  # noqa: C416 - for mypy
    return counts
