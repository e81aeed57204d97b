"""``feedback migrate``: bring the tables to the newest migration."""

from __future__ import annotations

import click

from feedback.commands.preparing import migrate
from feedback.commands.stores import command_settings


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
        migrate(settings.migration_url, to)
    click.echo("the database is up to date")
