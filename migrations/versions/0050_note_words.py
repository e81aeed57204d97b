"""One document a case of the words that staff left on it, to be searched by those who read notes.

Beside the words stand the marks of whose the case is (`inbox_marks`), so that a search within an agency meets
both in one index. Triggers keep the document: the owner writes it within them and nowhere else. It is written
for every case that has notes, some minutes for a million: a province with many cases migrates while nobody
works, with a longer FEEDBACK_MIGRATION_STATEMENT_TIMEOUT.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KIND = "(SELECT nullif(current_setting('app.actor_kind', true), ''))"
AGENCIES = "(SELECT coalesce(nullif(current_setting('app.agency_ids', true), ''), '{}')::integer[])"
PROVINCE = "(SELECT current_setting('app.province', true) = 'on')"
SUPERVISOR = "(SELECT coalesce(current_setting('app.supervisor', true), '') = 'on')"
CASE_VISIBLE = "EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id)"
IN_TRIGGER = "pg_trigger_depth() > 0"
# Of very many notes the newest: a document of words has a largest size.
MOST = 200_000


def _words(texts: str) -> str:
    marks = r"[\u0300-\u036f\u00ad\u180e\u200b-\u200d\u2060\ufeff]"
    bare = f"translate(regexp_replace(normalize(lower({texts}), NFD), '{marks}', '', 'g'), 'đ', 'd')"
    return rf"to_tsvector('simple'::regconfig, regexp_replace({bare}, '(\W|_)+', ' ', 'g'))"


NEWEST_FIRST = f"left(string_agg(n.text, ' ' ORDER BY n.written_at DESC), {MOST})"
DOCUMENT = f"""
    SELECT c.id, {_words(NEWEST_FIRST)}
        || inbox_marks(c.lead_agency_id, c.co_agency_ids, NULL, NULL, NULL,
                       c.closed_at IS NULL, c.restricted_at IS NOT NULL)
    FROM cases c JOIN event_notes n ON n.case_id = c.id"""

FUNCTIONS = f"""
CREATE FUNCTION note_words_of_notes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO note_words (case_id, words) {DOCUMENT} WHERE c.id = NEW.case_id GROUP BY c.id
    ON CONFLICT (case_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;
CREATE FUNCTION note_words_of_cases() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO note_words (case_id, words) {DOCUMENT} WHERE c.id = NEW.id GROUP BY c.id
    ON CONFLICT (case_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION note_words_of_notes(), note_words_of_cases() FROM PUBLIC;
CREATE TRIGGER note_words_of_notes AFTER INSERT OR UPDATE OF text ON event_notes
    FOR EACH ROW EXECUTE FUNCTION note_words_of_notes();
CREATE TRIGGER note_words_of_cases
    AFTER UPDATE OF lead_agency_id, co_agency_ids, closed_at, restricted_at ON cases
    FOR EACH ROW WHEN (
        (OLD.lead_agency_id, OLD.co_agency_ids, OLD.closed_at IS NULL, OLD.restricted_at IS NULL)
        IS DISTINCT FROM
        (NEW.lead_agency_id, NEW.co_agency_ids, NEW.closed_at IS NULL, NEW.restricted_at IS NULL))
    EXECUTE FUNCTION note_words_of_cases();

CREATE FUNCTION search_notes(query tsquery, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.case_id FROM note_words n JOIN cases c ON c.id = n.case_id
    WHERE n.words @@ (SELECT CASE WHEN {PROVINCE} THEN query ELSE query && (
              SELECT string_agg(quote_literal(mark), ' | ')::tsquery
              FROM (SELECT '@r' AS mark UNION ALL SELECT '@a' || one FROM unnest({AGENCIES}) AS one) AS marks
          ) END)
          AND {KIND} = 'staff' AND NOT {SUPERVISOR}
          AND CASE WHEN c.restricted_at IS NULL
                   THEN {PROVINCE} OR c.lead_agency_id = ANY ({AGENCIES}::integer[])
                        OR c.co_agency_ids && {AGENCIES}::integer[]
                   ELSE on_access_list(c.id) END
    LIMIT most
$$;
REVOKE ALL ON FUNCTION search_notes(tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_notes(tsquery, integer) TO feedback_web;
"""

POLICIES = f"""
GRANT SELECT ON note_words TO feedback_web, feedback_worker;
ALTER TABLE note_words ENABLE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON note_words FOR SELECT TO feedback_worker USING ({KIND} = 'worker');
CREATE POLICY web_select ON note_words FOR SELECT TO feedback_web USING ({KIND} = 'staff' AND {CASE_VISIBLE});
CREATE POLICY supervisors_select ON note_words AS RESTRICTIVE FOR SELECT TO feedback_web
    USING (NOT {SUPERVISOR});
CREATE POLICY owner_reads ON note_words FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_adds ON note_words FOR INSERT TO CURRENT_USER WITH CHECK ({IN_TRIGGER});
CREATE POLICY owner_changes ON note_words FOR UPDATE TO CURRENT_USER USING ({IN_TRIGGER});
CREATE POLICY owner_reads ON event_notes FOR SELECT TO CURRENT_USER USING ({IN_TRIGGER});
"""


def upgrade() -> None:
    op.create_table(
        "note_words",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_note_words_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_note_words"),
    )
    op.execute("ALTER TABLE event_notes NO FORCE ROW LEVEL SECURITY")
    op.execute(f"INSERT INTO note_words (case_id, words) {DOCUMENT} GROUP BY c.id")
    op.execute("ALTER TABLE event_notes FORCE ROW LEVEL SECURITY")
    op.create_index("ix_note_words_words", "note_words", ["words"], postgresql_using="gin")
    op.execute(POLICIES)
    op.execute("ALTER TABLE note_words FORCE ROW LEVEL SECURITY")
    op.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute("DROP FUNCTION search_notes(tsquery, integer)")
    op.execute("DROP TRIGGER note_words_of_cases ON cases")
    op.execute("DROP TRIGGER note_words_of_notes ON event_notes")
    op.execute("DROP FUNCTION note_words_of_cases()")
    op.execute("DROP FUNCTION note_words_of_notes()")
    op.execute("DROP POLICY owner_reads ON event_notes")
    op.drop_table("note_words")
