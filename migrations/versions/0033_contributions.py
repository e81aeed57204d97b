"""What the lead of a case asks of agencies beside it: parts with a date of their own, for staff alone."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
OF_A_CASE_SEEN = f"{KIND} = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id)"
OPEN = sa.text("answered_at IS NULL AND ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "contributions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_contributions_answered")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_contributions_case_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_contributions_agency_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name=op.f("fk_contributions_asked_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["accounts.id"], name=op.f("fk_contributions_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributions")),
    )
    op.create_index(op.f("ix_contributions_case_id"), "contributions", ["case_id"])
    op.create_index(
        "uq_contributions_open", "contributions", ["case_id", "agency_id"], unique=True, postgresql_where=OPEN
    )
    op.create_index("ix_contributions_due", "contributions", ["agency_id", "due_on"], postgresql_where=OPEN)
    op.execute("GRANT SELECT, INSERT, UPDATE ON contributions TO feedback_web, feedback_worker")
    op.execute("ALTER TABLE contributions ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE contributions FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY worker_all ON contributions TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(
        f"CREATE POLICY web_select ON contributions FOR SELECT TO feedback_web USING ({OF_A_CASE_SEEN})"
    )
    op.execute(
        f"CREATE POLICY web_insert ON contributions FOR INSERT TO feedback_web WITH CHECK ({OF_A_CASE_SEEN})"
    )
    op.execute(
        "CREATE POLICY web_update ON contributions FOR UPDATE TO feedback_web"
        f" USING ({OF_A_CASE_SEEN}) WITH CHECK ({OF_A_CASE_SEEN})"
    )
    for command, clause in (("SELECT", "USING"), ("INSERT", "WITH CHECK"), ("UPDATE", "USING")):
        op.execute(
            f"CREATE POLICY supervisors_{command.lower()} ON contributions AS RESTRICTIVE FOR {command}"
            f" TO feedback_web {clause} (NOT {SUPERVISOR})"
        )


def downgrade() -> None:
    op.drop_table("contributions")
