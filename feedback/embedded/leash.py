"""Run a command that dies with the process that started it.

``python -I -S leash.py PARENT_PID SIGNAL [UID GID] -- COMMAND...`` replaces itself by
COMMAND, after asking Linux to send it SIGNAL when the parent dies, however that death
comes (`prctl(2)`, PR_SET_PDEATHSIG; kept across `execve(2)`). A small program does this
rather than a hook between fork and exec, which is unsafe once the parent has threads.
Elsewhere than on Linux the wish is skipped and the undertaker alone sees to it.

Standard library only, and no import of ours: it also runs as a user who cannot read us.
"""

from __future__ import annotations

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1
_PARENT_GONE = 70


def main(arguments: list[str]) -> None:
    """Read the arguments above and become the command; never returns."""
    split = arguments.index("--")
    numbers = [int(word) for word in arguments[:split]]
    command = arguments[split + 1 :]
    parent, signal_number, *identity = numbers
    if identity:
        uid, gid = identity
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After the change of user, which would clear it.
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    # The parent may have died before the wish was heard: then nobody will send the signal.
    if os.getppid() != parent:
        os._exit(_PARENT_GONE)
    os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
