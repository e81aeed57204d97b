"""One document a case to search: its texts, its answers that went out, and whose it is; indexes of the lists; saved views.

A search within an agency meets the words and the agency in one index: marks that no word can be
(``@a12``, see `inbox_marks`) stand beside the words. The vector is written anew for every case, some
minutes for a million: a province with many cases migrates while nobody works, with a longer
FEEDBACK_MIGRATION_STATEMENT_TIMEOUT.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
ACCOUNT = "(SELECT nullif(current_setting('app.account_id', true), '')::integer)"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
SEEN_BEFORE = f"""
    CASE WHEN restricted_at IS NULL
         THEN {PROVINCE} OR lead_agency_id = ANY ({AGENCIES}::integer[])
              OR co_agency_ids && {AGENCIES}::integer[]
         ELSE on_access_list(id) END"""
SEEN = f"""
    CASE WHEN restricted_at IS NULL
         THEN {PROVINCE} OR {SUPERVISOR} OR lead_agency_id = ANY ({AGENCIES}::integer[])
              OR co_agency_ids && {AGENCIES}::integer[]
         ELSE on_access_list(id) END"""
OPEN = "closed_at IS NULL AND restricted_at IS NULL"
# Urgent cases that nobody has called yet stand before all others, as if due long ago.
PRESSING = "(due_on - (urgent AND contacted_at IS NULL)::integer * 36500)"

TEXTS = "reference || ' ' || title || ' ' || body || ' ' || place_text"
MARKS = "inbox_marks(lead_agency_id, co_agency_ids, officer_id, field_id, state, closed_at IS NULL, restricted_at IS NOT NULL)"

INDEXES = (
    ("ix_cases_open_since", ("state_since", "id")),
    ("ix_cases_unit", ("unit_id", "due_on", "id")),
    ("ix_cases_open_received", ("lead_agency_id", "received_at", "id")),
    ("ix_cases_open_received_province", ("received_at", "id")),
    ("ix_cases_pressing", ("lead_agency_id", sa.text(PRESSING), "id")),
    ("ix_cases_pressing_province", (sa.text(PRESSING), "id")),
)


def _words(texts: str) -> str:
    marks = r"[\u0300-\u036f\u00ad\u180e\u200b-\u200d\u2060\ufeff]"
    bare = f"translate(regexp_replace(normalize(lower({texts}), NFD), '{marks}', '', 'g'), 'đ', 'd')"
    return rf"to_tsvector('simple'::regconfig, regexp_replace({bare}, '(\W|_)+', ' ', 'g'))"


ANSWER_WORDS = _words("string_agg(text, ' ')")
FUNCTIONS = f"""
CREATE FUNCTION inbox_marks(lead integer, beside integer[], officer integer, field integer, state text,
                            is_open boolean, is_restricted boolean) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(CASE WHEN is_restricted THEN ARRAY['@r'] ELSE array_remove(
        ARRAY['@a' || lead, '@o' || officer, '@f' || field, '@s' || state,
              CASE WHEN is_open THEN '@open' END]
        || ARRAY(SELECT '@a' || one FROM unnest(beside) AS one), NULL) END)
$$;

CREATE FUNCTION answers_to_words() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE cases SET answer_words = (
        SELECT {ANSWER_WORDS} FROM answers
        WHERE case_id = NEW.case_id AND status = 'approved')
    WHERE id = NEW.case_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER answers_to_words AFTER INSERT OR UPDATE OF text, status ON answers
    FOR EACH ROW EXECUTE FUNCTION answers_to_words();
"""

SEARCH = f"""
CREATE OR REPLACE FUNCTION search_cases(query tsquery, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM cases
    WHERE search_vector @@ (SELECT CASE WHEN {PROVINCE} OR {SUPERVISOR} THEN query ELSE query && (
              SELECT string_agg(quote_literal(mark), ' | ')::tsquery
              FROM (SELECT '@r' AS mark UNION ALL SELECT '@a' || one FROM unnest({AGENCIES}) AS one) AS marks
          ) END)
          AND {KIND} = 'staff' AND ({SEEN})
    LIMIT most
$$;
"""
SEARCH_BEFORE = f"""
CREATE OR REPLACE FUNCTION search_cases(query tsquery, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id FROM cases
    WHERE search_vector @@ query AND {KIND} = 'staff' AND ({SEEN_BEFORE})
    LIMIT most
$$;
"""


def _vector(expression: str) -> None:
    op.drop_column("cases", "search_vector")
    op.add_column(
        "cases",
        sa.Column(
            "search_vector", postgresql.TSVECTOR(), sa.Computed(expression, persisted=True), nullable=True
        ),
    )
    op.create_index("ix_cases_search", "cases", ["search_vector"], postgresql_using="gin")


# What a submitter is told to be reported already is weighed by the words of the message alone.
OF_VECTOR = "tsvector_to_array(c.search_vector)"
CASE_TEXTS = "c.reference || ' ' || c.title || ' ' || c.body || ' ' || c.place_text"
OF_TEXTS = f"tsvector_to_array({_words(CASE_TEXTS)})"


def _weigh_by(before: str, after: str) -> None:
    connection = op.get_bind()
    body = connection.execute(sa.text("SELECT pg_get_functiondef('already_reported'::regproc)")).scalar_one()
    if before not in body:
        raise RuntimeError("already_reported does not read the words of a case as it did")
    connection.exec_driver_sql(body.replace(before, after))


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.add_column("cases", sa.Column("answer_words", postgresql.TSVECTOR(), nullable=True))
    op.execute("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE answers NO FORCE ROW LEVEL SECURITY")
    op.execute(
        f"UPDATE cases SET answer_words = found.words FROM (SELECT case_id, {ANSWER_WORDS}"
        " AS words FROM answers WHERE status = 'approved' GROUP BY case_id) AS found WHERE found.case_id = cases.id"
    )
    op.execute("ALTER TABLE cases FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE answers FORCE ROW LEVEL SECURITY")
    _vector(f"{_words(TEXTS)} || coalesce(answer_words, ''::tsvector) || {MARKS}")
    op.execute(SEARCH)
    _weigh_by(OF_VECTOR, OF_TEXTS)
    for name, columns in INDEXES:
        op.create_index(name, "cases", list(columns), postgresql_where=sa.text(OPEN))
    op.create_index(
        "ix_escalation_steps_standing",
        "escalation_steps",
        ["position_id", "case_id"],
        postgresql_where=sa.text("settled_at IS NULL AND retracted_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_escalation_steps_standing", table_name="escalation_steps")
    for name, _ in reversed(INDEXES):
        op.drop_index(name, table_name="cases")
    _weigh_by(OF_TEXTS, OF_VECTOR)
    op.execute(SEARCH_BEFORE)
    _vector(_words(TEXTS))
    op.execute("DROP TRIGGER answers_to_words ON answers")
    op.drop_column("cases", "answer_words")
    op.execute("DROP FUNCTION answers_to_words()")
    op.execute("DROP FUNCTION inbox_marks(integer, integer[], integer, integer, text, boolean, boolean)")
