"""The split of a message can be taken back: its parts are closed and kept, and tell nobody anything.

A case is never deleted, its trail names it. A part that was put back into the whole holds no words any more,
shows none of the files that were copied to it, and is no kin of the whole.
"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
TRACKING = "(SELECT nullif(current_setting('app.tracking_code', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
STATES = (
    "received", "triage", "assigned", "in_progress", "awaiting_submitter", "awaiting_approval", "answered",
    "refused", "merged", "split", "withdrawn", "restricted", "forwarded", "guided",
)  # fmt: skip
# EXISTS looks at the case as its reader may: whoever does not see the case sees no file of it either.
FILES = "NOT EXISTS (SELECT FROM cases c WHERE c.id = case_id AND c.state = 'rejoined')"


def _related(rejoined: str) -> str:
    """Give the function of 0008 with a further condition on the parts and on the origin."""
    return f"""
    CREATE OR REPLACE FUNCTION related_cases(the_case uuid)
    RETURNS TABLE (id uuid, relation text, reference text, tracking_code text, state text, title text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
            SELECT c.id, 'part' AS relation FROM cases c JOIN seen ON c.split_from_id = seen.id {rejoined}
            UNION ALL
            SELECT c.id, 'duplicate' FROM cases c JOIN seen ON c.merged_into_id = seen.id
            UNION ALL
            SELECT seen.split_from_id, 'origin' FROM seen WHERE seen.split_from_id IS NOT NULL
            UNION ALL
            SELECT seen.merged_into_id, 'main' FROM seen WHERE seen.merged_into_id IS NOT NULL
        )
        SELECT c.id, kin.relation, c.reference, CASE WHEN {KIND} = 'public' THEN c.tracking_code END, c.state,
               c.title
        FROM kin JOIN cases c ON c.id = kin.id
        WHERE the_case = {WRITING}
              OR CASE {KIND} WHEN 'public' THEN kin.relation = 'part'
                             WHEN 'staff' THEN c.restricted_at IS NULL OR on_access_list(c.id)
                             ELSE true END
        ORDER BY c.id
    $$"""


def _states(*names: str) -> None:
    op.drop_constraint(op.f("ck_cases_state"), "cases")
    listed = ", ".join(f"'{name}'" for name in names)
    op.create_check_constraint(op.f("ck_cases_state"), "cases", f"state IN ({listed})")


def upgrade() -> None:
    after_split = STATES.index("split") + 1
    _states(*STATES[:after_split], "rejoined", *STATES[after_split:])
    op.execute(_related("AND c.state <> 'rejoined'"))
    op.execute(
        f"CREATE POLICY files_of_rejoined ON attachments AS RESTRICTIVE FOR SELECT TO feedback_web USING ({FILES})"
    )


def downgrade() -> None:
    op.execute("DROP POLICY files_of_rejoined ON attachments")
    op.execute(_related(""))
    # Parts that hold no words any more stay closed, as withdrawn ones do.
    op.execute("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE cases SET state = 'withdrawn' WHERE state = 'rejoined'")
    op.execute("ALTER TABLE cases FORCE ROW LEVEL SECURITY")
    _states(*STATES)
