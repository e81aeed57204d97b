"""A stage whose work is really committed, for what several transactions or processes do together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.embedded.databases import Urls
from tests.factories import Factory
from tests.services.stage import Stage


class RoleSession(Session):
    """A session on the worker's or the web's connections, by the scope it is given."""

    engines: dict[str, Engine]

    def get_bind(self, *_: Any, **__: Any) -> Engine:
        scope = db.current_scope(self)
        return self.engines["worker" if scope is not None and scope.kind == "worker" else "web"]


class CommittedStage(Stage):
    """A `Stage` on a database of its own; `sessions` makes sessions in the worker's role."""

    sessions: sessionmaker[Session]
    urls: Urls


@contextmanager
def committed_stage(urls: Urls, start: datetime) -> Iterator[CommittedStage]:
    """Lay out a small province in the database of `urls` and let it act from `start` on."""
    engines = {"worker": db.make_engine(urls.worker), "web": db.make_engine(urls.web)}
    session_class = type("SessionsOfStage", (RoleSession,), {"engines": engines})
    makers: sessionmaker[Any] = sessionmaker(class_=session_class, expire_on_commit=False)
    event.listen(makers, "after_begin", db._announce_scope)
    worker = makers(info={"scope": db.WORKER})
    stage = CommittedStage(makers, worker, Factory(worker, start.astimezone(UTC)))
    stage.now = start.astimezone(UTC)
    stage.urls = urls
    stage.sessions = db.session_factory(engines["worker"])
    try:
        yield stage
    finally:
        worker.close()
        for engine in engines.values():
            engine.dispose()
