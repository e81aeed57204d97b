"""`make run`: the whole product on one machine, from nothing to an address to open."""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from feedback.embedded import gunicorn_conf, ports
from feedback.embedded.errors import StartError
from feedback.embedded.instance import SUPERVISOR, Instance, demonstration_environment
from feedback.embedded.panel import panel
from feedback.embedded.processes import Child, spawn
from feedback.embedded.stores import Stores
from feedback.embedded.supervisor import Service, Stop, Supervisor
from feedback.embedded.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
PROVINCE = "lam-dong"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """The commands of a start; tests put small programs in their place.

    ``steps`` run once each, in order, by name; ``web`` must answer ``/healthz`` on the port.
    """

    steps: tuple[tuple[str, tuple[str, ...]], ...]
    worker: tuple[str, ...]
    beat: tuple[str, ...]
    web: tuple[str, ...]


def product() -> Plan:
    """The product's own commands."""
    python = (sys.executable, "-m")
    celery = (*python, "celery", "-A", "workers.app")
    quiet = ("--without-gossip", "--without-mingle")
    return Plan(
        steps=(
            ("Laying the tables", (*python, "feedback.cli", "migrate")),
            ("Demonstration province, when empty", (*python, "feedback.cli", "seed", PROVINCE, "--if-empty")),
        ),
        worker=(*celery, "worker", "--loglevel", "INFO", *quiet),
        beat=(*celery, "beat", "--loglevel", "INFO"),
        web=(*python, "gunicorn", "--config", gunicorn_conf.__file__, "feedback.app:create_app()"),
    )


class Run:
    """One start of the product on the folder `var`, answering on `port` of the loopback address."""

    def __init__(self, var: Path, port: int, environ: Mapping[str, str], terminal: Terminal) -> None:
        self.instance = Instance(var)
        self.var = self.instance.var
        self.port = port
        self.terminal = terminal
        self.address = environ.get("FEEDBACK_BASE_URL", "").rstrip("/") or f"http://{ports.HOST}:{port}"
        self.environment = {**environ, "PYTHONUNBUFFERED": "1", "FEEDBACK_BIND": f"{ports.HOST}:{port}"}
        self.stores = Stores(self.var)

    def main(self, plan: Plan) -> None:
        """Start everything and keep it until Stop. Raises StartError."""
        with self.instance.hold(SUPERVISOR, self.address), Supervisor(self.terminal.say) as supervisor:
            ports.check_free(self.port)
            self._add_stores(supervisor)
            self._add_mail(supervisor)
            self._complete_environment()
            self.instance.publish(self._public_environment())
            for title, command in plan.steps:
                self._step(supervisor, title, command)
            self._add_processes(supervisor, plan)
            mail_shown = bool(self.environment.get("FEEDBACK_MAILBOX_DIR"))
            self.terminal.write(panel(self.address, self.var, mail_shown))
            supervisor.run()

    def _add_stores(self, supervisor: Supervisor) -> None:
        """The stores that the environment does not name already."""
        wanted = ("FEEDBACK_DATABASE_URL", "FEEDBACK_WORKER_URL", "FEEDBACK_MIGRATION_URL")
        given = [name for name in wanted if self.environment.get(name)]
        if given and len(given) < len(wanted):
            missing = ", ".join(name for name in wanted if name not in given)
            raise StartError(f"{given[0]} is set, but not {missing}.", "set all three, or none.")
        if not given:
            self.terminal.say(self.stores.postgres_text)
            supervisor.add(Service("postgresql", self.stores.postgres.start, stop_seconds=20.0))
            urls = (self.stores.web_url, self.stores.worker_url, self.stores.owner_url)
            self.environment |= dict(zip(wanted, urls, strict=True))
        if not self.environment.get("FEEDBACK_REDIS_URL"):
            self.terminal.say(self.stores.valkey_text)
            supervisor.add(Service("valkey", self.stores.valkey.start))
            self.environment["FEEDBACK_REDIS_URL"] = self.stores.redis_url

    def _add_mail(self, supervisor: Supervisor) -> None:
        """The mail catcher, unless the environment names a mail server."""
        if self.environment.get("FEEDBACK_SMTP_URL"):
            return
        port, box = ports.free_port(), str(self.var / "mailbox")
        self.terminal.say(f"Mail catcher on {ports.HOST}:{port}")
        command = (sys.executable, "-m", "feedback.embedded.mailcatcher", str(port), box)
        supervisor.add(
            Service("mail", lambda: self._spawn("mail", command), 5.0, lambda: ports.listens(port))
        )
        self.environment |= {"FEEDBACK_SMTP_URL": f"smtp://{ports.HOST}:{port}", "FEEDBACK_MAILBOX_DIR": box}

    def _complete_environment(self) -> None:
        smtp = self.environment["FEEDBACK_SMTP_URL"]
        rest = demonstration_environment(self.instance, self.address, smtp)
        self.environment = {**rest, **self.environment}

    def _public_environment(self) -> dict[str, str]:
        return {name: value for name, value in self.environment.items() if name.startswith("FEEDBACK_")}

    def _add_processes(self, supervisor: Supervisor, plan: Plan) -> None:
        self.terminal.say("Worker, timetable, web pages")
        supervisor.add(Service("worker", lambda: self._spawn("worker", plan.worker), 15.0))
        supervisor.add(Service("beat", lambda: self._spawn("beat", plan.beat), 5.0))
        supervisor.add(
            Service(
                "web",
                lambda: self._spawn("web", plan.web),
                12.0,
                lambda: ports.answers(self.port, "/healthz"),
            )
        )

    def _step(self, supervisor: Supervisor, title: str, command: Sequence[str]) -> None:
        """Run one command of the set-up, its lines shown as they come. Raises StartError when it fails."""
        self.terminal.say(title)
        log = self.var / "log" / "setup.log"
        seen = log.stat().st_size if log.exists() else 0

        def show() -> None:
            nonlocal seen
            with log.open("rb") as stream:
                stream.seek(seen)
                whole, newline, _ = stream.read().rpartition(b"\n")
            if newline:
                seen += len(whole) + 1
                for line in whole.decode(errors="replace").splitlines():
                    self.terminal.write(f"             {line}")

        code = supervisor.once(self._spawn("setup", command), show)
        if code != 0:
            raise StartError(f"This step failed (code {code}): {title}.", f"see the lines above, and {log}.")

    def _spawn(self, name: str, command: Sequence[str]) -> Child:
        log = self.var / "log" / f"{name}.log"
        environment = self.environment
        if name == "web":
            # The web processes' counts are added up here (gunicorn_conf.py empties it at each start).
            environment = {"PROMETHEUS_MULTIPROC_DIR": str(self.var / "run" / "metrics"), **environment}
        return spawn(name, command, log=log, environment=environment, folder=ROOT)


def main(arguments: Sequence[str] | None = None, plan: Plan | None = None) -> int:
    """Read the command line, run the product until it is told to end; returns the exit code."""
    parser = argparse.ArgumentParser(prog="make run", description="The whole product on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="where the web pages answer (8000)")
    parser.add_argument("--var", type=Path, default=Path(os.environ.get("FEEDBACK_VAR") or ROOT / "var"))
    parser.add_argument(
        "--is-stopped", action="store_true", help="only say whether nothing runs on that folder"
    )
    options = parser.parse_args(arguments)
    terminal = Terminal()
    if options.is_stopped:
        return _say_whether_stopped(Instance(options.var), terminal)
    _end_with_make()
    try:
        Run(options.var, options.port, os.environ, terminal).main(plan or product())
    except StartError as error:
        terminal.write(f"\n{error}\n")
        return 1
    except OSError as error:
        terminal.write(
            f"\nThe machine refused: {error}. Mend: look at the free disk space and at the rights.\n"
        )
        return 1
    except (Stop, KeyboardInterrupt):
        terminal.say("all stopped")
    return 0


def _say_whether_stopped(instance: Instance, terminal: Terminal) -> int:
    holder = instance.holder()
    if holder is None:
        return 0
    terminal.write(f"Process {holder[0]} is at work on {instance.var}. Mend: stop it first (Ctrl-C there).")
    return 1


def _end_with_make() -> None:
    """Be told when `make` is killed: it cannot tell us itself, and we would run on unseen."""
    if sys.platform == "linux" and os.environ.get("MAKELEVEL"):
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            raise SystemExit(1)
