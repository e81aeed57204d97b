"""What a change of the ladder would do on the night on which it first counts, before anything is changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.ladder import LadderStep
from feedback.queries.law_book import LawBook
from feedback.queries.night.overdue import rung_values

_NIGHT = time(0, 10)
_DIFFERENCE = text(
    """
    SELECT reached, released FROM ladder_difference(
        CAST(:codes AS text[]), CAST(:clocks AS text[]), CAST(:restricted AS boolean[]),
        CAST(:after AS timestamptz[]), CAST(:until AS timestamptz[]), CAST(:classes AS text[]),
        CAST(:urgent AS boolean[]), CAST(:kinds AS text[]), CAST(:proposed AS boolean[]))
    """
)


@dataclass(frozen=True, slots=True)
class Difference:
    """What the night at `at` would do otherwise.

    reached: steps that would newly be reached; released: open ones that would be taken back.
    """

    at: datetime
    reached: int
    released: int


def next_night(now: datetime) -> datetime:
    """Give the next 00:10 in Vietnam after `now` (aware): when the ladder is climbed."""
    return datetime.combine(local_date(now) + timedelta(days=1), _NIGHT, VIETNAM)


def difference(
    session: Session,
    book: LawBook,
    proposed: Collection[LadderStep],
    codes: Collection[str],
    now: datetime,
) -> Difference:
    """Compare the rows of `codes` as they are with those `proposed` in their place, all versions of either.

    The night is the next one, or the first on which a proposed row counts. Asked in the scope of an
    administrator; anybody else is told zeros.
    """
    begins = max((rung.valid_from for rung in proposed), default=local_date(now))
    at = max(next_night(now), datetime.combine(begins, _NIGHT, VIETNAM))
    before = rung_values(at, replace(book, ladder=tuple(rung for rung in book.ladder if rung.code in codes)))
    after = rung_values(at, replace(book, ladder=tuple(proposed)))
    values = {name: [*before[name], *after[name]] for name in before}
    values["proposed"] = [*(False for _ in before["codes"]), *(True for _ in after["codes"])]
    row = session.execute(_DIFFERENCE, values).one()
    return Difference(at, row.reached, row.released)
