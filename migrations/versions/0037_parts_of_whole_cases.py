"""The clerk who hands over a letter sees nothing of what offices ask each other about the case.

A reception clerk of the coordinator (`app.deliveries`, see 0018) sees a case of another agency in part. The
parts that its agencies ask of each other and who has a form of it open belong to the rest. Of drafts the
clerk keeps those of the form that records the handing over.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
DELIVERIES = "(SELECT coalesce(current_setting('app.deliveries', true), '') = 'on')"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"

CASE_VISIBLE = "EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id)"
WHOLE_CASE_VISIBLE = f"""
    EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id
            AND (NOT {DELIVERIES} OR c.id = {WRITING} OR c.restricted_at IS NOT NULL OR {PROVINCE}
                 OR c.lead_agency_id = ANY ({AGENCIES}::integer[])
                 OR c.co_agency_ids && {AGENCIES}::integer[]))"""
STAFF = f"{KIND} = 'staff' AND NOT {SUPERVISOR}"
OWN = f"{STAFF} AND account_id = {ACCOUNT} AND {CASE_VISIBLE}"

# One's own row stays readable: writing over it reads it.
PRESENCES = f"{STAFF} AND CASE WHEN account_id = {ACCOUNT} THEN {CASE_VISIBLE} ELSE {WHOLE_CASE_VISIBLE} END"
DRAFTS = (
    f"{STAFF} AND account_id = {ACCOUNT}"
    f" AND CASE WHEN form = 'deliver' THEN {CASE_VISIBLE} ELSE {WHOLE_CASE_VISIBLE} END"
)


def _apply(parts: str, presences: str, drafts: str) -> None:
    for table, condition in (("contributions", parts), ("form_drafts", drafts)):
        op.execute(f"ALTER POLICY web_insert ON {table} WITH CHECK ({condition})")
        op.execute(f"ALTER POLICY web_update ON {table} USING ({condition}) WITH CHECK ({condition})")
    op.execute(f"ALTER POLICY web_select ON contributions USING ({parts})")
    op.execute(f"ALTER POLICY web_select ON case_presences USING ({presences})")


def upgrade() -> None:
    _apply(f"{KIND} = 'staff' AND {WHOLE_CASE_VISIBLE}", PRESENCES, DRAFTS)


def downgrade() -> None:
    _apply(f"{KIND} = 'staff' AND {CASE_VISIBLE}", f"{STAFF} AND {CASE_VISIBLE}", OWN)
