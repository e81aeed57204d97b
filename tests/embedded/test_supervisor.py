"""The supervisor with the real stores and small programs: the killed return, and the end leaves nothing."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable

import psycopg
import pytest

from feedback.embedded.ports import answers
from tests.embedded.running import Running, parents, until

pytestmark = pytest.mark.slow


def _rows(running: Running) -> list[tuple[int]]:
    with psycopg.connect(
        host=str(running.var / "run"), user="postgres", dbname="feedback", autocommit=True
    ) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (1)")
        return connection.execute("SELECT number FROM kept").fetchall()


def test_a_killed_child_is_started_again_and_its_own_children_are_gone(start: Callable[..., Running]) -> None:
    running = start()
    running.wait_until_up()
    worker = running.pid_of("sleep(600)")
    grandchild = int(running.log("worker").split()[1])
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: "worker runs again" in running.output), running.output
    assert until(lambda: running.log("worker").count("child") == 2)
    assert until(lambda: grandchild not in parents(), 10)
    assert running.pid_of("sleep(600)") != worker
    assert running.end(signal.SIGTERM) == 0
    assert until(lambda: not running.left(), 10), running.left()


def test_a_killed_postgresql_comes_back_with_what_it_had_acknowledged(start: Callable[..., Running]) -> None:
    running = start()
    running.wait_until_up()
    assert len(_rows(running)) == 1
    os.kill(running.pid_of("postgres -D"), signal.SIGKILL)
    assert until(lambda: "postgresql runs again" in running.output), running.output
    assert len(_rows(running)) == 2
    assert answers(running.port, "/healthz")


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_finds_the_data(
    start: Callable[..., Running],
) -> None:
    running = start()
    running.wait_until_up()
    assert len(_rows(running)) == 1
    running.look()
    assert len(running.seen) >= 8
    running.end(signal.SIGKILL)
    assert until(lambda: not running.left(), 20), running.left()
    again = start()
    again.wait_until_up()
    assert len(_rows(again)) == 2


def test_a_killed_make_ends_what_it_started(start: Callable[..., Running]) -> None:
    running = start(under=("sh", "-c", '"$0" "$@"; exit $?'), MAKELEVEL="1")
    running.wait_until_up()
    running.end(signal.SIGKILL)
    assert until(lambda: not running.left(), 30), running.left()
    assert "all stopped" in running.output


def test_the_leash_alone_ends_the_children_of_a_killed_supervisor(start: Callable[..., Running]) -> None:
    running = start()
    running.wait_until_up()
    leashed = {running.pid_of(words) for words in ("postgres -D", "valkey", "mailcatcher", "sleep(600)")}
    os.kill(running.pid_of("undertaker"), signal.SIGKILL)
    running.end(signal.SIGKILL)
    assert until(lambda: not leashed & set(parents()), 20)


def test_a_stubborn_child_does_not_outlive_a_killed_supervisor(start: Callable[..., Running]) -> None:
    running = start(SMALL_WORKER="stubborn")
    running.wait_until_up()
    running.end(signal.SIGKILL)
    assert until(lambda: not running.left(), 20), running.left()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_in_the_reverse_order_of_the_start(
    start: Callable[..., Running], number: signal.Signals
) -> None:
    running = start()
    running.wait_until_up()
    assert running.end(number) == 0
    order = [line.split()[-1] for line in running.output.splitlines() if "stopping" in line]
    assert order == ["web", "beat", "worker", "mail", "valkey", "postgresql"]
    assert "all stopped" in running.output
    assert "database system is shut down" in running.log("postgresql")
    assert until(lambda: not running.left(), 10), running.left()


def test_a_second_ctrl_c_does_not_wait(start: Callable[..., Running]) -> None:
    running = start(SMALL_WORKER="stubborn")
    running.wait_until_up()
    running.process.send_signal(signal.SIGINT)
    assert until(lambda: "stopping worker" in running.output)
    assert running.end(signal.SIGINT) == 0
    assert "worker did not end" not in running.output, "it was waited for all the same"
    assert until(lambda: not running.left(), 10), running.left()


def test_ctrl_c_during_the_start_leaves_nothing(start: Callable[..., Running]) -> None:
    running = start()
    assert until(lambda: "PostgreSQL" in running.output)
    until(lambda: bool(running.look()), 5)
    assert running.end(signal.SIGINT) == 0
    assert until(lambda: not running.left(), 10), running.left()


def test_a_child_that_keeps_dying_ends_it_all_with_its_last_words(start: Callable[..., Running]) -> None:
    running = start(SMALL_WORKER="crash")
    assert running.process.wait(90) == 1
    assert "worker keeps ending (code 1), 6 times in a row" in running.output
    assert "no reason to live" in running.output
    assert "Traceback" not in running.output
    assert until(lambda: not running.left(), 10), running.left()


def test_a_failing_step_of_the_set_up_ends_it_with_the_reason(start: Callable[..., Running]) -> None:
    running = start(SMALL_STEP="fail")
    assert running.process.wait(60) == 1
    assert "laying the first stone" in running.output
    assert "This step failed (code 3): First stone." in running.output
    assert "Traceback" not in running.output


def test_a_port_in_use_is_told_in_one_line_with_another_port(start: Callable[..., Running]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = start(port=port)
        assert running.process.wait(30) == 1
    lines = running.output.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"Port {port} is in use by another program. Mend: make run PORT=")


def test_a_second_start_on_the_same_folder_names_the_first(start: Callable[..., Running]) -> None:
    first = start()
    first.wait_until_up()
    second = start()
    assert second.process.wait(30) == 1
    expected = f"It is already running: process {first.process.pid}, http://127.0.0.1:{first.port}."
    assert second.output.strip().startswith(expected)
    assert answers(first.port, "/healthz")
