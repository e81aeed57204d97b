"""Row-level security: who sees what, through the real logins of the roles.

Every test enumerates the tables from the catalogue, so it walks through a new one too.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from feedback import db
from tests.security.world import APART_ONLY, WITHOUT_CASE, World, become, case_column, count

OWNER_READS = {
    "cases", "deadlines", "deliveries", "escalation_steps", "moves", "note_words", "restricted_accesses",
    "publications", "ratings", "relays", "restricted_conflicts", "routing_decisions",
}  # fmt: skip
"""What functions that run as the owner read; the rest is closed to the owner too."""

UNSEEN_BY_SUBMITTERS = {
    "submitters", "identity_reveals", "restricted_accesses", "event_notes", "audit_events", "messages",
    "work", "digests", "moves", "escalation_steps", "form_drafts", "case_presences", "contributions",
    "restricted_conflicts", "forwardings", "relays",
}  # fmt: skip

# The fixture itself: nothing below may pass because there was nothing to see.


def test_both_agencies_have_rows_in_every_table(world: World, belonging: list[str]) -> None:
    everything = world.seen(db.WORKER, "worker")
    assert set(everything) == set(belonging)
    for table in set(belonging) - APART_ONLY:
        assert everything[table] >= {world.ours.rich, world.theirs.rich}, table
    for table in APART_ONLY:
        assert everything[table] == {world.ours.apart, world.theirs.apart}, table
    with world.eyes(db.WORKER, "worker") as session:
        assert count(session, "digests") > 1


# Nobody.


@pytest.mark.parametrize("role", ["web", "worker"])
def test_without_an_actor_there_is_no_row(world: World, protected: list[str], role: str) -> None:
    with world.eyes(None, role) as session:
        assert {table: count(session, table) for table in protected} == dict.fromkeys(protected, 0)


@pytest.mark.parametrize("scope", [db.PUBLIC, db.Scope(kind="staff", province=True), db.Scope(kind="Worker")])
def test_the_worker_is_a_worker_or_nobody(world: World, protected: list[str], scope: db.Scope) -> None:
    with world.eyes(scope, "worker") as session:
        assert {table: count(session, table) for table in protected} == dict.fromkeys(protected, 0)


def test_the_web_role_is_never_a_worker(world: World) -> None:
    assert world.seen(db.WORKER) == {"publications": {world.published}}


def test_the_owner_reads_only_what_its_functions_need(world: World, protected: list[str]) -> None:
    with world.eyes(None, "owner") as session:
        seen = {table for table in protected if count(session, table)}
        assert seen == OWNER_READS
        for table in protected:
            column = WITHOUT_CASE.get(table) or case_column(table)
            if table != "audit_events":
                changed = session.execute(text(f"UPDATE {table} SET {column} = {column}"))
                assert changed.rowcount == 0, table


def test_a_scope_ends_with_its_transaction(world: World) -> None:
    engine = db.make_engine(world.urls.web, pool_size=1)
    factory = db.session_factory(engine)
    with db.transaction(factory, world.staff(world.ours.team.officer)) as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        assert count(session, "cases") > 0
    with factory() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == pid
        assert count(session, "cases") == 0
        session.rollback()
    engine.dispose()


@pytest.mark.parametrize("setting", ["app.agency_ids", "app.account_id", "app.writing_case"])
def test_nonsense_in_a_setting_opens_nothing(world: World, setting: str) -> None:
    with world.eyes(db.Scope(kind="staff")) as session:
        session.execute(text("SELECT set_config(:name, 'x} OR true', true)"), {"name": setting})
        with pytest.raises(DBAPIError, match=r"invalid input syntax|malformed array"):
            count(session, "cases")


# Agencies.


@pytest.mark.parametrize("post", ["officer", "head_of_unit", "head"])
def test_an_agency_sees_its_cases_and_none_of_another(world: World, belonging: list[str], post: str) -> None:
    for mine, other in ((world.ours, world.theirs), (world.theirs, world.ours)):
        seen = world.seen(world.staff(getattr(mine.team, post)))
        assert seen["cases"] == mine.open_cases | ({world.published} if mine is world.theirs else set())
        for table, cases in seen.items():
            assert not cases & {other.rich, other.late, other.apart, mine.apart, world.waiting}, table
        hidden = {"submitters", "work", *APART_ONLY}
        if post != "officer":
            hidden.add("form_drafts")  # their writer's alone
        assert set(seen) == set(belonging) - hidden


def test_an_agency_sees_digests_of_its_own_positions(world: World) -> None:
    query = "SELECT DISTINCT p.agency_id FROM digests d JOIN positions p ON p.id = d.position_id"
    agency = world.ours.team.agency.id
    with world.eyes(world.staff(world.ours.team.head)) as session:
        assert set(session.scalars(text(query))) == {agency}
    with world.eyes(world.staff(world.stage.province.chairman)) as session:
        assert set(session.scalars(text(query))) > {agency}


def test_a_co_handler_sees_the_case(world: World) -> None:
    helper = world.stage.province.commune
    scope = world.staff(helper.officer)
    assert world.seen(scope).keys() == {"publications"}
    with world.engines["superuser"].connect() as connection:
        connection.execute(
            text("UPDATE cases SET co_agency_ids = ARRAY[:agency]::integer[] WHERE id = :id"),
            {"agency": helper.agency.id, "id": world.ours.rich},
        )
        become(connection, scope)
        assert connection.scalars(text("SELECT id FROM cases")).all() == [world.ours.rich]
        assert connection.scalars(text("SELECT DISTINCT case_id FROM answers")).all() == [world.ours.rich]
        connection.rollback()


def test_the_province_sees_all_but_restricted_cases(world: World, belonging: list[str]) -> None:
    apart = {world.ours.apart, world.theirs.apart}
    seen = world.seen(world.staff(world.stage.province.dispatcher))
    assert seen["cases"] == world.cases - apart
    assert {table for table, cases in seen.items() if cases & apart} == set()
    assert set(seen) == set(belonging) - {"submitters", "work", "form_drafts", *APART_ONLY}


def test_the_chairman_sees_those_restricted_cases_that_climbed_so_far(world: World) -> None:
    chairman = world.stage.province.chairman
    seen = world.seen(world.staff(chairman))
    assert seen["cases"] == world.cases
    query = "SELECT case_id FROM restricted_accesses WHERE account_id = :id AND granted_by IS NULL"
    with world.engines["superuser"].connect() as connection:
        admitted = set(connection.scalars(text(query), {"id": chairman.id}))
    assert admitted == {world.ours.apart, world.theirs.apart}


def test_a_restricted_case_is_for_its_access_list(world: World) -> None:
    stage = world.stage
    for account in (stage.province.chief, stage.inspectorate.head, stage.inspectorate.officer):
        seen = world.seen(world.staff(account))
        assert {world.ours.apart, world.theirs.apart} <= seen["cases"]
        assert {"restricted_accesses", "audit_events", "attachments", "answers"} <= {
            table for table, cases in seen.items() if world.ours.apart in cases
        }
        assert "submitters" not in seen
    former = world.seen(world.staff(stage.inspectorate.head_of_unit))
    assert "cases" not in former
    assert "restricted_accesses" not in former


def test_an_administrator_sees_no_case(world: World) -> None:
    seen = world.seen(world.staff(world.stage.province.administrator))
    assert set(seen) <= {"messages", "work", "publications"}


# Who sent it.


def test_only_the_unsealed_submitter_is_seen(world: World) -> None:
    scope = world.staff(world.ours.team.officer)
    assert world.seen(replace(scope, unsealed_case=world.ours.rich))["submitters"] == {world.ours.rich}
    assert "submitters" not in world.seen(replace(scope, writing_case=world.ours.rich))


def test_the_submitter_sees_their_case_and_nothing_inside_the_office(world: World) -> None:
    seen = world.seen(world.code(world.ours.rich))
    assert seen.pop("publications") == {world.published}
    assert {case for cases in seen.values() for case in cases} == {world.ours.rich}
    assert not UNSEEN_BY_SUBMITTERS & set(seen)
    with world.eyes(world.code(world.ours.rich)) as session:
        assert session.scalars(text("SELECT DISTINCT status FROM answers")).all() == ["approved"]
        assert session.scalars(text("SELECT DISTINCT status FROM publications")).all() == ["published"]


def test_the_submitter_is_told_of_moves_without_their_reasons(world: World) -> None:
    query = "SELECT * FROM moves_told(:id)"
    with world.eyes(world.code(world.ours.rich)) as session:
        told = session.execute(text(query), {"id": world.ours.rich}).mappings().all()
        assert [row["kind"] for row in told] == ["send_back"]
        assert "reason" not in told[0]
        others = session.execute(text(query), {"id": world.theirs.rich}).all()
        assert others == []
    for scope in (world.staff(world.ours.team.head), world.code(world.ours.apart), db.PUBLIC):
        with world.eyes(scope) as session:
            for case_id in (world.ours.rich, world.ours.apart):
                assert session.execute(text(query), {"id": case_id}).all() == []


def test_the_submitter_of_a_restricted_case_sees_that_it_is_there(world: World) -> None:
    seen = world.seen(world.code(world.ours.apart))
    assert seen == {"cases": {world.ours.apart}, "publications": {world.published}}


@pytest.mark.parametrize("code", [None, "", "%", "0" * 21, "00000-00000-00000-00000-0"])
def test_without_the_right_code_the_public_sees_the_board(world: World, code: str | None) -> None:
    assert world.seen(replace(db.PUBLIC, tracking_code=code)) == {"publications": {world.published}}
