"""Keep a handful of processes alive, and leave none when we go.

Services start in order, each when the one before answers, and end in the reverse order.
One that dies is started again, after a pause that grows; one that keeps dying at once
makes the whole give up with its last words. Three nets catch the children when we are
ended: the orderly stop, the leash (leash.py), and the undertaker (undertaker.py).
"""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from feedback.embedded.errors import StartError
from feedback.embedded.processes import Child, Undertaker

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0
_STABLE_SECONDS = 30.0
_MOST_FAILURES = 6
_GLANCE = 1.0
_READY_STEP = 0.1
_ONCE_STEP = 0.3
_ONCE_PATIENCE = 5.0


class Stop(BaseException):
    """Somebody asked us to end (Ctrl-C, SIGTERM, SIGHUP); unwinds from wherever we are."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process to keep alive.

    ``start`` starts it anew each time; ``ready`` (optional) says whether it serves, asked for at
    most ``ready_seconds``; ``stop_seconds`` is its time to end before it is killed.
    """

    name: str
    start: Callable[[], Child]
    stop_seconds: float = 10.0
    ready: Callable[[], bool] | None = None
    ready_seconds: float = 60.0


@dataclass(slots=True)
class _Kept:
    service: Service
    child: Child | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Starts services, restarts them, stops them. Use it in the main thread, as a context manager.

    `say` hears one line for every event. Leaving the block stops everything.
    """

    say: Callable[[str], None]
    _kept: list[_Kept] = field(default_factory=list, init=False)
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, init=False)
    _undertaker: Undertaker = field(default_factory=Undertaker, init=False)
    _bell: socket.socket | None = field(default=None, init=False)
    _stopping: bool = field(default=False, init=False)

    def __enter__(self) -> Supervisor:
        self._stack.enter_context(self._signals())
        self._stack.enter_context(self._undertaker)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping = True
        self._stack.close()

    def add(self, service: Service) -> None:
        """Start a service, wait until it is ready, and keep it from now on. Raises StartError."""
        kept = _Kept(service)
        self._stack.callback(self._end, kept)
        self._kept.append(kept)
        self._start(kept)
        self._await_ready(kept)

    def once(self, child: Child, tick: Callable[[], None]) -> int:
        """Wait for a process that ends by itself, calling `tick` meanwhile; returns its exit code."""
        self._undertaker.watch(child)
        try:
            while (code := child.ended()) is None:
                self._listen(_ONCE_STEP)
                tick()
        except BaseException:
            child.stop(_ONCE_PATIENCE)
            raise
        finally:
            self._undertaker.forget(child)
        tick()
        return code

    def run(self) -> None:
        """Keep the services alive until Stop; raises StartError when one keeps dying."""
        while True:
            now = time.monotonic()
            pause = _GLANCE
            for kept in self._kept:
                if kept.child is not None and kept.child.ended() is not None:
                    self._note_death(kept, now)
                if kept.child is None:
                    if kept.again_at <= now:
                        self._try_again(kept)
                    else:
                        pause = min(pause, kept.again_at - now)
            self._listen(pause)

    def _start(self, kept: _Kept) -> None:
        kept.child = kept.service.start()
        kept.started = time.monotonic()
        self._undertaker.watch(kept.child)

    def _await_ready(self, kept: _Kept) -> None:
        service = kept.service
        until = time.monotonic() + service.ready_seconds
        while service.ready is not None and not service.ready():
            if kept.child is not None and kept.child.ended() is not None:
                raise StartError(self._last_words(kept.child, "ended at once"))
            if time.monotonic() > until:
                words = f"does not answer after {service.ready_seconds:.0f} s"
                raise StartError(self._last_words(kept.child, words) if kept.child else words)
            time.sleep(_READY_STEP)

    def _note_death(self, kept: _Kept, now: float) -> None:
        child = kept.child
        if child is None:
            return
        code = child.ended()
        child.kill()
        self._undertaker.forget(child)
        kept.child = None
        stable = now - kept.started > _STABLE_SECONDS
        kept.failures = 1 if stable else kept.failures + 1
        how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        if kept.failures >= _MOST_FAILURES:
            raise StartError(self._last_words(child, f"keeps ending ({how}), {kept.failures} times in a row"))
        pause = min(_FIRST_PAUSE * 2 ** (kept.failures - 1), _LONGEST_PAUSE)
        kept.again_at = now + pause
        self.say(f"{kept.service.name} ended ({how}); starting it again in {pause:.1f} s")

    def _try_again(self, kept: _Kept) -> None:
        try:
            self._start(kept)
        except StartError as error:
            kept.failures += 1
            if kept.failures >= _MOST_FAILURES:
                raise
            kept.again_at = time.monotonic() + min(_FIRST_PAUSE * 2**kept.failures, _LONGEST_PAUSE)
            self.say(f"{kept.service.name} does not start: {error.problem}")
        else:
            self.say(f"{kept.service.name} runs again (process {kept.child.pid if kept.child else 0})")

    def _end(self, kept: _Kept) -> None:
        child = kept.child
        if child is None:
            return
        self.say(f"stopping {kept.service.name}")
        if not child.stop(kept.service.stop_seconds):
            self.say(f"{kept.service.name} did not end in {kept.service.stop_seconds:.0f} s and was killed")
        self._undertaker.forget(child)
        kept.child = None

    @staticmethod
    def _last_words(child: Child, what: str) -> str:
        lines = "".join(f"\n    {line}" for line in child.last_lines())
        return f"{child.name} {what}. Its last words ({child.log}):{lines}"

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Hear Ctrl-C, SIGTERM, SIGHUP and the death of children; put all back at the end."""
        hear, ring = socket.socketpair()
        for end in (hear, ring):
            end.setblocking(False)
        handlers = {
            signal.SIGINT: self._on_stop,
            signal.SIGTERM: self._on_stop,
            signal.SIGHUP: self._on_stop,
            signal.SIGCHLD: lambda *_: None,
        }
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        waker = signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
        self._bell = hear
        try:
            yield
        finally:
            signal.set_wakeup_fd(waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._bell = None
            hear.close()
            ring.close()

    def _on_stop(self, number: int, _: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            raise Stop(number)
        # A second time: whoever asks does not want to wait. Both stores recover from it.
        for kept in self._kept:
            if kept.child is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kept.child.kill_without_waiting()

    def _listen(self, seconds: float) -> None:
        """Sleep until a signal comes, at most `seconds`."""
        if self._bell is None:
            time.sleep(seconds)
            return
        self._bell.settimeout(max(seconds, 0.001))
        with contextlib.suppress(TimeoutError, BlockingIOError):
            self._bell.recv(4096)
