"""``feedback simulate`` from an empty database, and where it refuses to begin."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from feedback.cli import main


def simulate(first: str, last: str, *more: str) -> Result:
    return CliRunner().invoke(main, ["simulate", "--from", first, "--to", last, "--cases", "6", *more])


@pytest.mark.slow
@pytest.mark.usefixtures("command_environment")
def test_days_pass_over_an_empty_database_and_go_on_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    first = simulate("2026-03-02", "2026-03-04", "--json")
    assert first.exit_code == 0, first.output
    figures = json.loads(first.stdout)
    assert (figures["received"], figures["routed"], figures["wrong"]) == (6, 6, 0)

    again = simulate("2026-03-03", "2026-03-05")
    assert again.exit_code == 1
    assert "begin with a later day than 2026-03-04" in again.stderr

    later = simulate("2026-03-05", "2026-03-06", "--seed", "2")
    assert later.exit_code == 0, later.output
    assert "received 6" in later.stdout
    assert "wrong 0" in later.stdout

    monkeypatch.setenv("FEEDBACK_ENV", "production")
    real = simulate("2026-03-09", "2026-03-10")
    assert real.exit_code == 1
    assert "may be real" in real.stderr


@pytest.mark.usefixtures("command_environment")
@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("2026-03-05", "2026-03-04", "the last day lies before the first"),
        ("2020-03-02", "2020-03-04", "does not reach back to 2020-03-02"),
    ],
)
def test_days_that_cannot_be_simulated(first: str, last: str, why: str) -> None:
    refused = simulate(first, last)
    assert refused.exit_code == 1
    assert why in refused.stderr
    assert "Traceback" not in refused.output
