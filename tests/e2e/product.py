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

from feedback.embedded.ports import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "hoi-am-dung-thu"
_DOMAIN = "lamdong.example"
_PATIENCE = 240
_NOT_PASSED_ON = re.compile(r"FEEDBACK_|MAKE")


class Product:
    """A running product: where it answers, and what it left under its `var`."""

    def __init__(self, var: Path) -> None:
        self.var = var
        port = free_port()
        self.address = f"http://{HOST}:{port}"
        self._said = var.with_suffix(".out")
        self.environment = {k: v for k, v in os.environ.items() if not _NOT_PASSED_ON.match(k)}
        with self._said.open("wb") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "feedback.embedded", "--port", str(port), "--var", str(var)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What the terminal has shown so far."""
        return self._said.read_text(errors="replace")

    def wait(self) -> None:
        """Wait for the panel with the address, which comes last."""
        until = time.monotonic() + _PATIENCE
        while self.address + "/board" not in self.said:
            assert self._process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.2)

    def stop(self) -> int:
        """End it as Ctrl-C does; give the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def logins(self) -> dict[str, str]:
        """The e-mail addresses of the panel's logins, by what stands before the @."""
        entries = json.loads((self.var / "demo-logins.json").read_text(encoding="utf-8"))
        return {entry["email"].split("@")[0]: entry["email"] for entry in entries}

    def command(self, *words: str) -> str:
        """What a command of the product prints, run against this instance's stores."""
        done = subprocess.run(
            [sys.executable, "-m", "feedback.cli", *words],
            cwd=ROOT,
            env={**self.environment, "FEEDBACK_VAR": str(self.var)},
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


def address_of(login: str) -> str:
    """The e-mail address of a demonstration account."""
    return f"{login}@{_DOMAIN}"


def _is_error(line: str) -> bool:
    return '"level": "error"' in line or '"level": "critical"' in line or "Traceback" in line


@contextmanager
def running(folder: Path) -> Iterator[Product]:
    """Run the product until the block ends."""
    product = Product(folder / "var")
    try:
        product.wait()
        yield product
    finally:
        product.stop()
