"""A draft that waits for approval is returned when the submitter withdraws the case.

The submitter's transaction ends what the agency waited for (`sight.writing`), and could not see the draft
that it was to end: the row stayed, and an update of no row is no error. As in 0046, it writes the answers of
the case that it changes and reads none elsewhere. Drafts that were left waiting are returned.
"""

from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
DELIVERIES = "(SELECT coalesce(current_setting('app.deliveries', true), '') = 'on')"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"

CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL))"""
WHOLE_CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL)
            AND (NOT {DELIVERIES} OR c.id = {WRITING} OR c.restricted_at IS NOT NULL OR {PROVINCE}
                 OR c.lead_agency_id = ANY ({AGENCIES}::integer[])
                 OR c.co_agency_ids && {AGENCIES}::integer[]))"""
READ = f"{CASE_VISIBLE} AND (status = 'approved' OR ({KIND} <> 'public' AND {WHOLE_CASE_VISIBLE}))"
WRITTEN = f"{WHOLE_CASE_VISIBLE} AND {KIND} = 'staff'"
OF_THE_CASE_CHANGED = f" OR ({KIND} IS NOT NULL AND case_id = {WRITING})"


def _apply(more: str) -> None:
    op.execute(f"ALTER POLICY web_select ON answers USING (({READ}){more})")
    op.execute(f"ALTER POLICY web_update ON answers USING (({WRITTEN}){more}) WITH CHECK (({WRITTEN}){more})")


def upgrade() -> None:
    _apply(OF_THE_CASE_CHANGED)
    # Under FORCE the owner's UPDATE would find no row, without an error: see migrations/README.md.
    for table in ("answers", "cases"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE answers SET status = 'returned', decided_at = c.closed_at FROM cases c"
        " WHERE c.id = case_id AND answers.status = 'submitted' AND c.state = 'withdrawn'"
    )
    for table in ("answers", "cases"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    _apply("")
