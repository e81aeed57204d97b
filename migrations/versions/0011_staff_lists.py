"""Indexes of the lists that staff work through: what is shared with us, what awaits a check, what is risky."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_assignments_co",
        "assignments",
        ["agency_id", "case_id"],
        postgresql_where=sa.text("role = 'co' AND ended_at IS NULL"),
    )
    op.create_index(
        "ix_publications_awaiting",
        "publications",
        ["written_at", "id"],
        postgresql_where=sa.text("status = 'awaiting_check'"),
    )
    op.create_index(
        "ix_routing_decisions_suspected",
        "routing_decisions",
        ["case_id"],
        postgresql_where=sa.text("outcome = 'restricted_triage'"),
    )


def downgrade() -> None:
    op.drop_index("ix_routing_decisions_suspected", table_name="routing_decisions")
    op.drop_index("ix_publications_awaiting", table_name="publications")
    op.drop_index("ix_assignments_co", table_name="assignments")
