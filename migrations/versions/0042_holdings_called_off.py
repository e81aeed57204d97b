"""A holding that is called off before it began gets the day before its first as its last: it never counts."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NAME = "ck_holdings_dates"
BEFORE = "valid_to IS NULL OR valid_to >= valid_from"
AFTER = "valid_to IS NULL OR valid_to >= valid_from - 1"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "holdings")
    op.create_check_constraint(op.f(NAME), "holdings", AFTER)


def downgrade() -> None:
    # Nothing rests on what never counted; the trail keeps that it was made and called off.
    op.execute("DELETE FROM holdings WHERE valid_to < valid_from")
    op.drop_constraint(op.f(NAME), "holdings")
    op.create_check_constraint(op.f(NAME), "holdings", BEFORE)
