"""What ``feedback calendar`` prints of a change."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from feedback.domain.calendar_change import Fault, Problem
from feedback.models import CalendarChange
from feedback.queries.law.calendar_changes import view_of

_FAULTS: Mapping[Fault, str] = {
    Fault.NOT_A_ROW: "cannot be read: {detail}",
    Fault.SAID_TWICE: "{date} is said twice and differently",
    Fault.NO_SOURCE: "{date} names no document",
    Fault.WORKED_ANYWAY: "{date} is a working day anyway",
    Fault.OUT_OF_RANGE: "{date} is outside the years 2000 to 2100",
    Fault.LESS_CERTAIN: "{date} is known with more certainty already",
    Fault.PUT_AND_REMOVED: "{date} is both put and removed",
    Fault.NOTHING_THERE: "the calendar says nothing of {date}",
    Fault.NO_CHANGE: "the calendar says all this already",
}


def fault_line(problem: Problem) -> str:
    """Say what speaks against a row."""
    return _FAULTS[problem.fault].format(date=problem.date, detail=problem.detail)


def print_preview(row: CalendarChange) -> None:
    """Print the rows of a change and what it would do."""
    change = view_of(row)
    for day in change.put:
        click.echo(f"+ {day.date}  {day.kind:<11}  {day.status:<8}  {day.name_vi}  [{day.source}]")
    for day in change.removed:
        click.echo(f"- {day.date}  {day.kind:<11}  {day.status:<8}  {day.name_vi}  [{day.source}]")
    if change.preview is None:
        return
    found = change.preview
    click.echo(f"{found.cases} open cases move; {found.steps} escalations are taken back.")
    click.echo(f"{found.promises} promises to submitters change; {found.told} are told by e-mail.")
    for clock in found.clocks:
        click.echo(f"  {clock.clock:<14} {clock.earlier:>7} earlier {clock.later:>7} later")


def change_figures(row: CalendarChange) -> dict[str, object]:
    """Give a change as JSON values."""
    return {
        "change": str(row.id),
        "status": row.status,
        "put": json.loads(row.put),
        "removed": json.loads(row.removed),
        "preview": None if row.preview is None else json.loads(row.preview),
        "cases": row.cases_done,
        "deadlines": row.deadlines_moved,
        "promises": row.promises_moved,
        "steps": row.steps_retracted,
    }
