"""What the verbs on a case need: words beside an event, the accused agency, cases that belong together.

The words that somebody writes with an act (a reason, a note) stand in a table of their own,
so that they can be erased and the hash chain of the events stays whole.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
TRACKING = "(SELECT nullif(current_setting('app.tracking_code', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL))"""

# A page tells a submitter the codes of the parts of their own message and nothing of others'
# messages. A verb that writes the case is told of all: what happens to it happens to them too.
RELATED = f"""
CREATE FUNCTION related_cases(the_case uuid)
RETURNS TABLE (id uuid, relation text, reference text, tracking_code text, state text, title text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH seen AS (
        SELECT m.id, m.merged_into_id, m.split_from_id FROM cases m
        WHERE m.id = the_case AND (
            {KIND} = 'worker'
            OR (m.id = {WRITING} AND {KIND} IS NOT NULL)
            OR ({KIND} = 'public' AND m.tracking_code = {TRACKING})
            OR ({KIND} = 'staff' AND CASE WHEN m.restricted_at IS NULL
                    THEN {PROVINCE} OR m.lead_agency_id = ANY ({AGENCIES}::integer[])
                         OR m.co_agency_ids && {AGENCIES}::integer[]
                    ELSE on_access_list(m.id) END))
    ), kin AS (
        SELECT c.id, 'part' AS relation FROM cases c JOIN seen ON c.split_from_id = seen.id
        UNION ALL
        SELECT c.id, 'duplicate' FROM cases c JOIN seen ON c.merged_into_id = seen.id
        UNION ALL
        SELECT seen.split_from_id, 'origin' FROM seen WHERE seen.split_from_id IS NOT NULL
        UNION ALL
        SELECT seen.merged_into_id, 'main' FROM seen WHERE seen.merged_into_id IS NOT NULL
    )
    SELECT c.id, kin.relation, c.reference, CASE WHEN {KIND} = 'public' THEN c.tracking_code END, c.state, c.title
    FROM kin JOIN cases c ON c.id = kin.id
    WHERE the_case = {WRITING}
          OR CASE {KIND} WHEN 'public' THEN kin.relation = 'part'
                         WHEN 'staff' THEN c.restricted_at IS NULL OR on_access_list(c.id)
                         ELSE true END
    ORDER BY c.id
$$;
REVOKE ALL ON FUNCTION related_cases(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION related_cases(uuid) TO feedback_web, feedback_worker;
"""


def upgrade() -> None:
    op.create_table(
        "event_notes",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_events.id"], name="fk_event_notes_event_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_event_notes_case_id"),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_notes"),
    )
    op.create_index("ix_event_notes_case_id", "event_notes", ["case_id"], unique=False)
    op.execute("GRANT SELECT, INSERT ON event_notes TO feedback_web")
    op.execute("GRANT SELECT, INSERT, UPDATE ON event_notes TO feedback_worker")
    op.execute("ALTER TABLE event_notes ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE event_notes FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY worker_all ON event_notes TO feedback_worker"
        f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
    )
    op.execute(
        "CREATE POLICY web_select ON event_notes FOR SELECT TO feedback_web"
        f" USING ({KIND} = 'staff' AND {CASE_VISIBLE})"
    )
    op.execute(
        "CREATE POLICY web_insert ON event_notes FOR INSERT TO feedback_web"
        f" WITH CHECK ({KIND} IS NOT NULL AND ((case_id = {WRITING}) OR {CASE_VISIBLE}))"
    )
    op.add_column("cases", sa.Column("accused_agency_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_cases_accused_agency_id", "cases", "agencies", ["accused_agency_id"], ["id"])
    op.create_index(
        "ix_cases_merged_into",
        "cases",
        ["merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_split_from",
        "cases",
        ["split_from_id"],
        postgresql_where=sa.text("split_from_id IS NOT NULL"),
    )
    op.execute(RELATED)


def downgrade() -> None:
    op.execute("DROP FUNCTION related_cases(uuid)")
    op.drop_index("ix_cases_split_from", "cases")
    op.drop_index("ix_cases_merged_into", "cases")
    op.drop_constraint("fk_cases_accused_agency_id", "cases")
    op.drop_column("cases", "accused_agency_id")
    op.drop_table("event_notes")
