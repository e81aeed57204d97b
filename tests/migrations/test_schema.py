"""The migrated schema: the same as the models', with names that follow the convention."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from feedback.embedded import databases
from feedback.embedded.databases import Urls
from feedback.models import Base
from tests.migrations.catalogue import TABLES, catalogue, differences

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))


@pytest.fixture(scope="module")
def migrated(database_urls: Urls) -> Iterator[Engine]:
    engine = create_engine(database_urls.owner)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def modelled(migrated: Engine, database_urls: Urls, sockets: Path, process_name: str) -> Iterator[Engine]:
    """A database whose tables the models made, without any migration but the function of a kept column."""
    name = f"modelled_{process_name}"
    databases.drop_database(sockets, name)
    engine = create_engine(databases.create_database(sockets, name).owner)
    with migrated.connect() as source, engine.begin() as target:
        marks = source.scalar(text("SELECT pg_get_functiondef('inbox_marks'::regproc)"))
        target.exec_driver_sql(str(marks))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    databases.drop_database(sockets, name)


def test_autogenerate_finds_nothing_to_do(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        found: list[Any] = compare_metadata(context, Base.metadata)
    assert found == []


@pytest.mark.parametrize("kind", TABLES)
def test_models_and_migrations_make_the_same_tables(migrated: Engine, modelled: Engine, kind: str) -> None:
    # Autogenerate is blind to checks, generated columns and the conditions of indexes.
    ours = catalogue(migrated, without=("alembic_version",))[kind]
    assert differences(ours, catalogue(modelled)[kind]) == []
    assert len(ours) > 20


def test_names_follow_the_convention(migrated: Engine) -> None:
    kinds = {"p": "pk", "u": "uq", "c": "ck", "f": "fk"}
    constraints = text(
        "SELECT conrelid::regclass::text, conname, contype::text FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'c', 'f')"
    )
    indexes = text("SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'")
    with migrated.connect() as connection:
        named = [
            (table, name, kinds[kind])
            for table, name, kind in connection.execute(constraints)
            if table != "alembic_version"
        ]
        wrong = [name for table, name, kind in named if not re.fullmatch(rf"{kind}_{table}(_\w+)?", name)]
        wrong += [
            name
            for table, name in connection.execute(indexes)
            if table != "alembic_version" and not re.fullmatch(rf"(ix|uq|pk)_{table}(_\w+)?", name)
        ]
    assert len(named) > 80
    assert wrong == []


def test_foreign_keys_of_cases_are_indexed(migrated: Engine) -> None:
    """A case page reads every table of a case; an unindexed key would read all of it."""
    query = text("""
        SELECT c.conrelid::regclass::text FROM pg_constraint c
        WHERE c.contype = 'f' AND c.confrelid = 'cases'::regclass AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])""")
    with migrated.connect() as connection:
        assert connection.scalars(query).all() == []


def test_there_is_one_line_of_migrations_in_the_order_of_their_numbers() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    walked = [(script.revision, script.down_revision) for script in SCRIPTS.walk_revisions()][::-1]
    numbers = [f"{number:04d}" for number in range(1, len(VERSIONS) + 1)]
    assert walked == list(zip(numbers, [None, *numbers], strict=False))
    assert [path.name[:5] for path in VERSIONS] == [f"{number}_" for number in numbers]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_stands_alone_and_goes_both_ways(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    imported = {
        (name.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported - sys.stdlib_module_names <= {"alembic", "sqlalchemy"}
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in ("upgrade", "downgrade"):
        assert not all(isinstance(statement, ast.Pass) for statement in functions[name].body)
