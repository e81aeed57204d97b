"""Conflicts of interest keep somebody off a restricted case; a forwarding is a record of its own.

Who works for the accused agency today, or is in a conflict with the case, is on no access list as far as
PostgreSQL is concerned, whatever rows say; a trigger lets nobody put them on one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
LISTED = f"{KIND} = 'staff' AND (on_access_list(case_id) OR case_id = {WRITING})"

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION on_access_list(the_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM restricted_accesses a JOIN cases c ON c.id = a.case_id
        WHERE a.case_id = the_case AND a.account_id = {ACCOUNT} AND a.ended_at IS NULL
          AND (c.accused_agency_id IS NULL OR c.accused_agency_id <> ALL ({AGENCIES}::integer[]))
          AND NOT EXISTS (SELECT 1 FROM restricted_conflicts x
                          WHERE x.case_id = a.case_id AND x.account_id = a.account_id))
$$;

CREATE FUNCTION access_free_of_conflict() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.ended_at IS NULL AND EXISTS (
        SELECT 1 FROM restricted_conflicts x
        WHERE x.case_id = NEW.case_id AND x.account_id = NEW.account_id)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
            MESSAGE = 'account ' || NEW.account_id || ' is in a conflict with this case';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER access_free_of_conflict BEFORE INSERT OR UPDATE ON restricted_accesses
    FOR EACH ROW EXECUTE FUNCTION access_free_of_conflict();
"""
BEFORE = f"""
DROP TRIGGER access_free_of_conflict ON restricted_accesses;
DROP FUNCTION access_free_of_conflict();
CREATE OR REPLACE FUNCTION on_access_list(the_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM restricted_accesses a
                   WHERE a.case_id = the_case AND a.account_id = {ACCOUNT} AND a.ended_at IS NULL)
$$;
"""


def _protect(table: str, select: str, insert: str, update: str | None) -> None:
    op.execute(f"GRANT SELECT, INSERT{', UPDATE' if update else ''} ON {table} TO feedback_web")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO feedback_worker")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY worker_all ON {table} TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(f"CREATE POLICY web_select ON {table} FOR SELECT TO feedback_web USING ({select})")
    op.execute(f"CREATE POLICY web_insert ON {table} FOR INSERT TO feedback_web WITH CHECK ({insert})")
    unseen = f"NOT {SUPERVISOR}"
    for command, clause in (("select", "USING"), ("insert", "WITH CHECK")):
        op.execute(
            f"CREATE POLICY supervisors_{command} ON {table} AS RESTRICTIVE FOR {command.upper()}"
            f" TO feedback_web {clause} ({unseen})"
        )
    if update:
        op.execute(
            f"CREATE POLICY web_update ON {table} FOR UPDATE TO feedback_web"
            f" USING ({update}) WITH CHECK ({update})"
        )
        op.execute(
            f"CREATE POLICY supervisors_update ON {table} AS RESTRICTIVE FOR UPDATE TO feedback_web"
            f" USING ({unseen})"
        )


def _create_tables() -> None:
    op.create_table(
        "restricted_conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('named', 'declared')", name=op.f("ck_restricted_conflicts_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_restricted_conflicts_case_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_restricted_conflicts_account_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["accounts.id"], name="fk_restricted_conflicts_recorded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_restricted_conflicts"),
        sa.UniqueConstraint("case_id", "account_id", name="uq_restricted_conflicts_case_id_account_id"),
    )
    op.create_table(
        "forwardings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forwarded_by", sa.Integer(), nullable=False),
        sa.Column("to_agency_id", sa.Integer(), nullable=True),
        sa.Column("to_body", sa.Text(), server_default="", nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("receipt_number", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(to_agency_id IS NULL) <> (to_body = '')", name=op.f("ck_forwardings_to")),
        sa.CheckConstraint(
            "(received_on IS NULL) = (confirmed_at IS NULL) AND (received_on IS NULL) = (confirmed_by IS NULL)",
            name=op.f("ck_forwardings_confirmed"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_forwardings_case_id"),
        sa.ForeignKeyConstraint(["forwarded_by"], ["accounts.id"], name="fk_forwardings_forwarded_by"),
        sa.ForeignKeyConstraint(["to_agency_id"], ["agencies.id"], name="fk_forwardings_to_agency_id"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["accounts.id"], name="fk_forwardings_confirmed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_forwardings"),
    )
    op.create_index("ix_forwardings_case_id", "forwardings", ["case_id"])


def upgrade() -> None:
    _create_tables()
    _protect("restricted_conflicts", LISTED, LISTED, None)
    _protect("forwardings", LISTED, LISTED, LISTED)
    op.execute("CREATE POLICY owner_reads ON restricted_conflicts FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(FUNCTIONS)
    # Also one's own row: that one was on a list tells of the case.
    op.execute(
        f"ALTER POLICY web_select ON restricted_accesses USING (on_access_list(case_id) OR case_id = {WRITING})"
    )
    # Who names the own agency as the accused one ends the access of colleagues in the same act.
    op.execute(f"ALTER POLICY web_update ON restricted_accesses USING ({LISTED}) WITH CHECK ({LISTED})")


def downgrade() -> None:
    own = f"{KIND} = 'staff' AND on_access_list(case_id)"
    op.execute(f"ALTER POLICY web_update ON restricted_accesses USING ({own}) WITH CHECK ({own})")
    op.execute(
        "ALTER POLICY web_select ON restricted_accesses"
        f" USING (account_id = {ACCOUNT} OR on_access_list(case_id) OR case_id = {WRITING})"
    )
    op.execute(BEFORE)
    op.drop_table("forwardings")
    op.drop_table("restricted_conflicts")
