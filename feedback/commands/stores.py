"""How a command reaches the stores: those of the installation, of what runs, or its own for the call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from feedback.db import make_engine, session_factory
from feedback.embedded.errors import StartError
from feedback.embedded.instance import attach_or_start
from feedback.settings import Settings, SettingsError

_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def command_settings() -> Iterator[Settings]:
    """Give the settings that a command works with, for as long as the block lasts.

    Raises ClickException with one line that says what to do when there are none.
    """
    var = Path(os.environ.get("FEEDBACK_VAR") or _ROOT / "var")
    try:
        with attach_or_start(var, os.environ) as environment:
            yield Settings.from_env(environment)
    except (StartError, SettingsError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def worker_sessions() -> Iterator[sessionmaker[Session]]:
    """Give a maker of sessions in the worker's role, as which every command acts."""
    with command_settings() as settings:
        engine = make_engine(settings.worker_url, pool_size=4)
        try:
            yield session_factory(engine)
        finally:
            engine.dispose()
