"""The command line: ``feedback COMMAND``; also ``python -m feedback.cli``.

What cannot be done is said in one line on standard error. Exit codes: 0 done; 1 not done (a
store is away, a trail does not hold); 2 asked for something that makes no sense.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import click

from feedback import logs

COMMANDS = {
    "admin": ("admin", "command"),
    "audit": ("audit", "command"),
    "beat": ("processes", "beat"),
    "calendar": ("calendar", "command"),
    "deadline": ("deadline", "command"),
    "escalate": ("escalate", "command"),
    "migrate": ("migrate", "command"),
    "model": ("model", "command"),
    "route": ("route", "command"),
    "rules": ("rules", "command"),
    "seed": ("seed", "command"),
    "serve": ("processes", "serve"),
    "simulate": ("simulate", "command"),
    "submit": ("submit", "command"),
    "worker": ("processes", "worker"),
}
"""Each command's module in feedback/commands and its name there. Only the one that is asked for is loaded."""


class Commands(click.Group):
    """The commands by name, and their failures in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, or give None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        found: click.Command = getattr(import_module(f"feedback.commands.{module}"), attribute)
        return found

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run a command; unlike the library's own, say a failure in one line."""
        run: Callable[..., Any] = super().main
        if not options.pop("standalone_mode", True):
            return run(args, *more, standalone_mode=False, **options)
        try:
            outcome = run(args, *more, standalone_mode=False, **options)
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.format_message(), err=True)
            sys.exit(asked.exit_code)
        except click.ClickException as error:
            click.echo(f"feedback: {' '.join(error.format_message().split())}", err=True)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("feedback: stopped", err=True)
            sys.exit(130)
        sys.exit(outcome if isinstance(outcome, int) else 0)


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="hoi-am", prog_name="feedback")
def main() -> None:
    """Hồi Âm: feedback and recommendations, from the form to the answer.

    Commands work on the stores that the FEEDBACK_* variables name, else on those that
    `make run` started here, else they start their own for the call.
    """
    # Standard output is the command's answer; what the parts log goes to standard error.
    logs.configure(os.environ.get("FEEDBACK_LOG_LEVEL", "WARNING").upper())


if __name__ == "__main__":
    main()
