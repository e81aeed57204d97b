"""What waits of an answer that is not the last word any more is called off as its case is taken up again.

A proposal for the board could not be checked any more and stood on the list of those who check; a letter could
not be recorded as handed over and stood on the list of the reception. The submitter's transaction ends both as it
opens the case again: as in 0046 and 0053 it writes the publications of the case that it changes, and no others.
Those that were left are called off.
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
DELIVERIES = "(SELECT coalesce(current_setting('app.deliveries', true), '') = 'on')"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"

WHOLE_CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL)
            AND (NOT {DELIVERIES} OR c.id = {WRITING} OR c.restricted_at IS NOT NULL OR {PROVINCE}
                 OR c.lead_agency_id = ANY ({AGENCIES}::integer[])
                 OR c.co_agency_ids && {AGENCIES}::integer[]))"""
READ = f"({KIND} IS NOT NULL AND status = 'published') OR ({KIND} = 'staff' AND {WHOLE_CASE_VISIBLE})"
WRITTEN = f"{KIND} = 'staff' AND ({WHOLE_CASE_VISIBLE} OR case_id = {WRITING})"
OF_THE_CASE_CHANGED = f" OR ({KIND} IS NOT NULL AND case_id = {WRITING})"
TABLES = ("publications", "deliveries", "answers", "cases")


def _apply(more: str) -> None:
    written = f"({WRITTEN}){more}"
    op.execute(f"ALTER POLICY web_select ON publications USING (({READ}){more})")
    op.execute(f"ALTER POLICY web_update ON publications USING ({written}) WITH CHECK ({written})")


def upgrade() -> None:
    _apply(OF_THE_CASE_CHANGED)
    # Under FORCE the owner's UPDATE would find no row, without an error: see migrations/README.md.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE publications p SET status = 'withdrawn', withdrawn_at = c.state_since FROM cases c"
        " WHERE c.id = p.case_id AND p.status IN ('awaiting_check', 'returned')"
        " AND (c.state <> 'answered' OR c.period <> p.period)"
    )
    op.execute(
        "UPDATE deliveries d SET cancelled_at = c.state_since FROM cases c, answers a"
        " WHERE c.id = d.case_id AND a.id = d.answer_id AND d.delivered_at IS NULL AND d.cancelled_at IS NULL"
        " AND (a.period < c.period OR c.state NOT IN"
        " ('answered', 'refused', 'merged', 'restricted', 'forwarded', 'guided'))"
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    _apply("")
