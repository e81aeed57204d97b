"""Texts that staff start from, in versions: those of the province, and each agency's own."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TABLE = "standard_texts"
KINDS = ("answer", "supplement", "refusal", "guidance", "extension")
KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"

STAFF = f"{KIND} = 'staff' AND NOT {SUPERVISOR}"
OWN = f"agency_id = ANY ({AGENCIES}::integer[])"
READ = f"{STAFF} AND (agency_id IS NULL OR {OWN})"
WRITE = f"{STAFF} AND CASE WHEN agency_id IS NULL THEN {ADMINISTRATOR} ELSE {OWN} END"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("series", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), server_default="", nullable=False),
        sa.Column("states", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in KINDS)),
            name=op.f("ck_standard_texts_kind"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_standard_texts_agency_id"),
        sa.ForeignKeyConstraint(["written_by"], ["accounts.id"], name="fk_standard_texts_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_standard_texts"),
        sa.UniqueConstraint("series", "version", name="uq_standard_texts_series"),
    )
    op.create_index(
        "uq_standard_texts_newest",
        TABLE,
        ["series"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index(
        "ix_standard_texts_offered",
        TABLE,
        ["kind", "agency_id"],
        postgresql_where=sa.text("superseded_at IS NULL AND retired_at IS NULL"),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO feedback_web, feedback_worker")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY worker_all ON {TABLE} TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(f"CREATE POLICY web_select ON {TABLE} FOR SELECT TO feedback_web USING ({READ})")
    op.execute(f"CREATE POLICY web_insert ON {TABLE} FOR INSERT TO feedback_web WITH CHECK ({WRITE})")
    op.execute(
        f"CREATE POLICY web_update ON {TABLE} FOR UPDATE TO feedback_web USING ({WRITE}) WITH CHECK ({WRITE})"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
