"""The whole product as `make run` starts it, on a folder and a port of its own, for a test session."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.embedded.instance import Instance
from feedback.embedded.ports import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "hoi-am-dung-thu"
_DOMAIN = "lamdong.example"
_PATIENCE = 240
_NOT_PASSED_ON = re.compile(r"FEEDBACK_|MAKE")


class Product:
    """A running product: where it answers, and what it left under its `var`."""

    def __init__(self, var: Path, address: str) -> None:
        self.var = var
        self.address = address

    def logins(self) -> dict[str, str]:
        """The e-mail addresses of the panel's logins, by what stands before the @."""
        entries = json.loads((self.var / "demo-logins.json").read_text(encoding="utf-8"))
        return {entry["email"].split("@")[0]: entry["email"] for entry in entries}

    def command(self, *words: str) -> str:
        """What a command of the product prints, run against this instance's stores."""
        done = subprocess.run(
            [sys.executable, "-m", "feedback.cli", *words],
            cwd=ROOT,
            env={**_environment(), "FEEDBACK_VAR": str(self.var)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def complaints(self) -> list[str]:
        """The lines of the web and worker logs that speak of an error."""
        lines: list[str] = []
        for name in ("web", "worker", "beat"):
            text = (self.var / "log" / f"{name}.log").read_text(errors="replace")
            lines += [f"{name}: {line}" for line in text.splitlines() if _is_error(line)]
        return lines


def _environment() -> dict[str, str]:
    """The environment without what would have the product use another one's stores."""
    return {name: value for name, value in os.environ.items() if not _NOT_PASSED_ON.match(name)}


def address_of(login: str) -> str:
    """The e-mail address of a demonstration account."""
    return f"{login}@{_DOMAIN}"


def _is_error(line: str) -> bool:
    return '"level": "error"' in line or '"level": "critical"' in line or "Traceback" in line


def already_running(var: Path) -> Product:
    """The product that somebody started on the folder `var`, in another terminal."""
    holder = Instance(var).holder()
    assert holder is not None, f"nothing runs on {var}"
    return Product(var, holder[2])


@contextmanager
def running(folder: Path) -> Iterator[Product]:
    """Run the product on a fresh folder and a free port until the block ends."""
    var, said, port = folder / "var", folder / "said.txt", free_port()
    product = Product(var, f"http://{HOST}:{port}")
    with said.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "feedback.embedded", "--port", str(port), "--var", str(var)],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for_panel(process, said, product.address)
        yield product
    finally:
        _stop(process)


def _wait_for_panel(process: subprocess.Popen[bytes], said: Path, address: str) -> None:
    """Wait until everything runs: the panel with the addresses comes last."""
    until = time.monotonic() + _PATIENCE
    while f"{address}/board" not in said.read_text(errors="replace"):
        assert process.poll() is None, said.read_text(errors="replace")
        assert time.monotonic() < until, said.read_text(errors="replace")
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it as Ctrl-C does."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
