"""Routing decisions by the time they were made, by which a week is counted."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_routing_decisions_decided_at", "routing_decisions", ["decided_at"])


def downgrade() -> None:
    op.drop_index("ix_routing_decisions_decided_at", table_name="routing_decisions")
