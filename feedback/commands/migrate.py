"""``feedback migrate``: bring the tables to the newest migration."""

from __future__ import annotations

import logging
from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError

from feedback.commands.stores import command_settings

_ROOT = Path(__file__).resolve().parents[2]


@click.command("migrate")
@click.option("--to", default="head", show_default=True, help="The migration to go up to.")
def command(to: str) -> None:
    """Bring the database to the newest migration, as the owner of its tables.

    Needs FEEDBACK_MIGRATION_URL. Safe to repeat; a migration that would wait for a lock
    gives up after four seconds and can be tried again.
    """
    with command_settings() as settings:
        if not settings.migration_url:
            raise click.ClickException("FEEDBACK_MIGRATION_URL is not set: it names the owner of the tables")
        config = Config(_ROOT / "alembic.ini")
        config.set_main_option("script_location", str(_ROOT / "migrations"))
        config.attributes["url"] = settings.migration_url
        logging.getLogger("alembic").setLevel(logging.INFO)
        try:
            alembic.upgrade(config, to)
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", None) or error).strip()
            raise click.ClickException(f"the migration was undone: {cause}") from error
    click.echo("the database is up to date")
