"""Cases of a commune by the time they came in, among which likely duplicates are looked for."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_commune_received", "cases", ["commune_code", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_cases_commune_received", table_name="cases")
