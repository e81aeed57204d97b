"""The whole product as processes that a test kills and starts again, as its supervisor would."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import redis

from feedback.embedded.gunicorn_conf import __file__ as GUNICORN
from feedback.embedded.ports import HOST, answers, free_port
from feedback.embedded.stores import Stores, start_test_stores
from tests.conftest import migrate
from tests.workers.conftest import environment_of
from tests.workers.processes import Process, celery_worker, mail_catcher, wait_for


class Site:
    """Web, worker and timetable on stores of their own that write durably."""

    def __init__(
        self, stores: Stores, environment: dict[str, str], port: int, folder: Path, box: Path
    ) -> None:
        self.stores = stores
        self.environment = environment
        self.port = port
        self.folder = folder
        self.box = box
        self.kills: list[str] = []
        self.processes: dict[str, Process] = {}
        for name in self._starters():
            self._start(name)

    @property
    def address(self) -> str:
        """Where the pages answer."""
        return f"http://{HOST}:{self.port}"

    def _starters(self) -> dict[str, Callable[[], Process]]:
        python = sys.executable
        return {
            "web": lambda: Process(
                [python, "-m", "gunicorn", "--config", GUNICORN, "feedback.app:create_app()"],
                self.environment, self.folder / "web.log",
            ),
            "worker": lambda: celery_worker(self.environment, self.folder / "worker.log", 2),
            "beat": lambda: Process(
                [python, "-m", "celery", "-A", "workers.app", "beat", "--loglevel", "WARNING"],
                self.environment, self.folder / "beat.log",
            ),
        }  # fmt: skip

    def _start(self, name: str) -> None:
        self.processes[name] = self._starters()[name]()

    def ready(self, seconds: float = 60) -> None:
        """Wait until the pages answer and the worker takes work: neither is part of how fast it does."""
        wait_for(lambda: answers(self.port, "/healthz"), seconds, "the pages")
        worker = self.processes["worker"]
        wait_for(lambda: b" ready" in worker.log.read_bytes(), seconds, "the worker")

    def tend(self) -> None:
        """Start again whatever ended by itself, as a supervisor does."""
        for name, process in self.processes.items():
            if process.ended() is not None:
                self._start(name)

    def strike(self, target: str) -> None:
        """Kill, or make forget, one part of the site, and bring it back."""
        self.kills.append(target)
        match target:
            case "postgres":
                self.stores.kill_postgres()
                self.stores.restart_postgres()
            case "valkey":
                self.stores.kill_valkey()
                self.stores.restart_valkey()
            case "flush":
                with redis.Redis.from_url(self.stores.redis_url) as broker:
                    broker.flushall()
            case _:
                self.processes[target].kill()
                self._start(target)

    def stop(self) -> None:
        """End every process."""
        for process in self.processes.values():
            process.stop()

    def campaign(self, targets: list[str], pause: float, goes_on: Callable[[], bool]) -> None:
        """Strike each of `targets` in turn, `pause` seconds apart, then tend the site while `goes_on`."""
        for target in targets:
            self._watch(pause)
            self.strike(target)
        while goes_on():
            self._watch(0.5)

    def _watch(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tend()
            time.sleep(0.1)


@contextmanager
def site(folder: Path, prepare: Callable[[Stores], None]) -> Iterator[Site]:
    """Start the whole site in `folder`, after `prepare` filled its migrated database."""
    with ExitStack() as stack:
        stores = start_test_stores(folder / "stores", durable=True)
        stack.callback(stores.stop)
        migrate(stores.urls())
        prepare(stores)
        smtp_url, box = stack.enter_context(mail_catcher(folder))
        port = free_port()
        environment = environment_of(stores.urls(), stores.redis_url, smtp_url, folder) | {
            "FEEDBACK_BIND": f"{HOST}:{port}",
            "FEEDBACK_BASE_URL": f"http://{HOST}:{port}",
            "FEEDBACK_PROXY_HOPS": "1",
            "FEEDBACK_ENV": "production",
        }
        found = Site(stores, environment, port, folder, box)
        stack.callback(found.stop)
        found.ready()
        yield found
