"""What a dispatcher takes back within minutes: the decision is no label, its letter waits for nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _awaits(condition: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION awaits_delivery(the_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM deliveries d WHERE d.case_id = the_case AND d.delivered_at IS NULL{condition})
$$;
"""


def upgrade() -> None:
    for table, name in (("routing_decisions", "superseded_at"), ("deliveries", "cancelled_at")):
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(_awaits(" AND d.cancelled_at IS NULL"))


def downgrade() -> None:
    op.execute(_awaits(""))
    for table, name in (("routing_decisions", "superseded_at"), ("deliveries", "cancelled_at")):
        op.drop_column(table, name)
