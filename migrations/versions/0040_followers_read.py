"""What the sender of a case that joined another one wrote is read by the desk, once.

No agency works on such a case by itself, so that what it says beyond the main one (a new place, a photo, a
danger) would be read by nobody until it is answered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

UNREAD = "follows_id IS NOT NULL AND state = 'merged' AND follower_read_at IS NULL AND restricted_at IS NULL"


def upgrade() -> None:
    op.add_column("cases", sa.Column("follower_read_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_cases_follower_unread", "cases", ["received_at", "id"], postgresql_where=sa.text(UNREAD)
    )


def downgrade() -> None:
    op.drop_index("ix_cases_follower_unread", table_name="cases")
    op.drop_column("cases", "follower_read_at")
