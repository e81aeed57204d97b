"""A sender may follow a case that was reported before theirs, and say by a point where something is.

The public role sees no case. What it may be told of one that is like a message that comes in, a function of
the owner tells: no text, no name, no place closer than the commune, and only of cases that lie openly with an
agency. Nobody can feel their way to another's words by it: eight words that are not everyday ones must agree,
and the two texts as a whole, whose unknown words count against the likeness.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
IN_VIETNAM = "latitude BETWEEN 6.0 AND 23.5 AND longitude BETWEEN 102.0 AND 118.0"

# The words are those of feedback.domain.similarity with their weights; a weight is believed up to 8 only,
# and an everyday word (under 1.5) is none of the eight. A word of the other text that the caller does not
# name weighs 3, which is what words weigh on the average.
ALREADY_REPORTED = f"""
CREATE FUNCTION already_reported(asked tsquery, words text[], weights double precision[], the_commune text,
                                 since timestamptz, until timestamptz)
RETURNS TABLE (id uuid, field_id integer, agency_id integer, state text, received_on date,
               publication_id uuid, published_title text, published_summary text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH own AS (
        SELECT u.word, least(8.0, greatest(0.0, max(u.weight))) AS weight
        FROM unnest(words, weights) AS u(word, weight)
        WHERE u.weight IS NOT NULL GROUP BY u.word
    ), candidates AS (
        SELECT c.id, c.field_id, c.lead_agency_id, c.state, c.received_at,
               tsvector_to_array(c.search_vector) AS found
        FROM cases c
        WHERE {KIND} = 'public'
          AND c.commune_code = the_commune
          AND c.received_at BETWEEN greatest(since, until - interval '60 days') AND until
          AND c.search_vector @@ asked
          AND c.state IN ('assigned', 'in_progress', 'awaiting_submitter', 'awaiting_approval', 'answered')
          AND c.case_class = 'C' AND c.lead_agency_id IS NOT NULL
          AND c.restricted_at IS NULL AND c.state_before_restriction IS NULL
          AND NOT c.urgent AND NOT c.confidential
          AND c.merged_into_id IS NULL AND c.anonymised_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM routing_decisions d
                          WHERE d.case_id = c.id AND d.outcome = 'restricted_triage')
        ORDER BY ts_rank(c.search_vector, asked) DESC, c.id
        LIMIT 40
    ), compared AS (
        SELECT c.id, count(*) FILTER (WHERE o.weight >= 1.5) AS telling, sum(o.weight ^ 2) AS common,
               cardinality(c.found) - count(*) AS others
        FROM candidates c JOIN own o ON o.word = ANY (c.found)
        GROUP BY c.id, c.found
    ), alike AS (
        SELECT compared.id,
               common / sqrt(nullif((SELECT sum(weight ^ 2) FROM own) * (common + others * 9.0), 0)) AS score
        FROM compared WHERE telling >= 8
    )
    SELECT c.id, c.field_id, c.lead_agency_id,
           CASE WHEN c.state IN ('assigned', 'answered') THEN c.state ELSE 'in_progress' END,
           (c.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, p.id, p.title, p.summary
    FROM alike JOIN candidates c ON c.id = alike.id
    LEFT JOIN LATERAL (
        SELECT shown.id, shown.title, shown.summary FROM publications shown
        WHERE shown.case_id = c.id AND shown.status = 'published'
        ORDER BY shown.period DESC LIMIT 1) p ON true
    WHERE alike.score >= 0.4
    ORDER BY alike.score DESC, c.id
    LIMIT 3
$$;
REVOKE ALL ON FUNCTION already_reported(tsquery, text[], double precision[], text, timestamptz, timestamptz)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION already_reported(tsquery, text[], double precision[], text, timestamptz, timestamptz)
    TO feedback_web;
"""


def upgrade() -> None:
    op.add_column("cases", sa.Column("follows_id", sa.Uuid(), nullable=True))
    op.create_foreign_key("fk_cases_follows_id", "cases", "cases", ["follows_id"], ["id"])
    op.create_index(
        "ix_cases_follows", "cases", ["follows_id"], postgresql_where=sa.text("follows_id IS NOT NULL")
    )
    op.add_column("cases", sa.Column("latitude", sa.Float(), nullable=True))
    op.add_column("cases", sa.Column("longitude", sa.Float(), nullable=True))
    op.create_check_constraint(
        op.f("ck_cases_position"),
        "cases",
        f"(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL OR ({IN_VIETNAM}))",
    )
    op.create_check_constraint(
        op.f("ck_cases_position_erased"), "cases", "anonymised_at IS NULL OR latitude IS NULL"
    )
    op.execute("CREATE POLICY owner_reads ON routing_decisions FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(ALREADY_REPORTED)


def downgrade() -> None:
    op.execute(
        "DROP FUNCTION already_reported(tsquery, text[], double precision[], text, timestamptz, timestamptz)"
    )
    op.execute("DROP POLICY owner_reads ON routing_decisions")
    for name in ("ck_cases_position_erased", "ck_cases_position"):
        op.drop_constraint(op.f(name), "cases")
    for name in ("longitude", "latitude", "follows_id"):
        op.drop_column("cases", name)
