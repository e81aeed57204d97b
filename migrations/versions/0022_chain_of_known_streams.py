"""An event of a stream that is known is hashed once, not once for each place it might have had."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

HEAD = """
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head record;
    zero bytea := decode(repeat('00', 32), 'hex');
BEGIN"""
TAIL = """
END
$$
"""

# The head is looked for first: most events follow others. Two first events of one stream meet at the
# insertion, where the second waits for the first, finds its row and looks again.
KNOWN_FIRST = """
    LOOP
        SELECT h.seq, h.hash INTO head FROM audit_heads h WHERE h.stream = NEW.stream FOR UPDATE;
        IF FOUND THEN
            NEW.seq := head.seq + 1;
            NEW.prev_hash := head.hash;
            NEW.hash := audit_hash(head.hash, NEW.stream, NEW.seq, NEW.id, NEW.at, NEW.actor, NEW.kind,
                                   NEW.case_id, NEW.payload);
            UPDATE audit_heads SET seq = NEW.seq, hash = NEW.hash WHERE stream = NEW.stream;
            RETURN NEW;
        END IF;
        NEW.seq := 1;
        NEW.prev_hash := zero;
        NEW.hash := audit_hash(zero, NEW.stream, 1, NEW.id, NEW.at, NEW.actor, NEW.kind, NEW.case_id,
                               NEW.payload);
        INSERT INTO audit_heads (stream, seq, hash) VALUES (NEW.stream, 1, NEW.hash) ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN NEW;
        END IF;
    END LOOP;"""

NEW_FIRST = """
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
    RETURN NEW;"""


def upgrade() -> None:
    op.execute(HEAD + KNOWN_FIRST + TAIL)


def downgrade() -> None:
    op.execute(HEAD + NEW_FIRST + TAIL)
