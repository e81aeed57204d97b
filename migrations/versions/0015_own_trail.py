"""Who acts adds events, notices and work to a case they see or write, and to no other.

The case that is being written (every new one) is compared first, a value with a value: an intake pays for
no look at the cases.
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL))"""
OF_CASE = f"{KIND} IS NOT NULL AND (case_id = {WRITING} OR {CASE_VISIBLE})"

# Without a case: staff change settings and accounts, a person who is not signed in (a forgotten
# password) touches their account alone. An event of a case is never put into another one's chain.
CHECKS = {
    "audit_events": f"""
        CASE WHEN case_id IS NOT NULL THEN stream = 'case:' || case_id AND {OF_CASE}
             WHEN {KIND} = 'staff' THEN stream NOT LIKE 'case:%'
             ELSE {KIND} = 'public' AND stream LIKE 'account:%' END""",
    "messages": f"""
        CASE WHEN case_id IS NOT NULL THEN {OF_CASE}
             ELSE {KIND} = 'staff' OR ({KIND} = 'public' AND kind = 'account_mail') END""",
    "work": f"{KIND} IS NOT NULL AND subject = {WRITING}",
}


def upgrade() -> None:
    for table, check in CHECKS.items():
        op.execute(f"ALTER POLICY web_insert ON {table} WITH CHECK ({check})")


def downgrade() -> None:
    for table in CHECKS:
        op.execute(f"ALTER POLICY web_insert ON {table} WITH CHECK ({KIND} IS NOT NULL)")
