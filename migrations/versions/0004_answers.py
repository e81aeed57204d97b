"""Answers, deliveries, publications, ratings and escalation."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'approved')", name=op.f("ck_answers_status")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_answers_case_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name="fk_answers_decided_by"),
        sa.ForeignKeyConstraint(["written_by"], ["accounts.id"], name="fk_answers_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("case_id", "period", "version", name="uq_answers_case_id_period_version"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "method IN ('counter', 'post', 'phone', 'mail')", name=op.f("ck_deliveries_method")
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_deliveries_answer_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deliveries_case_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["accounts.id"], name="fk_deliveries_recorded_by"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_case_id", "deliveries", ["case_id"], unique=False)
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('awaiting_check', 'returned', 'published', 'withdrawn')",
            name=op.f("ck_publications_status"),
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> written_by", name=op.f("ck_publications_second_person")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_publications_agency_id"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_publications_answer_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_publications_case_id"),
        sa.ForeignKeyConstraint(["checked_by"], ["accounts.id"], name="fk_publications_checked_by"),
        sa.ForeignKeyConstraint(["commune_code"], ["communes.code"], name="fk_publications_commune_code"),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name="fk_publications_field_id"),
        sa.ForeignKeyConstraint(["written_by"], ["accounts.id"], name="fk_publications_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        sa.UniqueConstraint("case_id", "period", name="uq_publications_case_id_period"),
    )
    op.create_index(
        "ix_publications_board",
        "publications",
        ["published_at", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "ratings",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_ratings_score")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_ratings_case_id"),
        sa.PrimaryKeyConstraint("case_id", "period", name="pk_ratings"),
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("deliver_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name="fk_digests_position_id"),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("position_id", "local_date", name="uq_digests_position_id_local_date"),
    )
    op.create_table(
        "escalation_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("skipped_vacant", sa.Text(), server_default="", nullable=False),
        sa.Column("raised_from_id", sa.Uuid(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest_id", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promise_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retraction_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"], ["accounts.id"], name="fk_escalation_steps_acknowledged_by"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_escalation_steps_case_id"),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name="fk_escalation_steps_deadline_id"),
        sa.ForeignKeyConstraint(["digest_id"], ["digests.id"], name="fk_escalation_steps_digest_id"),
        sa.ForeignKeyConstraint(["position_id"], ["positions.id"], name="fk_escalation_steps_position_id"),
        sa.ForeignKeyConstraint(
            ["raised_from_id"], ["escalation_steps.id"], name="fk_escalation_steps_raised_from_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_escalation_steps"),
        sa.UniqueConstraint(
            "deadline_id", "step", "position_id", name="uq_escalation_steps_deadline_id_step_position_id"
        ),
    )
    op.create_index("ix_escalation_steps_case_id", "escalation_steps", ["case_id"], unique=False)
    op.create_index(
        "ix_escalation_steps_position",
        "escalation_steps",
        ["position_id", "reached_on"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL AND retracted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("escalation_steps")
    op.drop_table("digests")
    op.drop_table("ratings")
    op.drop_table("publications")
    op.drop_table("deliveries")
    op.drop_table("answers")
