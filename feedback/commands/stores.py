"""How a command reaches the stores: those of the installation, of what runs, or its own for the call."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock
from feedback.commands.preparing import has_tables, migrate, seed
from feedback.db import make_engine, session_factory
from feedback.embedded.errors import StartError
from feedback.embedded.instance import attach_or_start
from feedback.settings import Settings, SettingsError

PROVINCE = "lam-dong"
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
def sessions_of(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Give a maker of sessions in the worker's role on the database of `settings`."""
    engine = make_engine(settings.worker_url, pool_size=4)
    try:
        yield session_factory(engine)
    finally:
        engine.dispose()


@contextmanager
def worker_sessions() -> Iterator[sessionmaker[Session]]:
    """Give a maker of sessions in the worker's role, as which every command acts; see `stores`."""
    with stores() as (_, sessions):
        yield sessions


@contextmanager
def stores() -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    """Give the settings, and a maker of sessions in the worker's role, as which every command acts.

    A demonstration that was never started is made ready first, as its first start would.
    Raises ClickException when an installation's database has no tables yet.
    """
    with command_settings() as settings, sessions_of(settings) as sessions:
        if not has_tables(settings.worker_url):
            if not settings.demonstration:
                raise click.ClickException("the database has no tables yet: run feedback migrate, then seed")
            click.echo("making the demonstration ready …", err=True)
            migrate(settings.migration_url)
            seed(sessions, PROVINCE, clock.now(), if_empty=True, demonstration=True, logins=None)
        yield settings, sessions
