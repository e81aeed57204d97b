"""What the liaison desk relays to external bodies, and what they reply; withdrawing ends what was asked.

A body outside the province has no account: the desk writes, reminds and records. Words between offices: the
submitter is told to whom, when and until when alone (`relays_told`). Parts that were asked of co-handlers
end in the transaction in which their submitter withdraws: that writes them, and reads none elsewhere.
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
DELIVERIES = "(SELECT coalesce(current_setting('app.deliveries', true), '') = 'on')"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
TRACKING = "(SELECT nullif(current_setting('app.tracking_code', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"

WHOLE_CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id
            AND (NOT {DELIVERIES} OR c.id = {WRITING} OR c.restricted_at IS NOT NULL OR {PROVINCE}
                 OR c.lead_agency_id = ANY ({AGENCIES}::integer[])
                 OR c.co_agency_ids && {AGENCIES}::integer[]))"""
STAFF = f"{KIND} = 'staff' AND {WHOLE_CASE_VISIBLE}"
OWN_OR_WRITTEN = f"({STAFF}) OR ({KIND} IS NOT NULL AND case_id = {WRITING})"
FILES = f"origin <> 'relay' OR {KIND} = 'staff'"

RELAYS_TOLD = f"""
CREATE FUNCTION relays_told(the_case uuid)
RETURNS TABLE (id uuid, case_id uuid, agency_id integer, relayed_at timestamptz, due_on date,
               answered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.id, r.case_id, r.agency_id, r.relayed_at, r.due_on, r.answered_at
    FROM relays r JOIN cases c ON c.id = r.case_id
    WHERE r.case_id = the_case AND {KIND} = 'public' AND c.tracking_code = {TRACKING}
          AND c.restricted_at IS NULL
$$;
REVOKE ALL ON FUNCTION relays_told(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION relays_told(uuid) TO feedback_web, feedback_worker;
"""


def _create_table() -> None:
    op.create_table(
        "relays",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("relayed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("relayed_by", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminders", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("reply_number", sa.Text(), server_default="", nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (replied_on IS NULL)",
            name=op.f("ck_relays_answered"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_relays_case_id"),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_relays_agency_id"),
        sa.ForeignKeyConstraint(["relayed_by"], ["accounts.id"], name="fk_relays_relayed_by"),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name="fk_relays_answered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_relays"),
    )
    waits = sa.text("answered_at IS NULL AND ended_at IS NULL")
    op.create_index("ix_relays_case_id", "relays", ["case_id"])
    op.create_index("uq_relays_open", "relays", ["case_id"], unique=True, postgresql_where=waits)
    op.create_index("ix_relays_due", "relays", ["agency_id", "due_on"], postgresql_where=waits)


def _protect() -> None:
    op.execute("GRANT SELECT, INSERT, UPDATE ON relays TO feedback_web, feedback_worker")
    op.execute("ALTER TABLE relays ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE relays FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY worker_all ON relays TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(f"CREATE POLICY web_select ON relays FOR SELECT TO feedback_web USING ({OWN_OR_WRITTEN})")
    op.execute(f"CREATE POLICY web_insert ON relays FOR INSERT TO feedback_web WITH CHECK ({STAFF})")
    op.execute(
        "CREATE POLICY web_update ON relays FOR UPDATE TO feedback_web"
        f" USING ({OWN_OR_WRITTEN}) WITH CHECK ({OWN_OR_WRITTEN})"
    )
    for command, clause in (("SELECT", "USING"), ("INSERT", "WITH CHECK"), ("UPDATE", "USING")):
        op.execute(
            f"CREATE POLICY supervisors_{command.lower()} ON relays AS RESTRICTIVE FOR {command}"
            f" TO feedback_web {clause} (NOT {SUPERVISOR})"
        )
    op.execute("CREATE POLICY owner_reads ON relays FOR SELECT TO CURRENT_USER USING (true)")


IN_CONFLICT = f"""
CREATE FUNCTION in_conflict(the_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM restricted_conflicts x
                   WHERE x.case_id = the_case AND x.account_id = {ACCOUNT})
$$;
REVOKE ALL ON FUNCTION in_conflict(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION in_conflict(uuid) TO feedback_web, feedback_worker;
"""


def _contributions(condition: str) -> None:
    op.execute(f"ALTER POLICY web_select ON contributions USING ({condition})")
    op.execute(f"ALTER POLICY web_update ON contributions USING ({condition}) WITH CHECK ({condition})")


def _origins(*names: str) -> None:
    op.drop_constraint(op.f("ck_attachments_origin"), "attachments")
    listed = ", ".join(f"'{name}'" for name in names)
    op.create_check_constraint(op.f("ck_attachments_origin"), "attachments", f"origin IN ({listed})")


def upgrade() -> None:
    _create_table()
    _protect()
    op.execute(RELAYS_TOLD)
    # What somebody was told before they were in a conflict tells of the case, and counts, no more.
    op.execute(IN_CONFLICT)
    op.execute(
        "CREATE POLICY none_in_conflict ON notifications AS RESTRICTIVE FOR SELECT TO feedback_web"
        " USING (case_id IS NULL OR NOT in_conflict(case_id))"
    )
    _contributions(OWN_OR_WRITTEN)
    _origins("submission", "supplement", "answer", "relay")
    op.execute(
        f"CREATE POLICY files_of_relays ON attachments AS RESTRICTIVE FOR SELECT TO feedback_web USING ({FILES})"
    )


def downgrade() -> None:
    # A reply's file would be shown to the submitter: it goes with its table.
    op.execute("ALTER TABLE attachments NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM attachments WHERE origin = 'relay'")
    op.execute("ALTER TABLE attachments FORCE ROW LEVEL SECURITY")
    op.execute("DROP POLICY files_of_relays ON attachments")
    _origins("submission", "supplement", "answer")
    _contributions(STAFF)
    op.execute("DROP POLICY none_in_conflict ON notifications")
    op.execute("DROP FUNCTION in_conflict(uuid)")
    op.execute("DROP FUNCTION relays_told(uuid)")
    op.drop_table("relays")
