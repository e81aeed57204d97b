"""An empty installation of its own, with durable stores, for as long as a measurement lasts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.commands.preparing import migrate
from feedback.embedded.stores import Stores


@dataclass(frozen=True, slots=True)
class Installation:
    """Makers of sessions in the web and worker roles, and a superuser's connection."""

    web: sessionmaker[Session]
    worker: sessionmaker[Session]
    superuser: psycopg.Connection


@contextmanager
def empty_installation() -> Iterator[Installation]:
    """Start stores in a new folder, lay the tables, and stop and delete everything at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="hoi-am-bench-") as folder,
        Stores(Path(folder) / "var", durable=True) as stores,
    ):
        migrate(stores.owner_url)
        web, worker = db.make_engine(stores.web_url), db.make_engine(stores.worker_url)
        address = stores.superuser_url.replace("postgresql+psycopg", "postgresql")
        try:
            with psycopg.connect(address) as superuser:
                yield Installation(db.session_factory(web), db.session_factory(worker), superuser)
        finally:
            web.dispose()
            worker.dispose()
