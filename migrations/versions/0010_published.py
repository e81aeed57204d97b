"""What everybody may know: figures computed by a worker, the board's search, published satisfaction."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FOLDED = (
    "translate(regexp_replace(normalize(lower(title || ' ' || summary || ' ' || answer_text), NFD),"
    " '[\\u0300-\\u036f]', '', 'g'), 'đ', 'd')"
)
VECTOR = f"to_tsvector('simple'::regconfig, {FOLDED})"

# A search condition is not leakproof, so under row policies its index would lie unused: the
# functions run as the owner and apply the one condition that matters themselves.
FUNCTIONS = """
CREATE FUNCTION search_publications(query tsquery, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT id FROM publications
    WHERE search_vector @@ query AND status = 'published'
    ORDER BY published_at DESC, id DESC
    LIMIT most
$$;
REVOKE ALL ON FUNCTION search_publications(tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_publications(tsquery, integer) TO feedback_web;

CREATE FUNCTION published_rating(the_case uuid, the_period integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT r.score FROM ratings r
    WHERE r.case_id = the_case AND r.period = the_period
      AND EXISTS (SELECT 1 FROM publications p
                  WHERE p.case_id = r.case_id AND p.period = r.period AND p.status = 'published')
$$;
REVOKE ALL ON FUNCTION published_rating(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published_rating(uuid, integer) TO feedback_web;
"""


def upgrade() -> None:
    op.create_table(
        "statistics_snapshots",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_statistics_snapshots"),
    )
    op.execute("GRANT SELECT ON statistics_snapshots TO feedback_web")
    op.execute("GRANT SELECT, INSERT, UPDATE ON statistics_snapshots TO feedback_worker")
    op.add_column(
        "publications",
        sa.Column("search_vector", postgresql.TSVECTOR(), sa.Computed(VECTOR, persisted=True), nullable=True),
    )
    op.create_index("ix_publications_search", "publications", ["search_vector"], postgresql_using="gin")
    op.execute(FUNCTIONS)
    for table in ("publications", "ratings"):
        op.execute(f"CREATE POLICY owner_reads ON {table} FOR SELECT TO CURRENT_USER USING (true)")


def downgrade() -> None:
    for table in ("publications", "ratings"):
        op.execute(f"DROP POLICY owner_reads ON {table}")
    op.execute("DROP FUNCTION published_rating(uuid, integer)")
    op.execute("DROP FUNCTION search_publications(tsquery, integer)")
    op.drop_index("ix_publications_search", table_name="publications")
    op.drop_column("publications", "search_vector")
    op.drop_table("statistics_snapshots")
