"""``feedback escalate``: a drill for a named moment, its figures, and the refusal of a moment gone by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedback.cli import main
from feedback.domain.calendar import VIETNAM
from feedback.embedded.databases import Urls
from tests.services.committed import CommittedStage, committed_stage
from tests.workers.conftest import environment_of


@pytest.fixture
def stage(
    fresh_database: Urls, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommittedStage]:
    """A case due on 23 November 2026, and an environment that names its stores."""
    for name, value in environment_of(fresh_database, redis_url, "smtp://127.0.0.1:9", tmp_path).items():
        monkeypatch.setenv(name, value)
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as found:
        found.in_progress()
        yield found


def test_a_drill_tells_its_figures_and_changes_nothing_twice(stage: CommittedStage) -> None:
    run = CliRunner().invoke
    first = json.loads(
        run(main, ["escalate", "--at", "2026-11-27T00:10", "--json"], catch_exceptions=False).stdout
    )
    assert first["as_of"] == "2026-11-27T00:10:00+07:00"
    assert first["steps"] > 0
    assert first["digests"] > 0
    again = json.loads(run(main, ["escalate", "--at", "2026-11-26T17:10+00:00", "--json"]).stdout)
    assert (again["steps"], again["digests"], again["retracted"]) == (0, 0, 0)
    plain = run(main, ["escalate", "--at", "2026-11-27T00:20"])
    assert plain.stdout.startswith("As of 2026-11-27 00:20 (Vietnam): 0 steps")


def test_a_moment_gone_by_and_one_that_is_none_are_refused(stage: CommittedStage) -> None:
    run = CliRunner().invoke
    assert run(main, ["escalate", "--at", "2026-11-27T00:10"]).exit_code == 0
    earlier = run(main, ["escalate", "--at", "2026-11-26T00:10"])
    assert earlier.exit_code == 1
    assert "already computed for 2026-11-27 00:10 (Vietnam)" in earlier.output
    assert "Traceback" not in earlier.output
    assert run(main, ["escalate", "--at", "tomorrow"]).exit_code == 2
