"""A case that was answered is followed no more.

Its answer was written to one citizen and may name them. Whoever joined it by their own choice would have read
that at once; only what is still to be answered, and approved knowing of its other readers, may be shared.
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# The function of migration 0031, whole: what may be followed is one condition of it.
ALREADY_REPORTED = """
CREATE OR REPLACE FUNCTION already_reported(asked tsquery, words text[], weights double precision[], the_commune text,
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
        WHERE (SELECT nullif(current_setting('app.actor_kind', true), '')) = 'public'
          AND c.commune_code = the_commune
          AND c.received_at BETWEEN greatest(since, until - interval '60 days') AND until
          AND c.search_vector @@ asked
          AND c.state IN ('assigned', 'in_progress', 'awaiting_submitter', 'awaiting_approval'{also})
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
"""


def _put(also: str) -> None:
    op.execute(ALREADY_REPORTED.replace("{also}", also))


def upgrade() -> None:
    _put("")


def downgrade() -> None:
    _put(", 'answered'")
