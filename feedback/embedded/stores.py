"""PostgreSQL and Valkey together, as one thing that is started and stopped.

In a test::

    with Stores(tmp_path, durable=False) as stores:
        urls = stores.create_database("mine")      # urls.owner, urls.web, urls.worker
        stores.kill_postgres(); stores.restart_postgres()
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from functools import cached_property
from pathlib import Path

from feedback.embedded import databases
from feedback.embedded.databases import DATABASE, SUPERUSER, Urls
from feedback.embedded.errors import StartError
from feedback.embedded.identity import short_name, unprivileged
from feedback.embedded.postgres import Cluster
from feedback.embedded.valkey import Broker

# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
_LONGEST_SOCKET = 100
_LONGEST_NAME = len("/.s.PGSQL.5432")


class Stores:
    """The embedded PostgreSQL and Valkey of one folder.

    `var` holds the data (`pg`, `valkey`), the logs (`log`) and the sockets (`run`);
    `durable` False leaves out fsync, for tests that kill no machine.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.var = var.resolve()
        self.durable = durable

    @cached_property
    def sockets(self) -> Path:
        """The folder of both unix sockets."""
        return socket_folder(self.var / "run")

    @cached_property
    def postgres(self) -> Cluster:
        """The PostgreSQL; looked for on the machine when first asked for."""
        log = self.var / "log" / "postgresql.log"
        return Cluster(self.var / "pg", self.sockets, log, durable=self.durable)

    @cached_property
    def valkey(self) -> Broker:
        """The Valkey or Redis; looked for on the machine when first asked for."""
        return Broker(self.var / "valkey", self.sockets, self.var / "log" / "valkey.log")

    def __enter__(self) -> Stores:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Stores:
        """Start both; when the second fails the first is stopped. Raises StartError."""
        try:
            self.postgres.start()
            self.valkey.start()
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def postgres_text(self) -> str:
        """Which PostgreSQL serves, for a line on the terminal."""
        return f"PostgreSQL {self.postgres.engine.text} ({self.postgres.engine.source})"

    @property
    def valkey_text(self) -> str:
        """Which Valkey or Redis serves, for a line on the terminal."""
        engine = self.valkey.engine
        name = "Redis" if "redis" in engine.path.name else "Valkey"
        return f"{name} {engine.text} ({engine.source})"

    def stop(self) -> None:
        """Stop both; the data stays. A socket folder outside `var` is removed."""
        if "valkey" in self.__dict__:
            self.valkey.stop()
        if "postgres" in self.__dict__:
            self.postgres.stop()
        if self.sockets.parent != self.var:
            with contextlib.suppress(OSError):
                self.sockets.rmdir()

    def urls(self, database: str = DATABASE) -> Urls:
        """The addresses of one database by its three roles."""
        return databases.urls(self.sockets, database)

    @property
    def owner_url(self) -> str:
        """The address for migrations (FEEDBACK_MIGRATION_URL)."""
        return self.urls().owner

    @property
    def web_url(self) -> str:
        """The address for the web processes (FEEDBACK_DATABASE_URL)."""
        return self.urls().web

    @property
    def worker_url(self) -> str:
        """The address for the workers (FEEDBACK_WORKER_URL)."""
        return self.urls().worker

    @property
    def superuser_url(self) -> str:
        """The address as superuser, whom row-level security does not bind."""
        return databases.url(self.sockets, SUPERUSER, DATABASE)

    @property
    def redis_url(self) -> str:
        """The address of Valkey (FEEDBACK_REDIS_URL)."""
        return self.valkey.url

    def create_database(self, name: str, template: str | None = None) -> Urls:
        """Make a database for one test process; `template` names one to copy, unused at that moment."""
        return databases.create_database(self.sockets, name, template)

    def drop_database(self, name: str) -> None:
        """Remove a database, cutting off who is connected."""
        databases.drop_database(self.sockets, name)

    def kill_postgres(self) -> None:
        """SIGKILL PostgreSQL."""
        self.postgres.kill()

    def restart_postgres(self) -> None:
        """Start PostgreSQL again after `kill_postgres`, or stop and start it; waits for its recovery."""
        self.postgres.stop()
        self.postgres.start()

    def kill_valkey(self) -> None:
        """SIGKILL Valkey."""
        self.valkey.kill()

    def restart_valkey(self) -> None:
        """Start Valkey again after `kill_valkey`, or stop and start it."""
        self.valkey.stop()
        self.valkey.start()


def socket_folder(wanted: Path) -> Path:
    """A folder for unix sockets: `wanted`, or where its path is too long one in the temporary folder.

    Only our own user may enter it. Raises StartError when a stranger has taken the name.
    """
    wanted.mkdir(parents=True, exist_ok=True)
    if len(os.fsencode(wanted)) + _LONGEST_NAME <= _LONGEST_SOCKET and _reachable(wanted):
        wanted.chmod(0o700)
        return wanted
    base = Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > _LONGEST_SOCKET // 2:
        base = Path("/tmp")  # noqa: S108 (the folder inside is ours alone, which is checked)
    folder = base / f"hoi-am-{os.geteuid()}-{short_name(wanted)}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    state = folder.lstat()
    ours = {os.geteuid(), *(unprivileged().user or ())[:1]}
    if not stat.S_ISDIR(state.st_mode) or state.st_mode & 0o077 or state.st_uid not in ours:
        raise StartError(
            f"{folder} is not a folder of ours alone.", f"look what it is and remove it: {folder}"
        )
    return folder


def _reachable(folder: Path) -> bool:
    return unprivileged().reaches(folder.parent)


def start_test_stores(directory: Path, *, durable: bool = False) -> Stores:
    """Start stores for tests in `directory`; the caller calls `stop()`.

    They end with the calling process, even when that is killed. `durable` True keeps
    fsync on, for tests that kill PostgreSQL and count what is left.
    """
    return Stores(directory, durable=durable).start()
