"""Staff may choose to be told of every new case of their unit: one topic and one kind of notification more."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

KINDS = (
    "urgent_agency", "urgent_uncontacted", "escalation_digest", "due_soon", "identity_unsealed",
    "assigned_officer",
    "assigned_agency", "transferred", "recalled_agency", "withdrawn_agency", "reopened_agency",
    "triage_desk", "approval_requested", "extension_asked", "draft_returned", "extension_decided",
    "supplement_received", "supplement_expired", "contribution_asked", "contribution_due",
    "contribution_answered", "contribution_ended", "acting_named", "acting_ended",
)  # fmt: skip
TOPICS = (
    "urgent", "escalations", "assigned", "approvals", "decisions", "supplements", "contributions", "agency",
    "triage",
)  # fmt: skip
NEW_KIND, NEW_TOPIC = "unit_case", "unit"


def _constrain(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({', '.join(repr(value) for value in values)})")


def upgrade() -> None:
    _constrain("notifications", "kind", (*KINDS, NEW_KIND))
    _constrain("notification_choices", "topic", (*TOPICS, NEW_TOPIC))


def downgrade() -> None:
    # Under FORCE the owner's DELETE would find no row, without an error: see migrations/README.md.
    for table, column, value in (
        ("notifications", "kind", NEW_KIND),
        ("notification_choices", "topic", NEW_TOPIC),
    ):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"DELETE FROM {table} WHERE {column} = '{value}'")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _constrain("notification_choices", "topic", TOPICS)
    _constrain("notifications", "kind", KINDS)
