"""Indexes for what a head's lists count: the open cases of an agency that nobody has, and its drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_OPEN = "closed_at IS NULL AND restricted_at IS NULL"
_COLUMNS = ["lead_agency_id", "due_on", "id"]


def upgrade() -> None:
    for name, condition in (
        ("unassigned", "officer_id IS NULL"),
        ("approval", "state = 'awaiting_approval'"),
    ):
        op.create_index(
            f"ix_cases_{name}", "cases", _COLUMNS, postgresql_where=sa.text(f"{_OPEN} AND {condition}")
        )


def downgrade() -> None:
    op.drop_index("ix_cases_approval", table_name="cases")
    op.drop_index("ix_cases_unassigned", table_name="cases")
