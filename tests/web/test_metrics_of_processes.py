"""Figures of a server with several processes: whoever is asked tells the sum of all."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedback.embedded import gunicorn_conf
from feedback.embedded.ports import HOST, free_port, listens
from tests.workers.processes import Process, wait_for

pytestmark = pytest.mark.slow

# The product's own counting and gunicorn settings, with a page that names its process.
SERVER = """
import os
from datetime import UTC, datetime
from flask import Flask
from feedback.queries.administration.state_of_work import Figures
from feedback.web import metrics

NOTHING = Figures(0, 0, 0.0, {"pending": 0, "failed": 0}, 0.0, None, rules_broken=0)

def make():
    app = Flask("small")
    metrics.register(app)
    app.add_url_rule("/who", "who", lambda: str(os.getpid()))
    app.add_url_rule("/metrics", "figures", lambda: metrics.exposition(NOTHING, datetime.now(UTC)))
    return app
"""
COUNT = re.compile(r'feedback_request_seconds_count\{endpoint="who",method="GET",status="200"\} ([\d.]+)')


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """The port of a gunicorn with two processes; a file of a former life lies in its folder."""
    port, folder = free_port(), tmp_path / "counts"
    folder.mkdir()
    (folder / "histogram_1.db").write_bytes(b"of a former life")
    (tmp_path / "small.py").write_text(SERVER, encoding="utf-8")
    process = Process(
        [sys.executable, "-m", "gunicorn", "--config", str(gunicorn_conf.__file__), "--chdir", str(tmp_path),
         "--keep-alive", "1", "small:make()"],
        {"PROMETHEUS_MULTIPROC_DIR": str(folder), "FEEDBACK_BIND": f"{HOST}:{port}",
         "FEEDBACK_WEB_PROCESSES": "2"},
        tmp_path / "web.log",
    )  # fmt: skip
    try:
        wait_for(lambda: listens(port), 20, "the server")
        yield port
    finally:
        process.stop()


def ask(port: int, path: str) -> str:
    """Ask on a connection of its own, so that any of the processes may answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def told(port: int) -> float:
    found = COUNT.search(ask(port, "/metrics"))
    assert found, "nothing was counted"
    return float(found[1])


def test_whoever_is_asked_tells_the_sum_of_all(server: int) -> None:
    asked: list[str] = []

    def both() -> bool:
        asked.append(ask(server, "/who"))
        return len(set(asked)) == 2

    wait_for(both, 30, "an answer of either process")
    assert [told(server) for _ in range(10)] == [len(asked)] * 10
    # What an ended process has counted stays in the sum.
    os.kill(int(asked[-1]), signal.SIGKILL)
    wait_for(lambda: ask_or_none(server) not in {None, asked[-1]}, 20, "another process")
    assert told(server) > len(asked)


def ask_or_none(port: int) -> str | None:
    try:
        return ask(port, "/who")
    except OSError:
        return None
