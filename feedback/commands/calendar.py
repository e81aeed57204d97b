"""``feedback calendar show``: the days off and the Saturdays worked, with their documents."""

from __future__ import annotations

import json

import click
from sqlalchemy import extract, select

from feedback.commands.stores import worker_sessions
from feedback.db import WORKER, transaction
from feedback.models import CalendarDay


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
            select(CalendarDay)
            .where(CalendarDay.superseded_at.is_(None), extract("year", CalendarDay.date) == year)
            .order_by(CalendarDay.date)
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
