"""The hours of offices: of the province, and of the agencies that have their own."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "office_schedules",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("weekly", sa.Text(), nullable=False),
        sa.Column("working_weekdays", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_office_schedules_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_office_schedules"),
        sa.UniqueConstraint(
            "agency_id",
            "valid_from",
            name="uq_office_schedules_agency_id_valid_from",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON office_schedules TO feedback_web, feedback_worker")


def downgrade() -> None:
    op.drop_table("office_schedules")
