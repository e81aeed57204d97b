"""The statements that spread a changed calendar over a chunk of cases, a list of rows each."""

from __future__ import annotations

from sqlalchemy import text

from feedback.queries.night.overdue import CONCERNS, RUNGS

SEPARATOR = chr(31)
"""Stands between JSON texts that are sent as one: escaping their quotes in a list took half of the time.

JSON holds no such character unescaped.
"""

LOCK_CASES = text(
    """
    SELECT id, version, period, locale, restricted_at,
           reachable_by = 'email' AND restricted_at IS NULL AS told
    FROM cases WHERE id = ANY (CAST(:ids AS uuid[])) AND closed_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
    """
)
# Read after the lock, in a statement of its own: what another transaction wrote before it is seen.
RUNNING = text(
    """
    SELECT id, case_id, clock, duration, started_at, fixed_on, agency_id, due_on, due_at, trace
    FROM deadlines
    WHERE case_id = ANY (CAST(:ids AS uuid[])) AND superseded_at IS NULL AND met_at IS NULL
      AND due_at > :changed_from AND started_at < :changed_until AND duration !~ '^[0-9]+h$'
    """
)
OPEN_REQUESTS = text(
    """
    SELECT id, case_id, asked_at, due_on FROM supplements
    WHERE case_id = ANY (CAST(:ids AS uuid[])) AND replied_at IS NULL AND expired_at IS NULL
    """
)
SUPERSEDE = text("UPDATE deadlines SET superseded_at = :at WHERE id = ANY (CAST(:old AS uuid[]))")
NEW_VERSIONS = text(
    """
    INSERT INTO deadlines (id, case_id, period, clock, version, state, agency_id, term_key, duration,
                           started_at, due_on, due_at, fixed_on, trace, created_at, paused_at)
    SELECT n.id, d.case_id, d.period, d.clock, d.version + 1, d.state, d.agency_id, d.term_key, n.duration,
           d.started_at, n.due_on, n.due_at, d.fixed_on, n.trace, CAST(:at AS timestamptz), d.paused_at
    FROM unnest(CAST(:old AS uuid[]), CAST(:new AS uuid[]), CAST(:duration AS text[]),
                CAST(:due_on AS date[]), CAST(:due_at AS timestamptz[]), string_to_array(:trace, chr(31)))
         AS n (old, id, duration, due_on, due_at, trace)
    JOIN deadlines d ON d.id = n.old
    """
)
REPLY_DATES = text(
    """
    UPDATE supplements s SET due_on = n.due_on
    FROM unnest(CAST(:id AS uuid[]), CAST(:due_on AS date[])) AS n (id, due_on) WHERE s.id = n.id
    """
)
# The version moves: who has the page of such a case open is told that its dates are new.
CASE_DATES = text(
    """
    UPDATE cases c SET
        version = c.version + 1,
        citizen_due_on = coalesce(n.citizen, c.citizen_due_on),
        agency_due_on = coalesce(n.agency, c.agency_due_on),
        due_on = CASE WHEN n.agency IS NOT NULL THEN n.agency
                      WHEN n.citizen IS NOT NULL AND c.agency_due_on IS NULL THEN n.citizen
                      ELSE c.due_on END
    FROM unnest(CAST(:id AS uuid[]), CAST(:citizen AS date[]), CAST(:agency AS date[]))
         AS n (id, citizen, agency)
    WHERE c.id = n.id
    """
)
PERIOD_DATES = text(
    """
    UPDATE periods p SET citizen_due_on = n.citizen
    FROM unnest(CAST(:id AS uuid[]), CAST(:period AS integer[]), CAST(:citizen AS date[]))
         AS n (id, period, citizen)
    WHERE p.case_id = n.id AND p.number = n.period
    """
)
# A step that the new date justifies too goes with it, and keeps who acknowledged it and what was promised.
KEEP_STEPS = text(
    f"""
    WITH rung AS MATERIALIZED (SELECT * FROM {RUNGS})
    UPDATE escalation_steps s SET deadline_id = n.new
    FROM unnest(CAST(:old AS uuid[]), CAST(:new AS uuid[]), CAST(:clock AS text[]),
                CAST(:due_at AS timestamptz[]), CAST(:sealed AS boolean[]))
         AS n (old, new, clock, due_at, restricted)
    WHERE s.deadline_id = n.old AND s.settled_at IS NULL AND s.retracted_at IS NULL
      AND EXISTS (SELECT FROM rung r JOIN cases c ON c.id = s.case_id AND {CONCERNS}
                  WHERE r.code = s.step AND r.clock = n.clock AND r.restricted = n.restricted
                    AND n.due_at > r.after AND n.due_at <= r.until)
    """  # noqa: S608 - made of our own constants
)
TAKE_BACK_STEPS = text(
    """
    UPDATE escalation_steps SET retracted_at = :at, retraction_reason = :reason
    WHERE deadline_id = ANY (CAST(:old AS uuid[])) AND settled_at IS NULL AND retracted_at IS NULL
    RETURNING case_id, step
    """
)
EVENTS = text(
    """
    INSERT INTO audit_events (stream, id, at, actor, kind, case_id, payload)
    SELECT * FROM unnest(
        CAST(:stream AS text[]), CAST(:id AS uuid[]), CAST(:at AS timestamptz[]), CAST(:actor AS text[]),
        CAST(:kind AS text[]), CAST(:case_id AS uuid[]), string_to_array(:payload, chr(31)))
    """
)
LETTERS = text(
    """
    INSERT INTO messages (id, case_id, cause, kind, recipient, locale, params, created_at, not_before)
    SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:case_id AS uuid[]), CAST(:cause AS uuid[]), CAST(:kind AS text[]),
        CAST(:recipient AS text[]), CAST(:locale AS text[]), string_to_array(:params, chr(31)),
        CAST(:created_at AS timestamptz[]), CAST(:not_before AS timestamptz[]))
    ON CONFLICT DO NOTHING
    """
)
