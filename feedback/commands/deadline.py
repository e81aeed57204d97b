"""``feedback deadline``: a due date and why, from the law as the database holds it."""

from __future__ import annotations

import json
from datetime import date, datetime, time

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.commands.stores import worker_sessions
from feedback.db import WORKER, transaction
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.deadline import Deadline, compute_deadline
from feedback.domain.duration import Duration
from feedback.domain.explain import explain
from feedback.domain.terms import TermNotFound
from feedback.models import Agency
from feedback.queries.law_book import LawBook, read_law_book

_MORNING = time(9)


class Start(click.ParamType[datetime]):
    """A day (taken at 09:00) or a moment; without a zone it is Vietnamese time."""

    name = "start"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Give the aware moment that `value` names."""
        try:
            if len(value) == len("2026-02-13"):
                return datetime.combine(date.fromisoformat(value), _MORNING, VIETNAM)
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day like 2026-02-13 or a time like 2026-02-13T16:40", param, ctx)
        return found if found.tzinfo is not None else found.replace(tzinfo=VIETNAM)


class Length(click.ParamType[Duration]):
    """A duration: 2h, 8wh, 15wd or 20d."""

    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Duration:
        """Give the duration that `value` names."""
        try:
            return Duration.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("deadline")
@click.option("--from", "start", type=Start(), required=True, help="When the term begins.")
@click.option("--duration", type=Length(), help="How long it lasts: 2h, 8wh, 15wd, 20d.")
@click.option("--term", "term_key", help="A legal term by its key, such as answer.")
@click.option("--agency", "agency_code", help="Count by the week and hours of this agency (its code).")
@click.option("--explain", "explained", is_flag=True, help="Say day by day how the date came about.")
@click.option("--locale", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    start: datetime,
    duration: Duration | None,
    term_key: str | None,
    agency_code: str | None,
    explained: bool,
    locale: str,
    as_json: bool,
) -> None:
    """Compute a due date with the calendar and terms in force."""
    if (duration is None) == (term_key is None):
        raise click.UsageError("name either --duration or --term")
    with worker_sessions() as sessions, transaction(sessions, WORKER) as session:
        book = read_law_book(session)
        agency_id = None if agency_code is None else _agency(session, agency_code)
    due = _compute(book, start, duration, term_key, agency_id)
    lines = explain(due.trace, "vi" if locale == "vi" else "en")
    if as_json:
        result = {
            "due_on": due.due_on.isoformat(),
            "due_at": due.due_at.isoformat(),
            "basis": due.trace.basis,
            "forecast": due.trace.is_forecast,
        }
        if explained:
            result["explanation"] = lines
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(due.due_on.isoformat())
    if explained:
        click.echo("\n".join(lines))


def _agency(session: Session, code: str) -> int:
    found = session.scalar(select(Agency.id).where(Agency.code == code))
    if found is None:
        raise click.ClickException(f"no agency has the code {code!r}")
    return found


def _compute(
    book: LawBook, start: datetime, duration: Duration | None, term_key: str | None, agency_id: int | None
) -> Deadline:
    on = local_date(start)
    calendar, office = book.calendar_of(agency_id, on), book.office_of(agency_id, on)
    try:
        if term_key is not None:
            term = book.term(term_key, start)
            return compute_deadline(start, term.duration, calendar, term=term, office=office)
        if duration is None:
            raise ValueError("no duration")
        return compute_deadline(start, duration, calendar, office=office)
    except (TermNotFound, ValueError) as error:
        raise click.ClickException(str(error)) from error
