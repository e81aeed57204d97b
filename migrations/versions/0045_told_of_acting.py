"""Whoever is named to act in a post is told of it, and of its early end."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

NAME = "ck_notifications_kind"
KINDS = (
    "urgent_agency", "urgent_uncontacted", "escalation_digest", "due_soon", "identity_unsealed",
    "assigned_officer",
    "assigned_agency", "transferred", "recalled_agency", "withdrawn_agency", "reopened_agency",
    "triage_desk", "approval_requested", "extension_asked", "draft_returned", "extension_decided",
    "supplement_received", "supplement_expired", "contribution_asked", "contribution_due",
    "contribution_answered", "contribution_ended",
)  # fmt: skip
NEW = ("acting_named", "acting_ended")


def _one_of(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "notifications")
    op.create_check_constraint(op.f(NAME), "notifications", _one_of((*KINDS, *NEW)))


def downgrade() -> None:
    op.execute(f"DELETE FROM notifications WHERE {_one_of(NEW)}")
    op.drop_constraint(op.f(NAME), "notifications")
    op.create_check_constraint(op.f(NAME), "notifications", _one_of(KINDS))
