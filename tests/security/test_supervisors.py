"""Row-level security of those who look on: what supervisors see, and that they write nothing.

Every table is taken from the catalogue. A new table of cases fails here until its migration says, with a
restrictive policy as in 0028_supervisors.py, whether supervisors see it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from feedback import db
from tests.security.world import KEPT_BY_TRIGGER, WITHOUT_CASE, World, become, case_column, count, refused

SHOWN = {
    "cases", "periods", "deadlines", "extensions", "assignments", "escalation_steps", "audit_events",
    "answers", "publications",
}  # fmt: skip
"""What of a case supervisors may read; every other table of cases is closed to them."""

SUPERVISOR = db.Scope(kind="staff", account_id=2**31 - 1, supervisor=True)


def test_supervisors_see_the_public_track_and_of_it_the_tables_named(world: World) -> None:
    apart = {world.ours.apart, world.theirs.apart}
    seen = world.seen(SUPERVISOR)
    assert seen["cases"] == world.cases - apart
    assert {table for table, cases in seen.items() if cases & apart} == set()
    assert set(seen) == SHOWN


def test_supervisors_read_the_words_that_went_out_alone(world: World) -> None:
    with world.eyes(SUPERVISOR) as session:
        assert session.scalars(text("SELECT DISTINCT status FROM answers")).all() == ["approved"]
        assert session.scalars(text("SELECT DISTINCT status FROM publications")).all() == ["published"]
        for table in WITHOUT_CASE:
            assert count(session, table) == 0, table


@pytest.mark.parametrize("more", ["unsealed_case", "writing_case"])
def test_no_setting_of_the_transaction_opens_more_to_them(world: World, more: str) -> None:
    for case_id in (world.ours.rich, world.ours.apart):
        seen = world.seen(replace(SUPERVISOR, **{more: case_id}))
        assert set(seen) <= SHOWN
        assert "submitters" not in seen


def test_supervisors_write_no_row_of_any_table(world: World, protected: list[str]) -> None:
    scope = replace(SUPERVISOR, writing_case=world.ours.late)
    with world.eyes(scope) as session:
        for table in protected:
            column = WITHOUT_CASE.get(table) or case_column(table)
            try:
                with session.begin_nested():
                    changed = session.execute(text(f"UPDATE {table} SET {column} = {column}"))
                    assert changed.rowcount == 0, table
            except ProgrammingError as error:
                if error.orig.sqlstate != "42501":
                    raise


def test_supervisors_add_no_row_to_any_table(world: World, belonging: list[str]) -> None:
    """Each table is given a copy of a row that is there; the policy speaks before any constraint does."""
    generated = """SELECT column_name FROM information_schema.columns
        WHERE table_name = :table AND table_schema = 'public' AND is_generated = 'NEVER'"""
    for table in belonging:
        with world.engines["superuser"].connect() as connection:
            columns = connection.scalars(text(generated), {"table": table}).all()
            row = connection.execute(text(f"SELECT {', '.join(columns)} FROM {table} LIMIT 1")).one()
        names = ", ".join(f'"{name}"' for name in columns)
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in columns)})"
        values = dict(row._mapping) | ({"case_id": world.ours.late} if "case_id" in columns else {})
        with world.eyes(replace(SUPERVISOR, writing_case=world.ours.late)) as session:
            why = "permission denied" if table in KEPT_BY_TRIGGER else "row-level security"
            assert why in refused(session, statement, **values), table


def test_a_supervisor_on_the_access_list_sees_the_case_and_nothing_written_beside_it(world: World) -> None:
    account = world.stage.province.administrator
    scope = replace(SUPERVISOR, account_id=account.id)
    with world.engines["superuser"].connect() as connection:
        connection.execute(
            text(
                "INSERT INTO restricted_accesses (id, case_id, account_id, granted_at, reason)"
                " VALUES (gen_random_uuid(), :case, :account, now(), 'Giám sát việc giải quyết tố cáo')"
            ),
            {"case": world.ours.apart, "account": account.id},
        )
        become(connection, scope)
        seen = set(connection.scalars(text("SELECT id FROM cases WHERE restricted_at IS NOT NULL")))
        assert seen == {world.ours.apart}
        for table in ("attachments", "restricted_accesses", "event_notes", "submitters"):
            found = connection.scalars(
                text(f"SELECT 1 FROM {table} WHERE case_id = :id"), {"id": world.ours.apart}
            )
            assert found.all() == [], table
        connection.rollback()


def test_a_co_handler_whose_part_ended_sees_the_case_no_more(world: World) -> None:
    helper = world.stage.province.commune
    scope = world.staff(helper.officer)
    with world.engines["superuser"].connect() as connection:
        connection.execute(
            text(
                "INSERT INTO assignments (id, case_id, agency_id, role, final, assigned_at, ended_at)"
                " VALUES (gen_random_uuid(), :id, :agency, 'co', false, now(), now())"
            ),
            {"agency": helper.agency.id, "id": world.ours.rich},
        )
        become(connection, scope)
        assert connection.scalars(text("SELECT id FROM cases")).all() == []
        assert connection.scalars(text("SELECT case_id FROM assignments")).all() == []
        connection.rollback()


def test_a_former_lead_sees_nothing_of_the_case_any_more(world: World) -> None:
    """Each of the two rich cases was the other agency's first, which sent it back."""
    query = text("SELECT count(*) FROM moves WHERE case_id = :id AND from_agency_id = :agency")
    for mine, other in ((world.ours, world.theirs), (world.theirs, world.ours)):
        values = {"id": other.rich, "agency": mine.team.agency.id}
        with world.engines["superuser"].connect() as connection:
            assert connection.scalar(query, values) == 1
        seen = world.seen(world.staff(mine.team.head))
        assert all(other.rich not in cases for cases in seen.values())


def test_no_table_whatever_names_a_case_to_somebody_who_may_not_know_of_it(world: World) -> None:
    """Every table and every column, protected or not, searched for the keys of cases that are not theirs."""
    hidden = {
        "agency": (
            world.staff(world.ours.team.head),
            {world.theirs.rich, world.theirs.late, world.ours.apart},
        ),
        "province": (world.staff(world.stage.province.dispatcher), {world.ours.apart, world.theirs.apart}),
        "supervisor": (SUPERVISOR, {world.ours.apart, world.theirs.apart}),
        "administrator": (
            world.staff(world.stage.province.administrator),
            {world.ours.rich, world.theirs.late, world.ours.apart},
        ),
        "nobody": (None, world.cases),
    }
    for name, (scope, cases) in hidden.items():
        patterns = [f"%{case}%" for case in cases]
        with world.eyes(scope) as session:
            for table in world.tables():
                try:
                    with session.begin_nested():
                        query = text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY (:patterns)")
                        found = session.scalar(query, {"patterns": patterns})
                except ProgrammingError as error:
                    if error.orig.sqlstate != "42501":
                        raise
                    continue
                if (name, table) not in NAMED:
                    assert not found, (name, table)


NAMED = {("administrator", "messages"), ("administrator", "work")}
"""An administrator retries work and mails, which name the cases that they are about and nothing of them."""
