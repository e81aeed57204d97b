"""Reading rows of many tables in one round trip.

Each query becomes one JSON array of a single SELECT; the arrays come back as objects of their
models, or of a plain class with the columns as its arguments. The objects are copies to read from: no
session knows them and nothing they are told is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Queries put together into one statement, to be run as often as wanted."""

    statement: Select[Any]
    shapes: tuple[tuple[str, type[Any], Mapping[str, Any]], ...]

    def run(self, session: Session, parameters: Mapping[str, Any] | None = None) -> dict[str, list[Any]]:
        """Give for each name the objects of its query in order.

        parameters: the values of the queries' ``bindparam``s. Row-level security holds for each query as it
        does for one of its own.
        """
        result = session.execute(self.statement, parameters).one()
        return {
            name: [_object(model, kinds, values) for values in found or ()]
            for (name, model, kinds), found in zip(self.shapes, result, strict=True)
        }


def prepare(queries: Queries) -> Prepared:
    """Put `queries` into one statement; each is a class and a query for its columns, or for some of them.

    The class is a model, or any that takes the query's columns by name. To put two dozen of them together
    takes some milliseconds, so that a page keeps what does not change from case to case.
    """
    arrays, shapes = [], []
    for name, (model, query) in queries.items():
        rows = query.subquery(name)
        shapes.append((name, model, {column.key: column.type for column in rows.c}))
        whole: Any = literal_column(f'to_json("{name}")')
        arrays.append(select(func.json_agg(whole)).select_from(rows).scalar_subquery())
    return Prepared(select(*arrays), tuple(shapes))


def load(session: Session, queries: Queries) -> dict[str, list[Any]]:
    """Run `queries` as one statement (`prepare`), and give the objects of each by its name."""
    return prepare(queries).run(session)


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
