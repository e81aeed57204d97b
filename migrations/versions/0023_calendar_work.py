"""An administrator asks the workers to count and spread a change of the calendar."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
WRITING = "(SELECT nullif(current_setting('app.writing_case', true), '')::uuid)"
ADMINISTRATOR = "(SELECT current_setting('app.administrator', true) = 'on')"

OWN_CASE = f"{KIND} IS NOT NULL AND subject = {WRITING}"
CALENDAR = f"""
    kind = 'recompute' AND {KIND} = 'staff' AND {ADMINISTRATOR}
    AND EXISTS (SELECT 1 FROM calendar_changes c WHERE c.id = subject)"""


def upgrade() -> None:
    op.execute(f"ALTER POLICY web_insert ON work WITH CHECK (({OWN_CASE}) OR ({CALENDAR}))")


def downgrade() -> None:
    op.execute(f"ALTER POLICY web_insert ON work WITH CHECK ({OWN_CASE})")
