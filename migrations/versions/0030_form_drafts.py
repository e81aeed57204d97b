"""What staff are typing on a case, kept as their own, and who has which form of a case open."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
CASE_VISIBLE = "EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id)"
STAFF = f"{KIND} = 'staff' AND NOT {SUPERVISOR}"
OWN = f"{STAFF} AND account_id = {ACCOUNT} AND {CASE_VISIBLE}"
POLICIES = (
    ("form_drafts", "SELECT", OWN),
    ("form_drafts", "INSERT", OWN),
    ("form_drafts", "UPDATE", OWN),
    ("case_presences", "SELECT", f"{STAFF} AND {CASE_VISIBLE}"),
    ("case_presences", "INSERT", OWN),
    ("case_presences", "UPDATE", OWN),
)
CLAUSES = {
    "SELECT": "USING ({0})",
    "INSERT": "WITH CHECK ({0})",
    "UPDATE": "USING ({0}) WITH CHECK ({0})",
}


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _key(table: str, *more: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id"),
        sa.PrimaryKeyConstraint("case_id", "account_id", *more, name=f"pk_{table}"),
    ]


def upgrade() -> None:
    op.create_table(
        "form_drafts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), server_default="", nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        _moment("saved_at"),
        *_key("form_drafts", "form"),
    )
    op.create_index(
        "ix_form_drafts_kept", "form_drafts", ["saved_at"], postgresql_where=sa.text("fields <> ''")
    )
    op.create_table(
        "case_presences",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        _moment("since"),
        _moment("seen_at"),
        *_key("case_presences"),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_case_presences_agency_id"),
    )
    for table in ("form_drafts", "case_presences"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO feedback_web, feedback_worker")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY worker_all ON {table} TO feedback_worker"
            f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
        )
    for table, command, condition in POLICIES:
        op.execute(
            f"CREATE POLICY web_{command.lower()} ON {table} FOR {command} TO feedback_web"
            f" {CLAUSES[command].format(condition)}"
        )


def downgrade() -> None:
    op.drop_table("case_presences")
    op.drop_table("form_drafts")
