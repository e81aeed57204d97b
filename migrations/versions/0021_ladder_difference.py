"""What a change of the ladder would do tonight, as two numbers: for administrators, who see no case."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"
READ = ("deadlines", "escalation_steps")
TYPES = "text[], text[], boolean[], timestamptz[], timestamptz[], text[], boolean[], text[], boolean[]"

# Each rung says whether it belongs to the ladder as it is or as it is proposed.
FUNCTION = f"""
CREATE FUNCTION ladder_difference(
    codes text[], clocks text[], restricted boolean[], after timestamptz[], until timestamptz[],
    classes text[], urgent boolean[], kinds text[], proposed boolean[], OUT reached bigint, OUT released bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH held AS (
        SELECT d.id, r.code, bool_or(r.proposed) AS then, bool_or(NOT r.proposed) AS now
        FROM unnest(codes, clocks, restricted, after, until, classes, urgent, kinds, proposed)
            AS r (code, clock, restricted, after, until, classes, urgent, kinds, proposed)
        JOIN deadlines d ON d.clock = r.clock AND d.due_at > r.after AND d.due_at <= r.until
        JOIN cases c ON c.id = d.case_id AND (c.restricted_at IS NOT NULL) = r.restricted
        WHERE {ADMINISTRATOR}
          AND d.superseded_at IS NULL AND d.met_at IS NULL AND d.paused_at IS NULL
          AND (r.classes = '' OR c.case_class = ANY (string_to_array(r.classes, ';')))
          AND (r.urgent IS NULL OR r.urgent = c.urgent)
          AND (r.kinds = '' OR EXISTS (
              SELECT FROM agencies a
              WHERE a.id = c.lead_agency_id AND a.kind = ANY (string_to_array(r.kinds, ';'))))
        GROUP BY d.id, r.code)
    SELECT count(*) FILTER (WHERE h.then AND NOT h.now AND NOT s.is_open),
           count(*) FILTER (WHERE h.now AND NOT h.then AND s.is_open)
    FROM held h
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM escalation_steps e
        WHERE e.deadline_id = h.id AND e.step = h.code
          AND e.settled_at IS NULL AND e.retracted_at IS NULL)) AS s (is_open)
$$;
REVOKE ALL ON FUNCTION ladder_difference({TYPES}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ladder_difference({TYPES}) TO feedback_web;
"""


def upgrade() -> None:
    for table in READ:
        op.execute(f"CREATE POLICY owner_reads ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(FUNCTION)


def downgrade() -> None:
    op.execute(f"DROP FUNCTION ladder_difference({TYPES})")
    for table in READ:
        op.execute(f"DROP POLICY owner_reads ON {table}")
