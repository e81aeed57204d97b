"""Drives small_product.py as a process, and tells which processes it has under it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from feedback.embedded.ports import answers, free_port
from feedback.embedded.processes import command_line

_PROGRAM = Path(__file__).parent / "small_product.py"


def parents() -> dict[int, int]:
    """Every living process of this machine with its parent; zombies are dead."""
    found = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split() for line in found.splitlines())
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def descendants(root: int) -> set[int]:
    """The processes that stem from `root`, without itself."""
    known = parents()
    found: set[int] = set()
    fresh = {root}
    while fresh:
        fresh = {pid for pid, parent in known.items() if parent in fresh}
        found |= fresh
    return found


def until(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Wait for a condition; returns whether it came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


class Running:
    """One small product on a folder and a port; ended, whatever the test did, by `close`.

    `under` is a command that starts it as its child, as `make` does.
    """

    def __init__(
        self, var: Path, port: int | None = None, under: tuple[str, ...] = (), **environ: str
    ) -> None:
        self.var = var
        self.port = port or free_port()
        self.output_file = var.with_suffix(".out")
        foreign = ("FEEDBACK_", "MAKE")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        with self.output_file.open("wb") as stream:
            self.process = subprocess.Popen(
                [*under, sys.executable, str(_PROGRAM), "--var", str(var), "--port", str(self.port)],
                stdout=stream,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env={**clean, **environ},
                start_new_session=True,
            )
        self.seen: set[int] = set()

    @property
    def output(self) -> str:
        """What the terminal has shown so far."""
        return self.output_file.read_text(errors="replace")

    def wait_until_up(self) -> None:
        """Wait for the panel, and note the processes."""
        assert until(lambda: "Hồi Âm" in self.output or self.process.poll() is not None, 60), self.output
        assert self.process.poll() is None, self.output
        assert answers(self.port, "/healthz")
        # The worker's own child comes a moment after the worker.
        assert until(lambda: self.log("worker").startswith("child"))
        self.look()

    def look(self) -> set[int]:
        """Note the processes that there are now, and give them."""
        now = descendants(self.process.pid)
        self.seen |= now
        return now

    def log(self, name: str) -> str:
        """The log of a process, as far as it is written."""
        place = self.var / "log" / f"{name}.log"
        return place.read_text(errors="replace") if place.exists() else ""

    def pid_of(self, words: str) -> int:
        """The process under ours whose command line holds `words`."""
        for pid in descendants(self.process.pid):
            if words in command_line(pid):
                return pid
        raise AssertionError(f"no process with {words!r} under {self.process.pid}")

    def end(self, number: signal.Signals, seconds: float = 40.0) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        self.look()
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def left(self) -> set[int]:
        """Which of the processes ever noted are still alive."""
        return self.seen & set(parents())

    def close(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self.process.poll() is None:
            self.look()
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pid in self.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
