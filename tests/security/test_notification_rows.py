"""Row-level security of notifications: one's own alone, and of them only that one has read them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from feedback import db
from tests.security.world import World, count, refused

CHOICES = "INSERT INTO notification_choices (account_id, topic, channel) VALUES (:id, 'agency', 'off')"
TIMES = (
    "INSERT INTO notification_times (account_id, digest_at, quiet_from, quiet_to, quiet_days)"
    " VALUES (:id, '07:30', '20:00', '06:00', true)"
)
TOLD = (
    "INSERT INTO notifications (id, account_id, kind, case_id, cause, created_at)"
    " VALUES (gen_random_uuid(), :id, 'assigned_officer', :case, gen_random_uuid(), now())"
)
TABLES = ("notifications", "notification_choices", "notification_times")


@pytest.fixture
def told(world: World) -> World:
    """The officer of one agency was told of a case, and chose how."""
    owner = world.ours.team.officer.id
    with world.engines["superuser"].begin() as connection:
        for table in TABLES:
            connection.execute(text(f"DELETE FROM {table}"))
        for statement in (CHOICES, TIMES, TOLD):
            connection.execute(text(statement), {"id": owner, "case": world.ours.rich})
    return world


def test_everybody_sees_their_own_alone(told: World) -> None:
    owner, head = told.staff(told.ours.team.officer), told.staff(told.ours.team.head)
    administrator = told.staff(told.stage.province.administrator)
    for scope, seen in (
        (owner, 1), (head, 0), (replace(head, province=True), 0), (administrator, 0), (db.PUBLIC, 0),
        (None, 0),
        (replace(owner, kind="public"), 0),
    ):  # fmt: skip
        with told.eyes(scope) as session:
            assert [count(session, table) for table in TABLES] == [seen] * 3, scope


def test_nobody_writes_what_another_is_told_or_wants(told: World) -> None:
    owner, head = told.staff(told.ours.team.officer), told.staff(told.ours.team.head)
    with told.eyes(head) as session:
        for change in (
            "UPDATE notifications SET read_at = now()",
            "UPDATE notification_choices SET channel = 'off'",
            "UPDATE notification_times SET quiet_days = false",
        ):
            assert session.execute(text(change)).rowcount == 0, change
        for statement in (CHOICES, TIMES):
            assert "row-level security" in refused(session, statement, id=owner.account_id)
        for table in TABLES:
            assert "permission denied" in refused(session, f"DELETE FROM {table}")


def test_of_what_one_was_told_only_the_reading_is_written(told: World) -> None:
    owner = told.staff(told.ours.team.officer)
    with told.eyes(owner) as session:
        assert session.execute(text("UPDATE notifications SET read_at = now()")).rowcount == 1
        for column, value in (("kind", "'triage_desk'"), ("in_digest", "true"), ("case_id", "NULL")):
            said = refused(session, f"UPDATE notifications SET {column} = {value}")
            assert "permission denied" in said
        assert "permission denied" in refused(session, TOLD, id=owner.account_id, case=told.ours.rich)
