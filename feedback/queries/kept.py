"""What hardly ever changes, read once and kept in the process for a while.

Only reference data (fields, places, names of agencies) and the published figures are kept:
the same for everybody, under no row policy, never a person's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from sqlalchemy.orm import Session

Value = TypeVar("Value")
_all: WeakSet[Kept[Any]] = WeakSet()


class Kept(Generic[Value]):
    """The result of `read`, for each database, read anew when it is older than `lifetime`."""

    def __init__(self, read: Callable[[Session, datetime], Value], lifetime: timedelta) -> None:
        self._read = read
        self._lifetime = lifetime
        self._lock = threading.Lock()
        self._values: dict[str, tuple[datetime, Value]] = {}
        _all.add(self)

    def get(self, session: Session, now: datetime) -> Value:
        """Give the value for the database of `session`.

        now: the present moment (aware); a value kept from a later moment is read anew too,
        so that a drill at an earlier time sees its own.
        """
        address = str(session.get_bind().engine.url)
        with self._lock:
            found = self._values.get(address)
        if found is not None and found[0] <= now < found[0] + self._lifetime:
            return found[1]
        value = self._read(session, now)
        with self._lock:
            self._values[address] = (now, value)
        return value

    def forget(self) -> None:
        """Drop what is kept: the next reader asks the database."""
        with self._lock:
            self._values.clear()


def forget_all() -> None:
    """Drop everything that any part of this process keeps."""
    for kept in list(_all):
        kept.forget()
