"""Sessions of both roles on one connection, whose work is undone when the test ends.

A test's data is written as the worker role and read as the web role, as in the product, and
yet nothing is kept: every session joins one outer transaction. A session that speaks after another
one first takes its role and scope again, so row-level security decides for each as it would on a
connection of its own.

Sessions of the maker itself (the application's) work in a savepoint each, so their commit and
rollback mean what they say; they begin and end one after the other. A session that a test keeps
open meanwhile comes from `keep_open`: its commit only flushes. Where such a session must survive
an error of the database, the test wraps the statement in ``session.begin_nested()``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import _SET_SCOPE, Scope, current_scope

_NOBODY = Scope(kind="")


class RollbackSession(Session):
    """A session that takes its role and scope before it speaks on the shared connection."""

    def _connection_for_bind(self, engine: Any, **arguments: Any) -> Connection:
        connection = super()._connection_for_bind(engine, **arguments)
        if connection.info.get("speaker") is not self:
            connection.info["speaker"] = self
            scope = current_scope(self) or _NOBODY
            role = "feedback_worker" if scope.kind == "worker" else "feedback_web"
            connection.execute(text(f"SET LOCAL ROLE {role}"))
            connection.execute(_SET_SCOPE, scope.settings())
        return connection


def keep_open(factory: sessionmaker[Session], scope: Scope | None) -> Session:
    """Open a session that may stay open while others come and go."""
    session = factory(join_transaction_mode="rollback_only")
    if scope is not None:
        session.info["scope"] = scope
    return session


@contextmanager
def undone(superuser: Engine) -> Iterator[sessionmaker[Session]]:
    """Give a maker of sessions whose work is rolled back when the block ends.

    `superuser`: an engine that may take every role.
    """
    with superuser.connect() as connection:
        outer = connection.begin()
        factory: sessionmaker[Session] = sessionmaker(
            connection,
            class_=RollbackSession,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
        )

        @event.listens_for(factory, "after_transaction_end")
        def forget_speaker(session: Session, transaction: Any) -> None:
            connection.info.pop("speaker", None)

        @event.listens_for(factory, "before_flush")
        def speak(session: Session, context: Any, instances: Any) -> None:
            # A flush asks the transaction for its connection, past the method above.
            session.connection()

        try:
            yield factory
        finally:
            outer.rollback()
            connection.info.pop("speaker", None)
