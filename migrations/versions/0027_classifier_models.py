"""The classifiers of the province, the work of training them, and how routing did week by week."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"

OWN_CASE = f"{KIND} IS NOT NULL AND subject = {WRITING}"
CALENDAR = f"""
    kind = 'recompute' AND {KIND} = 'staff' AND {ADMINISTRATOR}
    AND EXISTS (SELECT 1 FROM calendar_changes c WHERE c.id = subject)"""
LEARN = f"""
    kind = 'learn' AND {KIND} = 'staff' AND {ADMINISTRATOR}
    AND subject = 'c1a55f1e-0000-8000-8000-000000000001'"""
READS = f"{KIND} = 'staff' AND ({ADMINISTRATOR} OR {PROVINCE})"
WRITES = f"{KIND} = 'staff' AND {ADMINISTRATOR}"
TABLES = ("classifier_models", "routing_weeks")


def upgrade() -> None:
    op.create_table(
        "classifier_models",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("data_hash", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("learned_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learned_from", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_use_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('challenger', 'champion', 'refused', 'retired')",
            name=op.f("ck_classifier_models_status"),
        ),
        sa.ForeignKeyConstraint(["chosen_by"], ["accounts.id"], name="fk_classifier_models_chosen_by"),
        sa.PrimaryKeyConstraint("version", name="pk_classifier_models"),
    )
    op.create_index(
        "uq_classifier_models_champion",
        "classifier_models",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'champion'"),
    )
    op.create_index("ix_classifier_models_trained_at", "classifier_models", ["trained_at"], unique=False)
    op.create_table(
        "routing_weeks",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("week", name="pk_routing_weeks"),
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO feedback_worker")
        op.execute(f"GRANT SELECT ON {table} TO feedback_web")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY worker_all ON {table} TO feedback_worker"
            f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
        )
        op.execute(f"CREATE POLICY web_select ON {table} FOR SELECT TO feedback_web USING ({READS})")
    # An administrator chooses which model is in use, and writes nothing else of it.
    op.execute("GRANT UPDATE (status, in_use_since, chosen_by, problem) ON classifier_models TO feedback_web")
    op.execute(
        f"CREATE POLICY web_update ON classifier_models FOR UPDATE TO feedback_web"
        f" USING ({WRITES}) WITH CHECK ({WRITES})"
    )
    op.execute(f"ALTER POLICY web_insert ON work WITH CHECK (({OWN_CASE}) OR ({CALENDAR}) OR ({LEARN}))")


def downgrade() -> None:
    op.execute(f"ALTER POLICY web_insert ON work WITH CHECK (({OWN_CASE}) OR ({CALENDAR}))")
    # Under FORCE the owner's DELETE would find no row, without an error: see migrations/README.md.
    op.execute("ALTER TABLE work NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM work WHERE kind = 'learn'")
    op.execute("ALTER TABLE work FORCE ROW LEVEL SECURITY")
    for table in reversed(TABLES):
        op.drop_table(table)
