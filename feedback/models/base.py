"""The declarative base: how Python types become columns and how constraints are named."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table: text without length, moments with their time zone."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: DateTime(timezone=True),
        bytes: LargeBinary,
    }


def one_of(column: str, values: type | tuple[str, ...]) -> str:
    """Give the SQL of a check that `column` holds one of `values` (or of an enum's members)."""
    members = [str(value) for value in values]  # type: ignore[union-attr]
    return f"{column} IN ({', '.join(repr(value) for value in members)})"


def searched_words(texts: str) -> str:
    """Give the SQL of the words by which a row is searched for; `texts` is an expression of its texts.

    As feedback.domain.text.fold does it (small letters, marks and zero-width characters dropped, đ is
    d), in immutable SQL so that PostgreSQL keeps the vector itself. Letters and digits alone make a
    word, as in a search: left to itself the parser takes ``phường/xã`` for a path and ``hỏng.Không``
    for a host, and finds neither word of them.
    """
    small = f"normalize(lower({texts}), NFD)"
    marks = r"[\u0300-\u036f\u00ad\u180e\u200b-\u200d\u2060\ufeff]"
    bare = f"translate(regexp_replace({small}, '{marks}', '', 'g'), 'đ', 'd')"
    words = rf"regexp_replace({bare}, '(\W|_)+', ' ', 'g')"
    return f"to_tsvector('simple'::regconfig, {words})"
