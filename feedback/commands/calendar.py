"""``feedback calendar``: the days off and the rest days worked, and changes of them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import extract, select
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.commands.calendar_words import change_figures, fault_line, print_preview
from feedback.commands.stores import worker_sessions
from feedback.db import WORKER, transaction
from feedback.domain.calendar import CalendarDay
from feedback.domain.calendar_change import BadChange, ChangeOrigin, ChangeStatus, Fault, Problem, read_csv
from feedback.models import CalendarChange
from feedback.models import CalendarDay as CalendarDayRow
from feedback.services import audit
from feedback.services.law import calendar_changes
from feedback.services.law.calendar_proposal import propose as proposed_days
from feedback.services.law.recompute import work_through

_PATIENCE = 15 * 60.0
_PAUSE = 0.5

Rows = list[tuple[int | None, CalendarDay]]
apply_option = click.option("--apply", "applies", is_flag=True, help="Put it in force; else only count.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group("calendar")
def command() -> None:
    """The calendar of the public sector."""


@command.command("show")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def show(year: int, as_json: bool) -> None:
    """List the days of YEAR that differ from the weekly rest."""
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        days = session.scalars(
            select(CalendarDayRow)
            .where(CalendarDayRow.superseded_at.is_(None), extract("year", CalendarDayRow.date) == year)
            .order_by(CalendarDayRow.date)
        ).all()
    rows = [
        {"date": day.date.isoformat(), "kind": day.kind, "status": day.status, "source": day.source}
        for day in days
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['date']}  {row['kind']:<11}  {row['status']:<8}  {row['source']}")
    if not any(day.status == "official" for day in days):
        click.echo(f"No official decision for {year} is recorded.", err=True)


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@apply_option
@json_option
def import_file(file: Path, applies: bool, as_json: bool) -> None:
    """Bring the days of a CSV FILE into the calendar.

    Its columns are date, kind (day_off, working_day), status (official, computed, proposed), source, and
    name_vi, name_en. Without --apply it only says what would happen.
    """
    try:
        rows: Rows = list(read_csv(file.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: not UTF-8") from error
    except BadChange as bad:
        raise _refusal(bad, str(file)) from bad
    _change(rows, ChangeOrigin.IMPORT, str(file), applies, as_json)


@command.command("propose")
@click.argument("year", type=click.IntRange(2000, 2100))
@click.option(
    "--overrides",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of days that stand against the computation.",
)
@apply_option
@json_option
def propose(year: int, overrides: Path | None, applies: bool, as_json: bool) -> None:
    """Compute the days off of YEAR that no decision has fixed yet, and what they would do.

    Days that the calendar has already are left to it, whatever their status.
    """
    try:
        own = [] if overrides is None else read_csv(overrides.read_text(encoding="utf-8"))
    except (BadChange, UnicodeDecodeError) as error:
        if isinstance(error, BadChange):
            raise _refusal(error, str(overrides)) from error
        raise click.ClickException(f"{overrides}: not UTF-8") from error
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        known = calendar_changes.current_days(session)
    set_against = [row for _, row in own if row.date.year == year]
    rows: Rows = [(None, row) for row in proposed_days(year, (*known, *set_against))]
    rows += [(line, row) for line, row in own if row.date.year == year]
    _change(rows, ChangeOrigin.PROPOSAL, str(overrides or ""), applies, as_json)


@command.command("revert")
@click.argument("change", type=click.UUID)
@apply_option
@json_option
def revert(change: UUID, applies: bool, as_json: bool) -> None:
    """Take back the CHANGE of this id: what stood on its dates before stands again."""
    with worker_sessions() as sessions:
        with transaction(sessions, WORKER) as session:
            if session.get(CalendarChange, change) is None:
                raise click.ClickException(f"there is no change {change}")
            try:
                drafted = calendar_changes.draft_reversal(session, change, account_id=None, now=clock.now())
            except calendar_changes.ChangeRefused as refused:
                raise click.ClickException(f"the change cannot be taken back: {refused.code}") from refused
        _carry_out(sessions, drafted.id, applies, as_json)


def _change(rows: Rows, origin: ChangeOrigin, file: str, applies: bool, as_json: bool) -> None:
    with worker_sessions() as sessions:
        try:
            with transaction(sessions, WORKER) as session:
                drafted = calendar_changes.draft(
                    session, put=rows, origin=origin, account_id=None, now=clock.now()
                )
        except BadChange as bad:
            if [found.fault for found in bad.problems] == [Fault.NO_CHANGE]:
                click.echo(json.dumps({"change": None}) if as_json else "The calendar says all this already.")
                return
            raise _refusal(bad, file) from bad
        _carry_out(sessions, drafted.id, applies, as_json)


def _refusal(bad: BadChange, file: str) -> click.ClickException:
    def place(problem: Problem) -> str:
        return f"{file or 'the change'} line {problem.line}" if problem.line else file or "the change"

    return click.ClickException("; ".join(f"{place(found)}: {fault_line(found)}" for found in bad.problems))


def _carry_out(sessions: sessionmaker[Session], change_id: UUID, applies: bool, as_json: bool) -> None:
    """Count the change and, where asked, put it in force and wait until every open case follows."""
    row = _wait(sessions, change_id, ChangeStatus.DRAFT, as_json)
    if not as_json:
        print_preview(row)
    if applies:
        with transaction(sessions, WORKER) as session:
            try:
                calendar_changes.start(
                    session, change_id, actor=audit.COMMAND, account_id=None, now=clock.now()
                )
            except calendar_changes.ChangeRefused as refused:
                raise click.ClickException(f"the change cannot start: {refused.code}") from refused
        row = _wait(sessions, change_id, ChangeStatus.APPLIED, as_json)
    if as_json:
        click.echo(json.dumps(change_figures(row), ensure_ascii=False))
    elif applies:
        click.echo(
            f"Applied: {row.cases_done} cases, {row.deadlines_moved} dates, {row.promises_moved} promises, "
            f"{row.steps_retracted} escalations taken back. Take it back: feedback calendar revert {row.id}"
        )
    else:
        click.echo("Nothing was changed; --apply puts it in force.")


def _wait(
    sessions: sessionmaker[Session], change_id: UUID, wanted: ChangeStatus, silent: bool
) -> CalendarChange:
    """Work until the change is counted (DRAFT) or applied; a worker that has it already is waited for."""
    until = time.monotonic() + _PATIENCE
    told = -1
    while True:
        work_through(sessions, clock.now, longest=_PATIENCE)
        with transaction(sessions, WORKER) as session:
            row = session.get_one(CalendarChange, change_id)
        if row.status == wanted and (wanted is not ChangeStatus.DRAFT or row.preview is not None):
            return row
        if row.status == ChangeStatus.FAILED or time.monotonic() > until:
            raise click.ClickException(f"the change {change_id} was not carried out: it is {row.status}")
        if not silent and row.cases_done != told and row.cases_total:
            told = row.cases_done
            click.echo(f"{row.cases_done} of {row.cases_total} cases", err=True)
        time.sleep(_PAUSE)
