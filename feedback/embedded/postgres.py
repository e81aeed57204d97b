"""The embedded PostgreSQL: one cluster in one folder, on a unix socket of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg

from feedback.embedded import databases
from feedback.embedded.binaries import Engine, find_postgres
from feedback.embedded.errors import StartError
from feedback.embedded.identity import Identity, reachable_home, unprivileged
from feedback.embedded.processes import Child, command_line, spawn, wait_until_gone

_START_SECONDS = 90.0
_STOP_SECONDS = 20.0
_STEP = 0.03


class Cluster:
    """A PostgreSQL that belongs to this installation alone.

    `data` is the data folder, made when missing; `sockets` a folder with a short path;
    `durable` False trades safety at a crash for speed, for tests only.
    """

    def __init__(self, data: Path, sockets: Path, log: Path, *, durable: bool = True) -> None:
        self.sockets = sockets
        self.log = log
        self.durable = durable
        self.child: Child | None = None
        self.identity: Identity = unprivileged()
        self.data = data
        if self.identity.user is not None:
            home = reachable_home(self.identity, data.parent)
            self.data = home / data.name
        self.engine: Engine = find_postgres(self._made_by())

    def _made_by(self) -> int | None:
        version = self.data / "PG_VERSION"
        try:
            return int(version.read_text().strip())
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise StartError(
                f"{self.data} belongs to another user of this machine.",
                f"run as that user, or give the folder back (chown -R {os.geteuid()} {self.data}).",
            ) from error

    def start(self) -> Child:
        """Make the cluster when missing, start it, wait until it answers, and lay roles and database.

        Raises StartError with the server's last words when it does not answer in time.
        """
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._check_owner()
        self._clear_stale_lock()
        self.identity.own(self.sockets)
        self.child = self._launch()
        try:
            self._wait()
            databases.lay_roles(self.sockets)
            databases.create_database(self.sockets, databases.DATABASE)
        except BaseException:
            self.kill()
            raise
        return self.child

    def _launch(self) -> Child:
        return self._run("postgresql", "postgres", "-D", str(self.data), *self._options())

    def _run(self, name: str, program: str, *arguments: str) -> Child:
        return spawn(
            name,
            [str(self._program(program)), *arguments],
            log=self.log,
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            folder=Path("/"),
            stop_signal=signal.SIGINT,
            identity=self.identity,
        )

    def stop(self) -> None:
        """End the server with a clean checkpoint; sessions still open are cut off."""
        if self.child is not None:
            self.child.stop(_STOP_SECONDS)
            self.child = None

    def kill(self) -> None:
        """SIGKILL the server, as a failing machine would, and wait for its sessions to be gone."""
        if self.child is not None:
            self.child.kill()
            self.child = None

    def _program(self, name: str) -> Path:
        """The path of a program of the engine, copied where a plain user cannot read ours."""
        folder = self.engine.path.parent
        if self.identity.user is None or self.identity.reaches(folder):
            return folder / name
        copy = reachable_home(self.identity, self.data.parent) / f"postgresql-{self.engine.text}"
        if not copy.exists():
            shutil.copytree(folder.parent, copy.with_suffix(".part"), dirs_exist_ok=True, symlinks=True)
            copy.with_suffix(".part").rename(copy)
        return copy / "bin" / name

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "shared_buffers": "128MB",
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_destination": "stderr",
            "lc_messages": "C",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _make(self) -> None:
        """Run initdb in a folder beside the final one, so that a killed one leaves no half of a cluster."""
        if self.data.exists() and any(self.data.iterdir()):
            raise StartError(
                f"{self.data} holds something that is not a PostgreSQL cluster.",
                f"look what it is and put it aside (mv {self.data} {self.data}.old).",
            )
        self.data.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.data.with_name(self.data.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.identity.own(unfinished)
        arguments = ["-D", str(unfinished), "-U", databases.SUPERUSER, "-k", "--auth=trust"]
        arguments += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        if not self.durable:
            arguments.append("--no-sync")
        child = self._run("initdb", "initdb", *arguments)
        try:
            code = child.process.wait(_START_SECONDS)
        except subprocess.TimeoutExpired:
            code = -signal.SIGKILL
        finally:
            child.kill()
        if code != 0:
            raise StartError(
                f"initdb failed ({code}): {' / '.join(child.last_lines(3))}.",
                f"see {self.log}; free disk space?",
            )
        if self.data.exists():
            self.data.rmdir()
        unfinished.rename(self.data)

    def _check_owner(self) -> None:
        owner = self.data.stat().st_uid
        wanted = self.identity.user[0] if self.identity.user else os.geteuid()
        if owner != wanted:
            raise StartError(
                f"{self.data} belongs to user {owner}, and PostgreSQL would run as user {wanted}.",
                f"run as that user, or give the folder over (chown -R {wanted} {self.data}).",
            )

    def _clear_stale_lock(self) -> None:
        """Wait for a predecessor that is still ending; remove the lock file of one that is gone.

        PostgreSQL itself takes any living process with the noted number for its
        predecessor, although numbers are given out anew after a restart of the machine.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        if _is_postgres(pid, self.data) and not wait_until_gone(pid, _STOP_SECONDS):
            raise StartError(
                f"A PostgreSQL (process {pid}) still runs on {self.data}.", f"end it with: kill -INT {pid}"
            )
        lock.unlink(missing_ok=True)

    def _wait(self) -> None:
        assert self.child is not None  # noqa: S101 (set by start, just above)
        until = time.monotonic() + _START_SECONDS
        refused = 0
        while True:
            code = self.child.ended()
            if code is not None:
                words = " / ".join(self.child.last_lines(3))
                # Sessions of a killed predecessor may need a moment to notice that it is gone.
                if "shared memory block is still in use" in words and refused < 20:
                    refused += 1
                    time.sleep(0.25)
                    self.child = self._launch()
                    continue
                raise StartError(f"PostgreSQL ended at once ({code}): {words}", f"see {self.log}.")
            with contextlib.suppress(psycopg.OperationalError), databases.connect(self.sockets):
                return
            if time.monotonic() > until:
                raise StartError(
                    f"PostgreSQL does not answer after {_START_SECONDS:.0f} s.", f"see {self.log}."
                )
            time.sleep(_STEP)


def _is_postgres(pid: int, data: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server that works on folder `data`."""
    words = command_line(pid)
    return "postgres" in words and str(data) in words
