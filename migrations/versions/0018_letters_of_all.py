"""The one-stop office hands over every agency's letters: it sees a case while its letter waits, and no more.

A reception clerk of the coordinator (`app.deliveries`) sees an unrestricted case as long as a delivery of
it is pending: the case, its deliveries and the words that went out. All else of the case stays with the
agencies that have it.
"""

from collections.abc import Iterator

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"
DELIVERIES = "(SELECT coalesce(current_setting('app.deliveries', true), '') = 'on')"
TRACKING = "(SELECT nullif(current_setting('app.tracking_code', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"

OF_AGENCIES = f"""
    {PROVINCE} OR lead_agency_id = ANY ({AGENCIES}::integer[]) OR co_agency_ids && {AGENCIES}::integer[]"""
LETTER_WAITS = f" OR ({DELIVERIES} AND awaits_delivery(id))"

# Whoever sees the case, and whoever sees the whole of it: the clerk sees a letter's case in part.
CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL))"""
WHOLE_CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND ({KIND} <> 'public' OR c.restricted_at IS NULL)
            AND (NOT {DELIVERIES} OR c.id = {WRITING} OR c.restricted_at IS NOT NULL OR {OF_AGENCIES}))"""

OF_A_CASE = (
    "attachments", "periods", "deadlines", "extensions", "routing_decisions", "assignments", "supplements",
    "ratings",
)  # fmt: skip
INSIDE = ("moves", "escalation_steps")

FUNCTION = """
CREATE FUNCTION awaits_delivery(the_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER COST 1 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM deliveries d WHERE d.case_id = the_case AND d.delivered_at IS NULL)
$$;
REVOKE ALL ON FUNCTION awaits_delivery(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION awaits_delivery(uuid) TO feedback_web;
"""


def _cases(letter_waits: str) -> str:
    return f"""
    (id = {WRITING} AND {KIND} IS NOT NULL)
    OR CASE {KIND}
         WHEN 'public' THEN tracking_code = {TRACKING}
         WHEN 'staff' THEN CASE WHEN restricted_at IS NULL THEN {OF_AGENCIES}{letter_waits}
                                ELSE on_access_list(id) END
         ELSE false END"""


def _of_a_case(seen: str) -> Iterator[tuple[str, str, str]]:
    """Give the policies of what belongs to a case: `seen` is the condition under which it is seen."""
    writes = f"(case_id = {WRITING} AND {KIND} IS NOT NULL) OR {seen}"
    for table in OF_A_CASE:
        yield table, "select", seen
        yield table, "insert", writes
        yield table, "update", writes
    for table in INSIDE:
        yield table, "select", f"{KIND} = 'staff' AND {seen}"
        yield table, "insert", f"{KIND} = 'staff' AND ({writes})"
        yield table, "update", f"{KIND} = 'staff' AND ({writes})"
    yield "answers", "insert", writes
    yield "answers", "update", f"{seen} AND {KIND} = 'staff'"
    yield "identity_reveals", "select", f"{KIND} = 'staff' AND {seen}"
    yield "event_notes", "select", f"{KIND} = 'staff' AND {seen}"
    on_board = f"{KIND} IS NOT NULL AND status = 'published'"
    yield "publications", "select", f"({on_board}) OR ({KIND} = 'staff' AND {seen})"
    yield "publications", "insert", f"{KIND} = 'staff' AND {seen}"
    yield "publications", "update", f"{KIND} = 'staff' AND ({seen} OR case_id = {WRITING})"
    told = f"({KIND} = 'staff' AND case_id IS NOT NULL AND ({writes})) OR {ADMINISTRATOR}"
    yield "messages", "select", told
    yield "messages", "update", told
    trail = f"{KIND} = 'staff' AND CASE WHEN case_id IS NULL THEN {ADMINISTRATOR} ELSE {seen} END"
    yield "audit_events", "select", trail


def _alter(table: str, command: str, condition: str) -> None:
    clauses = {
        "select": f"USING ({condition})",
        "insert": f"WITH CHECK ({condition})",
        "update": f"USING ({condition}) WITH CHECK ({condition})",
    }
    op.execute(f"ALTER POLICY web_{command} ON {table} {clauses[command]}")


def _apply(seen: str, letter_waits: str, answers: str) -> None:
    for command in ("select", "update"):
        _alter("cases", command, _cases(letter_waits))
    for table, command, condition in _of_a_case(seen):
        _alter(table, command, condition)
    _alter("answers", "select", f"{CASE_VISIBLE} AND ({answers})")


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute("CREATE POLICY owner_reads ON deliveries FOR SELECT TO CURRENT_USER USING (true)")
    words = f"status = 'approved' OR ({KIND} <> 'public' AND {WHOLE_CASE_VISIBLE})"
    _apply(WHOLE_CASE_VISIBLE, LETTER_WAITS, words)


def downgrade() -> None:
    _apply(CASE_VISIBLE, "", f"{KIND} <> 'public' OR status = 'approved'")
    op.execute("DROP POLICY owner_reads ON deliveries")
    op.execute("DROP FUNCTION awaits_delivery(uuid)")
