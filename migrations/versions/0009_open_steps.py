"""Steps that still ask for something are told from those that are history."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "escalation_steps"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(TABLE, sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_escalation_steps_open",
        TABLE,
        ["deadline_id", "step"],
        postgresql_where=sa.text("settled_at IS NULL AND retracted_at IS NULL"),
    )
    op.create_index(
        "ix_escalation_steps_digest_id",
        TABLE,
        ["digest_id"],
        postgresql_where=sa.text("digest_id IS NOT NULL"),
    )
    op.create_index(
        "ix_escalation_steps_undigested",
        TABLE,
        ["position_id", "id"],
        postgresql_where=sa.text("digest_id IS NULL AND settled_at IS NULL AND retracted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_escalation_steps_undigested", table_name=TABLE)
    op.drop_index("ix_escalation_steps_digest_id", table_name=TABLE)
    op.drop_index("ix_escalation_steps_open", table_name=TABLE)
    op.drop_column(TABLE, "raised_at")
    op.drop_column(TABLE, "settled_at")
