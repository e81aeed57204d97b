"""A committed database in which two agencies have had cases, shared by the tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from feedback.embedded import databases
from feedback.embedded.databases import Urls
from tests import stores
from tests.security.world import World, lay_world
from tests.services.committed import committed_stage
from tests.services.stage import MONDAY


@pytest.fixture(scope="package")
def world(database_urls: Urls, sockets: Path, process_name: str) -> Iterator[World]:
    """See tests/security/world.py. Nothing that a test does in it may be committed."""
    name = f"security_{process_name}"
    databases.drop_database(sockets, name)
    urls = databases.create_database(sockets, name, stores.TEMPLATE)
    superuser = create_engine(databases.url(sockets, databases.SUPERUSER, name))
    with committed_stage(urls, MONDAY) as stage:
        laid = lay_world(stage, urls, superuser)
        stage.worker.commit()
        yield laid
        for engine in laid.engines.values():
            engine.dispose()
    databases.drop_database(sockets, name)


@pytest.fixture(scope="package")
def protected(world: World) -> list[str]:
    """The tables with row security."""
    return world.protected()


@pytest.fixture(scope="package")
def belonging(world: World) -> list[str]:
    """Those of them whose rows belong to a case."""
    return world.belonging()
