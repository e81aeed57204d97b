"""A case that was answered is followed no more.

Its answer was written to one citizen and may name them. Whoever joined it by their own choice would have read
that at once; only what is still to be answered, and approved knowing of its other readers, may be shared.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WITH_ANSWERED = "'awaiting_approval', 'answered')"
WITHOUT = "'awaiting_approval')"


def _followed(before: str, after: str) -> None:
    """Change one condition of the function and leave the rest as the migrations before made it."""
    connection = op.get_bind()
    body = connection.execute(sa.text("SELECT pg_get_functiondef('already_reported'::regproc)")).scalar_one()
    if body.count(before) != 1:
        raise RuntimeError("already_reported does not choose cases by state as it did")
    connection.exec_driver_sql(body.replace(before, after))


def upgrade() -> None:
    _followed(WITH_ANSWERED, WITHOUT)


def downgrade() -> None:
    _followed(WITHOUT, WITH_ANSWERED)
