"""Reading rows of many tables in one round trip.

Each query becomes one JSON array of a single SELECT; the arrays come back as objects of their
models. The objects are copies to read from: no session knows them and nothing they are told is
written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date as DateType
from sqlalchemy import DateTime as DateTimeType
from sqlalchemy import Select, Uuid, func, inspect, literal_column, select
from sqlalchemy.orm import Session

from feedback.models import Base

_READERS: tuple[tuple[type[Any], Callable[[str], object]], ...] = (
    (DateTimeType, datetime.fromisoformat),
    (DateType, date.fromisoformat),
    (Uuid, UUID),
)


def load(session: Session, queries: Mapping[str, tuple[type[Base], Select[Any]]]) -> dict[str, list[Any]]:
    """Run `queries` as one statement; each is a model and a query for its columns, or for some of them.

    Gives for each name the objects of its query in order. Row-level security holds for each of
    them as it does for a query of its own.
    """
    arrays = []
    for name, (_, query) in queries.items():
        rows = query.subquery(name)
        whole: Any = literal_column(f'to_json("{name}")')
        arrays.append(select(func.json_agg(whole)).select_from(rows).scalar_subquery())
    result = session.execute(select(*arrays)).one()
    return {
        name: [_object(model, values) for values in found or ()]
        for (name, (model, _)), found in zip(queries.items(), result, strict=True)
    }


def _object(model: type[Base], values: Mapping[str, Any]) -> Any:
    columns = inspect(model).columns
    return model(**{key: _value(columns[key].type, value) for key, value in values.items() if key in columns})


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    for known, read in _READERS:
        if isinstance(kind, known):
            return read(value)
    return value
