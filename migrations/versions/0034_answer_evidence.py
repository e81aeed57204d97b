"""What stands behind an answer: the points its writer ticked, and the photos of what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
# Until the answer is approved its photos are a draft, as its words are.
SENT = (
    f"coalesce({KIND}, '') <> 'public' OR origin <> 'answer'"
    " OR EXISTS (SELECT 1 FROM answers a WHERE a.id = answer_id AND a.status = 'approved')"
)


def upgrade() -> None:
    for name in ("ticks", "no_photo_reason"):
        op.add_column("answers", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("attachments", sa.Column("answer_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_attachments_answer_id", "attachments", "answers", ["answer_id"], ["id"])
    op.execute(
        "CREATE POLICY files_of_answers ON attachments AS RESTRICTIVE FOR SELECT TO feedback_web"
        f" USING ({SENT})"
    )


def downgrade() -> None:
    op.execute("DROP POLICY files_of_answers ON attachments")
    op.drop_constraint("fk_attachments_answer_id", "attachments")
    op.drop_column("attachments", "answer_id")
    for name in ("no_photo_reason", "ticks"):
        op.drop_column("answers", name)
