"""Row-level security of saved views: one's own, those shared within one's agency, and nobody's to change."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from feedback import db
from tests.security.world import World, count, refused


def test_a_view_is_its_owners_and_read_by_the_unit_it_is_shared_with(world: World) -> None:
    owner = world.staff(world.ours.team.head)
    helper = world.staff(world.ours.team.officer)
    stranger = world.staff(world.theirs.team.officer)
    with world.engines["superuser"].begin() as connection:
        connection.execute(
            text(
                "INSERT INTO saved_views (account_id, name, query, shared_unit_id, created_at)"
                " SELECT :account, name, 'view=open', CASE WHEN name = 'shared' THEN"
                " (SELECT min(id) FROM units WHERE agency_id = :agency) END, now()"
                " FROM unnest(ARRAY['own', 'shared']) AS name"
            ),
            {"account": owner.account_id, "agency": owner.agency_ids[0]},
        )
    names = text("SELECT name FROM saved_views ORDER BY name")
    for scope, seen in (
        (owner, ["own", "shared"]),
        (helper, ["shared"]),
        (stranger, []),
        (replace(stranger, province=True), []),
        (db.PUBLIC, []),
        (None, []),
    ):
        with world.eyes(scope) as session:
            assert session.scalars(names).all() == seen
            if scope is not owner:
                assert session.execute(text("UPDATE saved_views SET name = 'x'")).rowcount == 0
            assert "permission denied" in refused(session, "DELETE FROM saved_views")
    with world.eyes(helper) as session:
        copied = "INSERT INTO saved_views (account_id, name, query, created_at) VALUES (:id, 'x', '', now())"
        assert "row-level security" in refused(session, copied, id=owner.account_id)
        assert count(session, "saved_views") == 1
