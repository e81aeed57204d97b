"""What the person at the terminal sees: one line a step, with the seconds since the start."""

from __future__ import annotations

import sys
import time


class Terminal:
    """Lines with the time since the start; a line is written whole or not at all."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def say(self, text: str) -> None:
        """Write one step."""
        self.write(f"[{time.monotonic() - self._start:6.1f} s] {text}")

    def write(self, text: str) -> None:
        """Write a text as it is; a terminal that has gone away is no reason to stop."""
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            return
