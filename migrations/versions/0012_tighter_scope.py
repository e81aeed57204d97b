"""A digest belongs to its position's agency, and functions of the owner look at temporary tables last.

Without pg_temp named, PostgreSQL looks there first: who may create a temporary table could slip
one under a function that runs with the owner's rights.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"

DEFINERS = (
    "audit_chain()",
    "on_access_list(uuid)",
    "published_rating(uuid, integer)",
    "related_cases(uuid)",
    "search_cases(tsquery, integer)",
    "search_publications(tsquery, integer)",
)
OF_AN_AGENCY = f"""
    {KIND} = 'staff' AND ({PROVINCE} OR EXISTS (
        SELECT 1 FROM positions p WHERE p.id = position_id AND p.agency_id = ANY ({AGENCIES}::integer[])))"""


def upgrade() -> None:
    for function in DEFINERS:
        op.execute(f"ALTER FUNCTION {function} SET search_path = pg_catalog, public, pg_temp")
    op.execute(f"ALTER POLICY web_select ON digests USING ({OF_AN_AGENCY})")


def downgrade() -> None:
    op.execute(f"ALTER POLICY web_select ON digests USING ({KIND} = 'staff')")
    for function in DEFINERS:
        op.execute(f"ALTER FUNCTION {function} SET search_path = pg_catalog, public")
