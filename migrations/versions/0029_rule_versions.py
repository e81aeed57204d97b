"""Routing rules have versions that an administrator writes, each tried on past cases before it counts."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE = "rule_trials"
KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"

OWN_CASE = f"{KIND} IS NOT NULL AND subject = {WRITING}"
CALENDAR = f"""
    kind = 'recompute' AND {KIND} = 'staff' AND {ADMINISTRATOR}
    AND EXISTS (SELECT 1 FROM calendar_changes c WHERE c.id = subject)"""
LEARN = f"""
    kind = 'learn' AND {KIND} = 'staff' AND {ADMINISTRATOR}
    AND subject = 'c1a55f1e-0000-8000-8000-000000000001'"""
TRIAL = f"""
    kind = 'try_rule' AND {KIND} = 'staff' AND {ADMINISTRATOR}
    AND EXISTS (SELECT 1 FROM rule_trials t WHERE t.id = subject)"""


def upgrade() -> None:
    op.add_column("routing_rules", sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("routing_rules", sa.Column("recorded_by", sa.Integer(), nullable=True))
    op.add_column("routing_rules", sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        "fk_routing_rules_recorded_by", "routing_rules", "accounts", ["recorded_by"], ["id"]
    )
    op.drop_constraint("uq_routing_rules_code", "routing_rules")
    op.create_index(
        "uq_routing_rules_version",
        "routing_rules",
        ["code", "valid_from"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("cases_total", sa.Integer(), nullable=True),
        sa.Column("cases_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["base_id"], ["routing_rules.id"], name="fk_rule_trials_base_id"),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_rule_trials_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_trials"),
    )
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
    op.execute(
        f"ALTER POLICY web_insert ON work WITH CHECK (({OWN_CASE}) OR ({CALENDAR}) OR ({LEARN}) OR ({TRIAL}))"
    )


def downgrade() -> None:
    op.execute(f"ALTER POLICY web_insert ON work WITH CHECK (({OWN_CASE}) OR ({CALENDAR}) OR ({LEARN}))")
    # Under FORCE the owner's DELETE would find no row, without an error: see migrations/README.md.
    op.execute("ALTER TABLE work NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM work WHERE kind = 'try_rule'")
    op.execute("ALTER TABLE work FORCE ROW LEVEL SECURITY")
    op.drop_table(TABLE)
    op.drop_index("uq_routing_rules_version", "routing_rules")
    # Before, a code had one row: the newest stays.
    op.execute(
        "DELETE FROM routing_rules r WHERE r.superseded_at IS NOT NULL OR EXISTS ("
        "SELECT FROM routing_rules o WHERE o.code = r.code AND o.superseded_at IS NULL"
        " AND o.valid_from > r.valid_from)"
    )
    op.create_unique_constraint("uq_routing_rules_code", "routing_rules", ["code"])
    op.drop_constraint("fk_routing_rules_recorded_by", "routing_rules")
    for name in ("superseded_at", "recorded_by", "recorded_at"):
        op.drop_column("routing_rules", name)
