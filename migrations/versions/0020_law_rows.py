"""What a term allows (pause, extension), whom a step of the ladder is for, and the clock of status updates."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CLOCK = "ck_deadlines_clock"
UPDATES = (
    "('status_update_first', '20d', 'submission;reopening', 'Cập nhật tình trạng lần đầu', 'First status update')",
    "('status_update_next', '7d', 'status_update', 'Cập nhật tình trạng lần sau', 'Next status update')",
)


def _clocks(*clocks: str) -> None:
    op.drop_constraint(op.f(CLOCK), "deadlines")
    listed = ", ".join(f"'{clock}'" for clock in clocks)
    op.create_check_constraint(op.f(CLOCK), "deadlines", sa.text(f"clock IN ({listed})"))


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    op.add_column("terms", sa.Column("pauses", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("terms", _text("extend_by"))
    op.add_column("terms", _text("extend_at_most"))
    op.add_column("ladder_steps", _text("case_classes"))
    op.add_column("ladder_steps", sa.Column("urgent", sa.Text(), server_default="any", nullable=False))
    op.add_column("ladder_steps", _text("agency_kinds"))
    op.create_check_constraint(
        op.f("ck_ladder_steps_urgent"), "ladder_steps", sa.text("urgent IN ('any', 'yes', 'no')")
    )
    _clocks("citizen", "agency", "state", "urgent", "status_update")
    # A province that was seeded before goes on as before; a new one gets the rows of terms.csv.
    op.execute("UPDATE terms SET pauses = true, extend_by = 'head_of_agency' WHERE key = 'answer'")
    op.execute(
        "UPDATE terms SET extend_by = 'head_of_agency;coordinator_head', extend_at_most = '3wd'"
        " WHERE key = 'denunciation_check'"
    )
    op.execute(
        "UPDATE terms SET extend_by = 'head_of_agency;coordinator_head', extend_at_most = '60d'"
        " WHERE key = 'denunciation_resolve'"
    )
    op.execute(
        "INSERT INTO terms (key, duration, counted_from, basis, name_vi, name_en, valid_from)"
        " SELECT v.key, v.duration, v.counted_from, 'Tiền lệ: QĐ 574/QĐ-TTg năm 2017', v.vi, v.en, '2025-07-01'"
        f" FROM (VALUES {', '.join(UPDATES)}) AS v (key, duration, counted_from, vi, en)"
        " WHERE EXISTS (SELECT FROM terms)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM terms WHERE key IN ('status_update_first', 'status_update_next')")
    # Under FORCE the owner's DELETE would find no row, without an error: see migrations/README.md.
    op.execute("ALTER TABLE deadlines NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM deadlines WHERE clock = 'status_update'")
    op.execute("ALTER TABLE deadlines FORCE ROW LEVEL SECURITY")
    _clocks("citizen", "agency", "state", "urgent")
    op.drop_constraint(op.f("ck_ladder_steps_urgent"), "ladder_steps")
    for name in ("agency_kinds", "urgent", "case_classes"):
        op.drop_column("ladder_steps", name)
    for name in ("extend_at_most", "extend_by", "pauses"):
        op.drop_column("terms", name)
