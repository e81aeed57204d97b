"""Row-level security of standard texts: the province's for all staff, an agency's own for its people."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text

from feedback import db
from tests.security.world import World, refused

_INSERT = (
    "INSERT INTO standard_texts (series, version, agency_id, kind, title, body, written_at)"
    " VALUES (gen_random_uuid(), 1, :agency, 'answer', :title, 'x', now())"
)


def test_an_agencys_texts_are_read_and_written_by_its_own_people(world: World) -> None:
    ours, theirs = world.staff(world.ours.team.head), world.staff(world.theirs.team.officer)
    administrator = world.staff(world.stage.province.administrator)
    with world.engines["superuser"].begin() as connection:
        for agency, title in (
            (None, "province"),
            (ours.agency_ids[0], "ours"),
            (theirs.agency_ids[0], "theirs"),
        ):
            connection.execute(text(_INSERT), {"agency": agency, "title": title})
    names = text("SELECT title FROM standard_texts ORDER BY title")
    supervisor = replace(ours, agency_ids=(), supervisor=True)
    for scope, seen, written in (
        (ours, ["ours", "province"], ["ours"]),
        (theirs, ["province", "theirs"], ["theirs"]),
        (world.staff(world.stage.province.dispatcher), ["province"], []),
        (administrator, ["province"], ["province"]),
        (supervisor, [], []),
        (db.PUBLIC, [], []),
        (None, [], []),
    ):
        with world.eyes(scope) as session:
            assert session.scalars(names).all() == seen
            changed = session.scalars(text("UPDATE standard_texts SET body = 'y' RETURNING title")).all()
            assert sorted(changed) == written
            assert "permission denied" in refused(session, "DELETE FROM standard_texts")
    for scope, agency in ((ours, theirs.agency_ids[0]), (ours, None), (administrator, ours.agency_ids[0])):
        with world.eyes(scope) as session:
            assert "row-level security" in refused(session, _INSERT, agency=agency, title="x")
    with world.eyes(ours) as session:
        moved = "UPDATE standard_texts SET agency_id = NULL WHERE title = 'ours'"
        assert "row-level security" in refused(session, moved)
