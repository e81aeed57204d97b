"""The product as `make run` starts it, on stores of its own, for a measurement."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from feedback import clock, db
from feedback.commands.preparing import migrate
from feedback.embedded import gunicorn_conf
from feedback.embedded.stores import Stores
from feedback.services.seeding.reference import seed_reference

_PATIENCE = 60


@dataclass(frozen=True)
class Server:
    """Where the pages answer, and the stores behind them."""

    port: int
    stores: Stores


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(stores: Stores, port: int, folder: Path) -> dict[str, str]:
    """The environment of the product's processes.

    One proxy is trusted, so that each submission of the load comes from an address of its
    own and the limits on one address are in force without stopping it.
    """
    return {
        **os.environ,
        "FEEDBACK_DATABASE_URL": stores.web_url,
        "FEEDBACK_WORKER_URL": stores.worker_url,
        "FEEDBACK_MIGRATION_URL": stores.owner_url,
        "FEEDBACK_REDIS_URL": stores.redis_url,
        "FEEDBACK_SECRET_KEY": "a secret for measurements, long enough",
        "FEEDBACK_BASE_URL": f"http://127.0.0.1:{port}",
        "FEEDBACK_BIND": f"127.0.0.1:{port}",
        "FEEDBACK_SMTP_URL": "smtp://127.0.0.1:9",
        "FEEDBACK_STORAGE_URL": (folder / "files").as_uri(),
        "FEEDBACK_ENV": "test",
        "FEEDBACK_PROXY_HOPS": "1",
        "FEEDBACK_LOG_LEVEL": "WARNING",
    }


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run PostgreSQL (with fsync), Valkey, the web server and a worker until the block ends."""
    with Stores(folder / "var", durable=True) as stores, contextlib.ExitStack() as children:
        migrate(stores.owner_url)
        engine = db.make_engine(stores.worker_url)
        with db.transaction(db.session_factory(engine), db.WORKER) as session:
            seed_reference(session, "lam-dong", clock.now())
        engine.dispose()
        port = _free_port()
        variables = environment(stores, port, folder)
        commands = (
            ("gunicorn", "--config", str(gunicorn_conf.__file__), "feedback.app:create_app()"),
            ("celery", "-A", "workers.app", "worker", "--concurrency", "1", "--loglevel", "WARNING"),
        )
        for command in commands:
            with (folder / f"{command[0]}.log").open("wb") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", *command], env=variables, stdout=log, stderr=log
                )
            children.callback(_end, child)
        _wait(port, folder)
        yield Server(port, stores)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _wait(port: int, folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError as error:
            if time.monotonic() > until:
                log = (folder / "gunicorn.log").read_text(errors="replace")[-2000:]
                raise SystemExit(f"the pages did not answer ({error}):\n{log}") from error
            time.sleep(0.3)
