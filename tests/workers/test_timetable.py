"""The timetable and Celery's settings: what trust.md says of work that must not be lost."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from celery.schedules import crontab

from feedback.doorbell import key_of
from feedback.services.work import BELLS
from feedback.settings import Settings, SettingsError

ROOT = Path(__file__).resolve().parents[2]


def test_every_name_of_the_timetable_is_a_task(workers_app: ModuleType) -> None:
    tasks = set(workers_app.app.tasks)
    named = {entry["task"] for entry in workers_app.app.conf.beat_schedule.values()}
    assert named <= tasks
    rung_for_only = {f"workers.{name}.look" for name in ("routing", "recompute", "learning", "trials")}
    assert named | rung_for_only == {name for name in tasks if name.startswith("workers.")}


def test_every_bell_and_every_start_is_a_task(workers_app: ModuleType) -> None:
    for name in {*BELLS.values(), *workers_app.ON_START, "messages"}:
        assert f"workers.{name}.look" in workers_app.app.tasks


def test_the_night_begins_at_ten_past_midnight_in_vietnam(workers_app: ModuleType) -> None:
    entry = workers_app.app.conf.beat_schedule["the night"]["schedule"]
    assert isinstance(entry, crontab)
    entry.app = workers_app.app
    midnight = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    entry.nowfun = lambda: midnight.astimezone(workers_app.app.timezone)
    assert entry.remaining_estimate(midnight).total_seconds() == 600


def test_nothing_waits_in_the_broker(workers_app: ModuleType) -> None:
    conf = workers_app.app.conf
    assert conf.accept_content == ["json"]
    assert conf.task_serializer == "json"
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_ignore_result
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
    assert conf.broker_connection_max_retries is None


def test_every_task_answers_its_bell_before_it_looks() -> None:
    """A ring that comes while a task looks must start another look."""
    for path in sorted((ROOT / "workers").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            if function.name != "look":
                continue
            first = function.body[1]
            assert isinstance(first, ast.Expr), path
            assert ast.unparse(first) == f"heard('{path.stem}')"


def test_no_task_uses_a_countdown_or_the_web_framework() -> None:
    for path in sorted((ROOT / "workers").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "countdown" not in text
        assert "eta=" not in text
        assert "flask" not in text
        assert "feedback.web" not in text


def test_a_worker_without_settings_refuses_to_start() -> None:
    with pytest.raises(SettingsError, match="FEEDBACK_WORKER_URL"):
        Settings.from_env({})


def test_a_ring_is_coalesced_and_heard(workers_app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from workers import process

    sent: list[str] = []
    monkeypatch.setattr(process.app, "send_task", lambda name, **_: sent.append(name))
    process.heard("routing")
    process.ring("routing")
    process.ring("routing")
    assert sent == ["workers.routing.look"]
    process.ring("routing", again=True)
    assert len(sent) == 2
    process.heard("routing")
    with process._broker() as broker:
        assert broker.get(key_of("routing")) is None
    process.ring("routing")
    assert len(sent) == 3
    process.heard("routing")


def test_a_silent_broker_is_only_logged(workers_app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from workers import process

    monkeypatch.setattr(process, "settings", replace(process.settings, redis_url="redis://127.0.0.1:9/0"))
    process.heard("routing")
    process.ring("routing")
