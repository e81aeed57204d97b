"""Connections, the transaction, and what the database is told about who acts.

Row-level security in PostgreSQL decides from settings that live as long as the
transaction (``set_config(…, true)``). They are set when a transaction begins, from
the session's `Scope`; a session without one sees no row. This module holds the only
commit of the product: everything below an entry point takes a session and leaves
the decision to keep its work to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts, in the terms that the row policies read.

    kind: ``public``, ``staff`` or ``worker``.
    account_id, agency_ids: a member of staff and the agencies they act for today.
    province: sees every agency's unrestricted cases (coordinator, chairman).
    administrator: reads the audit streams of accounts and settings.
    deliveries: hands over every agency's letters: sees an unrestricted case while its letter waits,
        and of it only what went out.
    supervisor: looks on from outside: sees every agency's unrestricted cases, not what was written beside
        them, and writes nothing.
    tracking_code: the code by which a submitter looks at their own case.
    writing_case: the case that this transaction writes: a new one, or one whose writing ends the
        actor's right to see it (a send-back, a transfer, setting apart).
    unsealed_case: the case whose submitter this transaction may read, after the
        reading was recorded.
    """

    kind: str
    account_id: int | None = None
    agency_ids: tuple[int, ...] = ()
    province: bool = False
    administrator: bool = False
    deliveries: bool = False
    supervisor: bool = False
    tracking_code: str | None = None
    writing_case: UUID | None = None
    unsealed_case: UUID | None = None

    def settings(self) -> dict[str, str]:
        """Give the scope as the texts of the transaction's ``app.*`` settings."""
        return {
            "kind": self.kind,
            "account": str(self.account_id or ""),
            "agencies": "{" + ",".join(map(str, self.agency_ids)) + "}",
            "province": "on" if self.province else "",
            "administrator": "on" if self.administrator else "",
            "deliveries": "on" if self.deliveries else "",
            "supervisor": "on" if self.supervisor else "",
            "tracking": self.tracking_code or "",
            "writing": str(self.writing_case or ""),
            "unsealed": str(self.unsealed_case or ""),
        }


WORKER = Scope(kind="worker")
PUBLIC = Scope(kind="public")

_SET_SCOPE = text(
    "SELECT set_config('app.actor_kind', :kind, true), set_config('app.account_id', :account, true),"
    " set_config('app.agency_ids', :agencies, true), set_config('app.province', :province, true),"
    " set_config('app.administrator', :administrator, true),"
    " set_config('app.deliveries', :deliveries, true),"
    " set_config('app.supervisor', :supervisor, true),"
    " set_config('app.tracking_code', :tracking, true), set_config('app.writing_case', :writing, true),"
    " set_config('app.unsealed_case', :unsealed, true)"
)


def new_id() -> UUID:
    """Give a new UUID of version 7 (RFC 9562 §5.7), so that keys grow with time."""
    return uuid_utils.compat.uuid7()


def make_engine(url: str, *, pool_size: int = 8, connect_timeout: int = 5) -> Engine:
    """Open an engine on `url`, a ``postgresql+psycopg://`` address.

    pool_size: connections kept; a quarter more may be opened under load.
    connect_timeout: seconds before an unreachable server is an error.
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size // 4,
        pool_pre_ping=True,
        # An error is logged; what somebody wrote to us must not be.
        hide_parameters=True,
        connect_args={"connect_timeout": connect_timeout, "options": "-c timezone=UTC"},
    )


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Give a maker of sessions on `engine` that announce their scope to PostgreSQL."""
    factory = sessionmaker(engine, expire_on_commit=False)
    event.listen(factory, "after_begin", _announce_scope)
    return factory


def set_scope(session: Session, scope: Scope) -> None:
    """Let `session` act as `scope` from now on, also within a transaction already begun."""
    session.info["scope"] = scope
    if session.in_transaction():
        session.execute(_SET_SCOPE, scope.settings())


def current_scope(session: Session) -> Scope | None:
    """Give the scope under which `session` acts, or None when nobody was named."""
    return session.info.get("scope")


def _announce_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    scope = current_scope(session)
    if scope is not None and transaction.nested is False:
        connection.execute(_SET_SCOPE, scope.settings())


def after_commit(session: Session, action: Callable[[], Any], *, key: str) -> None:
    """Have `action` run once when the transaction of `session` was committed.

    Actions with the same `key` run once. They are hints (a doorbell): an action
    that fails must be healed by the sweeper, so it swallows its own errors.
    """
    cast("dict[str, Callable[[], Any]]", session.info.setdefault("after_commit", {}))[key] = action


def commit(session: Session) -> None:
    """Keep what `session` did, then run what waited for the commit."""
    session.commit()
    for action in session.info.pop("after_commit", {}).values():
        action()


def rollback(session: Session) -> None:
    """Drop what `session` did and what waited for its commit."""
    session.info.pop("after_commit", None)
    session.rollback()


@contextmanager
def transaction(factory: sessionmaker[Session], scope: Scope) -> Iterator[Session]:
    """Run one unit of work: commit when the block ends, roll back when it raises."""
    with factory() as session:
        session.info["scope"] = scope
        try:
            yield session
        except BaseException:
            rollback(session)
            raise
        commit(session)
