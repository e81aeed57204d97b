"""What can stand in the way of a start, told in one line with its mend."""

from __future__ import annotations


class StartError(Exception):
    """A start that cannot go on.

    ``str(error)`` is one line for a person: what is in the way; ``mend`` is what to do about it.
    """

    def __init__(self, problem: str, mend: str = "") -> None:
        super().__init__(f"{problem} Mend: {mend}" if mend else problem)
        self.problem = problem
        self.mend = mend
