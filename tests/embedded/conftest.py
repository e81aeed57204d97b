"""What the tests of the supervisor share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.running import Running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts small products on one folder; all have ended after the test."""
    started: list[Running] = []

    def begin(**options: object) -> Running:
        var = tmp_path / f"var{len(started) if options.pop('elsewhere', False) else ''}"
        running = Running(var, **options)  # type: ignore[arg-type]
        started.append(running)
        return running

    yield begin
    for running in started:
        running.close()
