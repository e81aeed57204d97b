"""Starting and ending one process that must not outlive us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from feedback.embedded import leash, undertaker
from feedback.embedded.identity import Identity

_LARGEST_LOG = 5_000_000
_STEP = 0.02


@dataclass(slots=True)
class Undertaker:
    """The process that ends our children when we cannot; see undertaker.py."""

    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    def __enter__(self) -> Undertaker:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", undertaker.__file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.communicate(timeout=undertaker.GRACE + 5)

    def watch(self, child: Child) -> None:
        """End the child's process group should we be killed."""
        self._tell(f"+{child.pid} {int(child.stop_signal)}")

    def forget(self, child: Child) -> None:
        """The child has ended: its number may soon be another's."""
        self._tell(f"-{child.pid}")

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()


@dataclass(slots=True)
class Child:
    """A running process, first of its own session and process group."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals

    @property
    def pid(self) -> int:
        """The process number, which is the number of its group too."""
        return self.process.pid

    def ended(self) -> int | None:
        """The exit code (negative: the signal), or None while it runs."""
        return self.process.poll()

    def stop(self, seconds: float, number: signal.Signals | None = None) -> bool:
        """Ask the child to end, wait at most `seconds`, then kill its whole group.

        Returns whether it ended by itself. Nothing of its group is left afterwards.
        """
        self._signal(self.pid if self.ended() is None else None, number or self.stop_signal)
        try:
            self.process.wait(seconds)
            willing = True
        except subprocess.TimeoutExpired:
            willing = False
        self.kill()
        return willing

    def kill(self) -> None:
        """SIGKILL the whole process group and wait for its first process to be gone."""
        self.kill_without_waiting()
        self.process.wait()

    def kill_without_waiting(self) -> None:
        """SIGKILL the whole process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    @staticmethod
    def _signal(pid: int | None, number: signal.Signals) -> None:
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def last_lines(self, count: int = 8) -> list[str]:
        """The last lines of the child's log."""
        return last_lines(self.log, count)


def last_lines(log: Path, count: int) -> list[str]:
    """The last `count` lines of a log, without reading all of it; none when it does not exist."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - 16_384))
            text = stream.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]


def spawn(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    identity: Identity | None = None,
) -> Child:
    """Start `command` in a session of its own, on the leash, its output appended to `log`.

    Call it from the main thread only: Linux counts the thread that started a process as
    its parent, so that a thread's end would end the child.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    who = identity or Identity()
    words = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(int(stop_signal))]
    if who.user is not None:
        words += [str(number) for number in who.user]
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [*words, "--", *who.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=dict(os.environ if environment is None else environment),
            cwd=folder,
            start_new_session=True,
        )
    return Child(name, process, log, stop_signal)


def wait_until_gone(pid: int, seconds: float) -> bool:
    """Wait for a process that is not our child; returns whether it is gone."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
        time.sleep(_STEP)
    return False


def command_line(pid: int) -> str:
    """The words a process was started with, or nothing when there is no such process."""
    try:
        if Path("/proc/self").exists():
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
