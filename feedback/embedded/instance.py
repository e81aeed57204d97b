"""Which process holds a `var` folder, and how others find its stores.

The holder keeps a lock that the system takes back when it dies, however it dies, so a
stale one cannot exist. Beside it lies the environment of the running instance.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from feedback.embedded.errors import StartError
from feedback.embedded.stores import Stores

LOGINS = "demo-logins.json"
"""The demonstration's logins under `var`: role_vi, role_en, name, email, password of each."""

_STEP = 0.1
_GLANCE = 0.02
_PATIENCE = 60.0
SUPERVISOR = "supervisor"
COMMAND = "command"


class Instance:
    """The place under `var` where a running instance is noted."""

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        self.folder = self.var / "run"
        self.environment_file = self.folder / "environment"
        self._lock_file = self.folder / "lock"

    @contextlib.contextmanager
    def hold(self, kind: str, note: str = "") -> Iterator[None]:
        """Be the one process on this folder; `note` (an address) is what others are told.

        Raises StartError when another holds it, or when the folder is not ours to write.
        """
        with self._open() as stream:
            # One who only looks takes the lock for a moment.
            if not any(_try_lock(stream, _GLANCE) for _ in range(10)):
                raise StartError(self._taken(stream), "use that one, or stop it first (Ctrl-C there).")
            stream.truncate(0)
            stream.write(f"{os.getpid()} {kind} {note}\n")
            stream.flush()
            self.environment_file.unlink(missing_ok=True)
            try:
                yield
            finally:
                self.environment_file.unlink(missing_ok=True)
                stream.seek(0)
                stream.truncate(0)

    def holder(self) -> tuple[int, str, str] | None:
        """Process number, kind and note of the holder, or None when nobody holds the folder."""
        if not self._lock_file.exists():
            return None
        with self._open() as stream:
            if _try_lock(stream):
                return None
            return _read(stream)

    def publish(self, environment: Mapping[str, str]) -> None:
        """Leave the environment for commands that come while we run; only our user may read it."""
        fresh = self.environment_file.with_suffix(".new")
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.writelines(f"{name}={value}\n" for name, value in sorted(environment.items()))
        fresh.replace(self.environment_file)

    def published(self) -> dict[str, str]:
        """The environment that the holder left, or nothing when it has not come so far."""
        try:
            lines = self.environment_file.read_text().splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def secret_key(self) -> str:
        """The secret of this demonstration, made once and kept, so that sessions outlive a restart."""
        place = self.var / "secret_key"
        if not place.exists():
            fresh = place.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48) + "\n")
            fresh.replace(place)
        return place.read_text().strip()

    def _open(self) -> IO[str]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return self._lock_file.open("a+")
        except PermissionError as error:
            raise StartError(
                f"{self.var} belongs to another user of this machine.",
                f"run as that user, or give the folder over (chown -R $(id -u) {self.var}).",
            ) from error
        except OSError as error:
            raise StartError(f"{self.folder} cannot be written: {error.strerror}.") from error

    def _taken(self, stream: IO[str]) -> str:
        pid, kind, note = _read(stream)
        if kind == COMMAND:
            return f"A command (process {pid}) is at work on {self.var}."
        return f"It is already running: process {pid}{', ' + note if note else ''}."


def _try_lock(stream: IO[str], pause: float = 0.0) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(pause)
        return False
    return True


def _read(stream: IO[str]) -> tuple[int, str, str]:
    stream.seek(0)
    words = [*stream.read().strip().split(" ", 2), "", "", ""]
    return int(words[0] or 0), words[1] or SUPERVISOR, words[2]


def store_environment(stores: Stores) -> dict[str, str]:
    """The variables that name the stores."""
    return {
        "FEEDBACK_DATABASE_URL": stores.web_url,
        "FEEDBACK_WORKER_URL": stores.worker_url,
        "FEEDBACK_MIGRATION_URL": stores.owner_url,
        "FEEDBACK_REDIS_URL": stores.redis_url,
    }


def demonstration_environment(instance: Instance, address: str, smtp: str) -> dict[str, str]:
    """The variables of a demonstration beside those of the stores.

    `address` is where the browser finds it; `smtp` the address of the mail catcher.
    """
    return {
        "FEEDBACK_ENV": "demonstration",
        "FEEDBACK_BASE_URL": address,
        "FEEDBACK_SECRET_KEY": instance.secret_key(),
        "FEEDBACK_SMTP_URL": smtp,
        "FEEDBACK_STORAGE_URL": (instance.var / "files").as_uri(),
        "FEEDBACK_VAR": str(instance.var),
        "FEEDBACK_LOGINS_FILE": str(instance.var / LOGINS),
    }


@contextlib.contextmanager
def attach_or_start(var: Path, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment for one command: of the installation, of what runs, or of stores for this call.

    An `environ` that names a database is taken as it is: the operator has decided. Else the
    instance that `make run` started on `var` is used, and where none runs the stores are
    started, and stopped when the block ends. Raises StartError.
    """
    if environ.get("FEEDBACK_DATABASE_URL"):
        yield dict(environ)
        return
    instance = Instance(var)
    until = time.monotonic() + _PATIENCE
    while (holder := instance.holder()) is not None:
        published = instance.published()
        if holder[1] == SUPERVISOR and published:
            yield {**environ, **published}
            return
        if time.monotonic() > until:
            raise StartError(f"Process {holder[0]} has held {instance.var} for a minute.", "try again later.")
        time.sleep(_STEP)
    with instance.hold(COMMAND), Stores(instance.var) as stores:
        # No mail catcher runs: messages stay in their rows until the next `make run`.
        rest = demonstration_environment(instance, "http://127.0.0.1:8000", "smtp://127.0.0.1:9")
        yield {**rest, **environ, **store_environment(stores)}
