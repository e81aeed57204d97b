"""What agencies tell each other stays inside: submitters see that their case moved, not why, and no step.

A row policy cannot hide a column from one kind of actor, and submitters come as the same role as staff:
so the rows of moves are for staff, and a function tells the rest of them to who holds the code.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
TRACKING = "(SELECT nullif(current_setting('app.tracking_code', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL))"""
WRITES_CASE = f"(case_id = {WRITING} AND {KIND} IS NOT NULL) OR {CASE_VISIBLE}"

INSIDE = ("moves", "escalation_steps")
MOVES_TOLD = f"""
CREATE FUNCTION moves_told(the_case uuid)
RETURNS TABLE (id uuid, case_id uuid, kind text, moved_at timestamptz, from_agency_id integer,
               to_agency_id integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.id, m.case_id, m.kind, m.moved_at, m.from_agency_id, m.to_agency_id
    FROM moves m JOIN cases c ON c.id = m.case_id
    WHERE m.case_id = the_case AND {KIND} = 'public' AND c.tracking_code = {TRACKING}
          AND c.restricted_at IS NULL
$$;
REVOKE ALL ON FUNCTION moves_told(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION moves_told(uuid) TO feedback_web, feedback_worker;
"""


def upgrade() -> None:
    for table in INSIDE:
        op.execute(f"ALTER POLICY web_select ON {table} USING ({KIND} = 'staff' AND {CASE_VISIBLE})")
        check = f"{KIND} = 'staff' AND ({WRITES_CASE})"
        op.execute(f"ALTER POLICY web_insert ON {table} WITH CHECK ({check})")
        op.execute(f"ALTER POLICY web_update ON {table} USING ({check}) WITH CHECK ({check})")
    op.execute("CREATE POLICY owner_reads ON moves FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(MOVES_TOLD)


def downgrade() -> None:
    op.execute("DROP FUNCTION moves_told(uuid)")
    op.execute("DROP POLICY owner_reads ON moves")
    for table in INSIDE:
        op.execute(f"ALTER POLICY web_select ON {table} USING ({CASE_VISIBLE})")
        op.execute(f"ALTER POLICY web_insert ON {table} WITH CHECK ({WRITES_CASE})")
        op.execute(f"ALTER POLICY web_update ON {table} USING ({WRITES_CASE}) WITH CHECK ({WRITES_CASE})")
