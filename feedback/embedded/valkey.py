"""The embedded Valkey (or Redis), which carries Celery's doorbells and the rate limits."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from feedback.embedded.binaries import Engine, find_redis
from feedback.embedded.errors import StartError
from feedback.embedded.processes import Child, spawn

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_STEP = 0.02


class Broker:
    """A Valkey of this installation alone, on a unix socket without a TCP port.

    What it holds may be lost without harm: work is kept in rows. The append-only file
    spares the waiting for the sweeper after a restart.
    """

    def __init__(self, data: Path, sockets: Path, log: Path) -> None:
        self.data = data
        self.socket = sockets / "valkey.sock"
        self.log = log
        self.child: Child | None = None
        self.engine: Engine = find_redis()

    @property
    def url(self) -> str:
        """The address as redis-py writes it: ``unix:///path``."""
        return f"unix://{self.socket}"

    def start(self) -> Child:
        """Start the server and wait until it answers.

        Raises StartError with its last words when it ends or does not answer in time.
        """
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        command = [
            str(self.engine.path), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(self.data), "--appendonly", "yes", "--save", "", "--daemonize", "no",
            "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        self.socket.unlink(missing_ok=True)
        self.child = spawn(
            "valkey",
            command,
            log=self.log,
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            folder=self.data,
            stop_signal=signal.SIGTERM,
        )
        try:
            self._wait(self.child)
        except BaseException:
            self.kill()
            raise
        return self.child

    def stop(self) -> None:
        """End the server, its file written."""
        if self.child is not None:
            self.child.stop(_STOP_SECONDS)
            self.child = None

    def kill(self) -> None:
        """SIGKILL the server, as a failing machine would."""
        if self.child is not None:
            self.child.kill()
            self.child = None

    def _wait(self, child: Child) -> None:
        until = time.monotonic() + _START_SECONDS
        client = redis.Redis(unix_socket_path=str(self.socket), retry=Retry(NoBackoff(), 0))
        try:
            while True:
                code = child.ended()
                if code is not None:
                    words = " / ".join(child.last_lines(3))
                    raise StartError(
                        f"Valkey ended at once ({code}): {words}",
                        f"it holds nothing that cannot be missed: mv {self.data} {self.data}.old",
                    )
                try:
                    client.ping()
                except redis.RedisError:
                    pass
                else:
                    return
                if time.monotonic() > until:
                    raise StartError(
                        f"Valkey does not answer after {_START_SECONDS:.0f} s.", f"see {self.log}."
                    )
                time.sleep(_STEP)
        finally:
            client.close()
