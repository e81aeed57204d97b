"""Reading rows of many tables in one round trip.

Each query becomes one JSON array of a single SELECT; the arrays come back as objects of their
models, or of a plain class with the columns as its arguments. The objects are copies to read from: no
session knows them and nothing they are told is written.
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

Queries = Mapping[str, tuple[type[Any], Select[Any]]]

_READERS: tuple[tuple[type[Any], Callable[[str], object]], ...] = (
    (DateTimeType, datetime.fromisoformat),
    (DateType, date.fromisoformat),
    (Uuid, UUID),
)


def load(session: Session, queries: Queries) -> dict[str, list[Any]]:
    """Run `queries` as one statement; each is a class and a query for its columns, or for some of them.

    The class is a model, or any that takes the query's columns by name. Gives for each name the objects of
    its query in order. Row-level security holds for each of them as it does for a query of its own.
    """
    arrays, kinds = [], []
    for name, (_, query) in queries.items():
        rows = query.subquery(name)
        kinds.append({column.key: column.type for column in rows.c})
        whole: Any = literal_column(f'to_json("{name}")')
        arrays.append(select(func.json_agg(whole)).select_from(rows).scalar_subquery())
    result = session.execute(select(*arrays)).one()
    return {
        name: [_object(model, kind, values) for values in found or ()]
        for (name, (model, _)), kind, found in zip(queries.items(), kinds, result, strict=True)
    }


def _object(model: type[Any], kinds: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    if not issubclass(model, Base):
        return model(**{key: _value(kinds[key], value) for key, value in values.items()})
    columns = inspect(model).columns
    return model(**{key: _value(columns[key].type, value) for key, value in values.items() if key in columns})


def _value(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    for known, read in _READERS:
        if isinstance(kind, known):
            return read(value)
    return value
