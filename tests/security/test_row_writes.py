"""Row-level security: who writes what. Every table that belongs to cases is walked through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from feedback import db
from tests.security.world import APART_ONLY, KEPT_BY_TRIGGER, World, case_column, refused


def _updatable(world: World, tables: list[str]) -> list[str]:
    with world.engines["superuser"].connect() as connection:
        query = text("SELECT has_table_privilege('feedback_web', :table, 'UPDATE')")
        return [table for table in tables if connection.scalar(query, {"table": table})]


def test_an_update_touches_only_what_the_agency_sees(world: World) -> None:
    tables = _updatable(world, world.belonging())
    assert set(world.belonging()) - set(tables) == {
        "audit_events",
        "submitters",
        "identity_reveals",
        "event_notes",
        "restricted_conflicts",
        *KEPT_BY_TRIGGER,
    }
    with world.eyes(world.staff(world.ours.team.head)) as session:
        for table in tables:
            column = case_column(table)
            changed = session.scalars(
                text(f"UPDATE {table} SET {column} = {column} RETURNING {column}")
            ).all()
            assert set(changed) <= world.ours.open_cases, table


def test_an_update_gives_no_row_to_a_case_of_another(world: World) -> None:
    values = {"ours": world.ours.late, "theirs": world.theirs.late}
    with world.eyes(world.staff(world.ours.team.head)) as session:
        for table in ("assignments", "periods", "messages"):
            refused(session, f"UPDATE {table} SET case_id = :theirs WHERE case_id = :ours", **values)


def test_a_case_is_not_given_away_without_saying_so(world: World) -> None:
    statement = "UPDATE cases SET lead_agency_id = :agency WHERE id = :id"
    values = {"agency": world.theirs.team.agency.id, "id": world.ours.late}
    scope = world.staff(world.ours.team.head)
    with world.eyes(scope) as session:
        refused(session, statement, **values)
    with world.eyes(replace(scope, writing_case=world.ours.late)) as session:
        assert session.execute(text(statement), values).rowcount == 1


def _row(world: World, table: str, case_id: UUID) -> dict[str, Any]:
    """Read one row of a case, the columns that PostgreSQL fills itself left out."""
    query = """
        SELECT column_name FROM information_schema.columns
        WHERE table_name = :table AND table_schema = 'public' AND is_generated = 'NEVER'"""
    with world.engines["superuser"].connect() as connection:
        columns = connection.scalars(text(query), {"table": table}).all()
        row = connection.execute(
            text(f"SELECT {', '.join(columns)} FROM {table} WHERE {case_column(table)} = :id LIMIT 1"),
            {"id": case_id},
        ).one()
    return dict(row._mapping)


def _insert(table: str, row: dict[str, Any]) -> str:
    names = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"


def _strangers(world: World) -> dict[str, db.Scope]:
    return {
        "staff": world.staff(world.ours.team.head),
        "public": world.code(world.ours.rich),
        "nobody": db.Scope(kind=""),
    }


@pytest.mark.parametrize("who", ["staff", "public", "nobody"])
def test_nobody_adds_to_a_case_that_they_do_not_see(world: World, who: str) -> None:
    scope = _strangers(world)[who]
    for table in world.belonging():
        life = world.theirs
        case_id = life.apart if table in APART_ONLY else life.rich
        row = _row(world, table, case_id)
        if "id" in row:
            row["id"] = db.new_id()
        with world.eyes(scope) as session:
            why = "permission denied" if table in KEPT_BY_TRIGGER else "row-level security"
            assert why in refused(session, _insert(table, row), **row), table


@pytest.mark.parametrize("who", ["staff", "public"])
def test_an_event_goes_into_the_chain_of_its_case_alone(world: World, who: str) -> None:
    """Nobody slips an event into the chain of a case that they do not see, by naming none or their own."""
    event = _row(world, "audit_events", world.ours.rich)
    event = {name: event[name] for name in ("at", "actor", "kind", "payload")}
    theirs = f"case:{world.theirs.rich}"
    own = {"stream": f"case:{world.ours.rich}", "case_id": world.ours.rich}
    with world.eyes(_strangers(world)[who]) as session:
        for slipped in ({"stream": theirs, "case_id": None}, {"stream": theirs, "case_id": world.ours.rich}):
            row = {**event, "id": db.new_id(), **slipped}
            refused(session, _insert("audit_events", row), **row)
        row = {**event, "id": db.new_id(), **own}
        assert session.execute(text(_insert("audit_events", row)), row).rowcount == 1


def test_who_is_not_signed_in_changes_no_settings_and_writes_to_nobody(world: World) -> None:
    event = _row(world, "audit_events", world.ours.rich)
    message = _row(world, "messages", world.ours.rich) | {"case_id": None}
    with world.eyes(db.PUBLIC) as session:
        row = event | {"id": db.new_id(), "stream": "settings", "case_id": None}
        refused(session, _insert("audit_events", row), **row)
        row = message | {"id": db.new_id(), "cause": db.new_id()}
        refused(session, _insert("messages", row), **row)
        assert session.execute(text(_insert("messages", row)), row | {"kind": "account_mail"}).rowcount == 1


def test_only_staff_propose_for_the_board_and_draw_up_lists(world: World) -> None:
    scope = world.code(world.ours.rich)
    for table in ("publications", "identity_reveals"):
        row = _row(world, table, world.ours.rich) | {"id": db.new_id()}
        with world.eyes(scope) as session:
            assert "row-level security" in refused(session, _insert(table, row), **row)
