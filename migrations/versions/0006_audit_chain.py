"""The audit chain: events are numbered and hashed by the database and never change."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Each field is preceded by its length in bytes, so that no two events share one input.
CHAIN = r"""
CREATE FUNCTION audit_field(value text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT octet_length(coalesce(value, '')) || ':' || coalesce(value, '') || ';'
$$;

CREATE FUNCTION audit_hash(prev bytea, stream text, seq integer, id uuid, at timestamptz, actor text,
                           kind text, case_id uuid, payload text) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(prev || convert_to(
        audit_field(stream) || audit_field(seq::text) || audit_field(id::text)
        || audit_field(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        || audit_field(actor) || audit_field(kind) || audit_field(case_id::text) || audit_field(payload),
        'UTF8'))
$$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    head record;
    zero bytea := decode(repeat('00', 32), 'hex');
BEGIN
    NEW.seq := 1;
    NEW.prev_hash := zero;
    NEW.hash := audit_hash(zero, NEW.stream, 1, NEW.id, NEW.at, NEW.actor, NEW.kind, NEW.case_id, NEW.payload);
    INSERT INTO audit_heads (stream, seq, hash) VALUES (NEW.stream, 1, NEW.hash) ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN NEW;
    END IF;
    SELECT h.seq, h.hash INTO head FROM audit_heads h WHERE h.stream = NEW.stream FOR UPDATE;
    NEW.seq := head.seq + 1;
    NEW.prev_hash := head.hash;
    NEW.hash := audit_hash(head.hash, NEW.stream, NEW.seq, NEW.id, NEW.at, NEW.actor, NEW.kind, NEW.case_id,
                           NEW.payload);
    UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
    RETURN NEW;
END
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = '42501';
END
$$;

CREATE TRIGGER audit_events_chain BEFORE INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_events_unchanged BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_events_kept BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_unchanged BEFORE UPDATE OR DELETE ON audit_seals
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_seals_kept BEFORE TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

DROP = """
DROP TRIGGER audit_seals_kept ON audit_seals;
DROP TRIGGER audit_seals_unchanged ON audit_seals;
DROP TRIGGER audit_events_kept ON audit_events;
DROP TRIGGER audit_events_unchanged ON audit_events;
DROP TRIGGER audit_events_chain ON audit_events;
DROP FUNCTION refuse_change();
DROP FUNCTION audit_chain();
DROP FUNCTION audit_hash(bytea, text, integer, uuid, timestamptz, text, text, uuid, text);
DROP FUNCTION audit_field(text);
"""


def upgrade() -> None:
    op.execute(CHAIN)


def downgrade() -> None:
    op.execute(DROP)
