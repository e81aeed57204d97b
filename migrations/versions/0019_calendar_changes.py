"""Changes of the working calendar; the day that an extension promised stands with its deadline."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE = "calendar_changes"
KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"

# The running date of an agency that a granted extension gave.
FIX = """
UPDATE deadlines d SET fixed_on = d.due_on
FROM extensions e
WHERE e.case_id = d.case_id AND e.decision = 'granted' AND e.new_due_on = d.due_on
  AND d.clock = 'agency' AND d.superseded_at IS NULL AND d.met_at IS NULL
"""


def upgrade() -> None:
    op.add_column("deadlines", sa.Column("fixed_on", sa.Date(), nullable=True))
    # Under FORCE the owner's UPDATE would change no row, without an error: see migrations/README.md.
    for table in ("deadlines", "extensions"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(FIX)
    for table in ("deadlines", "extensions"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("put", sa.Text(), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("reverts_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("preview", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cases_total", sa.Integer(), nullable=True),
        sa.Column("cases_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("deadlines_moved", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("steps_retracted", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("promises_moved", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'applying', 'applied', 'failed')", name=op.f("ck_calendar_changes_status")
        ),
        sa.CheckConstraint(
            "origin IN ('form', 'import', 'proposal', 'reversal')", name=op.f("ck_calendar_changes_origin")
        ),
        sa.ForeignKeyConstraint(
            ["reverts_id"], ["calendar_changes.id"], name="fk_calendar_changes_reverts_id"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_calendar_changes_created_by"),
        sa.ForeignKeyConstraint(["started_by"], ["accounts.id"], name="fk_calendar_changes_started_by"),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_changes"),
    )
    # One change at a time is spread over the open cases.
    op.create_index(
        "uq_calendar_changes_applying",
        TABLE,
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'applying'"),
    )
    op.create_index("ix_calendar_changes_created_at", TABLE, ["created_at"], unique=False)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO feedback_web, feedback_worker")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY worker_all ON {TABLE} TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(f"CREATE POLICY web_select ON {TABLE} FOR SELECT TO feedback_web USING ({ADMINISTRATOR})")
    op.execute(f"CREATE POLICY web_insert ON {TABLE} FOR INSERT TO feedback_web WITH CHECK ({ADMINISTRATOR})")
    op.execute(
        f"CREATE POLICY web_update ON {TABLE} FOR UPDATE TO feedback_web"
        f" USING ({ADMINISTRATOR}) WITH CHECK ({ADMINISTRATOR})"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_column("deadlines", "fixed_on")
