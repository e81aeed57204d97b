"""Nobody acts in a position beside somebody else who acts in it: PostgreSQL holds what the forms ask for.

A range of one number stands for the position, so that no extension is needed. A holding that was called off has
an empty range of days, which meets no other. Where rows overlap from before, the migration stops and names
them: give one of them an earlier last day.
"""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

NAME = "uq_holdings_acting"


def upgrade() -> None:
    op.execute(
        f"ALTER TABLE holdings ADD CONSTRAINT {NAME} EXCLUDE USING gist"
        " (int4range(position_id, position_id, '[]') WITH &&, daterange(valid_from, valid_to + 1) WITH &&)"
        " WHERE (kind = 'acting')"
    )


def downgrade() -> None:
    op.drop_constraint(NAME, "holdings")
