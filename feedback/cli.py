"""The command line: ``feedback COMMAND``; also ``python -m feedback.cli``."""

from __future__ import annotations

import click

from feedback.commands import audit, calendar, deadline, escalate, migrate, processes, route, seed, submit


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Hồi Âm: feedback and recommendations, from the form to the answer."""


for _command in (
    processes.serve,
    processes.worker,
    processes.beat,
    migrate.command,
    seed.command,
    submit.command,
    route.command,
    deadline.command,
    escalate.command,
    calendar.command,
    audit.command,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
