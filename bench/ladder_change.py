"""A step of the ladder that comes earlier, over 100,000 open cases: what its preview says, timed and checked.

The preview is compared with a night that climbs the changed ladder: as many steps are reached as it said.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import datetime

import psycopg
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from bench.calendar_change import NOW, lay
from bench.installation import empty_installation
from feedback import db
from feedback.domain.ladder import LadderStep, Offset
from feedback.models import EscalationStep
from feedback.queries.law.ladder_preview import Difference, difference
from feedback.queries.law_book import LawBook
from feedback.services.night.escalation import escalate

CODE, EARLIER = "agency_overdue_5", "+3wd"
MOST_SECONDS = 2.0
ADMINISTRATOR = db.Scope(kind="staff", administrator=True)


def proposed(book: LawBook) -> list[LadderStep]:
    """Give the rows of the step as they would be: reached two working days earlier."""
    return [replace(rung, offset=Offset.parse(EARLIER)) for rung in book.ladder if rung.code == CODE]


def asked(web: sessionmaker[Session], book: LawBook, now: datetime) -> tuple[Difference, float]:
    """Ask for the preview as the administrator's page does; gives it and the seconds that it took."""
    began = time.monotonic()
    with db.transaction(web, ADMINISTRATOR) as session:
        found = difference(session, book, proposed(book), [CODE], now)
    return found, time.monotonic() - began


def reached(worker: sessionmaker[Session]) -> int:
    """Count the open steps of the code."""
    with db.transaction(worker, db.WORKER) as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(EscalationStep)
                .where(
                    EscalationStep.step == CODE,
                    EscalationStep.settled_at.is_(None),
                    EscalationStep.retracted_at.is_(None),
                )
            )
            or 0
        )


def measure(
    web: sessionmaker[Session], worker: sessionmaker[Session], connection: psycopg.Connection, number: int
) -> None:
    """Lay the cases, ask three times, then climb the ladder of today and the changed one on that night."""
    book = lay(worker, connection, number)
    # As autovacuum leaves them a minute after a night: the plan must not rest on an empty table of steps.
    connection.execute("ANALYZE")
    answers = [asked(web, book, NOW) for _ in range(3)]
    for found, seconds in answers:
        print(f"preview of {CODE} at {EARLIER}: {found.reached} reached, {seconds:.2f} s")
    found, slowest = answers[0][0], max(seconds for _, seconds in answers)
    others = tuple(rung for rung in book.ladder if rung.code != CODE)
    steps = []
    for ladder in (book, replace(book, ladder=(*others, *proposed(book)))):
        escalate(worker, found.at, ladder, now=found.at)
        steps.append(reached(worker))
    print(f"open steps {CODE} after that night: {steps[0]} by today's ladder, {steps[1]} by the changed one")
    if not found.reached or steps[1] - steps[0] != found.reached:
        raise SystemExit("the night reached another number of steps than the preview said")
    if slowest > MOST_SECONDS:
        raise SystemExit("the preview took too long")
    print("every line holds")


def main() -> None:
    """Measure on stores of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000, help="how many open cases")
    arguments = parser.parse_args()
    with empty_installation() as place:
        measure(place.web, place.worker, place.superuser, arguments.cases)


if __name__ == "__main__":
    main()
