"""Bodies of oversight and their supervisors: they see the public track of the province, and write nothing.

A supervisor (`app.supervisor`) sees every case that is not set apart, its clocks, steps and course, the
words that went out and what is published. Restrictive policies keep the rest from them: what the submitter
wrote or sent beside the case, who they are, and the words between offices. A table of cases that comes
later says so too: `tests/security/test_supervisors.py` walks through the catalogue.
"""

from collections.abc import Iterator

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AGENCY_KINDS = ("coordinator", "department", "inspectorate", "authority", "police", "external", "commune")
POSITION_KINDS = (
    "officer", "head_of_unit", "head_of_agency", "dispatcher", "coordinator_head", "chairman", "reception",
    "administrator",
)  # fmt: skip

SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"

# What supervisors see of a case beside the case itself, and of it what.
SHOWN = {
    "periods": "true",
    "deadlines": "true",
    "extensions": "true",
    "assignments": "true",
    "escalation_steps": "true",
    "audit_events": "true",
    "answers": "status = 'approved'",
    "publications": "status = 'published'",
}
HIDDEN = (
    "submitters", "attachments", "routing_decisions", "moves", "supplements", "deliveries", "ratings",
    "restricted_accesses", "identity_reveals", "event_notes", "messages", "work", "digests",
    "calendar_changes",
)  # fmt: skip
# Their own sign-ins and exports are recorded, in streams of no case.
WRITTEN = {"audit_events": "case_id IS NULL"}
KEPT = ("cases", *SHOWN, *HIDDEN)
UNCHANGED = {"audit_events", "submitters", "identity_reveals", "event_notes"}


def _one_of(values: tuple[str, ...]) -> str:
    return "kind IN ({})".format(", ".join(f"'{value}'" for value in values))


def _policies() -> Iterator[tuple[str, str, str]]:
    """Give each restrictive policy: the table, the command, and what must hold besides."""
    for table, shown in SHOWN.items():
        if shown != "true":
            yield table, "select", f"NOT {SUPERVISOR} OR {shown}"
    for table in HIDDEN:
        yield table, "select", f"NOT {SUPERVISOR}"
    for table in KEPT:
        own = WRITTEN.get(table)
        yield table, "insert", f"NOT {SUPERVISOR}" + (f" OR {own}" if own else "")
        if table not in UNCHANGED:
            yield table, "update", f"NOT {SUPERVISOR}"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_agencies_kind"), "agencies")
    op.create_check_constraint(op.f("ck_agencies_kind"), "agencies", _one_of((*AGENCY_KINDS, "oversight")))
    op.drop_constraint(op.f("ck_positions_kind"), "positions")
    op.create_check_constraint(
        op.f("ck_positions_kind"), "positions", _one_of((*POSITION_KINDS, "supervisor"))
    )
    op.execute(
        "CREATE POLICY supervisors_see ON cases FOR SELECT TO feedback_web"
        f" USING ({SUPERVISOR} AND {KIND} = 'staff' AND restricted_at IS NULL)"
    )
    for table, command, condition in _policies():
        clause = "WITH CHECK" if command == "insert" else "USING"
        op.execute(
            f"CREATE POLICY supervisors_{command} ON {table} AS RESTRICTIVE FOR {command.upper()}"
            f" TO feedback_web {clause} ({condition})"
        )


def downgrade() -> None:
    for table, command, _ in _policies():
        op.execute(f"DROP POLICY supervisors_{command} ON {table}")
    op.execute("DROP POLICY supervisors_see ON cases")
    # Before, there was nothing that they could be, and any other kind would let them act: they go. The
    # accounts stay, in no position.
    op.execute(
        "DELETE FROM holdings WHERE position_id IN (SELECT id FROM positions WHERE kind = 'supervisor')"
    )
    op.execute("DELETE FROM positions WHERE kind = 'supervisor'")
    op.execute("DELETE FROM units WHERE agency_id IN (SELECT id FROM agencies WHERE kind = 'oversight')")
    op.execute("DELETE FROM agencies WHERE kind = 'oversight'")
    op.drop_constraint(op.f("ck_positions_kind"), "positions")
    op.create_check_constraint(op.f("ck_positions_kind"), "positions", _one_of(POSITION_KINDS))
    op.drop_constraint(op.f("ck_agencies_kind"), "agencies")
    op.create_check_constraint(op.f("ck_agencies_kind"), "agencies", _one_of(AGENCY_KINDS))
