"""The embedded PostgreSQL: roles without privilege, and folders that something has happened to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from kombu import Connection
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from feedback.embedded.errors import StartError
from feedback.embedded.stores import Stores, socket_folder


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    with Stores(tmp_path_factory.mktemp("stores"), durable=False) as running:
        yield running


def _one(url: str, statement: str) -> object:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        return connection.execute(text(statement)).scalar_one()


def test_the_three_roles_have_no_power_over_the_cluster(stores: Stores) -> None:
    ours = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'feedback%'"
    assert _one(stores.superuser_url, ours) == 3
    assert _one(stores.superuser_url, f"{ours} AND (rolsuper OR rolbypassrls OR rolcreaterole)") == 0
    assert _one(stores.owner_url, "SELECT current_user") == "feedback_owner"


def test_web_and_worker_may_lay_no_table(stores: Stores) -> None:
    for url in (stores.web_url, stores.worker_url):
        engine = create_engine(url, poolclass=NullPool)
        with (
            pytest.raises(Exception, match="permission denied for schema public"),
            engine.begin() as connection,
        ):
            connection.execute(text("CREATE TABLE mine (number integer)"))


def test_the_cluster_checks_its_pages_and_tells_time_in_utc(stores: Stores) -> None:
    assert _one(stores.owner_url, "SHOW data_checksums") == "on"
    assert _one(stores.owner_url, "SHOW timezone") == "UTC"
    assert _one(stores.owner_url, "SHOW listen_addresses") == ""


def test_a_copied_database_has_the_template_s_tables_and_extensions(stores: Stores) -> None:
    template = stores.create_database("model")
    engine = create_engine(template.owner, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE copied (number integer)"))
        connection.execute(text("GRANT SELECT ON copied TO feedback_web"))
    copy = stores.create_database("copy", template="model")
    assert _one(copy.web, "SELECT count(*) FROM copied") == 0
    assert _one(copy.worker, "SELECT similarity('nước', 'nước')") == 1.0
    stores.drop_database("copy")
    with pytest.raises(Exception, match="does not exist"):
        _one(copy.web, "SELECT 1")


def test_the_broker_is_found_by_redis_py_and_by_celery(stores: Stores) -> None:
    client = redis.Redis.from_url(stores.redis_url)
    assert client.ping()
    client.close()
    with Connection("redis+socket://" + stores.redis_url.removeprefix("unix://")) as connection:
        connection.ensure_connection(max_retries=1)
        assert connection.connected


def test_a_killed_server_comes_back_with_what_was_committed(tmp_path: Path) -> None:
    with Stores(tmp_path, durable=True) as stores:
        owner = stores.owner_url
        engine = create_engine(owner, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS number"))
        stores.kill_postgres()
        stores.restart_postgres()
        assert _one(owner, "SELECT number FROM kept") == 7
        stores.kill_valkey()
        stores.restart_valkey()
        assert redis.Redis.from_url(stores.redis_url).ping()


def test_a_lock_file_left_by_a_dead_server_does_no_harm(tmp_path: Path) -> None:
    with Stores(tmp_path, durable=False):
        pass
    # Our own number: alive, and no PostgreSQL, as after a restart of the machine.
    lock = tmp_path / "pg" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{tmp_path / 'pg'}\n1700000000\n5432\n{tmp_path / 'run'}\n\n")
    with Stores(tmp_path, durable=False) as stores:
        assert _one(stores.owner_url, "SELECT 1") == 1


def test_data_of_another_version_is_named_and_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "pg"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(StartError) as raised:
        Stores(tmp_path).start()
    assert "The data was made by PostgreSQL 9" in str(raised.value)
    assert "Mend: install PostgreSQL 9" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert [entry.name for entry in data.iterdir()] == ["PG_VERSION"]


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "letters.txt").write_text("mine")
    with pytest.raises(StartError, match="not a PostgreSQL cluster"):
        Stores(tmp_path).start()
    assert (tmp_path / "pg" / "letters.txt").read_text() == "mine"


def test_an_initdb_that_was_killed_half_way_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "pg.unfinished").mkdir()
    (tmp_path / "pg.unfinished" / "PG_VERSION").write_text("18\n")
    with Stores(tmp_path, durable=False) as stores:
        assert _one(stores.owner_url, "SELECT 1") == 1
    assert not (tmp_path / "pg.unfinished").exists()


def test_a_long_path_gets_a_short_folder_for_its_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    with Stores(deep, durable=False) as stores:
        assert not stores.sockets.is_relative_to(tmp_path)
        assert stores.sockets.stat().st_mode & 0o077 == 0
        with psycopg.connect(
            host=str(stores.sockets), user="feedback_owner", dbname="feedback"
        ) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not stores.sockets.exists()


def test_a_socket_folder_that_others_may_enter_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/tmp")
    deep = tmp_path / ("c" * 90)
    short = socket_folder(deep)
    short.chmod(0o755)
    try:
        with pytest.raises(StartError, match="not a folder of ours alone"):
            socket_folder(deep)
    finally:
        short.rmdir()
