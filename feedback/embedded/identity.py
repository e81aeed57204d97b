"""Under whose name the embedded PostgreSQL runs.

PostgreSQL refuses to run as root. Where we are root, a user namespace that shows us
to it as an ordinary user keeps the files ours; where such namespaces are forbidden,
it runs as a plain user of the system, in a folder which that user can reach.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from feedback.embedded.errors import StartError

_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
_PLAIN_USERS = ("postgres", "nobody")
_ROOT_HOME = Path("/var/lib/hoi-am")


@dataclass(frozen=True, slots=True)
class Identity:
    """How to run a command that must not be root.

    ``prefix`` goes before the command; ``user`` is (uid, gid) when the command must
    change to another user, and None when it stays the one we are.
    """

    prefix: tuple[str, ...] = ()
    user: tuple[int, int] | None = None

    def reaches(self, folder: Path) -> bool:
        """Whether this identity may enter `folder`, which exists, and all folders above it."""
        if self.user is None:
            return True
        uid, gid = self.user
        return all(_may_enter(place, uid, gid) for place in (folder, *folder.parents))

    def own(self, folder: Path) -> None:
        """Give `folder` to this identity, when it is another user than ours."""
        if self.user is not None:
            os.chown(folder, *self.user)


def _may_enter(folder: Path, uid: int, gid: int) -> bool:
    state = folder.stat()
    if state.st_uid == uid:
        return bool(state.st_mode & stat.S_IXUSR)
    if state.st_gid == gid:
        return bool(state.st_mode & stat.S_IXGRP)
    return bool(state.st_mode & stat.S_IXOTH)


def unprivileged() -> Identity:
    """Choose the identity for a program that refuses root.

    Raises StartError when we are root and neither way is open.
    """
    if os.geteuid() != 0:
        return Identity()
    try:
        trial = subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        pass
    else:
        if trial.returncode == 0:
            return Identity(prefix=_NAMESPACE)
    for name in _PLAIN_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(user=(entry.pw_uid, entry.pw_gid))
    raise StartError(
        "PostgreSQL refuses to run as root, and this system offers neither user namespaces nor a plain user.",
        "run the command as an ordinary user, or set FEEDBACK_DATABASE_URL.",
    )


def short_name(folder: Path) -> str:
    """Ten letters that stand for `folder`, the same at every start."""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:10]


def reachable_home(identity: Identity, wanted: Path) -> Path:
    """Return `wanted`, or where the identity cannot go there a folder of root's that it can."""
    wanted.mkdir(parents=True, exist_ok=True)
    if identity.reaches(wanted):
        return wanted
    home = _ROOT_HOME / short_name(wanted)
    home.mkdir(parents=True, exist_ok=True, mode=0o755)
    return home
