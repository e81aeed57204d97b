"""Roles, databases and extensions inside the embedded PostgreSQL, reached by its socket folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
OWNER, WEB, WORKER = "feedback_owner", "feedback_web", "feedback_worker"
DATABASE = "feedback"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "btree_gist", "pgcrypto")


@dataclass(frozen=True, slots=True)
class Urls:
    """One database by its three roles, as SQLAlchemy reads addresses."""

    owner: str
    web: str
    worker: str


def url(sockets: Path, role: str, database: str) -> str:
    """The address of a database for SQLAlchemy, as `role`."""
    return f"postgresql+psycopg://{role}@/{database}?host={sockets}"


def urls(sockets: Path, database: str = DATABASE) -> Urls:
    """The addresses of one database by its three roles."""
    return Urls(*(url(sockets, role, database) for role in (OWNER, WEB, WORKER)))


@contextlib.contextmanager
def connect(sockets: Path, database: str = "postgres") -> Iterator[psycopg.Connection]:
    """A connection as superuser in autocommit, for laying roles and databases."""
    with psycopg.connect(
        host=str(sockets), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=10
    ) as connection:
        yield connection


def lay_roles(sockets: Path) -> None:
    """Make the three roles, or take back what an older version gave them too much."""
    with connect(sockets) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, WEB, WORKER):
            verb = "ALTER" if role in known else "CREATE"
            connection.execute(
                f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION"
            )


def create_database(sockets: Path, name: str, template: str | None = None) -> Urls:
    """Make database `name`, owned by the owner role, with the extensions; keep one that exists.

    `template` names a database to copy; nobody may be connected to it meanwhile.
    """
    with connect(sockets) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if known is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8'").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template or "template0")
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}").format(
                sql.Identifier(name), sql.Identifier(WEB), sql.Identifier(WORKER)
            )
        )
    if template is None:
        _lay_extensions(sockets, name)
    return urls(sockets, name)


def drop_database(sockets: Path, name: str) -> None:
    """Remove database `name`, cutting off who is connected; nothing happens when it is missing."""
    with connect(sockets) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _lay_extensions(sockets: Path, database: str) -> None:
    with connect(sockets, database) as connection:
        connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(f"GRANT USAGE ON SCHEMA public TO {WEB}, {WORKER}")
        offered = {row[0] for row in connection.execute("SELECT name FROM pg_available_extensions")}
        for name in EXTENSIONS:
            if name in offered:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
