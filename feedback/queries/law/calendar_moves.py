"""Which running dates another calendar moves: counted once for each kind of date, not for each case.

Dates that begin on one day, last equally long and follow one calendar fall due on one day. So the open
deadlines are grouped by that, each group's new date is computed once by the domain, and the groups that
move are given back to PostgreSQL as a table to join.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.domain.calendar import day_end, day_start, local_date
from feedback.domain.deadline import compute_due
from feedback.domain.duration import Duration
from feedback.domain.recount import recount_due
from feedback.queries.law_book import LawBook

WAIT = "supplement_reply"
"""The term in which a submitter replies to a request for more."""

# Only dates that run past the first changed day and began before the end of the last can move; hours on
# the wall know no calendar. `office` is the agency whose own weekdays count, 0 for the province's; `moment`
# is the start to the second where office hours are counted, and otherwise only its day counts.
_KEY = """
    d.clock, d.duration, coalesce(d.fixed_on, '0001-01-01') AS fixed_on, d.due_at,
    CASE WHEN d.clock = 'agency' AND d.agency_id = ANY (CAST(:own AS integer[])) THEN d.agency_id ELSE 0 END
        AS office,
    CASE WHEN d.duration LIKE '%wh' THEN d.started_at
         ELSE date_trunc('day', d.started_at, 'Asia/Ho_Chi_Minh') END AS moment"""
_RUNNING = "d.superseded_at IS NULL AND d.met_at IS NULL"
_TOUCHED = """
    d.due_at > :changed_from AND d.started_at < :changed_until AND d.duration !~ '^[0-9]+h$'"""
_GROUPS = text(
    f"""
    SELECT {_KEY}, count(*) AS number FROM deadlines d
    WHERE {_RUNNING} AND {_TOUCHED} GROUP BY 1, 2, 3, 4, 5, 6
    """  # noqa: S608 - made of our own constants
)
_PLAN = text("SELECT set_config('enable_nestloop', :loops, true), set_config('work_mem', :memory, true)")
_USUAL_MEMORY = text("SELECT reset_val || unit FROM pg_settings WHERE name = 'work_mem'")
_REPLIES = text(
    """
    SELECT (asked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS asked_on, due_on
    FROM supplements
    WHERE replied_at IS NULL AND expired_at IS NULL AND due_on >= :first AND asked_at < :changed_until
    GROUP BY 1, 2
    """
)

RUNNING = f"""
    running AS MATERIALIZED (
        SELECT d.id, d.case_id, d.clock, d.duration, d.fixed_on, d.agency_id, d.started_at, d.due_on, d.due_at
        FROM deadlines d WHERE {_RUNNING})"""  # noqa: S608 - made of our own constants
"""The running deadlines as a table expression, without the long text of their traces."""

MOVES = f"""
    moves AS MATERIALIZED (
        SELECT d.id, d.case_id, d.clock, d.due_on, m.new_due_on, m.new_due_at
        FROM (SELECT d.id, d.case_id, d.due_on, {_KEY} FROM running d WHERE {_TOUCHED}) AS d
        JOIN unnest(CAST(:move_clocks AS text[]), CAST(:move_durations AS text[]),
                    CAST(:move_fixed AS date[]), CAST(:move_due AS timestamptz[]),
                    CAST(:move_offices AS integer[]), CAST(:move_moments AS timestamptz[]),
                    CAST(:new_due_on AS date[]), CAST(:new_due_at AS timestamptz[]))
             AS m (clock, duration, fixed_on, due_at, office, moment, new_due_on, new_due_at)
             USING (clock, duration, fixed_on, due_at, office, moment)
    ),
    replies AS MATERIALIZED (
        SELECT s.id, s.case_id, s.due_on, r.new_due_on
        FROM supplements s
        JOIN unnest(CAST(:asked_on AS date[]), CAST(:reply_due AS date[]), CAST(:reply_new AS date[]))
             AS r (asked_on, due_on, new_due_on)
             ON r.asked_on = (s.asked_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AND r.due_on = s.due_on
        WHERE s.replied_at IS NULL AND s.expired_at IS NULL
    )"""  # noqa: S608 - made of our own constants
"""Two table expressions that follow RUNNING: the running deadlines that move, and the open requests to
submitters whose date moves. `Moves.values` gives their parameters.
"""


@dataclass(frozen=True, slots=True)
class MovedGroup:
    """Dates of one kind, and the day (and exclusive end) they fall due on by the other calendar."""

    key: tuple[str, str, date, datetime, int, datetime]
    new_due_on: date
    new_due_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Moves:
    """The groups that move; `replies` are (day asked, date, new date) of requests to submitters."""

    first: date
    last: date
    own: tuple[int, ...]
    groups: tuple[MovedGroup, ...]
    replies: tuple[tuple[date, date, date], ...]

    def values(self) -> dict[str, Any]:
        """Give the parameters of `MOVES`."""
        keys = list(zip(*(group.key for group in self.groups), strict=True)) or [()] * 6
        names = ("clocks", "durations", "fixed", "due", "offices", "moments")
        replies = list(zip(*self.replies, strict=True)) or [()] * 3
        return {
            **span(self.first, self.last),
            **{f"move_{name}": list(column) for name, column in zip(names, keys, strict=True)},
            "own": list(self.own),
            "new_due_on": [group.new_due_on for group in self.groups],
            "new_due_at": [group.new_due_at for group in self.groups],
            "asked_on": list(replies[0]),
            "reply_due": list(replies[1]),
            "reply_new": list(replies[2]),
        }


def span(first: date, last: date) -> dict[str, Any]:
    """Give the moments between which a date must run to feel a change of the days `first` to `last`."""
    return {"changed_from": day_start(first), "changed_until": day_end(last)}


def find_moves(session: Session, book: LawBook, first: date, last: date) -> Moves:
    """Find what `book`'s calendar moves among the dates that feel the days `first` to `last`.

    `first`, `last`: the first and last changed day (Vietnamese dates). A date is compared with the one
    that is stored, so that what was moved already does not move again.
    """
    own = tuple(sorted({office.agency_id for office in book.offices if office.agency_id is not None}))
    groups = session.execute(_GROUPS, {**span(first, last), "own": list(own)}).all()
    replies = session.execute(_REPLIES, {"first": first, "changed_until": day_end(last)}).all()
    return Moves(first, last, own, tuple(_moved(groups, book)), tuple(_moved_replies(replies, book)))


@contextmanager
def many_rows(session: Session) -> Iterator[None]:
    """Have PostgreSQL plan the block's statements for many rows, in memory.

    The policies and the lists of groups hide from it how many there are: it would compare each open step
    with each moved date.
    """
    session.execute(_PLAN, {"loops": "off", "memory": "64MB"})
    yield
    session.execute(_PLAN, {"loops": "on", "memory": session.scalar(_USUAL_MEMORY)})


def _moved(rows: Sequence[Any], book: LawBook) -> Iterator[MovedGroup]:
    for row in rows:
        new_due_on, new_due_at = new_date(
            book, row.moment, row.duration, row.fixed_on if row.fixed_on != date.min else None, row.office
        )
        if new_due_at != row.due_at:
            key = (row.clock, row.duration, row.fixed_on, row.due_at, row.office, row.moment)
            yield MovedGroup(key, new_due_on, new_due_at, row.number)


def new_date(
    book: LawBook, started_at: datetime, duration: str, fixed_on: date | None, office: int | None
) -> tuple[date, datetime]:
    """Give the last day and exclusive end of a running deadline by the calendar of `book`.

    duration: as its row holds it (``15wd``). office: the agency whose own hours count, if any.
    """
    agency_id = office or None
    on = local_date(started_at)
    return recount_due(
        started_at,
        Duration.parse(duration),
        fixed_on,
        book.calendar_of(agency_id, on),
        book.office_of(agency_id, on),
    )


def reply_date(book: LawBook, asked_on: date) -> date:
    """Give the day by which a submitter who was asked on a Vietnamese day replies."""
    start = day_start(asked_on)
    return compute_due(start, book.term(WAIT, start).duration, book.calendar)[0]


def _moved_replies(rows: Sequence[Any], book: LawBook) -> Iterator[tuple[date, date, date]]:
    for row in rows:
        new = reply_date(book, row.asked_on)
        if new != row.due_on:
            yield row.asked_on, row.due_on, new
