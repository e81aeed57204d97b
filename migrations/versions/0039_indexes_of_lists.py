"""What a list filtered by field walks through, and the list of answered cases, which open ones would hold up."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OPEN = "closed_at IS NULL AND restricted_at IS NULL"
ANSWERED = "state = 'answered' AND restricted_at IS NULL"
INDEXES = (
    ("ix_cases_field", ("field_id", "due_on", "id"), OPEN),
    ("ix_cases_answered", ("lead_agency_id", "received_at", "id"), ANSWERED),
    ("ix_cases_answered_province", ("received_at", "id"), ANSWERED),
)


def upgrade() -> None:
    for name, columns, rows in INDEXES:
        op.create_index(name, "cases", list(columns), postgresql_where=sa.text(rows))


def downgrade() -> None:
    for name, _, _ in reversed(INDEXES):
        op.drop_index(name, table_name="cases")
