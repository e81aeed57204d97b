"""Real processes of the product for tests that kill them, always by their own number."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.embedded.leash import __file__ as LEASH
from feedback.embedded.mailcatcher import HOST
from feedback.embedded.ports import free_port, listens

ROOT = Path(__file__).resolve().parents[2]
_NUMBERS = itertools.count(1)
_LEFT = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")


class Process:
    """A process in a session of its own, on a leash: it ends when the test process does.

    PostgreSQL knows its connections by `name`, which those of its children carry too.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = f"killable-{os.getpid()}-{next(_NUMBERS)}"
        words = [sys.executable, "-I", "-S", LEASH, str(os.getpid()), str(int(signal.SIGTERM)), "--"]
        with log.open("ab") as stream:
            self._process = subprocess.Popen(
                [*words, *command],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PGAPPNAME": self.name, **environment},
                cwd=ROOT,
                start_new_session=True,
            )
        self.log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """SIGKILL it and its children: its whole process group."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(10)

    def kill_and_wait(self, sessions: sessionmaker[Session]) -> None:
        """Kill it, and wait until PostgreSQL has let go of what it held."""
        self.kill()
        self.wait_until_let_go(sessions)

    def wait_until_let_go(self, sessions: sessionmaker[Session]) -> None:
        """Wait until no connection of the killed process is left in PostgreSQL.

        Its locks, its turns and the rows it claimed stay held until its backends have noticed the closed
        sockets: soon after its death, not at once. Whoever looks earlier finds them taken.
        """

        def let_go() -> bool:
            with db.transaction(sessions, db.WORKER) as session:
                return not session.scalar(_LEFT, {"name": self.name})

        wait_for(let_go, 30, "the end of a killed process's connections")

    def stop(self, seconds: float = 10) -> None:
        """Ask it to end; kill what is left of its group after `seconds`."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self.kill()


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `condition` gives something true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come about in {seconds} s")
        time.sleep(0.02)


def python(code: str, environment: Mapping[str, str], log: Path) -> Process:
    """A Python process that runs `code`."""
    return Process([sys.executable, "-c", code], environment, log)


def celery_worker(environment: Mapping[str, str], log: Path, concurrency: int = 2) -> Process:
    """A Celery worker of the product."""
    words = ["-A", "workers.app", "worker", "--concurrency", str(concurrency), "--loglevel", "INFO"]
    return Process(
        [sys.executable, "-m", "celery", *words, "--without-gossip", "--without-mingle"], environment, log
    )


@contextmanager
def mail_catcher(folder: Path) -> Iterator[tuple[str, Path]]:
    """The demonstration's mail server; gives its FEEDBACK_SMTP_URL and the Maildir."""
    port, box = free_port(), folder / "mailbox"
    process = Process(
        [sys.executable, "-m", "feedback.embedded.mailcatcher", str(port), str(box)], {}, folder / "mail.log"
    )
    try:
        wait_for(lambda: listens(port), 15, "the mail catcher")
        yield f"smtp://{HOST}:{port}", box
    finally:
        process.stop()
