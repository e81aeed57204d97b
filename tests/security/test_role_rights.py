"""What the roles may do at all: the catalogue's view, and what is refused whatever the rows.

A new table needs row security, or a line in PUBLIC_KNOWLEDGE that says why not.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from feedback import db
from tests.security.world import World, refused

PUBLIC_KNOWLEDGE = {
    # Reference data, which every page reads.
    "accounts", "roles", "accounts_roles", "agencies", "units", "fields", "communes", "old_places",
    "province_settings", "positions", "holdings", "calendar_days", "office_schedules", "terms",
    "ladder_steps", "state_limits", "routing_rules",
    # Counters and hashes without content.
    "alembic_version", "job_runs", "audit_heads", "audit_seals", "statistics_snapshots",
}  # fmt: skip
"""Tables without row security, by decision. A table that is not here must have it."""


def test_every_table_has_row_security_or_a_reason_not_to(world: World) -> None:
    with world.engines["superuser"].connect() as connection:
        forced = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relforcerowsecurity")))
        near_cases = set(
            connection.scalars(
                text(
                    "SELECT conrelid::regclass::text FROM pg_constraint"
                    " WHERE contype = 'f' AND confrelid = 'cases'::regclass"
                )
            )
        )
    protected = set(world.protected())
    assert set(world.tables()) - protected == PUBLIC_KNOWLEDGE
    assert forced == protected
    assert near_cases <= protected


def test_the_roles_can_bypass_nothing(world: World) -> None:
    query = """
        SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
               EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS in_another
        FROM pg_roles r WHERE rolname LIKE 'feedback%' ORDER BY 1"""
    with world.engines["superuser"].connect() as connection:
        rights = {row[0]: any(row[1:]) for row in connection.execute(text(query))}
        owners = set(
            connection.scalars(text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"))
        )
    assert rights == {"feedback_owner": False, "feedback_web": False, "feedback_worker": False}
    assert owners == {"feedback_owner"}


def test_policies_address_the_roles_by_name(world: World) -> None:
    with world.engines["superuser"].connect() as connection:
        roles = connection.execute(text("SELECT policyname, roles::text[] FROM pg_policies")).all()
    assert {tuple(names) for _, names in roles} == {
        ("feedback_web",),
        ("feedback_worker",),
        ("feedback_owner",),
    }


def test_functions_of_the_owner_cannot_be_fed_other_tables(world: World) -> None:
    query = """
        SELECT p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND n.nspname = 'public'"""
    with world.engines["superuser"].connect() as connection:
        found = {row.proname: row.proconfig for row in connection.execute(text(query))}
    assert set(found) >= {"on_access_list", "search_cases", "related_cases", "audit_chain"}
    for name, settings in found.items():
        assert settings == ["search_path=pg_catalog, public, pg_temp"], name


def test_a_temporary_table_opens_no_restricted_case(world: World) -> None:
    scope = world.staff(world.stage.province.dispatcher)
    with world.engines["superuser"].begin() as connection:
        connection.execute(
            text(f"GRANT TEMPORARY ON DATABASE {world.engines['web'].url.database} TO feedback_web")
        )
    with world.eyes(scope) as session:
        session.execute(text("CREATE TEMPORARY TABLE restricted_accesses ON COMMIT DROP AS SELECT"
                             " CAST(:id AS uuid) AS case_id, CAST(:account AS integer) AS account_id,"
                             " CAST(NULL AS timestamptz) AS ended_at"),
                        {"id": world.ours.apart, "account": scope.account_id})  # fmt: skip
        session.execute(text("GRANT SELECT ON restricted_accesses TO PUBLIC"))
        assert world.ours.apart not in session.scalars(text("SELECT id FROM cases")).all()


@pytest.mark.parametrize("role", ["web", "worker"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_no_role_of_the_product_deletes(world: World, role: str, statement: str) -> None:
    scope = world.staff(world.ours.team.head) if role == "web" else db.WORKER
    with world.eyes(scope, role) as session:
        for table in world.tables():
            assert "permission denied" in refused(session, statement.format(table)), table


@pytest.mark.parametrize("role", ["web", "worker", "owner", "superuser"])
@pytest.mark.parametrize("table", ["audit_events", "audit_seals"])
def test_the_trail_is_only_added_to(world: World, role: str, table: str) -> None:
    with world.engines["superuser"].connect() as connection, connection.begin() as transaction:
        # The owner and a superuser are stopped by the triggers; the owner sees no row, so none fires.
        connection.execute(text(
            "INSERT INTO audit_seals (sealed_at, streams, events, heads_hash, prev_hash, hash)"
            " VALUES (now(), 1, 1, '', '', 'x')"
        ))  # fmt: skip
        if role != "superuser":
            connection.execute(text(f"SET LOCAL ROLE feedback_{role}"))
            connection.execute(db._SET_SCOPE, db.WORKER.settings())
        column = "kind" if table == "audit_events" else "streams"
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            savepoint = connection.begin_nested()
            if role == "owner" and table == "audit_events" and not statement.startswith("TRUNCATE"):
                assert connection.execute(text(statement)).rowcount == 0
                savepoint.rollback()
                continue
            with pytest.raises(ProgrammingError) as error:
                connection.execute(text(statement))
            assert error.value.orig.sqlstate == "42501"
            savepoint.rollback()
        transaction.rollback()


@pytest.mark.parametrize("role", ["web", "worker"])
def test_heads_are_kept_by_the_trigger_alone(world: World, role: str) -> None:
    with world.eyes(db.WORKER, role) as session:
        refused(session, "UPDATE audit_heads SET seq = seq")
        refused(session, "INSERT INTO audit_heads (stream, seq, hash) VALUES ('case:x', 1, '')")


def test_pages_do_not_read_the_heads(world: World) -> None:
    with world.eyes(world.staff(world.stage.province.administrator)) as session:
        refused(session, "SELECT * FROM audit_heads")
