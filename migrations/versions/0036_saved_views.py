"""Lists that somebody named, for themselves or for the unit that they lead."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"

OWN = f"{KIND} = 'staff' AND account_id = {ACCOUNT}"
SHARED = f"""
    {KIND} = 'staff' AND EXISTS (
        SELECT 1 FROM units u WHERE u.id = shared_unit_id AND u.agency_id = ANY ({AGENCIES}::integer[]))"""


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared_unit_id", sa.Integer(), nullable=True),
        sa.Column("starts", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_saved_views_account_id"),
        sa.ForeignKeyConstraint(["shared_unit_id"], ["units.id"], name="fk_saved_views_shared_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
    )
    kept = sa.text("deleted_at IS NULL")
    op.create_index("ix_saved_views_account", "saved_views", ["account_id"], postgresql_where=kept)
    op.create_index("ix_saved_views_unit", "saved_views", ["shared_unit_id"], postgresql_where=kept)
    op.create_index(
        "uq_saved_views_starts",
        "saved_views",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("starts AND deleted_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON saved_views TO feedback_web, feedback_worker")
    op.execute("ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE saved_views FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY worker_all ON saved_views TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(
        f"CREATE POLICY web_select ON saved_views FOR SELECT TO feedback_web USING (({OWN}) OR ({SHARED}))"
    )
    op.execute(f"CREATE POLICY web_insert ON saved_views FOR INSERT TO feedback_web WITH CHECK ({OWN})")
    op.execute(
        f"CREATE POLICY web_update ON saved_views FOR UPDATE TO feedback_web USING ({OWN}) WITH CHECK ({OWN})"
    )


def downgrade() -> None:
    op.drop_table("saved_views")
