"""Searching and kinship go through functions of the owner, which apply the scope themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from feedback import db
from tests.security.world import World, become, refused


@pytest.mark.parametrize("words", ["den", "to & cao", "vua", "ghim | den | duong | cong"])
def test_search_finds_no_more_than_is_seen(world: World, words: str) -> None:
    stage = world.stage
    people = (
        world.ours.team.officer, world.theirs.team.head, stage.province.dispatcher, stage.province.chief,
        stage.province.commune.officer, stage.province.administrator, stage.inspectorate.officer,
    )  # fmt: skip
    search = text("SELECT search_cases(CAST(:words AS tsquery), 1000)")
    look = text("SELECT id FROM cases WHERE search_vector @@ CAST(:words AS tsquery)")
    hits = 0
    for account in people:
        with world.eyes(world.staff(account)) as session:
            found = set(session.scalars(search, {"words": words}))
            assert found == set(session.scalars(look, {"words": words}))
            hits += len(found)
    assert hits
    for scope in (None, db.PUBLIC, world.code(world.ours.rich), db.WORKER):
        with world.eyes(scope) as session:
            assert session.scalars(search, {"words": words}).all() == []


def test_search_is_for_the_web_role(world: World) -> None:
    with world.eyes(db.Scope(kind="staff", province=True), "worker") as session:
        assert "search_cases" in refused(session, "SELECT search_cases('den'::tsquery, 10)")


def test_kin_are_shown_to_those_who_see_the_case(world: World) -> None:
    with world.engines["superuser"].connect() as connection:
        kin = {"main": world.theirs.rich, "part": world.theirs.apart}
        connection.execute(text("UPDATE cases SET merged_into_id = :main WHERE id = :part"), kin)
        for scope, seen in (
            (world.staff(world.theirs.team.officer), set()),
            (world.staff(world.ours.team.officer), set()),
            (world.code(world.theirs.rich), set()),
            (world.staff(world.stage.inspectorate.officer), set()),
            (world.staff(world.stage.province.chief), {world.theirs.apart}),
        ):
            become(connection, scope)
            found = connection.scalars(text("SELECT id FROM related_cases(:main)"), kin)
            assert set(found) == seen
            connection.execute(text("RESET ROLE"))
        connection.rollback()
