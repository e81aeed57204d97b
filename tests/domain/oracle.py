"""Due dates counted the slow way: one day, one period of office time after the other.

Written from Bộ luật Dân sự 2015 Đ.147-148 and not from the product's arithmetic, against which it is held.
It knows plain local moments only (no zones), asks each day in turn, and builds nothing in advance.
"""

import datetime as dt
from collections.abc import Callable

Works = Callable[[dt.date], bool]
Office = tuple[tuple[dt.time, dt.time], ...]

ONE_DAY = dt.timedelta(days=1)


def due(start: dt.datetime, amount: int, unit: str, works: Works, office: Office) -> dt.datetime:
    """The exclusive end (naive, local) of `amount` of `unit` (``h``, ``wh``, ``wd``, ``d``) after `start`."""
    return {"h": _wall_hours, "wh": _working_hours, "wd": _working_days, "d": _days}[unit](
        start, amount, works, office
    )


def last_day(end: dt.datetime) -> dt.date:
    """The day that an exclusive end closes: of 00:00 the day before."""
    midnight = end.time() == dt.time()
    return end.date() - ONE_DAY if midnight else end.date()


def _midnight_after(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day) + ONE_DAY  # noqa: DTZ001 - local, by design


def _wall_hours(start: dt.datetime, amount: int, works: Works, office: Office) -> dt.datetime:
    for _ in range(amount):
        start += dt.timedelta(hours=1)
    return start


def _working_days(start: dt.datetime, amount: int, works: Works, office: Office) -> dt.datetime:
    day = start.date()
    while amount:
        day += ONE_DAY
        if works(day):
            amount -= 1
    return _midnight_after(day)


def _days(start: dt.datetime, amount: int, works: Works, office: Office) -> dt.datetime:
    day = start.date()
    for _ in range(amount):
        day += ONE_DAY
    while not works(day):
        day += ONE_DAY
    return _midnight_after(day)


def _working_hours(start: dt.datetime, amount: int, works: Works, office: Office) -> dt.datetime:
    left = dt.timedelta(hours=amount)
    day = start.date()
    while True:
        for opening, closing in office if works(day) else ():
            begin = dt.datetime.combine(day, opening)
            end = dt.datetime.combine(day, closing)
            if begin < start:
                begin = start
            if begin >= end:
                continue
            if end - begin >= left:
                return begin + left
            left -= end - begin
        day += ONE_DAY
