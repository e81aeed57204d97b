"""End what a supervisor left behind when it was killed without a chance to tidy up.

``python -I -S undertaker.py`` reads lines ``+GROUP SIGNAL`` and ``-GROUP`` from its
standard input: the process groups that live, and how each is asked to end. When the
input closes, because the supervisor is gone, every group left gets its signal, and
after `GRACE` seconds SIGKILL. The leash tells a child of its parent's death; this one
also reaches the children's children (pool processes of Celery, workers of gunicorn).

Standard library only, and no import of ours, so that it starts in a few milliseconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE = 8.0
_STEP = 0.05


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _send(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def bury(groups: dict[int, int], grace: float = GRACE) -> None:
    """Send each process group its signal, wait at most `grace` seconds, then SIGKILL the rest."""
    for group, number in groups.items():
        _send(group, number)
    until = time.monotonic() + grace
    while time.monotonic() < until and any(_alive(group) for group in groups):
        time.sleep(_STEP)
    for group in groups:
        _send(group, signal.SIGKILL)


def main() -> None:
    """Follow the supervisor's lines until they end, then bury what is left."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        words = line[1:].split()
        if line.startswith("+"):
            groups[int(words[0])] = int(words[1])
        elif line.startswith("-"):
            groups.pop(int(words[0]), None)
    bury(groups)


if __name__ == "__main__":
    main()
