"""Functions that count open cases for a head's page, without asking row security of each of them.

They give numbers alone, of the agencies that the asking member of staff may see, and of no case set apart.
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
SUPERVISOR = "(SELECT current_setting('app.supervisor', true) = 'on')"
OPEN = "c.closed_at IS NULL AND c.restricted_at IS NULL"

FUNCTIONS = f"""
CREATE FUNCTION open_load(agencies integer[], today date, soon_until date, units integer[])
RETURNS TABLE (officer_id integer, open_now bigint, due_today bigint, due_soon bigint, overdue bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.officer_id, count(*), count(*) FILTER (WHERE c.due_on = today),
           count(*) FILTER (WHERE c.due_on BETWEEN today AND soon_until), count(*) FILTER (WHERE c.due_on < today)
    FROM cases c
    WHERE {KIND} = 'staff' AND {OPEN} AND c.lead_agency_id = ANY (agencies)
          AND ({PROVINCE} OR c.lead_agency_id = ANY ({AGENCIES}::integer[]))
          AND (units IS NULL OR c.unit_id = ANY (units))
    GROUP BY c.officer_id
$$;
CREATE FUNCTION agencies_behind(today date)
RETURNS TABLE (agency_id integer, overdue bigint, oldest date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.lead_agency_id, count(*), min(c.due_on)
    FROM cases c
    WHERE {KIND} = 'staff' AND {OPEN} AND c.lead_agency_id IS NOT NULL AND c.due_on < today
          AND ({PROVINCE} OR {SUPERVISOR} OR c.lead_agency_id = ANY ({AGENCIES}::integer[]))
    GROUP BY c.lead_agency_id
$$;
REVOKE ALL ON FUNCTION open_load(integer[], date, date, integer[]), agencies_behind(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_load(integer[], date, date, integer[]), agencies_behind(date) TO feedback_web;
"""


def upgrade() -> None:
    op.create_index(
        "ix_cases_load",
        "cases",
        ["lead_agency_id", "officer_id", "due_on"],
        postgresql_include=["unit_id"],
        postgresql_where=sa.text("closed_at IS NULL AND restricted_at IS NULL"),
    )
    op.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute("DROP FUNCTION open_load(integer[], date, date, integer[]), agencies_behind(date)")
    op.drop_index("ix_cases_load", table_name="cases")
