"""Grants and row-level security: what the web and worker roles may see and write.

The actor is told by the transaction's ``app.*`` settings (feedback/db.py). Without an
actor no policy lets a row through. The owner is held by the policies too (FORCE) and
may only read what the definer functions below need.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLES = """
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['feedback_web', 'feedback_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND NOT rolsuper AND NOT rolbypassrls) THEN
            RAISE EXCEPTION 'role % is missing, or is a superuser or bypasses row security', wanted
                USING HINT = 'Create it as docs/operations.md says, then migrate again.';
        END IF;
    END LOOP;
END
$$;
"""

REFERENCE = (
    "accounts", "roles", "accounts_roles", "agencies", "units", "fields", "communes", "old_places",
    "province_settings", "positions", "holdings", "calendar_days", "terms", "ladder_steps",
    "state_limits", "routing_rules",
)  # fmt: skip
# Rows that belong to one case and are seen by whoever sees the case.
OF_A_CASE = (
    "attachments", "periods", "deadlines", "extensions", "routing_decisions", "assignments", "moves",
    "supplements", "answers", "deliveries", "ratings", "escalation_steps",
)  # fmt: skip
PROTECTED = (
    "cases", "submitters", *OF_A_CASE, "restricted_accesses", "identity_reveals", "publications", "digests",
    "work", "messages", "audit_events",
)  # fmt: skip

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"
TRACKING = "(SELECT nullif(current_setting('app.tracking_code', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
UNSEALED = "(SELECT nullif(current_setting('app.unsealed_case', true), '')::uuid)"

VISIBLE_TO_STAFF = f"""
    CASE WHEN restricted_at IS NULL
         THEN {PROVINCE} OR lead_agency_id = ANY ({AGENCIES}::integer[])
              OR co_agency_ids && {AGENCIES}::integer[]
         ELSE on_access_list(id) END"""
VISIBLE = f"""
    (id = {WRITING} AND {KIND} IS NOT NULL)
    OR CASE {KIND}
         WHEN 'public' THEN tracking_code = {TRACKING}
         WHEN 'staff' THEN {VISIBLE_TO_STAFF}
         ELSE false END"""
CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL))"""
WRITES_CASE = f"(case_id = {WRITING} AND {KIND} IS NOT NULL) OR {CASE_VISIBLE}"

FUNCTIONS = f"""
CREATE FUNCTION on_access_list(the_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM restricted_accesses a
                   WHERE a.case_id = the_case AND a.account_id = {ACCOUNT} AND a.ended_at IS NULL)
$$;

CREATE FUNCTION search_cases(query tsquery, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id FROM cases
    WHERE search_vector @@ query AND {KIND} = 'staff' AND ({VISIBLE_TO_STAFF})
    LIMIT most
$$;
REVOKE ALL ON FUNCTION search_cases(tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_cases(tsquery, integer) TO feedback_web;
"""

WEB_POLICIES = (
    ("cases", "SELECT", VISIBLE),
    ("cases", "INSERT", f"id = {WRITING} AND {KIND} IS NOT NULL"),
    ("cases", "UPDATE", VISIBLE),
    ("submitters", "SELECT", f"case_id = {UNSEALED} AND {KIND} IS NOT NULL"),
    ("submitters", "INSERT", f"case_id = {WRITING} AND {KIND} IS NOT NULL"),
    *((table, "SELECT", CASE_VISIBLE) for table in OF_A_CASE if table != "answers"),
    *((table, "INSERT", WRITES_CASE) for table in OF_A_CASE),
    *((table, "UPDATE", WRITES_CASE) for table in OF_A_CASE if table != "answers"),
    ("answers", "SELECT", f"{CASE_VISIBLE} AND ({KIND} <> 'public' OR status = 'approved')"),
    ("answers", "UPDATE", f"{CASE_VISIBLE} AND {KIND} = 'staff'"),
    ("restricted_accesses", "SELECT", f"account_id = {ACCOUNT} OR on_access_list(case_id) OR case_id = {WRITING}"),
    ("restricted_accesses", "INSERT", f"{KIND} = 'staff' AND (case_id = {WRITING} OR on_access_list(case_id))"),
    ("restricted_accesses", "UPDATE", f"{KIND} = 'staff' AND on_access_list(case_id)"),
    ("identity_reveals", "SELECT", f"{KIND} = 'staff' AND {CASE_VISIBLE}"),
    ("identity_reveals", "INSERT", f"{KIND} = 'staff' AND {CASE_VISIBLE}"),
    ("publications", "SELECT", f"({KIND} IS NOT NULL AND status = 'published') OR ({KIND} = 'staff' AND {CASE_VISIBLE})"),
    ("publications", "INSERT", f"{KIND} = 'staff' AND {CASE_VISIBLE}"),
    ("publications", "UPDATE", f"{KIND} = 'staff' AND ({CASE_VISIBLE} OR case_id = {WRITING})"),
    ("digests", "SELECT", f"{KIND} = 'staff'"),
    ("work", "SELECT", ADMINISTRATOR),
    ("work", "INSERT", f"{KIND} IS NOT NULL"),
    ("work", "UPDATE", ADMINISTRATOR),
    ("messages", "SELECT", f"({KIND} = 'staff' AND case_id IS NOT NULL AND ({WRITES_CASE})) OR {ADMINISTRATOR}"),
    ("messages", "INSERT", f"{KIND} IS NOT NULL"),
    ("messages", "UPDATE", f"({KIND} = 'staff' AND case_id IS NOT NULL AND ({WRITES_CASE})) OR {ADMINISTRATOR}"),
    ("audit_events", "SELECT", f"{KIND} = 'staff' AND CASE WHEN case_id IS NULL THEN {ADMINISTRATOR} ELSE {CASE_VISIBLE} END"),
    ("audit_events", "INSERT", f"{KIND} IS NOT NULL"),
)  # fmt: skip


def _policy(table: str, command: str, condition: str) -> str:
    clauses = {
        "SELECT": f"USING ({condition})",
        "INSERT": f"WITH CHECK ({condition})",
        "UPDATE": f"USING ({condition}) WITH CHECK ({condition})",
    }
    name = f"web_{command.lower()}"
    return f"CREATE POLICY {name} ON {table} FOR {command} TO feedback_web {clauses[command]}"


def upgrade() -> None:
    op.execute(ROLES)
    op.execute("GRANT USAGE ON SCHEMA public TO feedback_web, feedback_worker")
    op.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO feedback_worker")
    op.execute("REVOKE UPDATE ON audit_events, audit_seals FROM feedback_worker")
    op.execute("REVOKE INSERT, UPDATE ON audit_heads FROM feedback_worker")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(REFERENCE)} TO feedback_web")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {', '.join(PROTECTED)} TO feedback_web")
    op.execute("REVOKE UPDATE ON audit_events, submitters, identity_reveals FROM feedback_web")
    op.execute("REVOKE INSERT, UPDATE ON digests FROM feedback_web")
    op.execute("GRANT SELECT ON job_runs, audit_seals, alembic_version TO feedback_web")
    op.execute(FUNCTIONS)
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY worker_all ON {table} TO feedback_worker"
            f" USING ({KIND} = 'worker') WITH CHECK ({KIND} = 'worker')"
        )
    for table, command, condition in WEB_POLICIES:
        op.execute(_policy(table, command, condition))
    # The definer functions run as the owner, who is held by FORCE like anybody else.
    for table in ("cases", "restricted_accesses"):
        op.execute(f"CREATE POLICY owner_reads ON {table} FOR SELECT TO CURRENT_USER USING (true)")


def downgrade() -> None:
    for table in ("cases", "restricted_accesses"):
        op.execute(f"DROP POLICY owner_reads ON {table}")
    for table, command, _ in WEB_POLICIES:
        op.execute(f"DROP POLICY web_{command.lower()} ON {table}")
    for table in PROTECTED:
        op.execute(f"DROP POLICY worker_all ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION search_cases(tsquery, integer)")
    op.execute("DROP FUNCTION on_access_list(uuid)")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM feedback_web, feedback_worker")
    op.execute("REVOKE USAGE ON SCHEMA public FROM feedback_web, feedback_worker")
