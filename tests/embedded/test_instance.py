"""One process a folder, and how a command finds the stores of the one that runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from feedback.embedded.errors import StartError
from feedback.embedded.instance import COMMAND, SUPERVISOR, Instance, attach_or_start
from feedback.settings import Settings


def test_a_folder_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    assert instance.holder() is None
    with instance.hold(SUPERVISOR, "http://127.0.0.1:8000"):
        assert instance.holder() == (os.getpid(), SUPERVISOR, "http://127.0.0.1:8000")
        other = Instance(tmp_path)
        expected = rf"already running: process {os.getpid()}, http://127\.0\.0\.1:8000\."
        with pytest.raises(StartError, match=expected), other.hold(COMMAND):
            pass
    assert instance.holder() is None


def test_the_published_environment_is_for_our_user_only_and_goes_with_the_holder(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    with instance.hold(SUPERVISOR):
        instance.publish({"FEEDBACK_SECRET_KEY": "a=b", "FEEDBACK_ENV": "demonstration"})
        assert instance.published() == {"FEEDBACK_SECRET_KEY": "a=b", "FEEDBACK_ENV": "demonstration"}
        assert instance.environment_file.stat().st_mode & 0o077 == 0
    assert instance.published() == {}


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    secret = instance.secret_key()
    assert len(secret) >= 32
    assert Instance(tmp_path).secret_key() == secret
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_a_command_uses_the_instance_that_runs(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    with instance.hold(SUPERVISOR):
        instance.publish({"FEEDBACK_DATABASE_URL": "postgresql+psycopg://somewhere"})
        with attach_or_start(tmp_path, {"LANG": "vi_VN"}) as environment:
            assert environment == {"LANG": "vi_VN", "FEEDBACK_DATABASE_URL": "postgresql+psycopg://somewhere"}
    assert not (tmp_path / "pg").exists()


def test_a_command_of_an_installation_that_names_its_database_is_left_alone(tmp_path: Path) -> None:
    given = {"FEEDBACK_DATABASE_URL": "postgresql+psycopg://feedback_web@db.example/feedback"}
    with attach_or_start(tmp_path, given) as environment:
        assert environment == given
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_command_alone_starts_stores_for_itself_and_stops_them(tmp_path: Path) -> None:
    with attach_or_start(tmp_path, {"FEEDBACK_LOG_LEVEL": "debug"}) as environment:
        settings = Settings.from_env(environment)
        assert settings.demonstration
        assert settings.log_level == "DEBUG"
        engine = create_engine(settings.migration_url, poolclass=NullPool)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_user")).scalar_one() == "feedback_owner"
        assert Instance(tmp_path).holder() == (os.getpid(), COMMAND, "")
    assert Instance(tmp_path).holder() is None
    assert not (tmp_path / "pg" / "postmaster.pid").exists()
