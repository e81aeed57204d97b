"""Writing much in committed chunks, each of which is tried again when it met another transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import WORKER, transaction

_TRIES = 4
_MEETINGS = frozenset({"40P01", "40001"})  # deadlock, serialisation: another transaction came first
Item = TypeVar("Item")
Result = TypeVar("Result")


def parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Give `items` in pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def read(sessions: sessionmaker[Session], question: Callable[[Session], Result]) -> Result:
    """Ask in a transaction of its own, in the worker's scope."""
    with transaction(sessions, WORKER) as session:
        return question(session)


def write(sessions: sessionmaker[Session], action: Callable[[Session], Result]) -> Result:
    """Commit one chunk; one that met another transaction in a deadlock is tried again."""
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction(sessions, WORKER) as session:
                return action(session)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _MEETINGS or attempt == _TRIES:
                raise
    raise AssertionError("the loop returns or raises")
