"""``feedback serve``, ``worker`` and ``beat``: the long-running processes, each in place of the command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from feedback.embedded import gunicorn_conf
from feedback.settings import Settings, SettingsError


def _become(*arguments: str) -> None:
    """Replace this process; the environment must be complete, since nothing is started for it."""
    try:
        Settings.from_env(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    os.execv(sys.executable, [sys.executable, "-m", *arguments])  # noqa: S606 - no shell is wanted


@click.command("serve")
def serve() -> None:
    """Serve the pages with gunicorn (see docs/operations.md for its settings)."""
    _become("gunicorn", "--config", str(gunicorn_conf.__file__), "feedback.app:create_app()")


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="Processes that work at once.")
def worker(concurrency: int) -> None:
    """Run a Celery worker."""
    _become("celery", "-A", "workers.app", "worker", "--concurrency", str(concurrency), "--loglevel", "INFO")


@click.command("beat")
@click.option("--schedule", type=click.Path(path_type=Path), default=Path("beat-schedule"), show_default=True)
def beat(schedule: Path) -> None:
    """Run the timetable; exactly one is wanted, a second does no harm."""
    _become("celery", "-A", "workers.app", "beat", "--loglevel", "INFO", "--schedule", str(schedule))
