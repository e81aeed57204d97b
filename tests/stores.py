"""One PostgreSQL and one Valkey for a whole test run, however many processes share it.

The process that starts the run (under xdist: the controller) calls `begin` and `end`.
Each test process calls `database_of` once and gets a database of its own, copied from a
template that the first of them migrated.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.embedded.stores import Stores, start_test_stores

TEMPLATE = "feedback_template"
_FOLDER = "FEEDBACK_TEST_STORES"
_SOCKETS = "FEEDBACK_TEST_SOCKETS"


def begin() -> Stores:
    """Start the stores of this run and leave their place in the environment for its processes."""
    folder = Path(tempfile.mkdtemp(prefix="hoi-am-test-"))
    folder.chmod(0o755)
    stores = start_test_stores(folder)
    os.environ[_FOLDER] = str(folder)
    os.environ[_SOCKETS] = str(stores.sockets)
    return stores


def end(stores: Stores) -> None:
    """Stop the stores that `begin` started and remove their folder."""
    stores.stop()
    shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)


def database_of(process: str, migrate: Callable[[Urls], None]) -> Urls:
    """The database of test process `process` (``gw0``, ``main``), with the schema laid.

    `migrate` lays the schema into the template; it runs once a test run and must leave
    no connection open.
    """
    folder, sockets = Path(os.environ[_FOLDER]), Path(os.environ[_SOCKETS])
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "template.done"
        if not done.exists():
            databases.drop_database(sockets, TEMPLATE)
            migrate(databases.create_database(sockets, TEMPLATE))
            done.touch()
        return databases.create_database(sockets, f"feedback_{process}", TEMPLATE)


def redis_url() -> str:
    """The address of the run's Valkey; databases 0 to 15 (``?db=3``) keep processes apart."""
    return f"unix://{os.environ[_SOCKETS]}/valkey.sock"
