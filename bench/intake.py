"""Durable submissions a second through the real form, against what PostgreSQL alone can do in the same run.

    make bench        or        .venv/bin/python -m bench.intake [--seconds 15] [--rate 50]

Prints the floor (pgbench: the same rows as plain inserts with a durable commit, 8
connections), the closed-loop throughput of the form and its ratio to the floor, the
latency at a fixed rate, and how long routing took. Everything stays on loopback.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.load import Results, as_fast_as_possible, at_a_rate, percentile
from bench.server import Server, running
from feedback.embedded.binaries import find_postgres
from feedback.embedded.stores import Stores

_CONNECTIONS = 8
_RATE_CONNECTIONS = 16
_DRAIN_SECONDS = 60
_FLOOR = Path(__file__).with_name("floor.sql")


def floor(stores: Stores, seconds: int) -> float:
    """Give the transactions a second that pgbench reaches with the inserts of `floor.sql`."""
    program = find_postgres().path.with_name("pgbench")
    command = [
        str(program), "--no-vacuum", "--client", str(_CONNECTIONS), "--jobs", "2",
        "--time", str(seconds), "--file", str(_FLOOR), "--host", str(stores.sockets),
        "--username", "feedback_web", "feedback",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None:
        raise SystemExit(f"pgbench gave no figure:\n{done.stdout}\n{done.stderr}")
    return float(found.group(1))


def _tell(name: str, results: Results) -> None:
    print(
        f"{name}: {len(results.latencies)} accepted, {len(results.errors)} not;"
        f" p50 {percentile(results.latencies, 0.5) * 1000:.0f} ms,"
        f" p99 {percentile(results.latencies, 0.99) * 1000:.0f} ms"
    )
    if results.errors:
        print("  first trouble:", results.errors[0])


def route_lag(server: Server, since: str) -> None:
    """Wait until everything was routed and print how long after its reception."""
    engine = create_engine(server.stores.superuser_url)
    until = time.monotonic() + _DRAIN_SECONDS
    waiting = text("SELECT count(*) FROM cases c JOIN work w ON w.subject = c.id WHERE c.state = 'received'")
    lag = text(
        "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY lag),"
        " percentile_cont(0.99) WITHIN GROUP (ORDER BY lag), max(lag) FROM ("
        " SELECT extract(epoch FROM w.done_at - c.received_at) AS lag"
        " FROM cases c JOIN work w ON w.subject = c.id"
        " WHERE w.done_at IS NOT NULL AND c.received_at >= CAST(:since AS timestamptz)"
        " AND c.submission_digest <> md5(c.reference)) AS lags"
    )
    with engine.connect() as connection:
        while connection.execute(waiting).scalar_one() and time.monotonic() < until:
            connection.rollback()
            time.sleep(0.5)
        left = connection.execute(waiting).scalar_one()
        routed, middle, high, most = connection.execute(lag, {"since": since}).one()
    engine.dispose()
    print(f"routed: {routed}, p50 {middle:.2f} s, p99 {high:.2f} s, longest {most:.2f} s; left over: {left}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=15, help="how long each part lasts")
    parser.add_argument("--rate", type=float, default=50, help="submissions a second of the latency part")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoi-am-bench-") as folder, running(Path(folder)) as server:
        as_fast_as_possible(server.port, 2, 3)  # so that nothing is measured for the first time
        started = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        steady = at_a_rate(server.port, arguments.rate, arguments.seconds, _RATE_CONNECTIONS)
        _tell(f"form at {arguments.rate:g}/s, worker running", steady)
        route_lag(server, started)
        fast, seconds = as_fast_as_possible(server.port, _CONNECTIONS, arguments.seconds)
        _tell("form as fast as it goes", fast)
        route_lag(server, started)
        lowest = floor(server.stores, arguments.seconds)
        reached = len(fast.latencies) / seconds
        print(f"floor (PostgreSQL alone, {_CONNECTIONS} connections): {lowest:.0f}/s")
        print(f"form (each with its page fetched first): {reached:.0f}/s, ratio {reached / lowest:.3f}")


if __name__ == "__main__":
    main()
