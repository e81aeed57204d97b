"""When messages come in: more on working days, in the morning and after dinner; few at night."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from feedback.domain.calendar import VIETNAM, WorkingCalendar

REST_DAY = 0.35
"""How many messages a rest day brings for one of a working day."""

_HOURS = (1, 1, 0, 0, 1, 2, 4, 9, 13, 14, 12, 8, 6, 8, 11, 11, 9, 7, 6, 8, 10, 8, 5, 2)
"""The weight of each hour of the day, from midnight."""

_CUMULATED = list(accumulate(_HOURS))


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both counted."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def arrivals(
    first: date, last: date, count: int, calendar: WorkingCalendar, draw: random.Random
) -> Iterator[datetime]:
    """Draw the moments (aware, local) of `count` messages from `first` to `last`, in their order."""
    days = days_between(first, last)
    weights = list(accumulate(1.0 if calendar.is_working(day) else REST_DAY for day in days))
    chosen = draw.choices(days, cum_weights=weights, k=count)
    yield from sorted(_moment(day, draw) for day in chosen)


def _moment(day: date, draw: random.Random) -> datetime:
    (hour,) = draw.choices(range(24), cum_weights=_CUMULATED)
    return datetime.combine(day, time(hour, draw.randrange(60), draw.randrange(60)), VIETNAM)
