"""Which PostgreSQL and Redis are taken, with programs that only pretend."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback.embedded import binaries
from feedback.embedded.errors import StartError


def _program(folder: Path, name: str, answer: str, code: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{answer}'\nexit {code}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str]]:
    """The folders that are looked at for a PostgreSQL; a test fills them."""
    found: list[tuple[Path, str]] = []
    monkeypatch.setattr(binaries, "_postgres_places", lambda: iter(found))
    monkeypatch.setattr(binaries, "_redis_places", lambda: iter(found))
    return found


def test_a_server_whose_library_is_missing_is_passed_over_with_the_reason(
    tmp_path: Path, places: list[tuple[Path, str]]
) -> None:
    _program(tmp_path / "a", "postgres", "error while loading shared libraries: libxml2.so.2", code=127)
    _program(tmp_path / "b", "postgres", "postgres (PostgreSQL) 16.4 (Debian 16.4-1)")
    places += [(tmp_path / "a", "bundled"), (tmp_path / "b", "system")]
    engine = binaries.find_postgres()
    assert (engine.version, engine.origin) == ((16, 4), "system")
    assert "libxml2.so.2" in engine.source


def test_the_version_that_made_the_data_is_preferred(tmp_path: Path, places: list[tuple[Path, str]]) -> None:
    for major in (18, 16, 15):
        _program(tmp_path / str(major), "postgres", f"postgres (PostgreSQL) {major}.1")
        places.append((tmp_path / str(major), "system"))
    assert binaries.find_postgres().major == 18
    assert binaries.find_postgres(15).major == 15
    with pytest.raises(StartError, match="made by PostgreSQL 17; this machine has 15, 16, 18"):
        binaries.find_postgres(17)


def test_a_server_that_is_too_old_is_no_server(tmp_path: Path, places: list[tuple[Path, str]]) -> None:
    _program(tmp_path, "postgres", "postgres (PostgreSQL) 14.9")
    places.append((tmp_path, "system"))
    with pytest.raises(StartError, match=r"version 14\.9 is too old.*Mend: install PostgreSQL 15"):
        binaries.find_postgres()


def test_redis_serves_where_valkey_is_missing(tmp_path: Path, places: list[tuple[Path, str]]) -> None:
    places.append((tmp_path / "absent", "bundled"))
    places.append((_program(tmp_path, "redis-server", "Redis server v=7.0.15 sha=00000000:0"), "system"))
    engine = binaries.find_redis()
    assert (engine.version, engine.path.name) == ((7, 0, 15), "redis-server")
    assert "absent" in engine.source


def test_no_server_at_all_says_what_to_install(places: list[tuple[Path, str]]) -> None:
    with pytest.raises(StartError, match=r"none was found.*apt-get install"):
        binaries.find_redis()
    assert not places
