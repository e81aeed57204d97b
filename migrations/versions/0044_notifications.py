"""What each member of staff was told in the product, and how they want to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
OWN = f"{KIND} = 'staff' AND account_id = {ACCOUNT}"
WORKER = f"{KIND} = 'worker'"

KINDS = (
    "urgent_agency", "urgent_uncontacted", "escalation_digest", "due_soon", "identity_unsealed",
    "assigned_officer",
    "assigned_agency", "transferred", "recalled_agency", "withdrawn_agency", "reopened_agency",
    "triage_desk", "approval_requested", "extension_asked", "draft_returned", "extension_decided",
    "supplement_received", "supplement_expired", "contribution_asked", "contribution_due",
    "contribution_answered", "contribution_ended",
)  # fmt: skip
TOPICS = (
    "urgent", "escalations", "assigned", "approvals", "decisions", "supplements", "contributions", "agency",
    "triage",
)  # fmt: skip
CHANNELS = ("app", "mail", "digest", "off")
TABLES = ("notifications", "notification_choices", "notification_times")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.add_column("messages", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_digest", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_notifications_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_notifications_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notifications_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "account_id", "cause", "kind", name=op.f("uq_notifications_account_id_cause_kind")
        ),
    )
    op.create_table(
        "notification_choices",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.CheckConstraint(_one_of("topic", TOPICS), name=op.f("ck_notification_choices_topic")),
        sa.CheckConstraint(_one_of("channel", CHANNELS), name=op.f("ck_notification_choices_channel")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notification_choices_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "topic", name=op.f("pk_notification_choices")),
    )
    op.create_table(
        "notification_times",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_to", sa.Time(), nullable=False),
        sa.Column("quiet_days", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notification_times_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_times")),
    )
    _create_indexes()
    _secure()


def _create_indexes() -> None:
    op.create_index(
        "ix_notifications_account",
        "notifications",
        ["account_id", sa.text("created_at DESC"), sa.text("id DESC")],
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["account_id"],
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index(
        "ix_notifications_digest",
        "notifications",
        ["account_id"],
        postgresql_where=sa.text("in_digest AND digest_id IS NULL AND read_at IS NULL"),
    )
    op.create_index("ix_notifications_case_id", "notifications", ["case_id"])


def _secure() -> None:
    """Everybody reads their own rows, and of what they were told marks only that they read it."""
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO feedback_worker")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY worker_all ON {table} TO feedback_worker USING ({WORKER}) WITH CHECK ({WORKER})"
        )
        op.execute(f"CREATE POLICY web_select ON {table} FOR SELECT TO feedback_web USING ({OWN})")
        op.execute(
            f"CREATE POLICY web_update ON {table} FOR UPDATE TO feedback_web USING ({OWN}) WITH CHECK ({OWN})"
        )
    op.execute("GRANT SELECT, UPDATE (read_at) ON notifications TO feedback_web")
    for table in TABLES[1:]:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO feedback_web")
        op.execute(f"CREATE POLICY web_insert ON {table} FOR INSERT TO feedback_web WITH CHECK ({OWN})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("messages", "told_at")
