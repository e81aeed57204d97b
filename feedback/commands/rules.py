"""``feedback rules``: the routing rules listed, checked, tried on past cases, brought from a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.commands.stores import stores, worker_sessions
from feedback.db import WORKER, transaction
from feedback.domain.calendar import local_date
from feedback.domain.routing.trial import TrialResult
from feedback.queries.law import routing_rules as queries
from feedback.queries.law.routing_rules import RuleLine
from feedback.queries.routing_data import rule_texts
from feedback.services import audit, chunks
from feedback.services.law import rule_trials
from feedback.services.law.rule_import import BadRules, Plan, carry_out, plan, read_rules
from feedback.storage import Storage, storage_at

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
over_option = click.option(
    "--over-changes", "over", is_flag=True, help="Also change the rules that an administrator wrote."
)


@click.group("rules")
def command() -> None:
    """The rules by which messages are routed."""


@command.command("list")
@json_option
def list_rules(as_json: bool) -> None:
    """List the rules as they stand today, what cannot be followed first."""
    for line in _lines():
        if as_json:
            click.echo(json.dumps(_entry(line), ensure_ascii=False))
            continue
        row = line.row
        used = "?" if line.decided is None else line.decided
        until = row.valid_to.isoformat() if row.valid_to else ""
        click.echo(
            f"{row.code:<28} {row.priority:>3} {row.agency_code:<10} {row.case_class or '-':<2}"
            f" {used:>6} {row.valid_from} {until}{'  ! ' + line.problem.problem if line.problem else ''}"
        )


@command.command("check")
@json_option
def check(as_json: bool) -> None:
    """Name the rules and fields that cannot be followed today; exit code 1 when there are any."""
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        today = local_date(clock.now())
        rules = {
            line.code: line.problem.problem for line in queries.broken_rules(session, today) if line.problem
        }
        fields = {
            row.code: f"agency {row.agency_code!r} is unknown"
            for row in queries.broken_fields(session, today)
        }
    if as_json:
        click.echo(json.dumps({"rules": rules, "fields": fields}, ensure_ascii=False))
    for kind, found in (("rule", rules), ("field", fields)):
        for code, problem in found.items():
            click.echo(f"{kind} {code}: {problem}", err=as_json)
    if rules or fields:
        raise SystemExit(1)


@command.command("try")
@file_argument
@over_option
@json_option
def try_file(file: Path, over: bool, as_json: bool) -> None:
    """Say what the rules of a CSV FILE would change about the cases that came in last."""
    with stores() as (settings, sessions):
        found = _plan(sessions, file, over)
        result = _tried(sessions, found, storage_at(settings.storage_url))
    if as_json:
        click.echo(result.to_json())
        return
    click.echo(
        f"{result.different} of {result.cases} cases would be different; of {result.judged} that a person"
        f" decided, {result.agree} agree with it ({result.agreed_before} before)"
    )
    click.echo(
        f"{result.newly_automatic} newly automatic, {result.no_longer_automatic} no longer automatic,"
        f" {result.conflicts} new conflicts, {result.proposals} other first proposals"
    )
    for one in result.listed:
        click.echo(
            f"{one.reference}  {one.before or '-'} -> {one.after or '-'}  {one.person or ''} {one.judgement}"
        )


@command.command("import")
@file_argument
@over_option
@click.option("--apply", "applies", is_flag=True, help="Write it; else only say what would change.")
@json_option
def import_file(file: Path, over: bool, applies: bool, as_json: bool) -> None:
    """Bring the rules of a CSV FILE (columns as in feedback/data/routing/routing_rules.csv).

    Each rule that differs gets a next version from today, or from its valid_from if that lies ahead.
    Rules that an administrator wrote and rules that the file does not name stay as they are.
    """
    with worker_sessions() as sessions:
        found = _plan(sessions, file, over)
        if applies:
            with transaction(sessions, WORKER) as session:
                carry_out(session, found, actor=audit.COMMAND, now=clock.now())
    figures = {name: getattr(found, name) for name in ("new", "changed", "same", "kept")}
    if as_json:
        click.echo(json.dumps({"applied": applies, **figures}))
        return
    click.echo(", ".join(f"{len(codes)} {name}" for name, codes in figures.items()))
    for name in ("new", "changed", "kept"):
        if figures[name]:
            click.echo(f"{name}: {', '.join(figures[name])}")
    if not applies:
        click.echo("Nothing was written; add --apply.", err=True)


def _lines() -> list[RuleLine]:
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        return queries.rule_lines(session, local_date(clock.now()))


def _entry(line: RuleLine) -> dict[str, Any]:
    return rule_texts(line.row) | {
        "current": line.current,
        "decided": line.decided,
        "problem": None if line.problem is None else line.problem.problem,
    }


def _plan(sessions: sessionmaker[Session], file: Path, over: bool) -> Plan:
    try:
        rows = read_rules(file.read_text(encoding="utf-8-sig"))
        with transaction(sessions, WORKER) as session:
            return plan(session, rows, clock.now(), over=over)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not UTF-8") from error
    except BadRules as bad:
        for fault in bad.faults:
            click.echo(f"{file}:{fault.line}: {fault.text}", err=True)
        raise click.ClickException(f"{file}: {len(bad.faults)} lines cannot be taken") from bad


def _tried(sessions: sessionmaker[Session], found: Plan, storage: Storage) -> TrialResult:
    proposed = {row["code"]: row for _, row in found.rows}
    on = max((day for day, _ in found.rows), default=local_date(clock.now()))
    with transaction(sessions, WORKER) as session:
        books = rule_trials.read_pair(session, proposed, on, storage)
        ids = rule_trials.last_cases(session)
    result = TrialResult()
    for part in chunks.parts(ids, rule_trials.CHUNK):
        with transaction(sessions, WORKER) as session:
            result = rule_trials.add_cases(session, part, books, result)
    return result
