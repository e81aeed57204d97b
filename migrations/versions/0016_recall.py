"""The coordinator takes a case back from an agency: one more kind of move."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAME = "ck_moves_kind"


def _allow(*kinds: str) -> None:
    op.drop_constraint(op.f(NAME), "moves")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f(NAME), "moves", sa.text(f"kind IN ({listed})"))


def upgrade() -> None:
    _allow("send_back", "transfer", "recall", "forward")


def downgrade() -> None:
    # Under FORCE the owner's UPDATE would change no row, without an error: see migrations/README.md.
    op.execute("ALTER TABLE moves NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE moves SET kind = 'send_back' WHERE kind = 'recall'")
    op.execute("ALTER TABLE moves FORCE ROW LEVEL SECURITY")
    _allow("send_back", "transfer", "forward")
