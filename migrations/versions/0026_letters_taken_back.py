"""A refusal that is taken back within minutes: its words went to nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NAME = "ck_answers_status"
BEFORE = ("draft", "submitted", "returned", "approved")


def _statuses(*statuses: str) -> None:
    op.drop_constraint(op.f(NAME), "answers")
    listed = ", ".join(f"'{status}'" for status in statuses)
    op.create_check_constraint(op.f(NAME), "answers", sa.text(f"status IN ({listed})"))


def upgrade() -> None:
    _statuses(*BEFORE, "taken_back")


def downgrade() -> None:
    # Under FORCE the owner's UPDATE would find no row, without an error: see migrations/README.md.
    op.execute("ALTER TABLE answers NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE answers SET status = 'returned' WHERE status = 'taken_back'")
    op.execute("ALTER TABLE answers FORCE ROW LEVEL SECURITY")
    _statuses(*BEFORE)
