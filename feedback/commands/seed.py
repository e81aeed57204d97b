"""``feedback seed PROVINCE``: reference data, and in a demonstration also staff and cases."""

from __future__ import annotations

from pathlib import Path

import click

from feedback import clock
from feedback.commands.preparing import seed
from feedback.commands.stores import command_settings, sessions_of


@click.command("seed")
@click.argument("province")
@click.option("--if-empty", is_flag=True, help="Do nothing when a province is there already.")
@click.option(
    "--demonstration/--no-demonstration",
    default=None,
    help="Staff and cases to try things with; by default only where FEEDBACK_ENV is demonstration.",
)
@click.option(
    "--logins",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="FEEDBACK_LOGINS_FILE",
    help="Where to write the demonstration's logins as JSON.",
)
def command(province: str, if_empty: bool, demonstration: bool | None, logins: Path | None) -> None:
    """Fill an empty database with PROVINCE (lam-dong)."""
    with command_settings() as settings, sessions_of(settings) as sessions:
        wanted = settings.demonstration if demonstration is None else demonstration
        seed(sessions, province, clock.now(), if_empty=if_empty, demonstration=wanted, logins=logins)
