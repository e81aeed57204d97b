"""Training the province's classifier, in a process of its own that ends with this one.

Training needs more memory than a worker should keep: it runs as `feedback model train --own-cases`, at
low priority and with a bound on its memory. The work row is held under a lease meanwhile.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session, sessionmaker

import feedback.embedded.leash
from feedback import clock
from feedback.db import WORKER, transaction
from feedback.services.learning import runs
from workers.app import app
from workers.process import heard, sessions

LONGEST = 13 * 60.0
"""Seconds that training may take: the task itself is ended after fifteen minutes, the lease after twenty."""

COMMAND = (sys.executable, "-m", "feedback.cli", "model", "train", "--own-cases")
_LEASH = Path(feedback.embedded.leash.__file__)
_log = structlog.get_logger(__name__)


@app.task(name="workers.learning.begin")  # type: ignore[untyped-decorator]
def begin() -> None:
    """Ask for the weekly run when it is due, each night."""
    with transaction(sessions(), WORKER) as session:
        runs.begin_week(session, clock.now())


@app.task(name="workers.learning.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Do the run that waits, if one does."""
    heard("learning")
    work_through(sessions(), clock.now)


def work_through(
    makers: sessionmaker[Session], now: Callable[[], datetime], command: Sequence[str] = COMMAND
) -> bool:
    """Run `command` for the run that waits; gives whether one did and ended well."""
    work_id = runs.take(makers, now())
    if work_id is None:
        return False
    error = _run(command)
    runs.end(makers, work_id, now(), error)
    if error is not None:
        _log.error("learning_failed", error=error)
    return error is None


def _run(command: Sequence[str]) -> str | None:
    """Run a command that dies with this process; gives what went wrong, without its output."""
    leash = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), str(int(signal.SIGKILL)), "--"]
    try:
        # Nothing of a message is in the arguments; what the command logs goes to this worker's log.
        ended = subprocess.run([*leash, *command], stdout=subprocess.DEVNULL, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return f"not done within {LONGEST:.0f} seconds"
    return None if ended.returncode == 0 else f"ended with {ended.returncode}"
