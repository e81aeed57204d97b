"""Cases, submitters, files, deadlines and who has a case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("tracking_code", sa.Text(), nullable=False),
        sa.Column("submission_digest", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_class", sa.Text(), nullable=True),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("place_text", sa.Text(), server_default="", nullable=False),
        sa.Column("place_detail", sa.Text(), server_default="", nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("happened", sa.Text(), server_default="", nullable=False),
        sa.Column("submitter_kind", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("reachable_by", sa.Text(), server_default="", nullable=False),
        sa.Column("consent_publish", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_agency_id", sa.Integer(), nullable=True),
        sa.Column("co_agency_ids", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("citizen_due_on", sa.Date(), nullable=False),
        sa.Column("agency_due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restricted_kind", sa.Text(), nullable=True),
        sa.Column("state_before_restriction", sa.Text(), nullable=True),
        sa.Column("refusal_code", sa.Text(), nullable=True),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("split_from_id", sa.Uuid(), nullable=True),
        sa.Column("send_backs", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("transfers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "search_vector",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple'::regconfig, translate(regexp_replace(normalize(lower(reference || ' ' || title || ' ' || body || ' ' || place_text), NFD), '[\\u0300-\\u036f]', '', 'g'), 'đ', 'd'))",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "case_class IS NULL OR case_class IN ('A', 'B', 'C', 'D', 'E', 'F', 'G', 'Q', 'X')",
            name=op.f("ck_cases_case_class"),
        ),
        sa.CheckConstraint(
            "channel IN ('web', 'phone', 'paper', 'counter', 'file')", name=op.f("ck_cases_channel")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'triage', 'assigned', 'in_progress', 'awaiting_submitter', 'awaiting_approval', 'answered', 'refused', 'merged', 'split', 'withdrawn', 'restricted', 'forwarded', 'guided')",
            name=op.f("ck_cases_state"),
        ),
        sa.CheckConstraint(
            "submitter_kind IN ('citizen', 'business', 'organisation')", name=op.f("ck_cases_submitter_kind")
        ),
        sa.CheckConstraint(
            "(restricted_at IS NULL) = (restricted_kind IS NULL)", name=op.f("ck_cases_restricted")
        ),
        sa.ForeignKeyConstraint(["commune_code"], ["communes.code"], name="fk_cases_commune_code"),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name="fk_cases_field_id"),
        sa.ForeignKeyConstraint(["lead_agency_id"], ["agencies.id"], name="fk_cases_lead_agency_id"),
        sa.ForeignKeyConstraint(["merged_into_id"], ["cases.id"], name="fk_cases_merged_into_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name="fk_cases_officer_id"),
        sa.ForeignKeyConstraint(["split_from_id"], ["cases.id"], name="fk_cases_split_from_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_cases_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("reference", name="uq_cases_reference"),
        sa.UniqueConstraint("tracking_code", name="uq_cases_tracking_code"),
    )
    op.create_index(
        "ix_cases_agency_received", "cases", ["lead_agency_id", "received_at", "id"], unique=False
    )
    op.create_index("ix_cases_co_agencies", "cases", ["co_agency_ids"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_cases_inbox",
        "cases",
        ["lead_agency_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND restricted_at IS NULL"),
    )
    op.create_index(
        "ix_cases_inbox_province",
        "cases",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND restricted_at IS NULL"),
    )
    op.create_index(
        "ix_cases_officer",
        "cases",
        ["officer_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND restricted_at IS NULL"),
    )
    op.create_index("ix_cases_received", "cases", ["received_at", "id"], unique=False)
    op.create_index(
        "ix_cases_restricted",
        "cases",
        ["id"],
        unique=False,
        postgresql_where=sa.text("restricted_at IS NOT NULL"),
    )
    op.create_index("ix_cases_search", "cases", ["search_vector"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_cases_state",
        "cases",
        ["state", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND restricted_at IS NULL"),
    )
    op.create_table(
        "submitters",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation", sa.Text(), server_default="", nullable=False),
        sa.Column("business_code", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_submitters_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_submitters"),
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('submission', 'supplement', 'answer')", name=op.f("ck_attachments_origin")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_attachments_case_id"),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="fk_attachments_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_case_id", "attachments", ["case_id"], unique=False)
    op.create_index("ix_attachments_storage_key", "attachments", ["storage_key"], unique=False)
    op.create_table(
        "periods",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("citizen_due_on", sa.Date(), nullable=False),
        sa.Column("reopening_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_periods_case_id"),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_periods"),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("term_key", sa.Text(), nullable=True),
        sa.Column("duration", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "clock IN ('citizen', 'agency', 'state', 'urgent')", name=op.f("ck_deadlines_clock")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_deadlines_agency_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deadlines_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deadlines"),
        sa.UniqueConstraint(
            "case_id", "period", "clock", "version", name="uq_deadlines_case_id_period_clock_version"
        ),
    )
    op.create_index(
        "ix_deadlines_due",
        "deadlines",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("superseded_at IS NULL AND met_at IS NULL"),
    )
    op.create_index(
        "uq_deadlines_active",
        "deadlines",
        ["case_id", "clock"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL AND met_at IS NULL"),
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "decision IN ('pending', 'granted', 'denied')", name=op.f("ck_extensions_decision")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name="fk_extensions_asked_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_extensions_case_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name="fk_extensions_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_extensions"),
    )
    op.create_index("ix_extensions_case_id", "extensions", ["case_id"], unique=False)
    op.create_index(
        "uq_extensions_pending",
        "extensions",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("decision = 'pending'"),
    )
    op.create_table(
        "routing_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("case_class", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_routing_decisions_agency_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_routing_decisions_case_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name="fk_routing_decisions_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_routing_decisions"),
    )
    op.create_index("ix_routing_decisions_case_id", "routing_decisions", ["case_id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("final", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_by", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('lead', 'co')", name=op.f("ck_assignments_role")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_assignments_agency_id"),
        sa.ForeignKeyConstraint(["assigned_by"], ["accounts.id"], name="fk_assignments_assigned_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_assignments_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_agency_id", "assignments", ["agency_id"], unique=False)
    op.create_index("ix_assignments_case_id", "assignments", ["case_id"], unique=False)
    op.create_index(
        "uq_assignments_lead",
        "assignments",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("role = 'lead' AND ended_at IS NULL"),
    )
    op.create_table(
        "moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Integer(), nullable=False),
        sa.Column("from_agency_id", sa.Integer(), nullable=True),
        sa.Column("to_agency_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('send_back', 'transfer', 'forward')", name=op.f("ck_moves_kind")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_moves_case_id"),
        sa.ForeignKeyConstraint(["from_agency_id"], ["agencies.id"], name="fk_moves_from_agency_id"),
        sa.ForeignKeyConstraint(["moved_by"], ["accounts.id"], name="fk_moves_moved_by"),
        sa.ForeignKeyConstraint(["to_agency_id"], ["agencies.id"], name="fk_moves_to_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
    )
    op.create_index("ix_moves_case_id", "moves", ["case_id"], unique=False)
    op.create_table(
        "supplements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("pauses", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name="fk_supplements_asked_by"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_supplements_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_supplements"),
    )
    op.create_index("ix_supplements_case_id", "supplements", ["case_id"], unique=False)
    op.create_index(
        "uq_supplements_open",
        "supplements",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("replied_at IS NULL AND expired_at IS NULL"),
    )
    op.create_table(
        "restricted_accesses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_restricted_accesses_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_restricted_accesses_case_id"),
        sa.ForeignKeyConstraint(["granted_by"], ["accounts.id"], name="fk_restricted_accesses_granted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_restricted_accesses"),
    )
    op.create_index("ix_restricted_accesses_account", "restricted_accesses", ["account_id"], unique=False)
    op.create_index(
        "uq_restricted_accesses_open",
        "restricted_accesses",
        ["case_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "identity_reveals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_identity_reveals_account_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_identity_reveals_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_reveals"),
    )
    op.create_index("ix_identity_reveals_case_id", "identity_reveals", ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("identity_reveals")
    op.drop_table("restricted_accesses")
    op.drop_table("supplements")
    op.drop_table("moves")
    op.drop_table("assignments")
    op.drop_table("routing_decisions")
    op.drop_table("extensions")
    op.drop_table("deadlines")
    op.drop_table("periods")
    op.drop_table("attachments")
    op.drop_table("submitters")
    op.drop_table("cases")
