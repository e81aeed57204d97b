"""Searching and kinship go through functions of the owner, which apply the scope themselves."""

from __future__ import annotations

from uuid import UUID

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


def test_what_is_counted_for_a_head_is_what_the_asker_sees(world: World) -> None:
    stage, day = world.stage, {"day": "2100-01-01"}
    people = (
        world.ours.team.officer, world.theirs.team.head, stage.province.chief, stage.province.commune.officer,
        stage.inspectorate.officer,
    )  # fmt: skip
    load = text("SELECT coalesce(sum(open_now), 0) FROM open_load("
                "(SELECT array_agg(id) FROM agencies), :day, :day, NULL)")  # fmt: skip
    behind = text("SELECT coalesce(sum(overdue), 0) FROM agencies_behind(:day)")
    look = text("SELECT count(*) FROM cases WHERE closed_at IS NULL AND restricted_at IS NULL"
                " AND lead_agency_id IS NOT NULL AND (:all OR lead_agency_id = ANY (:agencies))")  # fmt: skip
    seen = []
    for account in people:
        scope = world.staff(account)
        everything = scope.province or scope.supervisor
        with world.eyes(scope) as session:
            own = session.scalar(look, {"all": everything, "agencies": list(scope.agency_ids)})
            assert session.scalar(behind, day) == own
            # Who looks on from outside is told who is behind, and of nobody's desk.
            assert session.scalar(load, day) == (0 if scope.supervisor else own)
            seen.append(own)
    assert len(set(seen)) > 2
    for other in (None, db.PUBLIC, world.code(world.ours.rich)):
        with world.eyes(other) as session:
            assert (session.scalar(load, day), session.scalar(behind, day)) == (0, 0)


def test_notes_are_found_by_those_who_read_them(world: World) -> None:
    """The words of a restricted case's note by its list, of others by the agency; nobody learns of more."""
    stage = world.stage
    listed = world.staff(stage.inspectorate.head)
    people = [
        world.staff(account)
        for account in (
            world.ours.team.officer, world.theirs.team.head, stage.province.dispatcher, stage.province.chief,
            stage.province.commune.officer, stage.province.administrator,
        )
    ]  # fmt: skip
    search = text("SELECT search_notes('tham & quyen | to & cao'::tsquery, 1000)")
    read = text(
        "SELECT DISTINCT case_id FROM event_notes WHERE text ILIKE '%thẩm quyền%' OR text ILIKE '%tố cáo%'"
    )
    hits: set[UUID] = set()
    for scope in (*people, listed):
        with world.eyes(scope) as session:
            found = set(session.scalars(search))
            assert found == set(session.scalars(read))
            hits |= found
    assert hits >= {world.ours.rich, world.theirs.rich, world.ours.apart}
    watcher = db.Scope(kind="staff", account_id=listed.account_id, province=True, supervisor=True)
    for nobody in (None, db.PUBLIC, world.code(world.ours.rich), db.WORKER, watcher):
        with world.eyes(nobody) as session:
            assert session.scalars(search).all() == []
            if nobody is watcher:
                assert session.scalars(text("SELECT case_id FROM note_words")).all() == []


@pytest.mark.parametrize("function", ["search_cases", "search_notes"])
def test_search_is_for_the_web_role(world: World, function: str) -> None:
    with world.eyes(db.Scope(kind="staff", province=True), "worker") as session:
        assert function in refused(session, f"SELECT {function}('den'::tsquery, 10)")


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
